//===- LowerPack.cpp - packing as loops over vectors -===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Dialect/Kernel/Transforms/Passes.h"

#include "mlir/Dialect/Complex/IR/Complex.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

namespace einsumc::kernel {
#define GEN_PASS_DEF_LOWERPACK
#include "einsumc/Dialect/Kernel/Transforms/Passes.h.inc"
} // namespace einsumc::kernel

using namespace mlir;
using namespace einsumc::kernel;

/// Bytes of the vectors that packing moves; narrower machines split them.
static constexpr int64_t kVectorBytes = 64;

namespace {

class PackEmitter {
public:
  PackEmitter(PackOp op, OpBuilder &builder)
      : op(op), builder(builder), loc(op.getLoc()), width(op.getWidth()),
        element(cast<MemRefType>(op.getSource().getType()).getElementType()) {}

  /// How the copy was made, for the statistics.
  enum class Kind { vectors, transposed, scalars };
  Kind run();

private:
  using Body = llvm::function_ref<void(Value)>;

  Value constant(int64_t value) {
    return arith::ConstantIndexOp::create(builder, loc, value);
  }
  Value add(Value a, Value b) {
    return builder.createOrFold<arith::AddIOp>(loc, a, b);
  }
  Value multiply(Value a, Value b) {
    return builder.createOrFold<arith::MulIOp>(loc, a, b);
  }
  void loop(Value from, Value to, int64_t step, Body body);
  /// Runs over all but the innermost `inner` k digits; `body` gets the source's
  /// offset and the row-major index of the digits so far.
  void outerDigits(unsigned inner, llvm::function_ref<void(Value, Value)> body);
  int64_t lanes() const {
    return kVectorBytes * 8 / element.getIntOrFloatBitWidth();
  }
  Value zero();

  void copyVectors(Value source, Value dest, Value valid);
  void copyTransposed(Value source, Value dest);
  void copyScalars(Value source, Value dest, Value valid);
  SmallVector<Value> transpose(SmallVector<Value> rows);

  PackOp op;
  OpBuilder &builder;
  Location loc;
  int64_t width;
  Type element;
};

} // namespace

void PackEmitter::loop(Value from, Value to, int64_t step, Body body) {
  auto op = scf::ForOp::create(builder, loc, from, to, constant(step));
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(op.getBody());
  body(op.getInductionVar());
}

void PackEmitter::outerDigits(unsigned inner,
                              llvm::function_ref<void(Value, Value)> body) {
  OpBuilder::InsertionGuard guard(builder);
  Value offset = constant(0), flat = constant(0);
  for (unsigned d = 0; d + inner < op.getExtents().size(); ++d) {
    auto digit = scf::ForOp::create(builder, loc, constant(0),
                                    op.getExtents()[d], constant(1));
    builder.setInsertionPointToStart(digit.getBody());
    Value k = digit.getInductionVar();
    offset = add(offset, multiply(k, op.getKStrides()[d]));
    flat = add(multiply(flat, op.getExtents()[d]), k);
  }
  body(offset, flat);
}

Value PackEmitter::zero() {
  if (auto complex = dyn_cast<ComplexType>(element)) {
    Attribute part = builder.getZeroAttr(complex.getElementType());
    return complex::ConstantOp::create(builder, loc, complex,
                                       builder.getArrayAttr({part, part}));
  }
  return arith::ConstantOp::create(builder, loc, builder.getZeroAttr(element));
}

/// Rows that lie side by side: whole vectors, or with `valid` masked ones.
void PackEmitter::copyVectors(Value source, Value dest, Value valid) {
  outerDigits(0, [&](Value offset, Value flat) {
    Value from = add(source, offset);
    Value to = add(dest, multiply(flat, constant(width)));
    for (int64_t at = 0; at < width; at += lanes()) {
      int64_t n = std::min(lanes(), width - at);
      auto type = VectorType::get({n}, element);
      Value address = add(from, constant(at)), value;
      if (valid) {
        auto maskType = VectorType::get({n}, builder.getI1Type());
        Value left = arith::SubIOp::create(builder, loc, valid, constant(at));
        Value mask = vector::CreateMaskOp::create(builder, loc, maskType, left);
        Value zeros = arith::ConstantOp::create(builder, loc, type,
                                                builder.getZeroAttr(type));
        value = vector::MaskedLoadOp::create(builder, loc, type, op.getSource(),
                                             address, mask, zeros);
      } else {
        value =
            vector::LoadOp::create(builder, loc, type, op.getSource(), address);
      }
      vector::StoreOp::create(builder, loc, value, op.getDest(),
                              add(to, constant(at)));
    }
  });
}

/// Rows become columns: a square of a power of two, by exchanging the halves of
/// ever smaller blocks between rows (Eklundh, "A fast computer method for
/// matrix transposing", IEEE Trans. Computers C-21, 1972).
SmallVector<Value> PackEmitter::transpose(SmallVector<Value> rows) {
  int64_t n = rows.size();
  for (int64_t half = n / 2; half >= 1; half /= 2) {
    SmallVector<int64_t> low, high;
    for (int64_t lane = 0; lane < n; ++lane) {
      bool second = lane & half;
      low.push_back(second ? n + lane - half : lane);
      high.push_back(second ? n + lane : lane + half);
    }
    for (int64_t row = 0; row < n; ++row) {
      if (row & half)
        continue;
      Value a = rows[row], b = rows[row + half];
      rows[row] = vector::ShuffleOp::create(builder, loc, a, b, low);
      rows[row + half] = vector::ShuffleOp::create(builder, loc, a, b, high);
    }
  }
  return rows;
}

