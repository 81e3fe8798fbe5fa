//===- FloatConversions.cpp - f16 and bf16 by integer arithmetic ----------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// f16 has 5 bits of exponent (bias 15) and 10 of mantissa, bf16 8 (bias 127)
// and 7, f32 8 (bias 127) and 23.
//
//===----------------------------------------------------------------------===//

#include "FloatConversions.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/TypeUtilities.h"

using namespace mlir;
using namespace einsumc::kernel;

// Bits of f32.
static constexpr uint64_t kSign = 0x80000000, kInfinity = 0x7f800000,
                          kQuiet = 0x00400000;

Type FloatConversions::shaped(Type element, Value like) {
  if (auto type = dyn_cast<ShapedType>(like.getType()))
    return type.clone(element);
  return element;
}

/// An integer or a float of these bits, of the type of `like`.
Value FloatConversions::constant(uint64_t number, Value like) {
  Type element = getElementTypeOrSelf(like.getType());
  APInt bits(element.getIntOrFloatBitWidth(), number, /*isSigned=*/false,
             /*implicitTrunc=*/true);
  TypedAttr value;
  if (auto type = dyn_cast<FloatType>(element))
    value = builder.getFloatAttr(type, APFloat(type.getFloatSemantics(), bits));
  else
    value = builder.getIntegerAttr(element, bits);
  if (auto type = dyn_cast<ShapedType>(like.getType()))
    value = DenseElementsAttr::get(type, Attribute(value));
  return arith::ConstantOp::create(builder, loc, value);
}

Value FloatConversions::bits(Value value) {
  unsigned width =
      getElementTypeOrSelf(value.getType()).getIntOrFloatBitWidth();
  return arith::BitcastOp::create(
      builder, loc, shaped(builder.getIntegerType(width), value), value);
}

Value FloatConversions::select(Value condition, Value yes, Value no) {
  return arith::SelectOp::create(builder, loc, condition, yes, no);
}

namespace {
/// Integer arithmetic as a formula reads.
struct Bits {
  OpBuilder &b;
  Location loc;
  Value v;

  Bits with(Value value) const { return {b, loc, value}; }
  template <typename Op> Bits apply(Bits other) const {
    return with(Op::create(b, loc, v, other.v));
  }
  Bits operator+(Bits x) const { return apply<arith::AddIOp>(x); }
  Bits operator-(Bits x) const { return apply<arith::SubIOp>(x); }
  Bits operator&(Bits x) const { return apply<arith::AndIOp>(x); }
  Bits operator|(Bits x) const { return apply<arith::OrIOp>(x); }
  Bits operator^(Bits x) const { return apply<arith::XOrIOp>(x); }
  Bits operator<<(Bits x) const { return apply<arith::ShLIOp>(x); }
  Bits operator>>(Bits x) const { return apply<arith::ShRUIOp>(x); }
  Bits compare(arith::CmpIPredicate predicate, Bits x) const {
    return with(arith::CmpIOp::create(b, loc, predicate, v, x.v));
  }
  // Signed: vectors of few instruction sets compare unsigned numbers.
  Bits operator>(Bits x) const { return compare(arith::CmpIPredicate::sgt, x); }
  Bits operator<(Bits x) const { return compare(arith::CmpIPredicate::slt, x); }
};
} // namespace

//===----------------------------------------------------------------------===//
// Widening
//===----------------------------------------------------------------------===//

Value FloatConversions::widen(Value bits, Type from, Type to) {
  Value single = from.isF16() ? widenHalf(bits) : widenBfloat(bits);
  if (to.isF32())
    return single;
  return arith::ExtFOp::create(builder, loc, shaped(to, bits), single);
}

/// The upper half of an f32.
Value FloatConversions::widenBfloat(Value value) {
  Bits wide{builder, loc,
            arith::ExtUIOp::create(builder, loc,
                                   shaped(builder.getI32Type(), value), value)};
  Bits upper = wide << wide.with(constant(16, wide.v));
  return arith::BitcastOp::create(builder, loc,
                                  shaped(builder.getF32Type(), value), upper.v);
}

