//===- DotProduct.cpp - Products of groups, added to lanes ----------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DotProduct.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace einsumc::kernel;

/// The narrowest vectors that the instructions take.
static constexpr int64_t kLeastBits = 128;

static bool isNativeSupport(DotSupport support) {
  return support == DotSupport::native;
}

bool DotProduct::isNative(int64_t lanes) const {
  if (!target || lanes * 32 < kLeastBits)
    return false;
  switch (kind) {
  case TileKind::dot_bf16:
    return isNativeSupport(target.getBf16Dot());
  case TileKind::dot_i8:
    return isNativeSupport(target.getI8Dot());
  case TileKind::dot_i16:
    return isNativeSupport(target.getI16Dot());
  default:
    return false;
  }
}

Value DotProduct::add(OpBuilder &builder, Location loc, Value sum, Value first,
                      Value second) const {
  int64_t lanes = cast<VectorType>(sum.getType()).getNumElements();
  if (!isNative(lanes))
    return addEmulated(builder, loc, sum, first, second);
  // Piece by piece, where vectors are wider than the target's registers.
  int64_t most = target.getVectorBits() / 32;
  if (lanes <= most)
    return addNative(builder, loc, sum, first, second);
  Value result = sum;
  for (int64_t at = 0; at < lanes; at += most) {
    auto piece = [&](Value whole) -> Value {
      return vector::ExtractStridedSliceOp::create(
          builder, loc, whole, ArrayRef<int64_t>{at}, ArrayRef<int64_t>{most},
          ArrayRef<int64_t>{1});
    };
    result = vector::InsertStridedSliceOp::create(
        builder, loc,
        addNative(builder, loc, piece(sum), piece(first), piece(second)),
        result, ArrayRef<int64_t>{at}, ArrayRef<int64_t>{1});
  }
  return result;
}

//===----------------------------------------------------------------------===//
// By instructions
//===----------------------------------------------------------------------===//

Value DotProduct::addNative(OpBuilder &builder, Location loc, Value sum,
                            Value first, Value second) const {
  auto type = cast<VectorType>(sum.getType());
  int64_t lanes = type.getNumElements(), group = groupSize(kind);
  auto pieces =
      VectorType::get({lanes * group}, builder.getIntegerType(32 / group));
  first = vector::BitCastOp::create(builder, loc, pieces, first);
  second = vector::BitCastOp::create(builder, loc, pieces, second);
  std::string bits = std::to_string(lanes * 32);
  auto call = [&](const Twine &name, ValueRange operands) -> Value {
    return LLVM::CallIntrinsicOp::create(builder, loc, type,
                                         builder.getStringAttr(name), operands)
        .getResult(0);
  };
  switch (kind) {
  case TileKind::dot_bf16: {
    auto floats = VectorType::get({lanes * group}, builder.getBF16Type());
    first = arith::BitcastOp::create(builder, loc, floats, first);
    second = arith::BitcastOp::create(builder, loc, floats, second);
    return call("llvm.x86.avx512bf16.dpbf16ps." + bits, {sum, first, second});
  }
  case TileKind::dot_i8:
    // The unsigned factor comes first.
    if (!isUnsigned[0])
      std::swap(first, second);
    return call("llvm.x86.avx512.vpdpbusd." + bits, {sum, first, second});
  default:
    break;
  }
  // Whatever has a dot product of bytes has one of 16 bits that adds, too.
  if (isNativeSupport(target.getI8Dot()))
    return call("llvm.x86.avx512.vpdpwssd." + bits, {sum, first, second});
  StringRef name = lanes == 4   ? "llvm.x86.sse2.pmadd.wd"
                   : lanes == 8 ? "llvm.x86.avx2.pmadd.wd"
                                : "llvm.x86.avx512.pmaddw.d.512";
  return arith::AddIOp::create(builder, loc, sum, call(name, {first, second}));
}

//===----------------------------------------------------------------------===//
// Without
//===----------------------------------------------------------------------===//

/// The `index`-th term of each lane's group, as wide as the lane.
static Value extractTerm(OpBuilder &builder, Location loc, Value groups,
                         int64_t index, int64_t bits, bool isUnsigned) {
  auto type = cast<VectorType>(groups.getType());
  auto amount = [&](int64_t value) -> Value {
    return arith::ConstantOp::create(
        builder, loc,
        DenseElementsAttr::get(type, builder.getI32IntegerAttr(value)));
  };
  int64_t above = 32 - (index + 1) * bits;
  if (above)
    groups = arith::ShLIOp::create(builder, loc, groups, amount(above));
  if (isUnsigned)
    return arith::ShRUIOp::create(builder, loc, groups, amount(32 - bits));
  return arith::ShRSIOp::create(builder, loc, groups, amount(32 - bits));
}

Value DotProduct::addEmulated(OpBuilder &builder, Location loc, Value sum,
                              Value first, Value second) const {
  int64_t group = groupSize(kind), bits = 32 / group;
  if (kind != TileKind::dot_bf16) {
    for (int64_t i = 0; i < group; ++i) {
      Value x = extractTerm(builder, loc, first, i, bits, isUnsigned[0]);
      Value y = extractTerm(builder, loc, second, i, bits, isUnsigned[1]);
      sum = arith::AddIOp::create(builder, loc, sum,
                                  arith::MulIOp::create(builder, loc, x, y));
    }
    return sum;
  }
  // A bf16 is the upper half of an f32.
  auto type = cast<VectorType>(first.getType());
  auto constant = [&](uint32_t value) -> Value {
    return arith::ConstantOp::create(
        builder, loc, DenseElementsAttr::get(type, APInt(32, value)));
  };
  auto half = [&](Value groups, bool upper) -> Value {
    Value word =
        upper
            ? Value(arith::AndIOp::create(builder, loc, groups,
                                          constant(0xffff0000u)))
            : Value(arith::ShLIOp::create(builder, loc, groups, constant(16)));
    return arith::BitcastOp::create(builder, loc, sum.getType(), word);
  };
  for (bool upper : {false, true})
    sum = vector::FMAOp::create(builder, loc, half(first, upper),
                                half(second, upper), sum);
  return sum;
}
