//===- Tensor.h - Strided tensors of any element type -----------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_REFERENCE_TENSOR_H
#define EINSUMC_REFERENCE_TENSOR_H

#include "einsumc/Support/ElementType.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"
#include <complex>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace einsumc::reference {

/// Somebody's memory, seen as a tensor. `data` is the address of the element
/// whose indices are all 0; strides count elements and may be 0 or negative.
struct TensorView {
  ElementType element = ElementType::f32;
  llvm::SmallVector<int64_t, 6> shape;
  llvm::SmallVector<int64_t, 6> strides;
  void *data = nullptr;

  unsigned rank() const { return shape.size(); }
  /// Number of elements; 1 for a scalar.
  int64_t size() const;
  /// Address of an element.
  void *at(llvm::ArrayRef<int64_t> index) const;
};

/// Row-major strides of a shape.
llvm::SmallVector<int64_t, 6> rowMajorStrides(llvm::ArrayRef<int64_t> shape);
/// Product of the extents; nothing when it does not fit into 63 bits.
std::optional<int64_t> checkedSize(llvm::ArrayRef<int64_t> shape);
/// Calls `visit` with every index of `shape`, in row-major order.
void forEachIndex(llvm::ArrayRef<int64_t> shape,
                  llvm::function_ref<void(llvm::ArrayRef<int64_t>)> visit);

/// Where the elements of a strided tensor lie around the one whose indices are
/// all 0.
struct Span {
  int64_t before = 0; ///< bytes in front of that element
  int64_t bytes = 0;  ///< of all: from the lowest to behind the highest
};
/// Nothing when these do not fit into 63 bits.
std::optional<Span> checkedSpan(ElementType element,
                                llvm::ArrayRef<int64_t> shape,
                                llvm::ArrayRef<int64_t> strides);

/// A tensor that owns its memory, aligned to 64 bytes.
class Tensor {
public:
  Tensor() = default;
  /// Row-major (or column-major, as .npy files have them), zero-filled. The
  /// caller has checked that the size is reasonable.
  Tensor(ElementType element, llvm::ArrayRef<int64_t> shape,
         bool fortranOrder = false);
  /// Zero-filled memory with these strides, for which `checkedSpan` gives
  /// something reasonable.
  static Tensor strided(ElementType element, llvm::ArrayRef<int64_t> shape,
                        llvm::ArrayRef<int64_t> strides);

  /// The view stays valid while the tensor lives; moving the tensor keeps it.
  const TensorView &view() const { return tensor; }
  /// All memory, with what lies between the elements.
  llvm::MutableArrayRef<uint8_t> memory() const {
    return {storage.get(), size_t(size)};
  }
  int64_t bytes() const { return size; }

private:
  struct Free {
    void operator()(uint8_t *memory) const;
  };
  std::unique_ptr<uint8_t, Free> storage;
  int64_t size = 0;
  TensorView tensor;
};

/// One element in the domain its type computes in. Exactly one member is
/// meaningful: `integer` for integers and bool (sign- or zero-extended), `real`
/// for the rest. Types up to 32 bits stand exactly in a double; f64 sums need
/// the longer type, or the truth would be no better than what it judges.
struct Number {
  uint64_t integer = 0;
  std::complex<long double> real = 0;
};

/// Reads an element. Integers and bool fill both members.
Number readNumber(ElementType type, const void *address);
/// Writes with one rounding to nearest even; integers wrap, bool is `!= 0`.
void writeNumber(ElementType type, void *address, const Number &number);

/// Conversions between a double and the 16-bit formats; NaN stays NaN.
uint16_t toHalf(double value);
double fromHalf(uint16_t bits);
uint16_t toBfloat(double value);
double fromBfloat(uint16_t bits);

/// The tensor as numpy.array2string prints it (small ones in full).
std::string format(const TensorView &tensor);

} // namespace einsumc::reference

#endif // EINSUMC_REFERENCE_TENSOR_H
