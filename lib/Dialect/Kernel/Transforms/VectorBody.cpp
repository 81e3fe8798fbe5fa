//===- VectorBody.cpp - a scalar body on vectors -===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "VectorBody.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Complex/IR/Complex.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace einsumc::kernel;

static Value broadcast(OpBuilder &builder, Location loc, Value value,
                       int64_t width) {
  if (!value || isa<VectorType>(value.getType()))
    return value;
  auto type = VectorType::get({width}, value.getType());
  return vector::BroadcastOp::create(builder, loc, type, value);
}

Number VectorBody::toVector(OpBuilder &builder, Location loc, Number number,
                            int64_t width) {
  return {broadcast(builder, loc, number.real, width),
          broadcast(builder, loc, number.imag, width)};
}

FailureOr<Number> VectorBody::compute(OpBuilder &builder,
                                      ArrayRef<Number> arguments) {
  known.clear();
  for (auto [argument, number] : llvm::zip(body.getArguments(), arguments))
    known[argument] = number;
  Operation *yield = body.getTerminator();
  FailureOr<Number> result = evaluate(builder, yield->getOperand(0));
  if (failed(result))
    return failure();
  return toVector(builder, yield->getLoc(), *result, width);
}

FailureOr<Number> VectorBody::evaluate(OpBuilder &builder, Value value) {
  if (auto it = known.find(value); it != known.end())
    return it->second;
  Operation *op = value.getDefiningOp();
  // Scalars from above that do not vary.
  if (!op || op->getBlock() != &body) {
    if (!isa<ComplexType>(value.getType()))
      return Number{value, {}};
    Location loc = value.getLoc();
    return Number{complex::ReOp::create(builder, loc, value),
                  complex::ImOp::create(builder, loc, value)};
  }
  FailureOr<Number> result = evaluateOp(builder, op);
  if (succeeded(result))
    known[value] = *result;
  return result;
}

/// The operand of an addition that is a product used for it alone.
template <typename MulOp>
static std::optional<unsigned> productOperand(Operation *add) {
  for (unsigned i = 0; i < 2; ++i) {
    auto product = add->getOperand(i).getDefiningOp<MulOp>();
    if (product && product->hasOneUse() &&
        product->getBlock() == add->getBlock())
      return i;
  }
  return std::nullopt;
}

FailureOr<Number> VectorBody::fusedMultiplyAdd(OpBuilder &builder,
                                               Operation *add) {
  bool isComplex = isa<complex::AddOp>(add);
  unsigned i = isComplex ? *productOperand<complex::MulOp>(add)
                         : *productOperand<arith::MulFOp>(add);
  Operation *product = add->getOperand(i).getDefiningOp();
  Number operands[3];
  Value values[] = {product->getOperand(0), product->getOperand(1),
                    add->getOperand(1 - i)};
  for (auto [number, value] : llvm::zip(operands, values)) {
    FailureOr<Number> evaluated = evaluate(builder, value);
    if (failed(evaluated))
      return failure();
    number = toVector(builder, add->getLoc(), *evaluated, width);
  }
  auto [x, y, z] = operands;
  Location loc = add->getLoc();
  auto fma = [&](Value a, Value b, Value c) -> Value {
    return vector::FMAOp::create(builder, loc, a, b, c);
  };
  if (!isComplex)
    return Number{fma(x.real, y.real, z.real), {}};
  Value minusImag = arith::NegFOp::create(builder, loc, x.imag);
  return Number{fma(minusImag, y.imag, fma(x.real, y.real, z.real)),
                fma(x.imag, y.real, fma(x.real, y.imag, z.imag))};
}

