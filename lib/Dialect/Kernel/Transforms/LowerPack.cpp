//===- LowerPack.cpp - Packing as loops over vectors ----------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ConvertingPack.h"
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

/// One loop of the copy beside the one along the panels.
struct Digit {
  Value extent, from, to; ///< strides of source and destination
};

class PackEmitter {
public:
  PackEmitter(PackOp op, OpBuilder &builder, int64_t vectorBits);

  /// How the copy was made, for the statistics.
  using Kind = ConvertingPack::Kind;
  Kind run();

private:
  Value constant(int64_t value) {
    return arith::ConstantIndexOp::create(builder, loc, value);
  }
  Value add(Value a, Value b) {
    return builder.createOrFold<arith::AddIOp>(loc, a, b);
  }
  Value multiply(Value a, Value b) {
    return builder.createOrFold<arith::MulIOp>(loc, a, b);
  }
  void loop(Value from, Value to, int64_t step,
            llvm::function_ref<void(Value)> body);
  using Body = llvm::function_ref<void(Value from, Value to)>;
  void forDigits(ArrayRef<Digit> digits, Value from, Value to, Body body);
  /// `body` gets where a panel starts and how many of its rows are there.
  void forPanels(Value from, Value to,
                 llvm::function_ref<void(Value, Value, Value)> body);
  int64_t bits() const { return element.getIntOrFloatBitWidth(); }
  Value zero(Type type);

  void sortTerms();
  Kind choose();
  void copyByVectors();
  void copyRow(Value from, Value to, Value valid);
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
  /// Loops outside of the panels and inside, outermost first.
  SmallVector<Digit> outer, terms;
  /// The digit whose elements lie side by side, taken out of them.
  std::optional<Digit> line;
  Value panelSize;
  /// From an element to the one that is wanted next in its place, where that is
  /// fetched.
  Value ahead;
};

} // namespace