/// Terms that lie side by side: squares are transposed in registers, what is
/// left of the sum goes element by element.
void PackEmitter::copyTransposed(Value source, Value dest) {
  int64_t square = lanes();
  Value extent = op.getExtents().back();
  outerDigits(1, [&](Value offset, Value flat) {
    Value from = add(source, offset);
    Value first = multiply(flat, extent);
    Value whole =
        multiply(arith::DivUIOp::create(builder, loc, extent, constant(square)),
                 constant(square));
    auto type = VectorType::get({square}, element);
    loop(constant(0), whole, square, [&](Value k) {
      for (int64_t row = 0; row < width; row += square) {
        int64_t count = std::min(square, width - row);
        SmallVector<Value> rows;
        for (int64_t r = 0; r < square; ++r) {
          if (r >= count) {
            rows.push_back(arith::ConstantOp::create(
                builder, loc, type, builder.getZeroAttr(type)));
            continue;
          }
          Value address =
              add(add(from, k), multiply(op.getStride(), constant(row + r)));
          rows.push_back(vector::LoadOp::create(builder, loc, type,
                                                op.getSource(), address));
        }
        for (auto [i, column] : llvm::enumerate(transpose(rows))) {
          Value value = column;
          if (count < square)
            value = vector::ExtractStridedSliceOp::create(
                builder, loc, column, ArrayRef<int64_t>{0},
                ArrayRef<int64_t>{count}, ArrayRef<int64_t>{1});
          Value term = add(add(first, k), constant(i));
          Value address =
              add(add(dest, multiply(term, constant(width))), constant(row));
          vector::StoreOp::create(builder, loc, value, op.getDest(), address);
        }
      }
    });
    loop(whole, extent, 1, [&](Value k) {
      Value to = add(dest, multiply(add(first, k), constant(width)));
      loop(constant(0), constant(width), 1, [&](Value row) {
        Value value = memref::LoadOp::create(
            builder, loc, op.getSource(),
            add(add(from, k), multiply(row, op.getStride())));
        memref::StoreOp::create(builder, loc, value, op.getDest(),
                                add(to, row));
      });
    });
  });
}

/// Element by element, `valid` rows (all of them without it), zeros behind.
void PackEmitter::copyScalars(Value source, Value dest, Value valid) {
  outerDigits(0, [&](Value offset, Value flat) {
    Value from = add(source, offset);
    Value to = add(dest, multiply(flat, constant(width)));
    Value rows = valid ? valid : constant(width);
    loop(constant(0), rows, 1, [&](Value row) {
      Value value =
          memref::LoadOp::create(builder, loc, op.getSource(),
                                 add(from, multiply(row, op.getStride())));
      memref::StoreOp::create(builder, loc, value, op.getDest(), add(to, row));
    });
    if (valid)
      loop(rows, constant(width), 1, [&](Value row) {
        memref::StoreOp::create(builder, loc, zero(), op.getDest(),
                                add(to, row));
      });
  });
}

PackEmitter::Kind PackEmitter::run() {
  bool vectors = element.isIntOrFloat() && element.getIntOrFloatBitWidth() >= 8;
  bool wide = vectors && element.getIntOrFloatBitWidth() >= 32;
  Kind kind = Kind::scalars;
  if (vectors && isConstantIntValue(op.getStride(), 1))
    kind = Kind::vectors;
  else if (wide && !op.getKStrides().empty() && width > 1 &&
           isConstantIntValue(op.getKStrides().back(), 1))
    kind = Kind::transposed;

  Value terms = constant(1);
  for (Value extent : op.getExtents())
    terms = multiply(terms, extent);
  auto panel = [&](Value p) {
    Value first = multiply(p, constant(width));
    return std::pair(add(op.getSourceBase(), multiply(first, op.getStride())),
                     add(op.getDestBase(), multiply(first, terms)));
  };
  Value whole =
      arith::DivUIOp::create(builder, loc, op.getCount(), constant(width));
  loop(constant(0), whole, 1, [&](Value p) {
    auto [source, dest] = panel(p);
    if (kind == Kind::vectors)
      copyVectors(source, dest, {});
    else if (kind == Kind::transposed)
      copyTransposed(source, dest);
    else
      copyScalars(source, dest, {});
  });

  // The last panel, when it is not full.
  Value done = multiply(whole, constant(width));
  std::optional<int64_t> count = getConstantIntValue(op.getCount());
  if (count && *count % width == 0)
    return kind;
  Value left = arith::SubIOp::create(builder, loc, op.getCount(), done);
  auto partial = [&] {
    auto [source, dest] = panel(whole);
    if (kind == Kind::vectors)
      copyVectors(source, dest, left);
    else
      copyScalars(source, dest, left);
  };
  if (count) {
    partial();
    return kind;
  }
  Value any = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ne,
                                    left, constant(0));
  auto branch = scf::IfOp::create(builder, loc, any, /*withElse=*/false);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(branch.thenBlock());
  partial();
  return kind;
}

namespace {
struct LowerPack : einsumc::kernel::impl::LowerPackBase<LowerPack> {
  using LowerPackBase::LowerPackBase;

  void runOnOperation() override {
    SmallVector<PackOp> ops;
    getOperation().walk([&](PackOp op) { ops.push_back(op); });
    for (PackOp op : ops) {
      OpBuilder builder(op);
      switch (PackEmitter(op, builder).run()) {
      case PackEmitter::Kind::vectors:
        ++numVectors;
        break;
      case PackEmitter::Kind::transposed:
        ++numTransposed;
        break;
      case PackEmitter::Kind::scalars:
        ++numScalars;
        break;
      }
      op.erase();
    }
  }
};
} // namespace
