//===- Table.h - Equations to measure, as a table ---------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Tables are tab-separated, their first line names the columns, and unknown
// columns are read over (docs/Performance.md describes the known ones).
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_BENCHMARK_TABLE_H
#define EINSUMC_BENCHMARK_TABLE_H

#include "einsumc/Frontend/Equation.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <string>
#include <utility>
#include <vector>

namespace einsumc::bench {

/// A row with one of its element types.
struct Row {
  std::string name;
  std::string group; ///< what summaries put together; may be empty
  std::string equation;
  std::vector<std::pair<std::string, int64_t>> extents; ///< by label
  ElementType element = ElementType::f32;               ///< of the operands
  std::optional<ElementType> result; ///< none: as the equation promotes
  std::string tier;
  std::string note;
  unsigned line = 0; ///< in its file, from 1

  std::string typeName() const;    ///< "f32", "i8:i32"
  std::string extentsText() const; ///< "i=3,j=4"
};

/// Reads a table's text; `path` is for errors, which name the line. A row with
/// several types becomes as many rows. Rows of several equations (`;`) are left
/// out and counted in `skipped`.
llvm::Expected<std::vector<Row>> parseTable(llvm::StringRef text,
                                            llvm::StringRef path,
                                            unsigned *skipped = nullptr);
llvm::Expected<std::vector<Row>> readTable(llvm::StringRef path,
                                           unsigned *skipped = nullptr);

/// How a row's sizes and strides are taken.
enum class Variant {
  given,
  minusOne, ///< every extent above 2 less one
  padded    ///< eight unused elements behind every innermost row
};
std::optional<Variant> parseVariant(llvm::StringRef name);
llvm::StringRef variantName(Variant variant);

/// Resolves the row's equation for its extents, element types and strides.
llvm::Expected<ResolvedEquation> resolveRow(const Row &row, Variant variant);

/// The classes of a binary product's labels, each multiplied out; `k` alone
/// and `batch` for equations of one operand.
struct ContractionDims {
  double batch = 1, m = 1, n = 1, k = 1;
};
ContractionDims contractionDims(const ResolvedEquation &equation);

/// Multiplications and additions of the equation's loop nest: a complex product
/// counts as six, a complex sum as two. 0 for one operand.
double countOperations(const ResolvedEquation &equation);
/// Bytes of all operands and the result, each element once.
double countBytes(const ResolvedEquation &equation);

} // namespace einsumc::bench

#endif // EINSUMC_BENCHMARK_TABLE_H
