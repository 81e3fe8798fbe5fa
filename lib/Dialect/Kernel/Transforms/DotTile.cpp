//===- DotTile.cpp - Register tiles of groups of terms --------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A tile of groups is one of i32 that multiplies and adds differently: what is
// loaded of each input is an i32, or a vector of them, with a group each.
//
//===----------------------------------------------------------------------===//

#include "TileEmitter.h"

using namespace mlir;
using namespace einsumc::kernel;

/// The group whose terms lie from `index` on, in memory of elements.
Value TileEmitter::loadGroup(const TileOperand &operand, Value index) {
  int64_t group = groupSize(op.getKind());
  auto type = VectorType::get({group}, operand.element);
  auto whole = VectorType::get({1}, builder.getI32Type());
  Value terms =
      vector::LoadOp::create(builder, loc, type, operand.memref, index);
  terms = vector::BitCastOp::create(builder, loc, whole, terms);
  return vector::ExtractOp::create(builder, loc, terms, int64_t(0));
}

DotProduct TileEmitter::dotProduct() {
  NarrowProduct product = *NarrowProduct::get(op.getBody().front());
  return DotProduct(op.getKind(), product.factors[0].isUnsigned,
                    product.factors[1].isUnsigned, findTarget(op));
}

bool TileEmitter::hasNativeDots() { return dotProduct().isNative(width); }

Value TileEmitter::addProducts(ArrayRef<Number> arguments) {
  auto groups = [&](unsigned input) {
    return VectorBody::toVector(builder, loc, arguments[input], width).real;
  };
  return dotProduct().add(builder, loc, arguments.back().real, groups(0),
                          groups(1));
}

/// Each column's correction, added to what its rows start from.
void TileEmitter::addCorrection(MutableArrayRef<Value> accumulators) {
  for (int64_t v = 0; v < nv; ++v) {
    TileOperand panel = inputs[1];
    Value correction = load(panel, op.getCorrection(), 0, v).real;
    for (int64_t m = 0; m < mr; ++m) {
      Value &sum = accumulators[m * nv + v];
      sum = arith::AddIOp::create(builder, loc, sum, correction);
    }
  }
}
