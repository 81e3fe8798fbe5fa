//===- TileEmitter.h - A register tile as loops over vectors ----*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What kernel-lower-micro-kernel writes for one tile: loads and stores of
// vectors (TileAccess.cpp), the loops over the terms (LowerMicroKernel.cpp),
// outputs transposed in registers (TransposedTile.cpp), and tiles whose lanes
// lie along the terms (TermLanes.cpp).
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_LIB_DIALECT_KERNEL_TRANSFORMS_TILEEMITTER_H
#define EINSUMC_LIB_DIALECT_KERNEL_TRANSFORMS_TILEEMITTER_H

#include "DotProduct.h"
#include "VectorBody.h"
#include "einsumc/Dialect/Kernel/Transforms/Passes.h"

namespace einsumc::kernel {

/// A vector of zeros.
inline mlir::Value zeroVector(mlir::OpBuilder &builder, mlir::Location loc,
                              mlir::VectorType type) {
  return mlir::arith::ConstantOp::create(builder, loc, type,
                                         builder.getZeroAttr(type));
}

/// How an operand moves along the columns of a tile.
enum class ColumnAccess { none, contiguous, strided };

/// An operand of the tile: flat memory, where it starts, how it moves.
struct TileOperand {
  mlir::Value memref; ///< of the element, or of a complex number's parts
  mlir::Type element; ///< the part's type for complex numbers
  bool isComplex = false;
  mlir::Value base, mStride, nStride;
  llvm::SmallVector<mlir::Value> kStrides;
  /// How far behind what is read something is prefetched; null: nothing is.
  mlir::Value ahead;
  ColumnAccess columns = ColumnAccess::none;
  bool rows = false;   ///< whether it moves along the rows
  bool padded = false; ///< whether there are whole vectors everywhere
  bool groups = false; ///< whether groups are read from memory of elements
  /// Rows lie beside each other, columns do not: squares of elements are loaded
  /// along the rows and transposed in registers.
  bool transposed = false;
};

/// Buffers that tiles go through on their way to columns that lie apart: one an
/// element type in each task, as large as the largest tile.
class TileBuffers {
public:
  mlir::Value get(MicroKernelOp op, mlir::Type element, int64_t size);

private:
  llvm::DenseMap<std::pair<mlir::Block *, mlir::Type>,
                 std::pair<ScratchOp, int64_t>>
      buffers;
};

class TileEmitter {
public:
  /// `hasMasks`: whether masked stores are as fast as others.
  TileEmitter(MicroKernelOp op, mlir::OpBuilder &builder, bool hasMasks,
              TileBuffers &buffers)
      : op(op), builder(builder), loc(op.getLoc()), mr(op.getMr()),
        nv(op.getNv()), width(op.getWidth()), hasMasks(hasMasks),
        buffers(buffers), body(op.getBody().front(), op.getWidth()),
        sum(op.getBody().front().getArguments().back().getType()) {}

  mlir::LogicalResult run();
  /// Whether a tile of groups computes by instructions of the target.
  bool hasNativeDots();
  /// The same for a tile whose lanes lie along the terms (TermLanes.cpp).
  mlir::LogicalResult runTermLanes();

private:
  TileOperand makeOperand(mlir::Value memref, mlir::Value base,
                          mlir::Value mStride, mlir::Value nStride,
                          mlir::ValueRange kStrides);
  mlir::Value constant(int64_t value) {
    return mlir::arith::ConstantIndexOp::create(builder, loc, value);
  }
  mlir::Value add(mlir::Value a, mlir::Value b) {
    return builder.createOrFold<mlir::arith::AddIOp>(loc, a, b);
  }
  mlir::Value multiply(mlir::Value a, int64_t b) {
    return builder.createOrFold<mlir::arith::MulIOp>(loc, a, constant(b));
  }
  mlir::Value multiply(mlir::Value a, mlir::Value b) {
    return builder.createOrFold<mlir::arith::MulIOp>(loc, a, b);
  }
  bool isMasked(int64_t v) const { return tail && !isShifted && v == nv - 1; }
  /// Makes the masks for `tail` lanes of the last vector.
  void setTail(mlir::Value lanes);
  mlir::Value mask(int64_t lanesPerElement);
  void storePowersOfTwo(const TileOperand &operand, mlir::Value index,
                        mlir::Value value, int64_t count);
  void storeContiguous(const TileOperand &operand, mlir::Value value,
                       mlir::Value index, int64_t v);

