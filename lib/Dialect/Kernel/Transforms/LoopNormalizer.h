//===- LoopNormalizer.h - Regions in normal form -------------- -*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What kernel-classify-loops does with one region:
//
//   operands as strides, loops collapsed and ordered      (ClassifyLoops.cpp);
//   the vector loop, classes, rows                          (LoopClasses.cpp);
//   pieces of summed digits, for lines of both inputs  (InterleaveTerms.cpp)
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_DIALECT_KERNEL_TRANSFORMS_LOOPNORMALIZER_H
#define EINSUMC_DIALECT_KERNEL_TRANSFORMS_LOOPNORMALIZER_H

#include "einsumc/Dialect/Kernel/IR/RegionShape.h"

#include "mlir/Dialect/Utils/StaticValueUtils.h"

namespace einsumc::kernel {

/// One loop of the nest: its extent and what one step moves every operand.
struct NestLoop {
  mlir::OpFoldResult extent;
  ExtentFacts facts; ///< of a dynamic extent
  /// One an operand; null for scalars.
  llvm::SmallVector<mlir::OpFoldResult> strides;
  bool reduction = false;
  unsigned position = 0; ///< before ordering
  LoopClass loopClass = LoopClass::batch;

  int64_t staticExtent() const {
    return mlir::getConstantIntValue(extent).value_or(
        mlir::ShapedType::kDynamic);
  }
  /// Unknown strides count as long ones.
  int64_t distance(unsigned operand) const {
    if (!strides[operand])
      return 0;
    std::optional<int64_t> stride = mlir::getConstantIntValue(strides[operand]);
    return stride ? std::abs(*stride) : std::numeric_limits<int64_t>::max();
  }
  bool moves(unsigned operand) const {
    return strides[operand] && !mlir::isConstantIntValue(strides[operand], 0);
  }
};

/// Brings one region to normal form.
class LoopNormalizer {
public:
  LoopNormalizer(RegionOp region, TargetAttr target, mlir::OpBuilder &builder)
      : region(region), target(target), builder(builder), loc(region.getLoc()),
        numOperands(region->getNumOperands()), output(numOperands - 1) {}

  void run() {
    readOperands();
    readLoops();
    collapse();
    classify();
    order();
    chooseRows();
    interleaveTerms();
    rebuild();
  }

  unsigned numCollapsed = 0;
  bool swapped = false, isInterleaved = false;
  /// Whether the output is denser along another loop than the vector loop.
  bool isStrided() const { return shortPosition.has_value(); }

private:
  /// A memref as base, offset, sizes and strides; no memref for a scalar.
  struct Operand {
    mlir::Value value;
    bool shaped = false;
    mlir::OpFoldResult offset;
    llvm::SmallVector<mlir::OpFoldResult> sizes, strides;
  };

  // ClassifyLoops.cpp
  void readOperands();
  void readLoops();
  bool areOneLoop(const NestLoop &outer, const NestLoop &inner) const;
  void collapse();
  void order();
  void rebuild();

  // LoopClasses.cpp
  void classify();
  int64_t product(llvm::function_ref<bool(const NestLoop &)> isCounted) const;
  double filled(const NestLoop &loop) const;
  NestLoop *longerVectorLoop(const NestLoop &densest);
  void chooseRows();

  // InterleaveTerms.cpp
  std::optional<size_t> linesOfFirst() const;
  void interleaveTerms();

  RegionOp region;
  TargetAttr target; ///< null where vectors are nobody's concern yet
  mlir::OpBuilder &builder;
  mlir::Location loc;
  unsigned numOperands, output;
  llvm::SmallVector<Operand> operands;
  llvm::SmallVector<NestLoop> loops;
  /// The shaped inputs, in order; a product has two.
  llvm::SmallVector<unsigned> shapedInputs;
  /// The loop along which the output is densest, where another one fills the
  /// vectors: its position.
  std::optional<unsigned> shortPosition;
};

} // namespace einsumc::kernel

#endif // EINSUMC_DIALECT_KERNEL_TRANSFORMS_LOOPNORMALIZER_H
