//===- LowerPack.cpp - Packing as loops over vectors ----------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MemRefView.h"
#include "RegisterTranspose.h"
#include "einsumc/Dialect/Kernel/Transforms/Passes.h"

#include "mlir/Dialect/Complex/IR/Complex.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

namespace einsumc::kernel {
#define GEN_PASS_DEF_LOWERPACK
#include "einsumc/Dialect/Kernel/Transforms/Passes.h.inc"
} // namespace einsumc::kernel

using namespace mlir;
using namespace einsumc::kernel;

/// Bits of the vectors that copies move; narrower machines split them.
static constexpr int64_t kCopyBits = 512;

namespace {

class PackEmitter {
public:
  PackEmitter(PackOp op, OpBuilder &builder, int64_t vectorBits);

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
  int64_t bits() const { return element.getIntOrFloatBitWidth(); }
  Value zero(Type type);

  Kind choose();
  void copyPanel(Kind kind, Value from, Value to, Value valid);
  void copyVectors(Value from, Value to, Value valid);
  void copyTransposed(Value from, Value to, int64_t valid);
  void transposeAt(Value from, Value to, int64_t row, int64_t valid,
                   int64_t size);
  void copyElements(Value from, Value to, Value valid);

  PackOp op;
  OpBuilder &builder;
  Location loc;
  int64_t width, vectorBits;
  /// Memory, as elements that vectors can hold.
  Value source, dest;
  Type element;
};

} // namespace

PackEmitter::PackEmitter(PackOp op, OpBuilder &builder, int64_t vectorBits)
    : op(op), builder(builder), loc(op.getLoc()), width(op.getWidth()),
      vectorBits(vectorBits), source(op.getSource()), dest(op.getDest()),
      element(cast<MemRefType>(source.getType()).getElementType()) {
  auto complex = dyn_cast<ComplexType>(element);
  if (!complex || complex.getElementType().getIntOrFloatBitWidth() > 32)
    return;
  // Both parts are moved as one integer.
  element = builder.getIntegerType(
      2 * complex.getElementType().getIntOrFloatBitWidth());
  auto type = MemRefType::get({ShapedType::kDynamic}, element);
  source = viewAs(builder, loc, source, type);
  dest = viewAs(builder, loc, dest, type);
}

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

Value PackEmitter::zero(Type type) {
  if (auto complex = dyn_cast<ComplexType>(type)) {
    Attribute part = builder.getZeroAttr(complex.getElementType());
    return complex::ConstantOp::create(builder, loc, complex,
                                       builder.getArrayAttr({part, part}));
  }
  return arith::ConstantOp::create(builder, loc, builder.getZeroAttr(type));
}

//===----------------------------------------------------------------------===//
// Rows side by side
//===----------------------------------------------------------------------===//

/// Whole vectors, masked ones where not all rows are there.
void PackEmitter::copyVectors(Value sourceBase, Value destBase, Value valid) {
  int64_t lanes = kCopyBits / bits();
  bool all = getConstantIntValue(valid) == width;
  outerDigits(0, [&](Value offset, Value flat) {
    Value from = add(sourceBase, offset);
    Value to = add(destBase, multiply(flat, constant(width)));
    for (int64_t at = 0; at < width; at += lanes) {
      int64_t n = std::min(lanes, width - at);
      auto type = VectorType::get({n}, element);
      Value address = add(from, constant(at)), value;
      if (!all) {
        auto maskType = VectorType::get({n}, builder.getI1Type());
        Value left =
            builder.createOrFold<arith::SubIOp>(loc, valid, constant(at));
        Value mask = vector::CreateMaskOp::create(builder, loc, maskType, left);
        value = vector::MaskedLoadOp::create(builder, loc, type, source,
                                             address, mask, zero(type));
      } else {
        value = vector::LoadOp::create(builder, loc, type, source, address);
      }
      vector::StoreOp::create(builder, loc, value, dest, add(to, constant(at)));
    }
  });
}

//===----------------------------------------------------------------------===//
// Terms side by side
//===----------------------------------------------------------------------===//

/// Squares are transposed in registers. A sum that is no multiple of a square's
/// side ends with one that overlaps the last; a shorter one goes element by
/// element.
void PackEmitter::copyTransposed(Value sourceBase, Value destBase,
                                 int64_t valid) {
  Value extent = op.getExtents().back();
  std::optional<int64_t> known = getConstantIntValue(extent);
  // Narrow elements: a square of one piece already has many rows.
  int64_t size =
      std::max<int64_t>((bits() >= 32 ? vectorBits : kShuffleBits) / bits(), 2);
  int64_t least = kShuffleBits / bits();
  while (size > least && (size / 2 >= width || (known && *known < size)))
    size /= 2;

  outerDigits(1, [&](Value offset, Value flat) {
    Value from = add(sourceBase, offset);
    Value first = multiply(flat, extent);
    auto squares = [&] {
      Value last =
          builder.createOrFold<arith::SubIOp>(loc, extent, constant(size));
      loop(constant(0), extent, size, [&](Value k) {
        if (!known || *known % size != 0)
          k = arith::MinSIOp::create(builder, loc, k, last);
        Value to = multiply(add(first, k), constant(width));
        for (int64_t row = 0; row < width;) {
          // What is left of the rows may need but a smaller square.
          int64_t side = size;
          while (side > least && side / 2 >= width - row)
            side /= 2;
          for (int64_t term = 0; term < size; term += side)
            transposeAt(add(add(from, k), constant(term)),
                        add(add(destBase, to), constant(term * width)), row,
                        valid, side);
          row += side;
        }
      });
    };
    auto elements = [&] {
      loop(constant(0), extent, 1, [&](Value k) {
        Value to = multiply(add(first, k), constant(width));
        copyElements(add(from, k), add(destBase, to), constant(valid));
      });
    };
    if (known)
      return *known >= size ? squares() : elements();
    Value fits = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::sge,
                                       extent, constant(size));
    auto branch = scf::IfOp::create(builder, loc, fits, /*withElse=*/true);
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(branch.thenBlock());
    squares();
    builder.setInsertionPointToStart(branch.elseBlock());
    elements();
  });
}

