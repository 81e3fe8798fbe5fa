//===- NotebookRows.cpp - The equations of the notebooks ------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "NotebookRows.h"

#include "einsumc/Frontend/Builders.h"
#include "einsumc/Reference/Random.h"
#include <cmath>

using namespace einsumc;
using namespace einsumc::notebooks;
using namespace einsumc::reference;

namespace {

using Shape = llvm::ArrayRef<int64_t>;

class RowBuilder {
public:
  /// Equations with small integers and the results that the notebooks show.
  void addIntegers();
  /// Batches of matrices in f64.
  void addBatches();
  /// Chunks: heads side by side in the last axis, seen as an axis of their own.
  void addChunks();
  /// Attention's products in f32.
  void addAttention();
  /// What the equation builders give.
  llvm::Error addBuilders();

  Rows take() { return std::move(result); }

private:
  TensorView integers(Shape shape, llvm::ArrayRef<int64_t> values);
  TensorView normal(ElementType element, Shape shape);
  void add(std::string name, std::string equation,
           std::vector<TensorView> operands,
           std::vector<int64_t> expected = {}) {
    result.rows.push_back({std::move(name), std::move(equation), "",
                           std::move(operands), std::move(expected)});
  }

  Rows result;
  Random random{2024};
};

} // namespace

TensorView RowBuilder::integers(Shape shape, llvm::ArrayRef<int64_t> values) {
  TensorView view = result.arrays.emplace_back(ElementType::i64, shape).view();
  llvm::copy(values, static_cast<int64_t *>(view.data));
  return view;
}

TensorView RowBuilder::normal(ElementType element, Shape shape) {
  TensorView view = result.arrays.emplace_back(element, shape).view();
  fillNormal(view, random);
  return view;
}

void RowBuilder::addIntegers() {
  const std::vector<int64_t> first = {2, 6,  5, 2, //
                                      2, -2, 2, 3, //
                                      1, 5,  4, 0};
  const std::vector<int64_t> second = {1, 3, 1, 22, //
                                       0, 2, 2, 0,  //
                                       1, 5, 4, 1};
  const std::vector<int64_t> firstFactor = {2, 9, 0, 3,  0, //
                                            3, 6, 8, -2, 2, //
                                            1, 3, 5, 0,  1, //
                                            3, 0, 2, 0,  5};
  const std::vector<int64_t> secondFactor = {1, 0, 0, 3,  0, //
                                             3, 0, 4, -2, 2, //
                                             1, 0, 2, 0,  0, //
                                             3, 0, 1, 1,  0};
  auto stack = [](std::vector<int64_t> a, const std::vector<int64_t> &b) {
    llvm::append_range(a, b);
    return a;
  };
  TensorView a = integers({3, 4}, first);
  TensorView b = integers({4, 5}, firstFactor);
  TensorView same = integers({3, 4}, {2, 9, 0, 3,  //
                                      3, 6, 8, -2, //
                                      1, 3, 5, 0});
  TensorView batchA = integers({2, 3, 4}, stack(first, second));
  TensorView batchB = integers({2, 4, 5}, stack(firstFactor, secondFactor));
  const std::vector<int64_t> product = {33, 69, 77, -6, 27, //
                                        9,  12, 0,  10, 13, //
                                        21, 51, 60, -7, 14};

  add("matmul", "ij, jk -> ik", {a, b}, product);
  add("hadamard", "ij, ij -> ij", {a, same},
      {4, 54, 0, 6, 6, -12, 16, -6, 1, 15, 20, 0});
  add("transpose", "ij -> ji", {a}, {2, 2, 1, 6, -2, 5, 5, 2, 4, 2, 3, 0});
  add("column_sums", "ij -> j", {a}, {5, 9, 11, 5});
  add("row_sums", "ij -> i", {a}, {15, 5, 10});
  add("batch_matmul", "bij, bjk -> bik", {batchA, batchB},
      stack(product, {77, 0, 36, 19, 6, //
                      8, 0, 12, -4, 4,  //
                      23, 0, 29, -6, 10}));
  add("total", "bij ->", {batchA}, {72});
}

