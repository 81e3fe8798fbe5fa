//===- TableCases.cpp - The rows of the table as cases --------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Suites.h"
#include "einsumc/Reference/Random.h"
#include "einsumc/TargetInfo/CpuInfo.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/TargetParser/Host.h"

#include <cmath>
#include <utility>

using namespace einsumc;
using namespace einsumc::test;
using namespace einsumc::reference;

uint64_t test::mixSeeds(uint64_t seed, uint64_t number) {
  return Random(seed * 0x2545f4914f6cdd1du + number).next();
}

/// Extents around what vectors, register tiles and blocks are made of.
static int64_t drawExtent(Random &random) {
  static constexpr std::pair<int64_t, int64_t> ranges[] = {
      {1, 9}, {13, 17}, {31, 33}, {47, 49}, {63, 65}, {97, 97}, {127, 130}};
  auto [low, high] = ranges[random.range(0, std::size(ranges) - 1)];
  return random.range(low, high);
}

static constexpr int64_t kMostTerms = int64_t(1) << 24;
static constexpr int64_t kMostElements = int64_t(1) << 22;

llvm::ArrayRef<std::pair<std::string, std::string>> test::cpuPairs() {
  static const auto pairs = [] {
    std::vector<std::pair<std::string, std::string>> list = {
        {"native", ""},
        {"native", "znver4"},
        {"native", "x86-64-v3"},
        {"native", "x86-64"},
        {"native", "neoverse-n1"},
        {"native", "sapphirerapids"}};
    llvm::StringMap<bool> features = llvm::sys::getHostCPUFeatures();
    std::string arch = nativeCpu().arch;
    if (arch == "x86_64") {
      list.push_back({"x86-64", ""});
      list.push_back({"x86-64", "znver4"});
    }
    if (features.lookup("avx2") && features.lookup("fma")) {
      list.push_back({"x86-64-v3", ""});
      list.push_back({"x86-64-v3", "znver4"});
    }
    if (features.lookup("avx512bw") && features.lookup("avx512vl"))
      list.push_back({"x86-64-v4", ""});
    if (arch == "aarch64")
      list.push_back({"generic", ""});
    return list;
  }();
  return pairs;
}

TableCases::TableCases() : rows(readTable("Cases/einsum_cases.tsv")) {}

int64_t TableCases::multiplyAdds(size_t row) const {
  int64_t count = 0;
  (void)llvm::StringRef(rows[row]["madds"]).getAsInteger(10, count);
  return count;
}

/// f32 mostly, now and then all operands of another type.
static ElementType elementOf(size_t row, size_t every) {
  if (row % every != 0)
    return ElementType::f32;
  return ElementType(row / every % kNumElementTypes);
}

static void setShape(CaseOperand &operand, llvm::ArrayRef<int64_t> shape) {
  operand.type.shape.assign(shape.begin(), shape.end());
  operand.shape = operand.type.shape;
  operand.strides = rowMajorStrides(shape);
}

Case TableCases::baseCase(size_t row) const {
  Row &cells = rows[row];
  Case c;
  c.name = cells["id"];
  c.equation = unescape(cells["equation"]);
  c.sublists = cells["form"] == "sub";
  for (const OperandType &type : typesOf(cells["shapes"]))
    setShape(c.operands.emplace_back(), type.shape);
  c.seed = mixSeeds(1, row);
  return c;
}

static void setElement(Case &c, ElementType element) {
  for (CaseOperand &operand : c.operands)
    operand.type.element = element;
}

Case TableCases::original(size_t row) const {
  Case c = baseCase(row);
  setElement(c, elementOf(row, 4));
  c.expectedShape = typesOf(rows[row]["out_shape"]).front().shape;
  return c;
}

/// Gives every label another extent. Axes that are broadcast stay so, and so do
/// sums over nothing.
void TableCases::redraw(Case &c, uint64_t seed, int64_t maxTerms) const {
  llvm::Expected<ResolvedEquation> equation = resolveCase(c);
  if (!equation) {
    llvm::consumeError(equation.takeError()); // runCase says so
    return;
  }
  Random random(seed);
  std::vector<int64_t> extents;
  for (const Label &label : equation->labels)
    extents.push_back(label.extent == 0 ? 0 : drawExtent(random));
  // Axes that are broadcast stay so.
  auto shapeOf = [&](llvm::ArrayRef<int64_t> shape,
                     llvm::ArrayRef<int64_t> labels) {
    Extents result;
    for (auto [extent, label] : llvm::zip_equal(shape, labels)) {
      bool isBroadcast = extent == 1 && equation->labels[label].extent != 1;
      result.push_back(isBroadcast ? 1 : extents[label]);
    }
    return result;
  };
  auto product = [](llvm::ArrayRef<int64_t> shape) {
    double size = 1;
    for (int64_t extent : shape)
      size *= double(std::max<int64_t>(extent, 1));
    return size;
  };
  // A diagonal's memory is larger than what is computed.
  auto isTooLarge = [&] {
    double largest =
        product(shapeOf(equation->result.shape, equation->outputLabels));
    for (auto [operand, labels] :
         llvm::zip_equal(c.operands, equation->operandLabels))
      largest = std::max(largest, product(shapeOf(operand.shape, labels)));
    return product(extents) > double(maxTerms) ||
           largest > double(kMostElements);
  };
  while (isTooLarge()) {
    int64_t &extent = extents[random.range(0, extents.size() - 1)];
    extent = std::min(extent, drawExtent(random));
  }
  for (auto [operand, labels] :
       llvm::zip_equal(c.operands, equation->operandLabels))
    setShape(operand, shapeOf(operand.shape, labels));
}

