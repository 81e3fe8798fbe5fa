//===- OpPatterns.h - Patterns of convert-einsum-to-linalg ------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_LIB_CONVERSION_EINSUMTOLINALG_OPPATTERNS_H
#define EINSUMC_LIB_CONVERSION_EINSUMTOLINALG_OPPATTERNS_H

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Transforms/DialectConversion.h"

namespace einsumc::conversion {

/// Computes a generic's element from the inputs' elements and the output's.
using ElementBuilder = llvm::function_ref<mlir::Value(
    mlir::OpBuilder &, mlir::Location, mlir::ValueRange)>;

/// A tensor.empty of the shape; one of `dynamicExtents` for each `?`.
mlir::Value createEmpty(mlir::OpBuilder &builder, mlir::Location loc,
                        llvm::ArrayRef<int64_t> shape, mlir::Type element,
                        mlir::ValueRange dynamicExtents);
/// The extents of a tensor that are only known at run time.
llvm::SmallVector<mlir::Value> getDynamicExtents(mlir::OpBuilder &builder,
                                                 mlir::Location loc,
                                                 mlir::Value tensor);
/// A generic over tensors of equal shape, without a use of its output.
mlir::Value createElementwise(mlir::OpBuilder &builder, mlir::Location loc,
                              mlir::ValueRange inputs, mlir::Value output,
                              ElementBuilder element);

void populateContractPattern(mlir::RewritePatternSet &patterns,
                             mlir::TypeConverter &converter,
                             mlir::Pass::Statistic &numContractions,
                             mlir::Pass::Statistic &numNarrowings);
void populateAccumulatePattern(mlir::RewritePatternSet &patterns,
                               mlir::TypeConverter &converter,
                               mlir::Pass::Statistic &numAccumulations);

} // namespace einsumc::conversion

#endif // EINSUMC_LIB_CONVERSION_EINSUMTOLINALG_OPPATTERNS_H