Value FloatConversions::widenHalf(Value value) {
  Type single = shaped(builder.getF32Type(), value);
  if (hasHalf) {
    Value half = arith::BitcastOp::create(
        builder, loc, shaped(builder.getF16Type(), value), value);
    return arith::ExtFOp::create(builder, loc, single, half);
  }
  Value wide = arith::ExtUIOp::create(
      builder, loc, shaped(builder.getI32Type(), value), value);
  Bits half{builder, loc, wide};
  auto c = [&](uint64_t number) { return half.with(constant(number, wide)); };
  Bits magnitude = half & c(0x7fff);
  Bits sign = (half ^ magnitude) << c(16);
  // The mantissa moves by 23 - 10 bits, the exponent grows by 127 - 15; from
  // the largest one, that of infinity and NaN, once more.
  Bits shifted = magnitude << c(13);
  Bits normal = shifted + c((127 - 15) << 23);
  Bits quiet =
      half.with(select((magnitude > c(0x7c00)).v, c(kQuiet).v, c(0).v));
  Bits special = (shifted + c((2 * (127 - 15)) << 23)) | quiet;
  // 2^-14 + the subnormal - 2^-14: the subtraction normalises it.
  Bits least = c((127 - 14) << 23);
  Value raised =
      arith::BitcastOp::create(builder, loc, single, (shifted + least).v);
  Value base = arith::BitcastOp::create(builder, loc, single, least.v);
  Bits subnormal =
      half.with(bits(arith::SubFOp::create(builder, loc, raised, base)));

  Value result = select((magnitude < c(0x0400)).v, subnormal.v,
                        select((magnitude > c(0x7bff)).v, special.v, normal.v));
  return arith::BitcastOp::create(builder, loc, single,
                                  (half.with(result) | sign).v);
}

//===----------------------------------------------------------------------===//
// Narrowing
//===----------------------------------------------------------------------===//

Value FloatConversions::narrow(Value value, Type type) {
  if (getElementTypeOrSelf(value.getType()).isF64())
    value = roundToOddSingle(value);
  return type.isF16() ? narrowToHalf(value) : narrowToBfloat(value);
}

Value FloatConversions::narrowToBfloat(Value value) {
  Bits single{builder, loc, bits(value)};
  auto c = [&](uint64_t number) {
    return single.with(constant(number, single.v));
  };
  // Half of the last place is added, less than half to an even number. The
  // carry goes into the exponent, up to infinity.
  Bits odd = (single >> c(16)) & c(1);
  Bits rounded = single + odd + c(0x7fff);
  Value isNan = arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::UNO,
                                      value, value);
  Bits result =
      single.with(select(isNan, (single | c(kQuiet)).v, rounded.v)) >> c(16);
  return arith::TruncIOp::create(
      builder, loc, shaped(builder.getIntegerType(16), value), result.v);
}

Value FloatConversions::narrowToHalf(Value value) {
  if (hasHalf)
    return bits(arith::TruncFOp::create(
        builder, loc, shaped(builder.getF16Type(), value), value));

  Bits single{builder, loc, bits(value)};
  auto c = [&](uint64_t number) {
    return single.with(constant(number, single.v));
  };
  Bits sign = single & c(kSign);
  Bits magnitude = single ^ sign;
  // As above, with the exponent brought down.
  Bits odd = (magnitude >> c(13)) & c(1);
  Bits normal = (magnitude + odd + c(0xfff - ((127 - 15) << 23))) >> c(13);
  // 0.5 has f16's last place where f32 has it: the addition rounds.
  Bits half32 = c((127 - 1) << 23);
  Value positive =
      arith::BitcastOp::create(builder, loc, value.getType(), magnitude.v);
  Value base =
      arith::BitcastOp::create(builder, loc, value.getType(), half32.v);
  Bits subnormal =
      single.with(bits(arith::AddFOp::create(builder, loc, positive, base))) -
      half32;
  Bits nan = ((magnitude >> c(13)) & c(0x3ff)) | c(0x7e00);
  Bits special =
      single.with(select((magnitude > c(kInfinity)).v, nan.v, c(0x7c00).v));

  Value result =
      select((magnitude < c((127 - 14) << 23)).v, subnormal.v,
             select((magnitude < c((127 + 16) << 23)).v, normal.v, special.v));
  return arith::TruncIOp::create(builder, loc,
                                 shaped(builder.getIntegerType(16), value),
                                 (single.with(result) | (sign >> c(16))).v);
}

