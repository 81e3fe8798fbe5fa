//===- Tables.h - Reading the tables of cases -------------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_TEST_UNIT_FRONTEND_TABLES_H
#define EINSUMC_TEST_UNIT_FRONTEND_TABLES_H

#include "einsumc/Frontend/Equation.h"
#include <map>
#include <string>
#include <vector>

namespace einsumc::test {

/// A row by column name; no quoting, `\t` and `\n` are written out in cells.
using Row = std::map<std::string, std::string>;
std::vector<Row> readTable(const std::string &pathBelowTest);

/// "2x3;()": one f32 operand type a shape.
std::vector<OperandType> typesOf(llvm::StringRef shapes);
/// "2x3", "()" for rank 0.
std::string shapeText(llvm::ArrayRef<int64_t> shape);
/// Undoes `\t` and `\n`.
std::string unescape(llvm::StringRef text);
std::string escape(llvm::StringRef text);

} // namespace einsumc::test

#endif // EINSUMC_TEST_UNIT_FRONTEND_TABLES_H
