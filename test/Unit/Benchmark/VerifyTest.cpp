//===- VerifyTest.cpp ----------------------------------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Benchmark/Verify.h"
#include "einsumc/Benchmark/Table.h"
#include "einsumc/Reference/Evaluate.h"
#include "gtest/gtest.h"
#include <cstring>

using namespace einsumc;
using namespace einsumc::bench;
using namespace einsumc::reference;

namespace {

/// A row's problem with the right result in place.
struct Solved {
  Solved(const std::string &fields, Variant variant = Variant::given)
      : random(7) {
    auto rows = llvm::cantFail(parseTable(
        "name\tequation\textents\ttypes\np\t" + fields + "\n", "t.tsv"));
    equation = llvm::cantFail(resolveRow(rows.front(), variant));
    for (const OperandType &type : equation.operands) {
      operands.push_back(makeTensor(type));
      fillRandom(operands.back(), random);
      views.push_back(operands.back().view());
    }
    result = makeTensor(equation.result);
    poison(result);
    Evaluation right = llvm::cantFail(evaluate(equation, views));
    forEachIndex(result.view().shape, [&](llvm::ArrayRef<int64_t> index) {
      std::memcpy(result.view().at(index), right.result.view().at(index),
                  elementTypeSize(result.view().element));
    });
  }

  std::string check() {
    auto check = checkResult(equation, views, result, random);
    if (!check)
      return llvm::toString(check.takeError());
    elements = check->elements;
    all = check->all;
    return "right";
  }
  float &at(llvm::ArrayRef<int64_t> index) {
    return *static_cast<float *>(result.view().at(index));
  }

  Random random;
  ResolvedEquation equation;
  std::vector<Tensor> operands;
  llvm::SmallVector<TensorView> views;
  Tensor result;
  int64_t elements = 0;
  bool all = false;
};

} // namespace

TEST(Verify, SmallResultsAreComparedWhole) {
  Solved small("ik,kj->ij\ti=9,j=8,k=7\tf32");
  EXPECT_EQ(small.check(), "right");
  EXPECT_EQ(small.elements, 72);
  EXPECT_TRUE(small.all);
  small.at({4, 5}) += 0.01f;
  EXPECT_NE(small.check().find("wrong result: 1 of 72"), std::string::npos);
}

TEST(Verify, EveryTypeOfOperands) {
  for (const char *type : {"f16", "bf16", "bf16:f32", "f64", "i8:i32", "u8",
                           "i16", "i64", "bool", "c64", "c128"}) {
    Solved solved("ik,kj->ij\ti=3,j=4,k=5\t" + std::string(type));
    EXPECT_EQ(solved.check(), "right") << type;
  }
}

TEST(Verify, LargeResultsAreComparedInPart) {
  Solved large("ik,kj->ij\ti=300,j=200,k=100\tf32");
  EXPECT_EQ(large.check(), "right");
  EXPECT_FALSE(large.all);
  EXPECT_GE(large.elements, 16);
  // Corners are always looked at.
  large.at({299, 199}) += 0.01f;
  EXPECT_NE(large.check().find("wrong result: at [299, 199]"),
            std::string::npos);
}

TEST(Verify, WhatWasNotWrittenIsFound) {
  Solved large("ik,kj->ij\ti=300,j=200,k=100\tf32");
  std::memset(&large.at({123, 77}), 0xFF, sizeof(float));
  EXPECT_EQ(large.check(), "wrong result: elements were not written");
}

TEST(Verify, WhatLiesBehindRowsIsNobodys) {
  Solved padded("ik,kj->ij\ti=9,j=8,k=7\tf32", Variant::padded);
  EXPECT_EQ(padded.check(), "right");
  (&padded.at({3, 7}))[1] = 0;
  EXPECT_EQ(padded.check(),
            "wrong result: something was written between its elements");
}