PackEmitter::PackEmitter(PackOp op, OpBuilder &builder, int64_t vectorBits)
    : op(op), builder(builder), loc(op.getLoc()), width(op.getWidth()),
      vectorBits(vectorBits), source(op.getSource()), dest(op.getDest()),
      element(cast<MemRefType>(source.getType()).getElementType()) {
  for (auto [extent, from, to] :
       llvm::zip_equal(op.getOuterExtents(), op.getOuterStrides(),
                       op.getOuterDestStrides()))
    outer.push_back({extent, from, to});
  panelSize = constant(width);
  for (auto [extent, from] :
       llvm::reverse(llvm::zip_equal(op.getExtents(), op.getKStrides()))) {
    terms.push_back({extent, from, panelSize});
    panelSize = multiply(panelSize, extent);
  }
  std::reverse(terms.begin(), terms.end());
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

void PackEmitter::loop(Value from, Value to, int64_t step,
                       llvm::function_ref<void(Value)> body) {
  auto op = scf::ForOp::create(builder, loc, from, to, constant(step));
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(op.getBody());
  body(op.getInductionVar());
}

void PackEmitter::forDigits(ArrayRef<Digit> digits, Value from, Value to,
                            Body body) {
  if (digits.empty())
    return body(from, to);
  const Digit &digit = digits.front();
  loop(constant(0), digit.extent, 1, [&](Value i) {
    forDigits(digits.drop_front(), add(from, multiply(i, digit.from)),
              add(to, multiply(i, digit.to)), body);
  });
}

void PackEmitter::forPanels(
    Value from, Value to, llvm::function_ref<void(Value, Value, Value)> body) {
  auto panel = [&](Value p, Value valid) {
    Value first = multiply(p, constant(width));
    body(add(from, multiply(first, op.getStride())),
         add(to, multiply(p, panelSize)), valid);
  };
  Value whole =
      builder.createOrFold<arith::DivUIOp>(loc, op.getCount(), constant(width));
  std::optional<int64_t> known = getConstantIntValue(whole);
  if (known == 1)
    panel(constant(0), constant(width));
  else if (known != 0)
    loop(constant(0), whole, 1, [&](Value p) { panel(p, constant(width)); });

  // The last panel, when it is not full.
  Value left = builder.createOrFold<arith::SubIOp>(
      loc, op.getCount(), multiply(whole, constant(width)));
  if (std::optional<int64_t> known = getConstantIntValue(left)) {
    if (*known)
      panel(whole, left);
    return;
  }
  Value any = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ne,
                                    left, constant(0));
  auto branch = scf::IfOp::create(builder, loc, any, /*withElse=*/false);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(branch.thenBlock());
  panel(whole, left);
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

/// The terms of one row at a time are read across all panels: long runs, few
/// streams, and pieces of several cache lines to write.
void PackEmitter::copyByVectors() {
  constexpr int64_t kTogether = 8;
  auto row = [&](Value from, Value to, Value valid) {
    copyRow(from, to, valid);
  };
  SmallVector<Digit> around(outer);
  llvm::append_range(around, terms);
  if (terms.empty())
    return forDigits(around, op.getSourceBase(), op.getDestBase(),
                     [&](Value from, Value to) { forPanels(from, to, row); });
  around.pop_back();
  const Digit &last = terms.back();
  std::optional<int64_t> known = getConstantIntValue(last.extent);
  forDigits(
      around, op.getSourceBase(), op.getDestBase(), [&](Value from, Value to) {
        loop(constant(0), last.extent, kTogether, [&](Value k) {
          Value end = add(k, constant(kTogether));
          if (!known || *known % kTogether != 0)
            end = builder.createOrFold<arith::MinSIOp>(loc, end, last.extent);
          forPanels(from, to, [&](Value from, Value to, Value valid) {
            loop(k, end, 1, [&](Value k) {
              row(add(from, multiply(k, last.from)),
                  add(to, multiply(k, last.to)), valid);
            });
          });
        });
      });
}

/// One term of a panel: whole vectors, masked ones where not all rows are
/// there.
void PackEmitter::copyRow(Value from, Value to, Value valid) {
  int64_t lanes = kCopyBits / bits();
  bool all = getConstantIntValue(valid) == width;
  for (int64_t at = 0; at < width; at += lanes) {
    int64_t n = std::min(lanes, width - at);
    auto type = VectorType::get({n}, element);
    Value address = add(from, constant(at)), value;
    if (!all) {
      auto maskType = VectorType::get({n}, builder.getI1Type());
      Value left =
          builder.createOrFold<arith::SubIOp>(loc, valid, constant(at));
      Value mask = vector::CreateMaskOp::create(builder, loc, maskType, left);
      value = vector::MaskedLoadOp::create(builder, loc, type, source, address,
                                           mask, zero(type));
    } else {
      value = vector::LoadOp::create(builder, loc, type, source, address);
    }
    vector::StoreOp::create(builder, loc, value, dest, add(to, constant(at)));
  }
}

//===----------------------------------------------------------------------===//
// A digit side by side
//===----------------------------------------------------------------------===//

/// Squares are transposed in registers. A line that is no multiple of a
/// square's side ends with one that overlaps the last; a shorter one goes
/// element by element.
void PackEmitter::copyTransposed(Value from, Value to, int64_t valid) {
  Value extent = line->extent;
  std::optional<int64_t> known = getConstantIntValue(extent);
  // Narrow elements: a square of one piece already has many rows.
  int64_t size =
      std::max<int64_t>((bits() >= 32 ? vectorBits : kShuffleBits) / bits(), 2);
  int64_t least = kShuffleBits / bits();
  while (size > least && (size / 2 >= width || (known && *known < size)))
    size /= 2;

  auto squares = [&] {
    Value last =
        builder.createOrFold<arith::SubIOp>(loc, extent, constant(size));
    loop(constant(0), extent, size, [&](Value i) {
      if (!known || *known % size != 0)
        i = arith::MinSIOp::create(builder, loc, i, last);
      Value start = add(to, multiply(i, line->to));
      // Several squares of whole rows are a loop: LLVM takes long over many
      // loads side by side.
      int64_t row = 0, whole = std::min(width, valid) / size * size;
      if (whole > size) {
        loop(constant(0), constant(whole), size, [&](Value at) {
          transposeAt(add(add(from, i), multiply(at, op.getStride())),
                      add(start, at), 0, size, size);
        });
        row = whole;
      }
      while (row < width) {
        // What is left of the rows may need but a smaller square.
        int64_t side = size;
        while (side > least && side / 2 >= width - row)
          side /= 2;
        for (int64_t at = 0; at < size; at += side)
          transposeAt(add(add(from, i), constant(at)),
                      add(start, multiply(line->to, constant(at))), row, valid,
                      side);
        row += side;
      }
    });
  };
  auto elements = [&] {
    loop(constant(0), extent, 1, [&](Value i) {
      copyElements(add(from, i), add(to, multiply(i, line->to)),
                   constant(valid));
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
}

/// One square: `size` elements of the line from `from` on, of the rows from
/// `row` on. Rows from `valid` on are zeros.
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
    if (ahead)
      memref::PrefetchOp::create(builder, loc, source, add(address, ahead),
                                 /*isWrite=*/false, /*localityHint=*/3,
                                 /*isDataCache=*/true);
  }
  int64_t count = std::min(size, width - row);
  bool isNext = getConstantIntValue(line->to) == width && row == 0;
  SmallVector<Value> columns = transposeSquare(builder, loc, rows);
  for (auto [at, column] : llvm::enumerate(columns)) {
    Value value = column;
    // What a whole vector writes behind its rows is where the next terms begin,
    // which are written next: only the last ones must not be whole.
    bool mayBeWhole = isNext && int64_t(columns.size() - at) * width >= size;
    if (count < size && !mayBeWhole)
      value = vector::ExtractStridedSliceOp::create(
          builder, loc, column, ArrayRef<int64_t>{0}, ArrayRef<int64_t>{count},
          ArrayRef<int64_t>{1});
    vector::StoreOp::create(
        builder, loc, value, dest,
        add(add(to, multiply(line->to, constant(at))), constant(row)));
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
  if (!movable || bits() >= kShuffleBits || width == 1)
    return Kind::scalars;
  for (SmallVector<Digit> *digits : {&terms, &outer})
    for (size_t i = digits->size(); i-- > 0;)
      if (isConstantIntValue((*digits)[i].from, 1)) {
        line = (*digits)[i];
        digits->erase(digits->begin() + i);
        // Rows lie on pages of their own, of each of which the hardware sees
        // too little to foresee more.
        if (op.getFetch())
          ahead = terms.empty() ? multiply(op.getStride(), constant(width))
                                : terms.back().from;
        return Kind::transposed;
      }
  return Kind::scalars;
}

/// Whatever the order of the terms in a panel, they are read in that of the
/// source: runs as long as they can be, and pages visited once.
void PackEmitter::sortTerms() {
  auto distance = [](const Digit &digit) {
    return std::abs(getConstantIntValue(digit.from).value_or(0));
  };
  if (llvm::all_of(terms, [&](const Digit &d) { return distance(d) != 0; }))
    llvm::sort(terms, [&](const Digit &a, const Digit &b) {
      return distance(a) > distance(b);
    });
}

PackEmitter::Kind PackEmitter::run() {
  sortTerms();
  Kind kind = choose();
  if (kind == Kind::vectors) {
    copyByVectors();
    return kind;
  }
  forDigits(
      outer, op.getSourceBase(), op.getDestBase(), [&](Value from, Value to) {
        forPanels(from, to, [&](Value from, Value to, Value valid) {
          forDigits(terms, from, to, [&](Value from, Value to) {
            if (!line)
              return copyElements(from, to, valid);
            if (std::optional<int64_t> known = getConstantIntValue(valid))
              return copyTransposed(from, to, *known);
            loop(constant(0), line->extent, 1, [&](Value i) {
              copyElements(add(from, i), add(to, multiply(i, line->to)), valid);
            });
          });
        });
      });
  return kind;
}

//===----------------------------------------------------------------------===//
// Strides that are known at run time
//===----------------------------------------------------------------------===//

/// A copy of the operation, and one in which a stride is 1, as a branch decides
/// by it. The latter is returned, the former stays `op`.
static PackOp versionStride(PackOp op, Value stride,
                            llvm::function_ref<void(PackOp, Value)> set) {
  OpBuilder builder(op);
  Location loc = op.getLoc();
  Value one = arith::ConstantIndexOp::create(builder, loc, 1);
  Value isOne = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq,
                                      stride, one);
  auto branch = scf::IfOp::create(builder, loc, isOne, /*withElse=*/true);
  builder.setInsertionPointToStart(branch.thenBlock());
  auto unit = cast<PackOp>(builder.clone(*op));
  set(unit, one);
  op->moveBefore(branch.elseBlock(), branch.elseBlock()->begin());
  return unit;
}

/// Elements side by side are copied several times as fast as others. Where only
/// a call tells whether they are, there is code for rows side by side, for
/// terms side by side, and for neither.
static void versionStrides(PackOp op, SmallVectorImpl<PackOp> &versions) {
  versions.push_back(op);
  Type element = op.getSource().getType().getElementType();
  auto isKnown = [](Value stride) {
    return getConstantIntValue(stride).has_value();
  };
  if (op.getWidth() == 1 || isConstantIntValue(op.getStride(), 1) ||
      (isa<ComplexType>(element) && op.isCopy() &&
       cast<ComplexType>(element).getElementType().isF64()))
    return;
  if (!isKnown(op.getStride()))
    versions.push_back(
        versionStride(op, op.getStride(), [](PackOp unit, Value one) {
          unit.getStrideMutable().assign(one);
        }));
  if (op.getKStrides().empty() || isKnown(op.getKStrides().back()) ||
      llvm::any_of(op.getKStrides(),
                   [](Value stride) { return isConstantIntValue(stride, 1); }))
    return;
  versions.push_back(
      versionStride(op, op.getKStrides().back(), [](PackOp unit, Value one) {
        MutableOperandRange strides = unit.getKStridesMutable();
        strides.slice(strides.size() - 1, 1).assign(one);
      }));
}

namespace {
struct LowerPack : einsumc::kernel::impl::LowerPackBase<LowerPack> {
  using LowerPackBase::LowerPackBase;

  void runOnOperation() override {
    TargetAttr target = findTarget(getOperation());
    int64_t vectorBits = target ? target.getVectorBits() : kShuffleBits;
    SmallVector<PackOp> ops, versions;
    getOperation().walk([&](PackOp op) { ops.push_back(op); });
    for (PackOp op : ops)
      versionStrides(op, versions);
    for (PackOp op : versions) {
      OpBuilder builder(op);
      auto kind = op.isCopy() ? PackEmitter(op, builder, vectorBits).run()
                              : ConvertingPack(op, builder, target).run();
      switch (kind) {
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
