//===- Problems.cpp - Small problems for peers ----------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Problems.h"

#include "einsumc/Benchmark/Verify.h"
#include "einsumc/Reference/Compare.h"
#include "gtest/gtest.h"

using namespace einsumc;
using namespace einsumc::bench;

Problem einsumc::bench::makeProblem(llvm::StringRef text,
                                    llvm::ArrayRef<llvm::StringRef> operands,
                                    llvm::StringRef result) {
  Problem problem;
  Diagnostic diagnostic;
  std::vector<OperandType> types;
  auto parse = [&](llvm::StringRef type) {
    auto parsed = parseOperandType(type, "operand", diagnostic);
    EXPECT_TRUE(succeeded(parsed)) << type.str();
    return parsed.value_or(OperandType());
  };
  for (llvm::StringRef type : operands)
    types.push_back(parse(type));
  ResolveOptions options;
  if (!result.empty())
    options.result = parse(result);
  auto equation = parseEquation(text, diagnostic);
  EXPECT_TRUE(succeeded(equation)) << text.str();
  if (failed(equation))
    return problem;
  auto resolved = resolve(*equation, types, options, diagnostic);
  EXPECT_TRUE(succeeded(resolved)) << text.str();
  if (failed(resolved))
    return problem;
  problem.equation = std::move(*resolved);
  reference::Random random(7);
  for (const OperandType &type : problem.equation.operands) {
    problem.operands.push_back(makeTensor(type));
    fillRandom(problem.operands.back(), random);
    // Without VNNI, libraries add pairs of products in 16 bits, which saturate.
    // einsum-bench tells such results; here they are kept small.
    if (type.element == ElementType::i8)
      for (uint8_t &byte : problem.operands.back().memory())
        byte = uint8_t(int8_t(byte) / 2);
  }
  problem.result = makeTensor(problem.equation.result);
  return problem;
}

void einsumc::bench::expectRight(const Problem &problem, PeerRun &run) {
  llvm::SmallVector<reference::TensorView> views;
  for (const reference::Tensor &operand : problem.operands)
    views.push_back(operand.view());
  auto expected = reference::evaluate(problem.equation, views);
  ASSERT_TRUE(bool(expected)) << llvm::toString(expected.takeError());
  for (int i = 0; i < 2; ++i) {
    poison(problem.result);
    run.run();
    ASSERT_EQ(run.error(), "");
    auto verdict = reference::compare(*expected, problem.result.view(),
                                      reference::Comparison::bounded);
    ASSERT_TRUE(verdict.ok()) << verdict.str();
  }
}
