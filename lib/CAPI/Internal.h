//===- Internal.h - What is behind the C API's handles ----------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_LIB_CAPI_INTERNAL_H
#define EINSUMC_LIB_CAPI_INTERNAL_H

#include "einsum-c/Einsum.h"
#include "einsumc/ExecutionEngine/CompileKernel.h"
#include <mutex>

struct EinsumError {
  EinsumStatus status;
  /// Rendered, without the word "error" in front.
  std::string message;
  std::string summary;
  std::optional<einsumc::SourcePoint> point;
};

struct EinsumEquation {
  einsumc::ResolvedEquation equation;
  std::vector<std::string> operandTypes;
  std::string resultType;
};

struct EinsumCompiler {
  std::mutex mutex;
  einsumc::Compiler compiler;
};

struct EinsumArtifact {
  einsumc::Compilation compilation;
};

struct EinsumKernel {
  einsumc::Kernel kernel;
  std::vector<std::string> operandTypes;

  explicit EinsumKernel(einsumc::Kernel kernel);
};

namespace einsumc::capi {

/// Stores a new error, if the caller wants it, and gives its status back.
EinsumStatus fail(EinsumError **error, EinsumStatus status,
                  const llvm::Twine &message);
EinsumStatus fail(EinsumError **error, const Diagnostic &diagnostic);
/// The error of a compilation.
EinsumStatus fail(EinsumError **error, llvm::Error failure);

/// Success: there is no error.
inline EinsumStatus ok(EinsumError **error) {
  if (error)
    *error = nullptr;
  return EINSUM_OK;
}

/// A null `value`, described by `what`.
inline EinsumStatus failNull(EinsumError **error, const char *what) {
  return fail(error, EINSUM_INVALID_ARGUMENT,
              llvm::Twine(what) + " is a null pointer");
}

/// A copy for einsumStringDestroy.
char *copyString(llvm::StringRef text);

/// The notation of operand types.
std::string typeString(const kernel::SignatureOperand &operand);

} // namespace einsumc::capi

#endif // EINSUMC_LIB_CAPI_INTERNAL_H
