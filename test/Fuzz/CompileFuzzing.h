//===- CompileFuzzing.h - What resolves, compiles ---------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_TEST_FUZZ_COMPILEFUZZING_H
#define EINSUMC_TEST_FUZZ_COMPILEFUZZING_H

#include "DrawnEquation.h"
#include "Fuzzing.h"
#include "einsumc/Compiler/Compiler.h"
#include "llvm/Support/raw_ostream.h"

namespace einsumc::fuzz {

/// How many inputs were valid equations; told at the end.
struct ValidInputs {
  uint64_t valid = 0, all = 0;
  ~ValidInputs() {
    llvm::errs() << valid << " of " << all << " inputs were compiled\n";
  }
};

/// Draws an equation and takes it to `stage`. The language may refuse it with a
/// good error; whatever it takes must compile.
inline int compileDrawn(const uint8_t *data, size_t size, Stage stage) {
  static ValidInputs inputs;
  ++inputs.all;
  FuzzedDataProvider bytes(data, size);
  DrawnEquation drawn = drawEquation(bytes);
  Diagnostic diagnostic;
  auto resolved =
      resolve(drawn.equation, drawn.operands, drawn.resolve, diagnostic);
  if (failed(resolved)) {
    requireGoodError(diagnostic);
    return 0;
  }
  // A context keeps every type it has seen.
  static std::unique_ptr<Compiler> compiler;
  if (inputs.valid++ % 512 == 0)
    compiler = std::make_unique<Compiler>();
  auto module = compiler->importEquation(*resolved, drawn.import);
  CompileOptions options;
  options.verifyEach = true;
  auto fail = [&](llvm::Error error) {
    llvm::errs() << resolved->text << "\n";
    for (const OperandType &type : resolved->operands)
      llvm::errs() << "  " << type.str() << "\n";
    llvm::errs() << "  -> " << resolved->result.str() << "\n"
                 << llvm::toString(std::move(error)) << "\n";
    require(false);
  };
  if (!module) {
    fail(module.takeError());
    return 0;
  }
  auto compilation = compiler->compile(module->get(), stage, options);
  if (!compilation)
    fail(compilation.takeError());
  else
    require(!compilation->output.empty());
  return 0;
}

} // namespace einsumc::fuzz

#endif // EINSUMC_TEST_FUZZ_COMPILEFUZZING_H
