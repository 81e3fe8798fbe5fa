//===- Verify.cpp - Fresh data, and results that are right ----------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Benchmark/Verify.h"

#include "einsumc/Reference/Compare.h"
#include <cstring>

using namespace llvm;
using namespace einsumc;
using namespace einsumc::reference;

static constexpr uint8_t kPoison = 0xA5;

Tensor bench::makeTensor(const OperandType &type) {
  return Tensor::strided(type.element, type.shape,
                         type.strides ? *type.strides
                                      : rowMajorStrides(type.shape));
}

/// Writes one value an element, all over the tensor's memory.
template <typename T, typename Draw>
static void fillAs(const Tensor &tensor, Draw draw) {
  MutableArrayRef<uint8_t> memory = tensor.memory();
  auto *elements = reinterpret_cast<T *>(memory.data());
  for (size_t i = 0, e = memory.size() / sizeof(T); i < e; ++i)
    elements[i] = T(draw());
}

void bench::fillRandom(const Tensor &tensor, Random &random) {
  auto real = [&] { return 2 * random.uniform() - 1; };
  switch (tensor.view().element) {
  case ElementType::f16:
    return fillAs<uint16_t>(tensor, [&] { return toHalf(real()); });
  case ElementType::bf16:
    return fillAs<uint16_t>(tensor, [&] { return toBfloat(real()); });
  case ElementType::f32:
  case ElementType::c64:
    return fillAs<float>(tensor, real);
  case ElementType::f64:
  case ElementType::c128:
    return fillAs<double>(tensor, real);
  case ElementType::boolean:
    return fillAs<uint8_t>(tensor, [&] { return random.next() >> 63; });
  case ElementType::i8:
    return fillAs<uint8_t>(tensor, [&] { return random.next() >> 56; });
  case ElementType::u8:
    return fillAs<uint8_t>(tensor, [&] { return random.next() >> 56; });
  case ElementType::i16:
  case ElementType::u16:
    return fillAs<uint16_t>(tensor, [&] { return random.next() >> 57; });
  case ElementType::i32:
  case ElementType::u32:
    return fillAs<uint32_t>(tensor, [&] { return random.next() >> 57; });
  case ElementType::i64:
  case ElementType::u64:
    return fillAs<uint64_t>(tensor, [&] { return random.next() >> 57; });
  }
  llvm_unreachable("covered switch");
}

/// The poison of an element: NaN in every floating type, as bytes.
static SmallVector<uint8_t, 16> poisonBytes(ElementType type) {
  SmallVector<uint8_t, 16> bytes(elementTypeSize(type), kPoison);
  if (isFloat(type) || isComplex(type))
    bytes.assign(bytes.size(), 0xFF);
  return bytes;
}

void bench::poison(const Tensor &tensor) {
  MutableArrayRef<uint8_t> memory = tensor.memory();
  std::memset(memory.data(), poisonBytes(tensor.view().element).front(),
              memory.size());
}

/// Whether what lies behind rows is poison still. For the strides that tables
/// have: row-major, of longer rows.
static bool isUntouchedBetween(const Tensor &result) {
  const TensorView &view = result.view();
  if (view.rank() < 2)
    return true;
  int64_t size = elementTypeSize(view.element);
  int64_t row = view.shape.back() * size;
  int64_t pitch = view.strides[view.rank() - 2] * size;
  uint8_t byte = poisonBytes(view.element).front();
  ArrayRef<uint8_t> memory = result.memory();
  for (int64_t start = 0; start + pitch <= int64_t(memory.size());
       start += pitch)
    if (any_of(memory.slice(start + row, pitch - row),
               [&](uint8_t value) { return value != byte; }))
      return false;
  return true;
}

/// Rows of NaN are what a kernel that stopped too early leaves.
static bool hasPoison(const TensorView &view) {
  ElementType type = view.element;
  if (!isFloat(type) && !isComplex(type))
    return false; // any bytes may be a sum
  SmallVector<uint8_t, 16> bytes = poisonBytes(type);
  bool found = false;
  forEachIndex(view.shape, [&](ArrayRef<int64_t> index) {
    found |= std::memcmp(view.at(index), bytes.data(), bytes.size()) == 0;
  });
  return found;
}

/// The operand's part that one element of the result is made from.
static TensorView slice(const TensorView &operand, ArrayRef<int64_t> labels,
                        ArrayRef<int64_t> outputLabels,
                        ArrayRef<int64_t> index) {
  TensorView view = operand;
  SmallVector<int64_t, 6> start(labels.size(), 0);
  for (auto [axis, label] : enumerate(labels)) {
    const auto *found = find(outputLabels, label);
    if (found == outputLabels.end())
      continue;
    if (view.shape[axis] != 1)
      start[axis] = index[found - outputLabels.begin()];
    view.shape[axis] = 1;
  }
  view.data = operand.at(start);
  return view;
}

static Error wrong(const Twine &what) {
  return createStringError("wrong result: " + what);
}

/// Compares the element at `index` alone.
static Error checkElement(const ResolvedEquation &equation,
                          ArrayRef<TensorView> operands, const TensorView &view,
                          ArrayRef<int64_t> index) {
  SmallVector<TensorView> slices;
  for (auto [operand, labels] : zip_equal(operands, equation.operandLabels))
    slices.push_back(slice(operand, labels, equation.outputLabels, index));
  TensorView element = view;
  element.data = view.at(index);
  element.shape.assign(view.rank(), 1);
  auto reference = evaluate(equation, slices);
  if (!reference)
    return reference.takeError();
  Verdict verdict = compare(*reference, element, Comparison::bounded);
  if (verdict.ok())
    return Error::success();
  std::string place;
  raw_string_ostream os(place);
  interleaveComma(index, os);
  return wrong("at [" + place + "]: " + verdict.actual + ", expected " +
               verdict.expected);
}

Expected<bench::Check> bench::checkResult(const ResolvedEquation &equation,
                                          ArrayRef<TensorView> operands,
                                          const Tensor &result,
                                          Random &random) {
  // About a tenth of a second.
  constexpr double kTerms = 4e6;
  const TensorView &view = result.view();
  if (!isUntouchedBetween(result))
    return wrong("something was written between its elements");
  double terms = 1;
  for (const Label &label : equation.labels)
    terms *= double(label.extent);
  if (terms <= kTerms) {
    auto reference = evaluate(equation, operands);
    if (!reference)
      return reference.takeError();
    Verdict verdict = compare(*reference, view, Comparison::bounded);
    if (!verdict.ok())
      return wrong(verdict.str());
    return Check{verdict.elements, true};
  }
  if (hasPoison(view))
    return wrong("elements were not written");

  double perElement = terms / double(view.size());
  auto samples = int64_t(std::clamp(kTerms / perElement, 16.0, 1000.0));
  for (int64_t sample = 0; sample < samples; ++sample) {
    // The first 2^rank ones are corners: what edges and tails compute.
    SmallVector<int64_t, 6> index;
    bool corner = sample < (int64_t(1) << std::min(view.rank(), 4u));
    for (auto [axis, extent] : enumerate(view.shape))
      index.push_back(corner ? ((sample >> std::min<size_t>(axis, 4)) & 1) *
                                   (extent - 1)
                             : random.range(0, extent - 1));
    if (Error error = checkElement(equation, operands, view, index))
      return std::move(error);
  }
  return Check{samples, false};
}