/// f64 to f32, and where that is not exact, to the neighbour whose last bit is
/// set. A rounding to a format two bits narrower is then the only one
/// (Boldo and Melquiond, "Emulation of FMA and correctly rounded sums", 2008).
Value FloatConversions::roundToOddSingle(Value value) {
  Type single = shaped(builder.getF32Type(), value);
  Value nearest = arith::TruncFOp::create(builder, loc, single, value);
  Value back = arith::ExtFOp::create(builder, loc, value.getType(), nearest);
  auto compare = [&](arith::CmpFPredicate predicate) -> Value {
    return arith::CmpFOp::create(builder, loc, predicate, back, value);
  };
  Bits number{builder, loc, bits(nearest)};
  auto c = [&](uint64_t n) { return number.with(constant(n, number.v)); };
  // Away from zero: above a positive number, below a negative one.
  Bits isNegative = number < c(0);
  Bits away = number.with(compare(arith::CmpFPredicate::OGT)) ^ isNegative;
  Bits isEven = number.with(arith::CmpIOp::create(
      builder, loc, arith::CmpIPredicate::eq, (number & c(1)).v, c(0).v));
  Bits wrong = number.with(compare(arith::CmpFPredicate::ONE)) & isEven;
  Bits neighbour =
      number + number.with(select(away.v, c(uint64_t(-1)).v, c(1).v));
  return arith::BitcastOp::create(builder, loc, single,
                                  select(wrong.v, neighbour.v, number.v));
}

//===----------------------------------------------------------------------===//
// Integers
//===----------------------------------------------------------------------===//

Value FloatConversions::fromInteger(Value value, Type type, bool isSigned) {
  unsigned width =
      getElementTypeOrSelf(value.getType()).getIntOrFloatBitWidth();
  auto convert = [&](Type wide, Value integer) -> Value {
    Type result = shaped(wide, value);
    if (isSigned)
      return arith::SIToFPOp::create(builder, loc, result, integer);
    return arith::UIToFPOp::create(builder, loc, result, integer);
  };
  if (width <= 24)
    return narrow(convert(builder.getF32Type(), value), type);
  if (type.isF16()) {
    // Whatever is beyond 65,520 becomes infinity, so that no more than f32's
    // 24 bits count.
    Value most = constant(1 << 17, value), least = constant(-(1 << 17), value);
    Value clamped = value;
    if (isSigned)
      clamped = arith::MaxSIOp::create(
          builder, loc, arith::MinSIOp::create(builder, loc, value, most),
          least);
    else
      clamped = arith::MinUIOp::create(builder, loc, value, most);
    return narrow(convert(builder.getF32Type(), clamped), type);
  }
  if (width > 53)
    value = roundToOdd53Bits(value, isSigned);
  return narrow(convert(builder.getF64Type(), value), type);
}

/// An integer of 64 bits that f64 holds: where it has more than 53 bits, the
/// last of those says whether anything was cut off.
Value FloatConversions::roundToOdd53Bits(Value value, bool isSigned) {
  Bits number{builder, loc, value};
  auto c = [&](uint64_t n) { return number.with(constant(n, value)); };
  constexpr uint64_t cut = (uint64_t(1) << 11) - 1, limit = uint64_t(1) << 53;
  // (low + cut) has bit 11 set where low is not 0.
  Bits sticky = ((number & c(cut)) + c(cut)) | number;
  Bits rounded = sticky & c(~cut);
  Bits shifted = isSigned ? number + c(limit / 2) : number;
  Bits fits = shifted.compare(arith::CmpIPredicate::ult, c(limit));
  return select(fits.v, value, rounded.v);
}
