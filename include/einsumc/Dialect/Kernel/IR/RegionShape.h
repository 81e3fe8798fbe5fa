//===- RegionShape.h - What a normal-form region looks like -----*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The view of a kernel.region in normal form that scheduling works on: which
// loops run outside, which two make the register tile, which are summed, and
// what is known statically about extents and strides.
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_DIALECT_KERNEL_IR_REGIONSHAPE_H
#define EINSUMC_DIALECT_KERNEL_IR_REGIONSHAPE_H

#include "einsumc/Dialect/Kernel/IR/Kernel.h"
#include <optional>

namespace einsumc::kernel {

struct RegionShape {
  /// Loops in order, outermost first, by their role.
  llvm::SmallVector<unsigned> batch, outerRows, outerColumns, terms;
  /// The last m loop (rows of the register tile) and the last n loop (its
  /// vectors); absent ones have extent 1.
  std::optional<unsigned> row, column;
  /// Static extent a loop, or ShapedType::kDynamic.
  llvm::SmallVector<int64_t> extents;
  /// What is assumed of each dynamic one.
  llvm::SmallVector<ExtentFacts> facts;
  /// strides[operand][loop], ShapedType::kDynamic where unknown; empty for
  /// scalars. The output is the last operand.
  llvm::SmallVector<llvm::SmallVector<int64_t>> strides;
  /// Operands that are values, not memory (memory of one element is none).
  llvm::SmallVector<bool> scalars;

  /// Reads a region in normal form.
  static RegionShape get(RegionOp region);

  int64_t extent(std::optional<unsigned> loop) const {
    return loop ? extents[*loop] : 1;
  }
  ExtentFacts factsOf(std::optional<unsigned> loop) const {
    return loop ? facts[*loop] : ExtentFacts();
  }
  bool isScalar(unsigned operand) const { return scalars[operand]; }
  /// Whether the operand may move with the loop.
  bool varies(unsigned operand, std::optional<unsigned> loop) const {
    return loop && !isScalar(operand) && strides[operand][*loop] != 0;
  }
  /// Whether panels of this input make sense: it moves with exactly one of the
  /// register tile's two loops, and there is a sum to run along the panel.
  bool canPack(unsigned input) const {
    return !terms.empty() && varies(input, row) != varies(input, column);
  }
};

/// The operation by which a body adds to the accumulator, its last argument: a
/// sum, or bool's or. Null where it does something else with it.
mlir::Operation *getCombiner(mlir::Block &body);

/// Registers that one vector of the region's accumulator takes, and how many
/// lanes of it fill the target's registers exactly.
struct AccumulatorShape {
  /// Bits of the widest number that the body computes with.
  int64_t laneBits;
  /// 2 for complex numbers (real and imaginary parts apart), otherwise 1.
  int64_t parts;

  static AccumulatorShape get(RegionOp region);
  int64_t lanes(int64_t vectorBits) const {
    return vectorBits > laneBits ? vectorBits / laneBits : 1;
  }
  int64_t registersPerVector(int64_t width, int64_t vectorBits) const {
    return parts * llvm::divideCeil(width * laneBits, vectorBits);
  }
};

/// Registers a tile of `mr` rows by `nv` vectors needs: the accumulators, the
/// shorter side of it held, and one vector in passing.
inline int64_t tileRegisters(int64_t mr, int64_t nv,
                             int64_t registersPerVector) {
  return (mr * nv + std::min(mr, nv) + 1) * registersPerVector;
}

} // namespace einsumc::kernel

#endif // EINSUMC_DIALECT_KERNEL_IR_REGIONSHAPE_H