Case TableCases::redrawn(size_t row, uint64_t seed) const {
  Case c = baseCase(row);
  c.seed = mixSeeds(seed, row);
  setElement(c, elementOf(row, 3));
  // Small problems are many, large ones few.
  Random random(c.seed);
  int64_t most = int64_t(std::ldexp(1.0, int(random.range(10, 24))));
  redraw(c, c.seed, std::min(most, kMostTerms));
  auto pairs = cpuPairs();
  std::tie(c.compile.cpu, c.compile.scheduleCpu) = pairs[row % pairs.size()];
  return c;
}

Case TableCases::otherCpu(size_t row, uint64_t seed) const {
  // Those whose main loops test/Target looks at.
  static constexpr const char *kCpus[] = {"znver3", "znver4", "x86-64-v2",
                                          "generic"};
  Case c = original(row);
  c.seed = mixSeeds(seed, row + 300000);
  if (row % 2) {
    redraw(c, c.seed, kMostTerms);
    c.expectedShape.reset();
  }
  // Not in step with the types.
  c.compile.scheduleCpu = kCpus[c.seed % std::size(kCpus)];
  // Code without what this machine has, too.
  if (c.compile.scheduleCpu == "x86-64-v2" && nativeCpu().arch == "x86_64")
    c.compile.cpu = std::exchange(c.compile.scheduleCpu, "");
  return c;
}

Case TableCases::forced(size_t row, uint64_t seed) const {
  Case c = baseCase(row);
  c.seed = mixSeeds(seed, row + 100000);
  setElement(c, elementOf(row, 5));
  if (row % 2)
    redraw(c, c.seed, int64_t(1) << 18);
  c.compile.schedule =
      "#kernel.cpu_schedule<mr = 3, nv = 1, width = 4, mc = 6, nc = 8, kc = 8, "
      "pack = [true, true], max_tasks = 3, split_k = " +
      std::to_string(1 + row % 3) + (row % 4 < 2 ? ", prefetch = true" : "") +
      (row % 8 < 4 ? ", order = output>" : ">");
  return c;
}

Case TableCases::narrow(size_t row, uint64_t seed) const {
  struct Types {
    ElementType first, second;
    const char *kinds[2];
  };
  using enum ElementType;
  static constexpr Types kTypes[] = {
      {bf16, bf16, {"dot_bf16", "widen"}}, {i8, i8, {"dot_i8", "dot_i16"}},
      {f16, f16, {"widen", "widen"}},      {u8, i8, {"dot_i8", "dot_i16"}},
      {u8, u8, {"dot_i8", "dot_i16"}},     {i8, u8, {"dot_i8", "dot_i16"}},
      {i16, i8, {"dot_i16", "dot_i16"}},   {bf16, f32, {"widen", "widen"}}};
  Case c = baseCase(row);
  c.seed = mixSeeds(seed, row + 200000);
  const Types &types = kTypes[row % std::size(kTypes)];
  for (auto [number, operand] : llvm::enumerate(c.operands))
    operand.type.element = number % 2 ? types.second : types.first;
  size_t turn = row / std::size(kTypes);
  Random random(c.seed);
  redraw(c, c.seed, int64_t(1) << random.range(10, 19));
  // Not in step with the types: each meets every pair.
  auto pairs = cpuPairs();
  std::tie(c.compile.cpu, c.compile.scheduleCpu) = pairs[turn % pairs.size()];
  // As the formula has it, too.
  if (turn % 3 == 2)
    return c;
  int64_t width = int64_t(4) << random.range(0, 2), nv = random.range(1, 2);
  c.compile.schedule =
      "#kernel.cpu_schedule<mr = 3, nv = " + std::to_string(nv) +
      ", width = " + std::to_string(width) +
      ", mc = 6, nc = " + std::to_string(2 * nv * width) +
      ", kc = " + std::to_string(4 * random.range(1, 8)) +
      ", pack = [true, true], max_tasks = 3, kind = " + types.kinds[turn % 2] +
      ">";
  return c;
}

/// Multiply-adds that an interpreter does not take seconds for.

Case TableCases::gpu(size_t row) const {
  Case c = original(row);
  // Types change with every fourth row: all of them meet every GPU.
  makeGpuCase(c, row + row / 4);
  if (row % 3 == 2)
    c.compile.schedule = "#kernel.simt_schedule<block = 32, max_blocks = 2, "
                         "order = [], index_bits = 32>";
  return c;
}
