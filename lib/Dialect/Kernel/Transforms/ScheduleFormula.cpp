//===- ScheduleFormula.cpp - A schedule from a CPU's numbers --------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ScheduleFormula.h"
#include "CpuFormula.h"

#include "mlir/IR/TypeUtilities.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace einsumc::kernel;

CpuFormula::CpuFormula(RegionOp region, TargetAttr target)
    : region(region), target(target), shape(RegionShape::get(region)),
      accumulator(AccumulatorShape::get(region)) {
  rows = known(shape.row);
  columns = known(shape.column);
  terms = product(shape.terms);
  outer = 1;
  for (ArrayRef<unsigned> loops :
       {ArrayRef<unsigned>(shape.batch), ArrayRef<unsigned>(shape.outerRows),
        ArrayRef<unsigned>(shape.outerColumns)})
    outer = std::min<int64_t>(
        outer * std::min<int64_t>(product(loops), 1 << 20), int64_t(1) << 40);
  registers = target.getRegisters();
}

int64_t CpuFormula::known(std::optional<unsigned> loop) const {
  int64_t extent = shape.extent(loop);
  if (!ShapedType::isDynamic(extent))
    return extent;
  const einsumc::ExtentFacts facts = shape.factsOf(loop);
  int64_t large = std::max(kLarge - kLarge % facts.multiple, facts.multiple);
  return std::clamp(large, facts.min, facts.max);
}

int64_t CpuFormula::product(ArrayRef<unsigned> loops) const {
  uint64_t result = 1;
  for (unsigned loop : loops)
    result = std::min<uint64_t>(
        llvm::SaturatingMultiply<uint64_t>(result, known(loop)), uint64_t(1)
                                                                     << 40);
  return result;
}

int64_t CpuFormula::bytes(unsigned operand) const {
  Type type = getElementTypeOrSelf(region->getOperand(operand).getType());
  int64_t parts = 1;
  if (auto complex = dyn_cast<ComplexType>(type)) {
    type = complex.getElementType();
    parts = 2;
  }
  int64_t bits = type.isIntOrFloat() ? type.getIntOrFloatBitWidth() : 64;
  return parts * llvm::divideCeil(bits, 8);
}

int64_t CpuFormula::passingRegisters(int64_t mr, int64_t nv) const {
  bool isComplex = accumulator.parts == 2;
  // What is loaded is loaded ahead of its use: a few, or, where each part is
  // used twice, in products that wait for each other, all.
  constexpr int64_t kLoadedAhead = 4;
  if (!target.getMemoryOperands())
    return kLoadedAhead +
           (isComplex ? accumulator.parts * (std::max(mr, nv) - 1) : 0);
  // Real and imaginary parts are taken from two vectors by two vectors of
  // indices.
  constexpr int64_t kTakenApart = 4, kWithoutIndices = 256;
  if (isComplex && target.getVectorBits() > kWithoutIndices)
    return kTakenApart;
  // Without fused multiply-adds and with two operands, products are apart.
  constexpr int64_t kTwoOperands = 128;
  bool isFloat = !isa<IntegerType>(region.getAccumulatorType());
  if (isFloat && target.getVectorBits() <= kTwoOperands)
    return accumulator.parts;
  return 0;
}

double CpuFormula::waitingSums(int64_t kc, int64_t nc) const {
  Type output = getElementTypeOrSelf(region.getOutput().getType());
  if (!region.hasEpilogue() || region.getAccumulatorType() == output ||
      terms <= kc)
    return 0;
  return double(accumulatorBytes()) * rows * product(shape.outerRows) * nc;
}

int64_t CpuFormula::rowTasksFor(int64_t kc, int64_t nc) const {
  constexpr double kMostBytes = 2 << 20;
  return 1 + int64_t(waitingSums(kc, nc) / kMostBytes);
}

double CpuFormula::footprint() const {
  double total = 0;
  for (unsigned operand = 0; operand < region->getNumOperands(); ++operand) {
    if (shape.isScalar(operand))
      continue;
    double elements = bytes(operand);
    if (shape.varies(operand, shape.row))
      elements *= rows;
    if (shape.varies(operand, shape.column))
      elements *= columns;
    for (unsigned loop : shape.terms)
      if (shape.varies(operand, loop))
        elements *= known(loop);
    total += elements;
  }
  return total;
}

ScheduleAttrInterface einsumc::kernel::computeSchedule(RegionOp region,
                                                       TargetAttr target,
                                                       Threading threading,
                                                       Reasons *reasons) {
  CpuFormula formula(region, target);
  formula.reasons = reasons;
  SweepScheduleAttr sweep = scheduleSweep(formula);
  if (sweep)
    if (SweepScheduleAttr shared = shareOut(formula, sweep, threading))
      return shared;
  CpuScheduleAttr schedule = scheduleTermLanes(formula);
  if (!schedule)
    schedule = scheduleNarrowProduct(formula);
  if (!schedule)
    schedule = scheduleProduct(formula);
  schedule = shareOut(formula, schedule, threading);
  if (sweep && schedule.getSplitK() == 1)
    return sweep;
  return schedule;
}