void RowBuilder::addBatches() {
  TensorView q = normal(ElementType::f64, {32, 64, 512});
  TensorView k = normal(ElementType::f64, {32, 128, 512});
  TensorView kt = normal(ElementType::f64, {32, 512, 128});
  add("keys_transposed", "bkm -> bmk", {k});
  add("scores_from_transposed", "bqm, bmk -> bqk", {q, kt});
  add("scores", "bqm, bkm -> bqk", {q, k});
}

void RowBuilder::addChunks() {
  TensorView wide = normal(ElementType::f64, {2, 4, 8});
  TensorView narrow = normal(ElementType::f64, {2, 4, 4});
  // 2x4x4 as four chunks of 1, 2x4x8 as four chunks of 2: b, i, c·k seen as
  // b, c, i, k.
  TensorView bcik{ElementType::f64, {2, 4, 4, 1}, {16, 1, 4, 1}, narrow.data};
  TensorView bcki{ElementType::f64, {2, 4, 1, 4}, {16, 1, 1, 4}, narrow.data};
  TensorView bcij{ElementType::f64, {2, 4, 4, 2}, {32, 2, 8, 1}, wide.data};
  add("chunks_transposed", "bcik -> bcki", {bcik});
  add("chunks", "bcik, bcij -> bckj", {bcik, bcij});
  add("chunks_from_transposed", "bcki, bcij -> bckj", {bcki, bcij});
}

void RowBuilder::addAttention() {
  add("projection", "abc,cde->abde",
      {normal(ElementType::f32, {2, 8, 512}),
       normal(ElementType::f32, {512, 8, 64})});
  TensorView q = normal(ElementType::f32, {2, 8, 10, 64});
  TensorView k = normal(ElementType::f32, {2, 8, 10, 64});
  TensorView scale =
      result.arrays.emplace_back(ElementType::f32, Shape()).view();
  writeNumber(scale.element, scale.data, {0, 1 / std::sqrt(64.0)});
  add("scaled_scores", "bhqd,bhkd,->bhqk", {q, k, scale});
  add("short_scores", "abce,abde->abcd", {q, k});
}

llvm::Error RowBuilder::addBuilders() {
  Diagnostic diagnostic;
  auto addBuilt = [&](const char *name, const char *option,
                      const Equation &equation,
                      std::vector<TensorView> operands) {
    add(name, equation.text, std::move(operands));
    result.rows.back().builder = option;
  };
  auto projection = [&](const char *name, const char *words,
                        std::vector<TensorView> operands) {
    llvm::FailureOr<Projection> built = parseProjection(words, diagnostic);
    if (succeeded(built))
      addBuilt(name, words, built->equation, std::move(operands));
    return llvm::succeeded(built);
  };
  // 2 sequences of 10 tokens, 8 heads of 64; Keras' attention runs over axis 1.
  const std::vector<int64_t> heads = {2, 10, 8, 64};
  TensorView q = normal(ElementType::f32, heads);
  TensorView k = normal(ElementType::f32, heads);
  TensorView v = normal(ElementType::f32, heads);
  TensorView weights = normal(ElementType::f32, {2, 8, 10, 10});
  const char *axes = "rank=4,axes=1", *brief = "short,rank=4";

  bool ok = projection("keras_projection", "free=2,bound=1,output=2",
                       {normal(ElementType::f32, {2, 10, 512}),
                        normal(ElementType::f32, {512, 8, 64})}) &&
            projection("keras_output", "free=2,bound=2,output=1",
                       {q, normal(ElementType::f32, {8, 64, 512})});
  llvm::FailureOr<Attention> attention = parseAttention(axes, diagnostic);
  llvm::FailureOr<Attention> shortForm = parseAttention(brief, diagnostic);
  if (!ok || failed(attention) || failed(shortForm))
    return llvm::createStringError(diagnostic.render());
  addBuilt("keras_scores", axes, attention->dotProduct, {k, q});
  addBuilt("keras_combine", axes, attention->combine, {weights, v});
  addBuilt("short_attention", brief, shortForm->dotProduct,
           {normal(ElementType::f32, {2, 8, 10, 64}),
            normal(ElementType::f32, {2, 8, 10, 64})});
  return llvm::Error::success();
}

llvm::Expected<Rows> notebooks::notebookRows() {
  RowBuilder builder;
  builder.addIntegers();
  builder.addBatches();
  builder.addChunks();
  builder.addAttention();
  if (llvm::Error error = builder.addBuilders())
    return std::move(error);
  return builder.take();
}