  /// Index of row `m`, vector `v` relative to `base`.
  mlir::Value indexOf(const TileOperand &operand, mlir::Value base, int64_t m,
                      int64_t v);
  Number load(const TileOperand &operand, mlir::Value base, int64_t m,
              int64_t v);
  /// Vector `v` of all rows of a transposed operand.
  llvm::SmallVector<Number> loadTransposed(const TileOperand &operand,
                                           mlir::Value base, int64_t v);
  /// A vector of elements as they are in memory.
  Number split(const TileOperand &operand, mlir::Value loaded);
  /// The reverse: a vector of elements as they go to memory.
  mlir::Value join(const TileOperand &operand, Number number);
  /// Fetches what lies `ahead` of a vector of `lanes` elements, unless the
  /// vector before it has done so.
  void prefetch(const TileOperand &operand, mlir::Value index, int64_t lanes,
                int64_t v);
  void setAhead();
  /// Fetches the lines that the tile will write.
  void fetchOutput();
  bool canTranspose(const TileOperand &operand) const;
  mlir::Value loadPart(const TileOperand &operand, mlir::Value index, int64_t v,
                       int64_t part);
  void store(const TileOperand &operand, Number number, int64_t m, int64_t v);
  /// The column, in elements, at which vector `v` starts.
  mlir::Value columnOf(int64_t v) {
    if (v == nv - 1 && dynamicShift)
      return builder.createOrFold<mlir::arith::SubIOp>(loc, constant(v * width),
                                                       dynamicShift);
    return constant(v * width - (v == nv - 1 ? shift : 0));
  }
  llvm::SmallVector<mlir::Value> loadTile(const TileOperand &operand);
  void storeTile(const TileOperand &operand,
                 llvm::ArrayRef<mlir::Value> values);
  llvm::SmallVector<mlir::Value>
  eitherWay(mlir::Value condition, mlir::TypeRange types,
            llvm::function_ref<llvm::SmallVector<mlir::Value>()> first,
            llvm::function_ref<llvm::SmallVector<mlir::Value>()> second);
  void scatterPart(const TileOperand &operand, mlir::Value part,
                   mlir::Value index, int64_t v, int64_t which);
  mlir::Value laneOffsets(const TileOperand &operand);
  // TransposedTile.cpp: an output whose rows lie beside each other and whose
  // columns do not.
  bool canTransposeOutput();
  int64_t validColumns(int64_t v);
  mlir::Value loadPiece(mlir::Value index, int64_t count, int64_t lanes);
  void storePiece(mlir::Value index, mlir::Value value, int64_t count);
  llvm::SmallVector<mlir::Value> loadTransposedTile();
  void storeTransposedTile(llvm::ArrayRef<mlir::Value> values);
  void fetchTransposedOutput();

  /// Copies the output's tile to the buffer or back.
  void copyTile(mlir::Value buffer, bool toBuffer);

  llvm::FailureOr<llvm::SmallVector<mlir::Value>>
  emitTerm(llvm::ArrayRef<mlir::Value> bases,
           llvm::ArrayRef<mlir::Value> accumulators);
  llvm::FailureOr<llvm::SmallVector<mlir::Value>>
  emitLoops(unsigned depth, llvm::ArrayRef<mlir::Value> bases,
            llvm::ArrayRef<mlir::Value> accumulators);

  // DotTile.cpp
  mlir::Value loadGroup(const TileOperand &operand, mlir::Value index);
  DotProduct dotProduct();
  mlir::Value addProducts(llvm::ArrayRef<Number> arguments);
  void addCorrection(llvm::MutableArrayRef<mlir::Value> accumulators);

  // TermLanes.cpp
  llvm::FailureOr<llvm::SmallVector<mlir::Value>>
  emitLanes(llvm::ArrayRef<mlir::Value> bases,
            llvm::ArrayRef<mlir::Value> accumulators);
  llvm::FailureOr<llvm::SmallVector<mlir::Value>>
  emitEdge(llvm::ArrayRef<mlir::Value> bases, mlir::Value begin,
           llvm::ArrayRef<mlir::Value> accumulators);
  llvm::SmallVector<mlir::Value> moveBases(llvm::ArrayRef<mlir::Value> bases,
                                           mlir::Value index);
  void finishRows(llvm::ArrayRef<mlir::Value> accumulators);

  MicroKernelOp op;
  mlir::OpBuilder &builder;
  mlir::Location loc;
  int64_t mr, nv, width;
  bool hasMasks;
  TileBuffers &buffers;
  /// Lanes of the last vector that are valid; null: all.
  mlir::Value tail;
  /// Whether the last vector starts earlier than it would, and how many columns
  /// where that is known; otherwise it is width - tail, the operation's.
  bool isShifted = false;
  int64_t shift = 0;
  mlir::Value dynamicShift;
  /// Extent of the terms that the lanes lie along.
  mlir::Value laneExtent;
  VectorBody body;
  mlir::Type sum; ///< the accumulator's type
  llvm::SmallVector<TileOperand> inputs;
  TileOperand output;
  llvm::DenseMap<int64_t, mlir::Value> masks; ///< by lanes an element
};

} // namespace einsumc::kernel

#endif // EINSUMC_LIB_DIALECT_KERNEL_TRANSFORMS_TILEEMITTER_H
