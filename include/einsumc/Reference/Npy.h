//===- Npy.h - numpy's array files ------------------------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_REFERENCE_NPY_H
#define EINSUMC_REFERENCE_NPY_H

#include "einsumc/Reference/Tensor.h"

namespace einsumc::reference {

/// Reads a .npy file: versions 1 to 3, C or Fortran order (kept as strides),
/// either byte order. bf16, which numpy has no name for, is `V2`; other void
/// types, strings, objects and records are refused.
llvm::Expected<Tensor> readNpy(llvm::StringRef path);
/// The same from the file's bytes.
llvm::Expected<Tensor> parseNpy(llvm::ArrayRef<uint8_t> bytes);

/// The bytes of a version 1.0 file in C order.
std::vector<uint8_t> formatNpy(const TensorView &tensor);
llvm::Error writeNpy(llvm::StringRef path, const TensorView &tensor);

} // namespace einsumc::reference

#endif // EINSUMC_REFERENCE_NPY_H