FailureOr<Number> VectorBody::evaluateComplex(OpBuilder &builder, Operation *op,
                                              ArrayRef<Number> operands) {
  Location loc = op->getLoc();
  // Parts of one operation are both scalars or both vectors.
  SmallVector<Number> n(operands);
  bool anyVector = llvm::any_of(operands, [](const Number &x) {
    return isa<VectorType>(x.real.getType()) ||
           (x.imag && isa<VectorType>(x.imag.getType()));
  });
  if (anyVector)
    for (Number &number : n)
      number = toVector(builder, loc, number, width);
  auto add = [&](Value a, Value b) -> Value {
    return arith::AddFOp::create(builder, loc, a, b);
  };
  auto sub = [&](Value a, Value b) -> Value {
    return arith::SubFOp::create(builder, loc, a, b);
  };
  auto mul = [&](Value a, Value b) -> Value {
    return arith::MulFOp::create(builder, loc, a, b);
  };
  auto neg = [&](Value a) -> Value {
    return arith::NegFOp::create(builder, loc, a);
  };
  return llvm::TypeSwitch<Operation *, FailureOr<Number>>(op)
      .Case([&](complex::ConstantOp constant) {
        auto type = cast<ComplexType>(constant.getType()).getElementType();
        auto part = [&](unsigned i) -> Value {
          return arith::ConstantOp::create(
              builder, loc, type, cast<TypedAttr>(constant.getValue()[i]));
        };
        return Number{part(0), part(1)};
      })
      .Case([&](complex::CreateOp) { return Number{n[0].real, n[1].real}; })
      .Case([&](complex::ReOp) { return Number{n[0].real, {}}; })
      .Case([&](complex::ImOp) { return Number{n[0].imag, {}}; })
      .Case([&](complex::AddOp) {
        return Number{add(n[0].real, n[1].real), add(n[0].imag, n[1].imag)};
      })
      .Case([&](complex::SubOp) {
        return Number{sub(n[0].real, n[1].real), sub(n[0].imag, n[1].imag)};
      })
      .Case([&](complex::NegOp) {
        return Number{neg(n[0].real), neg(n[0].imag)};
      })
      .Case([&](complex::ConjOp) { return Number{n[0].real, neg(n[0].imag)}; })
      .Case([&](complex::MulOp) {
        const Number &x = n[0], &y = n[1];
        return Number{sub(mul(x.real, y.real), mul(x.imag, y.imag)),
                      add(mul(x.real, y.imag), mul(x.imag, y.real))};
      })
      .Default([&](Operation *) -> FailureOr<Number> {
        return op->emitError("has no form on vectors");
      });
}

FailureOr<Number> VectorBody::evaluateOp(OpBuilder &builder, Operation *op) {
  if ((isa<arith::AddFOp>(op) && productOperand<arith::MulFOp>(op)) ||
      (isa<complex::AddOp>(op) && productOperand<complex::MulOp>(op)))
    return fusedMultiplyAdd(builder, op);

  SmallVector<Number> operands;
  bool anyVector = false;
  for (Value operand : op->getOperands()) {
    FailureOr<Number> number = evaluate(builder, operand);
    if (failed(number))
      return failure();
    anyVector |= isa<VectorType>(number->real.getType());
    operands.push_back(*number);
  }
  if (isa<complex::ComplexDialect>(op->getDialect()))
    return evaluateComplex(builder, op, operands);
  // Selecting between complex numbers selects both parts.
  if (auto select = dyn_cast<arith::SelectOp>(op);
      select && operands[1].isComplex()) {
    Number condition = operands[0];
    Number parts;
    auto pick = [&](Value a, Value b) -> Value {
      bool vectors = isa<VectorType>(condition.real.getType()) ||
                     isa<VectorType>(a.getType()) ||
                     isa<VectorType>(b.getType());
      int64_t lanes = width;
      Value c = condition.real;
      if (vectors) {
        a = broadcast(builder, op->getLoc(), a, lanes);
        b = broadcast(builder, op->getLoc(), b, lanes);
        c = broadcast(builder, op->getLoc(), c, lanes);
      }
      return arith::SelectOp::create(builder, op->getLoc(), c, a, b);
    };
    parts.real = pick(operands[1].real, operands[2].real);
    parts.imag = pick(operands[1].imag, operands[2].imag);
    return parts;
  }
  for (const Number &number : operands)
    if (number.isComplex())
      return op->emitError("has no form on complex vectors");

  OperationState state(op->getLoc(), op->getName());
  state.addAttributes(op->getAttrs());
  for (const Number &number : operands)
    state.addOperands(anyVector
                          ? broadcast(builder, op->getLoc(), number.real, width)
                          : number.real);
  for (Type type : op->getResultTypes())
    state.addTypes(anyVector ? Type(VectorType::get({width}, type)) : type);
  Operation *copy = builder.create(state);
  return Number{copy->getResult(0), {}};
}
