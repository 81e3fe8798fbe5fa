//===- NotebookRows.h - The equations of the notebooks ----------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_TEST_EXAMPLES_NOTEBOOKROWS_H
#define EINSUMC_TEST_EXAMPLES_NOTEBOOKROWS_H

#include "einsumc/Reference/Tensor.h"
#include <deque>

namespace einsumc::notebooks {

/// An equation on real arrays.
struct Row {
  std::string name; ///< of the kernel and its files
  std::string equation;
  std::string builder; ///< that gave the equation; empty: written out
  std::vector<reference::TensorView> operands;
  /// The notebook's result, row-major; empty where it shows none.
  std::vector<int64_t> expected;
};

/// All rows and the memory that their operands are views of.
struct Rows {
  std::deque<reference::Tensor> arrays;
  std::vector<Row> rows;
};

/// An error when a builder fails.
llvm::Expected<Rows> notebookRows();

} // namespace einsumc::notebooks

#endif // EINSUMC_TEST_EXAMPLES_NOTEBOOKROWS_H