/// One square of `size` terms from `from` on, of the rows from `row` on. Rows
/// from `valid` on are zeros.
void PackEmitter::transposeAt(Value from, Value to, int64_t row, int64_t valid,
                              int64_t size) {
  auto type = VectorType::get({size}, element);
  SmallVector<Value> rows;
  for (int64_t r = row; r < row + size; ++r) {
    if (r >= valid) {
      rows.push_back(zero(type));
      continue;
    }
    Value address = add(from, multiply(op.getStride(), constant(r)));
    rows.push_back(vector::LoadOp::create(builder, loc, type, source, address));
  }
  int64_t count = std::min(size, width - row);
  for (auto [term, column] :
       llvm::enumerate(transposeSquare(builder, loc, rows))) {
    Value value = column;
    if (count < size)
      value = vector::ExtractStridedSliceOp::create(
          builder, loc, column, ArrayRef<int64_t>{0}, ArrayRef<int64_t>{count},
          ArrayRef<int64_t>{1});
    vector::StoreOp::create(builder, loc, value, dest,
                            add(to, constant(term * width + row)));
  }
}

//===----------------------------------------------------------------------===//
// Element by element
//===----------------------------------------------------------------------===//

/// One term of `valid` rows, zeros behind.
void PackEmitter::copyElements(Value from, Value to, Value valid) {
  loop(constant(0), valid, 1, [&](Value row) {
    Value value = memref::LoadOp::create(
        builder, loc, source, add(from, multiply(row, op.getStride())));
    memref::StoreOp::create(builder, loc, value, dest, add(to, row));
  });
  if (getConstantIntValue(valid) != width)
    loop(valid, constant(width), 1, [&](Value row) {
      memref::StoreOp::create(builder, loc, zero(element), dest, add(to, row));
    });
}

//===----------------------------------------------------------------------===//
// Panels
//===----------------------------------------------------------------------===//

PackEmitter::Kind PackEmitter::choose() {
  bool movable = element.isIntOrFloat() && bits() >= 8;
  if (movable && isConstantIntValue(op.getStride(), 1))
    return Kind::vectors;
  if (movable && bits() < kShuffleBits && width > 1 &&
      !op.getKStrides().empty() &&
      isConstantIntValue(op.getKStrides().back(), 1))
    return Kind::transposed;
  return Kind::scalars;
}

/// Copies one panel, of which `valid` rows are there.
void PackEmitter::copyPanel(Kind kind, Value from, Value to, Value valid) {
  std::optional<int64_t> known = getConstantIntValue(valid);
  if (kind == Kind::vectors)
    return copyVectors(from, to, valid);
  if (kind == Kind::transposed && known)
    return copyTransposed(from, to, *known);
  outerDigits(0, [&](Value offset, Value flat) {
    copyElements(add(from, offset), add(to, multiply(flat, constant(width))),
                 valid);
  });
}

PackEmitter::Kind PackEmitter::run() {
  Kind kind = choose();
  Value terms = constant(1);
  for (Value extent : op.getExtents())
    terms = multiply(terms, extent);
  auto panel = [&](Value p, Value valid) {
    Value first = multiply(p, constant(width));
    copyPanel(kind, add(op.getSourceBase(), multiply(first, op.getStride())),
              add(op.getDestBase(), multiply(first, terms)), valid);
  };
  Value whole =
      builder.createOrFold<arith::DivUIOp>(loc, op.getCount(), constant(width));
  loop(constant(0), whole, 1, [&](Value p) { panel(p, constant(width)); });

  // The last panel, when it is not full.
  Value left = builder.createOrFold<arith::SubIOp>(
      loc, op.getCount(), multiply(whole, constant(width)));
  if (std::optional<int64_t> known = getConstantIntValue(left)) {
    if (*known)
      panel(whole, left);
    return kind;
  }
  Value any = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ne,
                                    left, constant(0));
  auto branch = scf::IfOp::create(builder, loc, any, /*withElse=*/false);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(branch.thenBlock());
  panel(whole, left);
  return kind;
}

namespace {
struct LowerPack : einsumc::kernel::impl::LowerPackBase<LowerPack> {
  using LowerPackBase::LowerPackBase;

  void runOnOperation() override {
    TargetAttr target = findTarget(getOperation());
    int64_t vectorBits = target ? target.getVectorBits() : kShuffleBits;
    SmallVector<PackOp> ops;
    getOperation().walk([&](PackOp op) { ops.push_back(op); });
    for (PackOp op : ops) {
      OpBuilder builder(op);
      switch (PackEmitter(op, builder, vectorBits).run()) {
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
