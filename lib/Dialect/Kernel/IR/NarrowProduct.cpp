//===- NarrowProduct.cpp - Products of widened elements -------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Dialect/Kernel/IR/NarrowProduct.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "llvm/ADT/Twine.h"

using namespace mlir;
using namespace einsumc::kernel;

/// The argument that a value widens, and whether as an unsigned number; null
/// where it is something else.
static std::pair<BlockArgument, bool> widenedArgument(Value value,
                                                      Block *body) {
  bool isUnsigned = false, hasUnsigned = false;
  while (Operation *op = value.getDefiningOp()) {
    if (op->getBlock() != body ||
        !isa<arith::ExtFOp, arith::ExtSIOp, arith::ExtUIOp>(op))
      return {};
    isUnsigned = isa<arith::ExtUIOp>(op);
    hasUnsigned |= isUnsigned;
    value = op->getOperand(0);
  }
  auto argument = cast<BlockArgument>(value);
  // The first extension decides, but for one by zeros after one by signs.
  if (argument.getOwner() != body || (hasUnsigned && !isUnsigned))
    return {};
  return {argument, isUnsigned};
}

std::optional<NarrowProduct> NarrowProduct::get(Block &body) {
  Operation *sum = getCombiner(body);
  if (!sum || body.getNumArguments() != 3 ||
      !isa<arith::AddFOp, arith::AddIOp>(sum))
    return std::nullopt;
  BlockArgument accumulator = body.getArgument(2);
  Value product = sum->getOperand(0) == accumulator ? sum->getOperand(1)
                                                    : sum->getOperand(0);
  Operation *times = product.getDefiningOp();
  if (!times || times->getBlock() != &body ||
      !isa<arith::MulFOp, arith::MulIOp>(times))
    return std::nullopt;
  NarrowProduct result;
  result.accumulator = accumulator.getType();
  bool seen[2] = {false, false};
  for (Value operand : times->getOperands()) {
    auto [argument, isUnsigned] = widenedArgument(operand, &body);
    if (!argument || argument.getArgNumber() > 1)
      return std::nullopt;
    unsigned number = argument.getArgNumber();
    seen[number] = true;
    result.factors[number] = {argument.getType(), isUnsigned};
  }
  if (!seen[0] || !seen[1])
    return std::nullopt;
  return result;
}

bool NarrowProduct::fits(TileKind kind) const {
  auto all = [&](llvm::function_ref<bool(const Factor &)> test) {
    return test(factors[0]) && test(factors[1]);
  };
  switch (kind) {
  case TileKind::dot_bf16:
    return accumulator.isF32() &&
           all([](const Factor &factor) { return factor.type.isBF16(); });
  case TileKind::dot_i16:
    // Unsigned 16 bits are no i16.
    return accumulator.isInteger(32) && all([](const Factor &factor) {
             return factor.type.isInteger(8) ||
                    (factor.type.isInteger(16) && !factor.isUnsigned);
           });
  case TileKind::dot_i8:
    return accumulator.isInteger(32) &&
           all([](const Factor &factor) { return factor.type.isInteger(8); });
  case TileKind::fma:
  case TileKind::widen:
    return true;
  }
  return false;
}

Type einsumc::kernel::widenedType(BlockArgument argument) {
  Type type;
  for (Operation *user : argument.getUsers()) {
    if (!isa<arith::ExtFOp>(user) ||
        (type && type != user->getResult(0).getType()))
      return {};
    type = user->getResult(0).getType();
  }
  return type;
}

/// Whether groups of terms lie in an input's memory as the tile reads them.
static bool hasWholeGroups(const RegionShape &shape, unsigned input,
                           int64_t group) {
  unsigned innermost = shape.terms.back();
  int64_t extent = shape.extents[innermost];
  return shape.strides[input][innermost] == 1 &&
         !ShapedType::isDynamic(extent) && extent % group == 0;
}

std::string einsumc::kernel::findKindError(RegionOp region,
                                           const RegionShape &shape,
                                           TileKind kind, ArrayRef<bool> pack) {
  if (kind == TileKind::fma)
    return "";
  Block &body = region.getBody().front();
  if (kind == TileKind::widen) {
    for (auto [argument, packed] : llvm::zip(body.getArguments(), pack))
      if (packed && widenedType(argument))
        return "";
    return "widens elements but packs no input that the body widens";
  }
  std::string name = stringifyTileKind(kind).str();
  std::optional<NarrowProduct> product = NarrowProduct::get(body);
  if (!product || !product->fits(kind))
    return "computes by " + name + " but the region's body is no such product";
  if (!shape.row || !shape.column || shape.terms.empty() || !shape.canPack(0) ||
      !shape.canPack(1) || !shape.varies(0, shape.row) ||
      !shape.varies(1, shape.column))
    return "computes by " + name +
           " but the region is no product of rows and columns";
  if (!pack[1])
    return "computes by " + name + " but does not pack input 1 in groups";
  if (pack[0])
    return "";
  int64_t group = groupSize(kind);
  if (product->needsFlip(kind))
    return "computes by " + name +
           " but does not pack input 0, whose sign bit must change";
  if (product->factors[0].type.getIntOrFloatBitWidth() * group != 32)
    return "computes by " + name +
           " but does not pack input 0, which must be widened";
  if (!hasWholeGroups(shape, 0, group))
    return "computes by " + name +
           " but does not pack input 0, whose memory holds no whole groups "
           "of " +
           std::to_string(group) + " terms";
  return "";
}
