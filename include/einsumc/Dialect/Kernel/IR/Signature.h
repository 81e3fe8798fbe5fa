//===- Signature.h - A kernel's parameters ----------------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the C ABI needs to know of a public function: the order of operands,
// extents, strides and scalars. The lowering of entries and the C header both
// read it, so that they cannot disagree.
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_DIALECT_KERNEL_IR_SIGNATURE_H
#define EINSUMC_DIALECT_KERNEL_IR_SIGNATURE_H

#include "einsumc/Support/ElementType.h"
#include "einsumc/Support/ExtentFacts.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/SmallVector.h"
#include <optional>
#include <string>

namespace einsumc::kernel {

/// One entry of `sizes[]`.
struct SignatureLabel {
  std::string name;       ///< suffix of the `n_` parameter
  int64_t extent = 1;     ///< or ShapedType::kDynamic
  bool parameter = false; ///< some axis is `?`: there is an `n_` parameter
  ExtentFacts facts;      ///< what the kernel assumes of it
};

/// One operand of the kernel; outputs come last.
struct SignatureOperand {
  std::string name; ///< "in0", "out"
  ElementType element = ElementType::f32;
  llvm::SmallVector<int64_t, 6> shape; ///< ShapedType::kDynamic for `?`
  /// Index into labels, -1 for a static axis without a label.
  llvm::SmallVector<int, 6> labels;
  /// In elements, ShapedType::kDynamic for `?`; no value: row-major.
  std::optional<llvm::SmallVector<int64_t, 6>> strides;
  bool isOutput = false;
  bool isInOut = false; ///< an output that is also read
  /// The function's argument; for the result of a function on tensors the
  /// result's number, and `isResult`.
  unsigned index = 0;
  bool isResult = false;

  int64_t rank() const { return shape.size(); }
};

/// A parameter passed by value.
struct SignatureScalar {
  std::string name;
  ElementType element = ElementType::f32;
  unsigned index = 0; ///< the function's argument
};

struct Signature {
  std::string name;
  std::string equation; ///< empty where the function has none
  std::vector<SignatureLabel> labels;
  std::vector<SignatureOperand> operands;
  std::vector<SignatureScalar> scalars;

  bool hasDynamicExtents() const;
  bool hasDynamicStrides() const;
};

/// Reads the signature off a public function on tensors (the midpoint) or on
/// memrefs (after `kernel-prepare-entry`); says on the function what the ABI
/// cannot carry.
llvm::FailureOr<Signature> getSignature(mlir::func::FuncOp function);

/// The element type of an operand, from its MLIR type and `kernel.element`.
std::optional<ElementType> getElementType(mlir::Type type,
                                          mlir::StringAttr name);

/// Whether `name` can be a C and C++ identifier at file scope.
bool isValidKernelName(llvm::StringRef name);

} // namespace einsumc::kernel

#endif // EINSUMC_DIALECT_KERNEL_IR_SIGNATURE_H
