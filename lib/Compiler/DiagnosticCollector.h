//===- DiagnosticCollector.h - MLIR's diagnostics as text -------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_LIB_COMPILER_DIAGNOSTICCOLLECTOR_H
#define EINSUMC_LIB_COMPILER_DIAGNOSTICCOLLECTOR_H

#include "mlir/IR/Diagnostics.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"
#include <string>
#include <vector>

namespace einsumc {

/// While it lives, errors and remarks of the context end up in it, shown with
/// the line of source they are about where `sources` has it.
class DiagnosticCollector : private mlir::SourceMgrDiagnosticHandler {
public:
  DiagnosticCollector(mlir::MLIRContext *context, llvm::SourceMgr &sources)
      : SourceMgrDiagnosticHandler(sources, context, stream), stream(text) {
    setHandler([this](mlir::Diagnostic &diagnostic) {
      text.clear();
      emitDiagnostic(diagnostic);
      if (diagnostic.getSeverity() == mlir::DiagnosticSeverity::Error)
        errors += text;
      else
        remarks.push_back(llvm::StringRef(text).rtrim().str());
      return mlir::success();
    });
  }

  /// What went wrong; `otherwise` where nobody said.
  llvm::Error
  takeError(llvm::StringRef otherwise = "error: compilation failed") {
    llvm::StringRef message = llvm::StringRef(errors).rtrim();
    return llvm::createStringError(message.empty() ? otherwise : message);
  }
  std::vector<std::string> takeRemarks() { return std::move(remarks); }

private:
  std::string text;
  llvm::raw_string_ostream stream;
  std::string errors;
  std::vector<std::string> remarks;
};

} // namespace einsumc

#endif // EINSUMC_LIB_COMPILER_DIAGNOSTICCOLLECTOR_H
