//===- TableTest.cpp - Every valid row of the tables ----------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Tables.h"
#include "gtest/gtest.h"

using namespace einsumc;
using namespace einsumc::test;

namespace {

std::string resolvedShape(const std::string &form, const std::string &text,
                          const std::string &shapes) {
  Diagnostic diagnostic;
  llvm::FailureOr<Equation> equation = form == "sub"
                                           ? parseSublists(text, diagnostic)
                                           : parseEquation(text, diagnostic);
  if (failed(equation))
    return diagnostic.render();
  llvm::FailureOr<ResolvedEquation> resolved =
      resolve(*equation, typesOf(shapes), {}, diagnostic);
  return failed(resolved) ? diagnostic.render()
                          : shapeText(resolved->result.shape);
}

TEST(Table, EveryCaseHasNumpysShape) {
  std::vector<Row> rows = readTable("Cases/einsum_cases.tsv");
  EXPECT_EQ(rows.size(), 918u);
  for (Row &row : rows)
    EXPECT_EQ(resolvedShape(row["form"], row["equation"], row["shapes"]),
              row["out_shape"])
        << row["id"] << ": " << row["equation"];
}

// Rows of the error table that are valid here, and their shapes.
TEST(Table, ValidHere) {
  struct {
    const char *id, *form, *equation, *shapes, *result;
  } rows[] = {
      {"X022", "str", "ij->jij", "2x2", "2x2x2"},
      {"X035", "sub", "[0,52],[52,2]->[0,2]", "2x3;3x4", "2x4"},
      {"X057", "str", "a->aa", "2", "2x2"},
      {"X062", "sub", "[52]", "2", "2"},
      {"X072", "str", "ij,jk->iik", "2x3;3x4", "2x2x4"},
      {"X148", "str", "ab,bc->aaca", "3x10;10x5", "3x3x5x3"},
      {"X149", "str", "ab,bc->aaa", "3x10;10x5", "3x3x3"},
      {"X150", "str", "ab,bc->cc", "3x10;10x5", "5x5"},
      {"X151", "str", "ab,ab->aaa", "2x5;2x5", "2x2x2"},
      {"X152", "str", "abce,badf->bcba", "1x2x3x4;2x1x4x3", "2x3x2x1"},
      {"X153", "str", "aabcd->add", "3x3x5x4x4", "3x4x4"},
      {"X154", "sub", "[1000,1001],[1001,1002]", "2x3;3x4", "2x4"},
      {"X156", "str", "αβ,βγ->αγ", "2x3;3x4", "2x4"},
      {"X170", "str", "i->ii", "2", "2x2"},
      {"X190", "str", "é->é", "2", "2"},
  };
  for (auto &row : rows)
    EXPECT_EQ(resolvedShape(row.form, row.equation, row.shapes), row.result)
        << row.id;
}

} // namespace
