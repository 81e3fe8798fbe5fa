//===- Dump.cpp - The reference's results for numpy to check --------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Dump.h"
#include "Suites.h"
#include "einsumc/Reference/Evaluate.h"
#include "einsumc/Reference/Npy.h"
#include "einsumc/Reference/Random.h"
#include "llvm/Support/raw_ostream.h"

using namespace einsumc;
using namespace einsumc::test;
using namespace einsumc::reference;

static void append(llvm::raw_ostream &os, const TensorView &view) {
  std::vector<uint8_t> bytes = formatNpy(view);
  os.write(reinterpret_cast<const char *>(bytes.data()), bytes.size());
}

/// The row once: all elements of one type or of several.
static llvm::Error dumpCase(llvm::raw_ostream &os, const Case &c, bool normal) {
  llvm::Expected<ResolvedEquation> equation = resolveCase(c);
  if (!equation)
    return equation.takeError();
  Random random(c.seed);
  std::vector<Tensor> tensors;
  std::vector<TensorView> views;
  for (const CaseOperand &operand : c.operands) {
    tensors.emplace_back(operand.type.element, operand.shape);
    views.push_back(tensors.back().view());
    if (normal)
      fillNormal(views.back(), random);
    else
      fillSmallIntegers(views.back(), random, 3);
    append(os, views.back());
  }
  llvm::Expected<Evaluation> result = evaluate(*equation, views);
  if (!result)
    return result.takeError();
  append(os, result->result.view());
  return llvm::Error::success();
}

int test::dumpReference(const std::string &path) {
  std::error_code code;
  llvm::raw_fd_ostream os(path, code);
  if (code) {
    llvm::errs() << path << ": " << code.message() << "\n";
    return 2;
  }
  TableCases table;
  for (size_t row = 0; row < table.size(); ++row) {
    Case c = table.original(row);
    // Long double is for rows that it does not take seconds for.
    bool large = table.multiplyAdds(row) > (int64_t(1) << 24);
    for (CaseOperand &operand : c.operands)
      operand.type.element = large ? ElementType::f32 : ElementType::f64;
    llvm::Error error = dumpCase(os, c, /*normal=*/true);
    if (!large)
      for (auto [number, operand] : llvm::enumerate(c.operands))
        operand.type.element =
            ElementType((row + (row % 3 ? 0 : number)) % kNumElementTypes);
    if (!error)
      error = dumpCase(os, c, /*normal=*/false);
    if (error) {
      llvm::errs() << c.name << ": " << llvm::toString(std::move(error))
                   << "\n";
      return 1;
    }
  }
  return 0;
}
