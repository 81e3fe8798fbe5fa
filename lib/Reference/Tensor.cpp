//===- Tensor.cpp - Strided tensors of any element type -------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Reference/Tensor.h"
#include "llvm/Support/ErrorHandling.h"
#include <cmath>
#include <cstdlib>
#include <cstring>

using namespace einsumc;
using namespace einsumc::reference;

std::optional<int64_t> reference::checkedSize(llvm::ArrayRef<int64_t> shape) {
  int64_t size = 1;
  bool overflow = false;
  for (int64_t extent : shape) {
    // A zero anywhere makes the tensor empty, however large the rest is.
    if (extent == 0)
      return 0;
    overflow |= extent < 0 || __builtin_mul_overflow(size, extent, &size);
  }
  if (overflow)
    return std::nullopt;
  return size;
}

int64_t TensorView::size() const { return checkedSize(shape).value_or(0); }

void *TensorView::at(llvm::ArrayRef<int64_t> index) const {
  int64_t offset = 0;
  for (auto [i, stride] : llvm::zip_equal(index, strides))
    offset += i * stride;
  return static_cast<uint8_t *>(data) + offset * elementTypeSize(element);
}

llvm::SmallVector<int64_t, 6>
reference::rowMajorStrides(llvm::ArrayRef<int64_t> shape) {
  llvm::SmallVector<int64_t, 6> strides(shape.size());
  int64_t stride = 1;
  for (size_t axis = shape.size(); axis-- > 0;) {
    strides[axis] = stride;
    // A zero extent must not make the strides 0: those mean broadcasting.
    stride *= std::max<int64_t>(shape[axis], 1);
  }
  return strides;
}

void reference::forEachIndex(
    llvm::ArrayRef<int64_t> shape,
    llvm::function_ref<void(llvm::ArrayRef<int64_t>)> visit) {
  if (llvm::is_contained(shape, 0))
    return;
  llvm::SmallVector<int64_t, 6> index(shape.size(), 0);
  while (true) {
    visit(index);
    size_t axis = shape.size();
    while (axis > 0 && ++index[axis - 1] == shape[axis - 1])
      index[--axis] = 0;
    if (axis == 0)
      return;
  }
}

std::optional<Span> reference::checkedSpan(ElementType element,
                                           llvm::ArrayRef<int64_t> shape,
                                           llvm::ArrayRef<int64_t> strides) {
  if (llvm::is_contained(shape, 0))
    return Span();
  int64_t low = 0, high = 1, size = elementTypeSize(element);
  bool overflow = false;
  for (auto [extent, stride] : llvm::zip_equal(shape, strides)) {
    int64_t reach;
    if (extent < 0 || __builtin_mul_overflow(extent - 1, stride, &reach))
      return std::nullopt;
    int64_t &end = reach < 0 ? low : high;
    overflow |= __builtin_add_overflow(end, reach, &end);
  }
  Span span;
  overflow |= __builtin_mul_overflow(low, -size, &span.before);
  overflow |= __builtin_mul_overflow(high, size, &span.bytes);
  overflow |= __builtin_add_overflow(span.bytes, span.before, &span.bytes);
  if (overflow)
    return std::nullopt;
  return span;
}

static constexpr size_t kAlignment = 64;

void Tensor::Free::operator()(uint8_t *memory) const { std::free(memory); }

Tensor Tensor::strided(ElementType element, llvm::ArrayRef<int64_t> shape,
                       llvm::ArrayRef<int64_t> strides) {
  Tensor result;
  Span span = checkedSpan(element, shape, strides).value_or(Span());
  result.size = span.bytes;
  result.tensor.element = element;
  result.tensor.shape.assign(shape.begin(), shape.end());
  result.tensor.strides.assign(strides.begin(), strides.end());
  // Never empty: a null pointer means something of its own to kernels.
  size_t bytes = (size_t(span.bytes) / kAlignment + 1) * kAlignment;
  auto *memory = static_cast<uint8_t *>(std::aligned_alloc(kAlignment, bytes));
  if (!memory)
    llvm::report_bad_alloc_error("no memory for a tensor");
  std::memset(memory, 0, bytes);
  result.storage.reset(memory);
  result.tensor.data = memory + span.before;
  return result;
}

Tensor::Tensor(ElementType element, llvm::ArrayRef<int64_t> shape,
               bool fortranOrder) {
  llvm::SmallVector<int64_t, 6> strides = rowMajorStrides(shape);
  if (fortranOrder) {
    llvm::SmallVector<int64_t, 6> reversed(llvm::reverse(shape));
    reversed = rowMajorStrides(reversed);
    strides.assign(reversed.rbegin(), reversed.rend());
  }
  *this = strided(element, shape, strides);
}

//===----------------------------------------------------------------------===//
// 16-bit floats
//===----------------------------------------------------------------------===//

