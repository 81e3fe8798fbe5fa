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

/// Writes one value an element, all over the tensor's memory. Large tensors
/// repeat what was drawn for a prime number of elements: neighbours along any
/// axis differ, and it takes no time.
template <typename T, typename Draw>
static void fillAs(const Tensor &tensor, Draw draw) {
  constexpr size_t kDrawn = 1000003;
  MutableArrayRef<uint8_t> memory = tensor.memory();
  auto *elements = reinterpret_cast<T *>(memory.data());
  size_t count = memory.size() / sizeof(T), drawn = std::min(count, kDrawn);
  for (size_t i = 0; i < drawn; ++i)
    elements[i] = T(draw());
  for (size_t i = drawn; i < count; i += drawn)
    std::memcpy(elements + i, elements, std::min(drawn, count - i) * sizeof(T));
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

/// Calls `visit` with each innermost row's first byte in memory, and gives the
/// bytes of a row and from row to row. For the strides that tables have:
/// row-major, of longer rows.
static bool
allRows(const Tensor &tensor,
        function_ref<bool(const uint8_t *row, int64_t bytes, int64_t pitch)>
            visit) {
  const TensorView &view = tensor.view();
  ArrayRef<uint8_t> memory = tensor.memory();
  int64_t size = elementTypeSize(view.element), last = int64_t(view.rank()) - 1;
  int64_t bytes = view.rank() ? view.shape[last] * size : size;
  int64_t pitch = view.rank() > 1 ? view.strides[last - 1] * size : bytes;
  for (int64_t start = 0; start + bytes <= int64_t(memory.size());
       start += std::max(pitch, size))
    if (!visit(memory.data() + start, bytes,
               std::min(pitch, int64_t(memory.size()) - start)))
      return false;
  return true;
}

/// Whether what lies behind rows is poison still.
static bool isUntouchedBetween(const Tensor &result) {
  uint8_t byte = poisonBytes(result.view().element).front();
  return allRows(result, [&](const uint8_t *row, int64_t bytes, int64_t pitch) {
    return std::all_of(row + bytes, row + std::max(bytes, pitch),
                       [&](uint8_t value) { return value == byte; });
  });
}

/// Whether some element of a row is all ones.
template <typename Word>
static bool hasOnes(const uint8_t *row, int64_t bytes) {
  const auto *words = reinterpret_cast<const Word *>(row);
  return std::any_of(words, words + bytes / sizeof(Word),
                     [](Word word) { return word == Word(-1); });
}

/// NaN is what a kernel leaves that stopped too early.
static bool hasPoison(const Tensor &result) {
  ElementType type = result.view().element;
  if (!isFloat(type) && !isComplex(type))
    return false; // any bytes may be a sum
  // A complex number's parts are looked at one by one.
  unsigned size = elementTypeSize(type) / (isComplex(type) ? 2 : 1);
  return !allRows(result, [&](const uint8_t *row, int64_t bytes, int64_t) {
    return !(size == 2   ? hasOnes<uint16_t>(row, bytes)
             : size == 4 ? hasOnes<uint32_t>(row, bytes)
                         : hasOnes<uint64_t>(row, bytes));
  });
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
                                          const Tensor &result, Random &random,
                                          double mostTerms) {
  const TensorView &view = result.view();
  if (!isUntouchedBetween(result))
    return wrong("something was written between its elements");
  double terms = 1;
  for (const Label &label : equation.labels)
    terms *= double(label.extent);
  if (terms <= mostTerms || view.size() == 1) {
    auto reference = evaluate(equation, operands);
    if (!reference)
      return reference.takeError();
    Verdict verdict = compare(*reference, view, Comparison::bounded);
    if (!verdict.ok())
      return wrong(verdict.str());
    return Check{verdict.elements, true};
  }
  if (hasPoison(result))
    return wrong("elements were not written");

  double perElement = terms / double(view.size());
  auto samples = int64_t(std::clamp(mostTerms / perElement, 4.0, 1000.0));
  for (int64_t sample = 0; sample < samples; ++sample) {
    // The first ones are corners, the last one before all others: what edges
    // and tails compute.
    int64_t corners = int64_t(1) << std::min(view.rank(), 4u);
    SmallVector<int64_t, 6> index;
    for (auto [axis, extent] : enumerate(view.shape)) {
      bool end = ((corners - 1 - sample) >> std::min<size_t>(axis, 3)) & 1;
      index.push_back(sample < corners ? (end ? extent - 1 : 0)
                                       : random.range(0, extent - 1));
    }
    if (Error error = checkElement(equation, operands, view, index))
      return std::move(error);
  }
  return Check{samples, false};
}
