//===- GpuBackend.cpp - Kernels for GPUs, run without one -----------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GpuBackend.h"

using namespace einsumc;
using namespace einsumc::test;
using namespace einsumc::reference;

llvm::Error GpuBackend::compile(Compiler &compiler,
                                const ResolvedEquation &equation,
                                const ImportOptions &import,
                                const CompileOptions &options) {
  llvm::Expected<GpuCode> compiled =
      compileForGpu(compiler, equation, import, options);
  if (!compiled)
    return compiled.takeError();
  code = std::move(*compiled);
  llvm::StringRef number = llvm::StringRef(options.gpu).drop_front(3);
  if (number.consumeInteger(10, architecture))
    return llvm::createStringError("no architecture: '" + options.gpu + "'");
  if (!edit)
    return llvm::Error::success();
  llvm::Expected<std::string> edited = edit(code.ptx);
  if (!edited)
    return edited.takeError();
  code.ptx = std::move(*edited);
  return llvm::Error::success();
}

std::string GpuBackend::call(size_t number, const KernelArguments &arguments,
                             Random &random) {
  if (llvm::Error error = run(number, arguments, random))
    return llvm::toString(std::move(error));
  return "";
}

CallArrays::CallArrays(const GpuCode &code, const KernelArguments &arguments)
    : sizes(sizesOf(code.signature, arguments)) {
  for (const GuardedTensor *tensor : arguments.tensors)
    strides.append(tensor->view().strides.begin(),
                   tensor->view().strides.end());
  for (const KernelArguments::Scalar &scalar : arguments.scalars)
    scalars.push_back(scalar.bytes.data());
}