/// Rounds to a format of `mantissa` explicit bits and exponent bias `bias`,
/// 16 bits in all, to nearest even.
static uint16_t roundTo16(double value, int mantissa, int bias) {
  uint16_t sign = std::signbit(value) ? 0x8000 : 0;
  uint16_t infinity = uint16_t((2 * bias + 1) << mantissa);
  if (std::isnan(value))
    return sign | infinity | uint16_t(1 << (mantissa - 1));
  double magnitude = std::fabs(value);
  if (std::isinf(magnitude))
    return sign | infinity;
  if (magnitude == 0)
    return sign;
  int exponent = std::max(std::ilogb(magnitude), 1 - bias);
  // Exact: a power of two, and the quotient has at most 53 bits.
  double quotient = std::nearbyint(std::ldexp(magnitude, mantissa - exponent));
  // Subnormals have biased exponent 0 and no implicit one, hence `- 1`: a
  // carry out of the mantissa goes into the exponent by itself.
  double bits = std::ldexp(exponent + bias - 1, mantissa) + quotient;
  if (bits >= infinity)
    return sign | infinity;
  return sign | uint16_t(bits);
}

static double widen16(uint16_t bits, int mantissa, int bias) {
  int exponent = (bits & 0x7fff) >> mantissa;
  int fraction = bits & ((1 << mantissa) - 1);
  double magnitude;
  if (exponent == 2 * bias + 1)
    magnitude = fraction ? NAN : INFINITY;
  else if (exponent == 0)
    magnitude = std::ldexp(fraction, 1 - bias - mantissa);
  else
    magnitude =
        std::ldexp(fraction + (1 << mantissa), exponent - bias - mantissa);
  return bits & 0x8000 ? -magnitude : magnitude;
}

uint16_t reference::toHalf(double value) { return roundTo16(value, 10, 15); }
double reference::fromHalf(uint16_t bits) { return widen16(bits, 10, 15); }
uint16_t reference::toBfloat(double value) { return roundTo16(value, 7, 127); }
double reference::fromBfloat(uint16_t bits) { return widen16(bits, 7, 127); }

//===----------------------------------------------------------------------===//
// Elements
//===----------------------------------------------------------------------===//

template <typename T> static T load(const void *address, unsigned index = 0) {
  T value;
  std::memcpy(&value, static_cast<const char *>(address) + index * sizeof(T),
              sizeof(T));
  return value;
}

template <typename T>
static void store(void *address, T value, unsigned index = 0) {
  std::memcpy(static_cast<char *>(address) + index * sizeof(T), &value,
              sizeof(T));
}

template <typename T> static Number integerNumber(const void *address) {
  T value = load<T>(address);
  return {static_cast<uint64_t>(value), static_cast<long double>(value)};
}

Number reference::readNumber(ElementType type, const void *address) {
  switch (type) {
  case ElementType::f16:
    return {0, fromHalf(load<uint16_t>(address))};
  case ElementType::bf16:
    return {0, fromBfloat(load<uint16_t>(address))};
  case ElementType::f32:
    return {0, load<float>(address)};
  case ElementType::f64:
    return {0, load<double>(address)};
  case ElementType::c64:
    return {0, {load<float>(address), load<float>(address, 1)}};
  case ElementType::c128:
    return {0, {load<double>(address), load<double>(address, 1)}};
  case ElementType::i8:
    return integerNumber<int8_t>(address);
  case ElementType::i16:
    return integerNumber<int16_t>(address);
  case ElementType::i32:
    return integerNumber<int32_t>(address);
  case ElementType::i64:
    return integerNumber<int64_t>(address);
  case ElementType::u8:
    return integerNumber<uint8_t>(address);
  case ElementType::u16:
    return integerNumber<uint16_t>(address);
  case ElementType::u32:
    return integerNumber<uint32_t>(address);
  case ElementType::u64:
    return integerNumber<uint64_t>(address);
  case ElementType::boolean: {
    bool value = load<uint8_t>(address) != 0;
    return {value, static_cast<long double>(value)};
  }
  }
  return {};
}

void reference::writeNumber(ElementType type, void *address,
                            const Number &number) {
  switch (type) {
  case ElementType::f16:
    return store(address, toHalf(double(number.real.real())));
  case ElementType::bf16:
    return store(address, toBfloat(double(number.real.real())));
  case ElementType::f32:
    return store(address, float(number.real.real()));
  case ElementType::f64:
    return store(address, double(number.real.real()));
  case ElementType::c64:
    store(address, float(number.real.real()));
    return store(address, float(number.real.imag()), 1);
  case ElementType::c128:
    store(address, double(number.real.real()));
    return store(address, double(number.real.imag()), 1);
  case ElementType::i8:
  case ElementType::u8:
    return store(address, uint8_t(number.integer));
  case ElementType::i16:
  case ElementType::u16:
    return store(address, uint16_t(number.integer));
  case ElementType::i32:
  case ElementType::u32:
    return store(address, uint32_t(number.integer));
  case ElementType::i64:
  case ElementType::u64:
    return store(address, number.integer);
  case ElementType::boolean:
    return store(address, uint8_t(number.integer != 0));
  }
}
