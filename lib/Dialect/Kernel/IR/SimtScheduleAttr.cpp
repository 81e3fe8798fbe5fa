//===- SimtScheduleAttr.cpp - Schedules of GPUs' simple kernels -----------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Dialect/Kernel/IR/IndexRange.h"
#include "einsumc/Dialect/Kernel/IR/Kernel.h"
#include "einsumc/Dialect/Kernel/IR/RegionShape.h"

#include "mlir/IR/DialectImplementation.h"

using namespace mlir;
using namespace einsumc::kernel;

/// What every GPU has.
static constexpr int64_t kWarp = 32, kMaxBlockThreads = 1024,
                         kMaxGridBlocks = (int64_t(1) << 31) - 1;

//===----------------------------------------------------------------------===//
// GpuTargetAttr
//===----------------------------------------------------------------------===//

LogicalResult
GpuTargetAttr::verify(function_ref<InFlightDiagnostic()> emitError, StringRef,
                      int64_t capability, int64_t multiprocessors) {
  if (capability <= 0 || multiprocessors <= 0)
    return emitError() << "capability and multiprocessors must be positive, "
                          "got "
                       << capability << " and " << multiprocessors;
  return success();
}

//===----------------------------------------------------------------------===//
// SimtScheduleAttr
//===----------------------------------------------------------------------===//

Attribute SimtScheduleAttr::parse(AsmParser &parser, Type) {
  int64_t block, maxBlocks, indexBits;
  SmallVector<int64_t> order;
  auto parseLoop = [&] { return parser.parseInteger(order.emplace_back()); };
  if (parser.parseLess() || parser.parseKeyword("block") ||
      parser.parseEqual() || parser.parseInteger(block) ||
      parser.parseComma() || parser.parseKeyword("max_blocks") ||
      parser.parseEqual() || parser.parseInteger(maxBlocks) ||
      parser.parseComma() || parser.parseKeyword("order") ||
      parser.parseEqual() ||
      parser.parseCommaSeparatedList(AsmParser::Delimiter::Square, parseLoop) ||
      parser.parseComma() || parser.parseKeyword("index_bits") ||
      parser.parseEqual() || parser.parseInteger(indexBits) ||
      parser.parseGreater())
    return {};
  return parser.getChecked<SimtScheduleAttr>(
      parser.getContext(), block, maxBlocks, ArrayRef<int64_t>(order),
      indexBits);
}

void SimtScheduleAttr::print(AsmPrinter &printer) const {
  printer << "<block = " << getBlock() << ", max_blocks = " << getMaxBlocks()
          << ", order = [";
  llvm::interleaveComma(getOrder(), printer);
  printer << "], index_bits = " << getIndexBits() << ">";
}

LogicalResult
SimtScheduleAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                         int64_t block, int64_t maxBlocks, ArrayRef<int64_t>,
                         int64_t indexBits) {
  if (block <= 0 || block > kMaxBlockThreads || block % kWarp)
    return emitError() << "block must be a multiple of " << kWarp << " up to "
                       << kMaxBlockThreads << ", got " << block;
  if (maxBlocks <= 0 || maxBlocks > kMaxGridBlocks)
    return emitError() << "max_blocks must be from 1 to " << kMaxGridBlocks
                       << ", got " << maxBlocks;
  if (indexBits != 32 && indexBits != 64)
    return emitError() << "index_bits must be 32 or 64, got " << indexBits;
  return success();
}

LogicalResult SimtScheduleAttr::verifySchedule(
    Operation *region, Attribute target,
    function_ref<InFlightDiagnostic()> emitError) const {
  auto op = dyn_cast<RegionOp>(region);
  if (!op || !op.isNormalForm() || !op.getLoops())
    return emitError() << "a schedule belongs on a kernel.region whose loops "
                          "are classified";
  if (target && !isa<GpuTargetAttr>(target))
    return emitError() << "schedule is for a GPU but the target is " << target;

  SmallVector<int64_t> expected, given(getOrder());
  for (unsigned loop = 0; loop < op.getNumLoops(); ++loop)
    if (!op.isReduction(loop))
      expected.push_back(loop);
  llvm::sort(given);
  if (given != expected) {
    InFlightDiagnostic diagnostic = emitError();
    diagnostic << "schedule's order must hold each loop that is no reduction "
                  "once: ";
    llvm::interleaveComma(expected, diagnostic);
    return diagnostic;
  }
  if (getIndexBits() == 32 && !fitsIndices32(op, getBlock(), getMaxBlocks()))
    return emitError() << "schedule's 32-bit indices do not hold all numbers "
                          "of elements and offsets of this region";
  return success();
}

//===----------------------------------------------------------------------===//
// Widths of indices
//===----------------------------------------------------------------------===//

/// |x| · |y|, or nothing where that is no 31-bit number.
static std::optional<int64_t> multiply31(int64_t x, int64_t y) {
  int64_t product;
  if (llvm::MulOverflow(std::abs(x), std::abs(y), product) ||
      product >= (int64_t(1) << 31))
    return std::nullopt;
  return product;
}

bool einsumc::kernel::fitsIndices32(RegionOp region, int64_t block,
                                    int64_t maxBlocks) {
  constexpr int64_t kLimit = int64_t(1) << 31;
  RegionShape shape = RegionShape::get(region);
  int64_t elements = 1;
  for (auto [loop, extent] : llvm::enumerate(shape.extents)) {
    if (ShapedType::isDynamic(extent) || extent >= kLimit)
      return false;
    if (region.isReduction(loop))
      continue;
    std::optional<int64_t> product = multiply31(elements, extent);
    if (!product)
      return false;
    elements = *product;
  }
  // A thread's last element number, and one step beyond it.
  int64_t blocks =
      std::min<int64_t>(llvm::divideCeil(elements, block), maxBlocks);
  if (elements + 2 * blocks * block >= kLimit)
    return false;
  for (ArrayRef<int64_t> strides : shape.strides) {
    int64_t farthest = 0;
    for (auto [extent, stride] : llvm::zip(shape.extents, strides)) {
      if (ShapedType::isDynamic(stride))
        return false;
      std::optional<int64_t> distance =
          multiply31(std::max<int64_t>(extent - 1, 0), stride);
      if (!distance)
        return false;
      farthest += *distance;
    }
    if (farthest >= kLimit)
      return false;
  }
  return true;
}
