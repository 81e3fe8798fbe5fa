//===- Backend.cpp - What runs the kernel of a case -----------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Backend.h"

using namespace einsumc;
using namespace einsumc::test;
using namespace einsumc::reference;

void KernelArguments::addScalar(ElementType element, const Number &value) {
  Scalar &scalar = scalars.emplace_back();
  scalar.element = element;
  writeNumber(element, scalar.bytes.data(), value);
}

llvm::SmallVector<int64_t> test::sizesOf(const kernel::Signature &signature,
                                         const KernelArguments &arguments) {
  llvm::SmallVector<int64_t> sizes;
  for (const kernel::SignatureLabel &label : signature.labels)
    sizes.push_back(label.extent);
  for (auto [operand, tensor] :
       llvm::zip_equal(signature.operands, arguments.tensors))
    for (auto [axis, label] : llvm::enumerate(operand.labels))
      if (label >= 0 && mlir::ShapedType::isDynamic(operand.shape[axis]))
        sizes[label] = tensor->view().shape[axis];
  return sizes;
}
