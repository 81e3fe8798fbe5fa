//===- LowerEntryScratch.cpp - Layout of scratch memory ---------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Scratch memory holds, one after the other: buffers of static size, placed
// so that those with disjoint live ranges share memory; slots for buffers of
// dynamic size, each slot shared by buffers with disjoint live ranges; and one
// slot per task for what a call of the entry needs for itself.
//
//===----------------------------------------------------------------------===//

#include "LowerEntryInternal.h"

using namespace mlir;
using namespace einsumc::kernel;
using namespace einsumc::kernel::entry;

LogicalResult entry::collectBuffers(Kernel &kernel) {
  DenseMap<Operation *, unsigned> callNumber;
  for (auto [number, call] : llvm::enumerate(kernel.calls))
    callNumber[call] = number;

  for (Operation &op : kernel.function.getBody().front()) {
    auto alloc = dyn_cast<memref::AllocOp>(op);
    if (!alloc)
      continue;
    if (!alloc.getType().getLayout().isIdentity())
      return alloc.emitError("expected an intermediate in row-major order");
    Buffer buffer{alloc, 0, ~0u, 0};
    SmallVector<Value> views = {alloc.getResult()};
    while (!views.empty())
      for (Operation *user : views.pop_back_val().getUsers()) {
        auto known = callNumber.find(user);
        if (known == callNumber.end()) {
          llvm::append_range(views, user->getResults());
          continue;
        }
        buffer.begin = std::min(buffer.begin, known->second);
        buffer.end = std::max(buffer.end, known->second);
      }
    if (buffer.begin <= buffer.end)
      kernel.buffers.push_back(buffer);
  }
  for (auto [number, callee] : llvm::enumerate(kernel.callees))
    for (ScratchOp scratch : callee->sharedScratch)
      kernel.buffers.push_back(
          {scratch, unsigned(number), unsigned(number), unsigned(number)});
  for (const Buffer &buffer : kernel.buffers)
    if (isa<memref::AllocOp>(buffer.op))
      kernel.bufferOfAlloc[buffer.op] = &buffer;
  return success();
}

FailureOr<Value> entry::bufferBytes(ImplicitLocOpBuilder &b,
                                    const Kernel &kernel, const Buffer &buffer,
                                    SliceCloner &cloner) {
  if (auto scratch = dyn_cast<ScratchOp>(buffer.op)) {
    SliceCloner inCallee = calleeCloner(b, kernel.calls[buffer.call], cloner);
    FailureOr<Value> size = inCallee.get(scratch.getSize());
    if (failed(size))
      return failure();
    Type element = cast<MemRefType>(scratch.getType()).getElementType();
    return alignUp(b, mul(b, *size, constantIndex(b, byteSize(element))));
  }
  auto alloc = cast<memref::AllocOp>(buffer.op);
  Value bytes = constantIndex(b, byteSize(alloc.getType().getElementType()));
  ValueRange dynamic = alloc.getDynamicSizes();
  for (int64_t extent : alloc.getType().getShape()) {
    if (!ShapedType::isDynamic(extent)) {
      bytes = mul(b, bytes, constantIndex(b, extent));
      continue;
    }
    FailureOr<Value> size = cloner.get(dynamic.front());
    if (failed(size))
      return failure();
    dynamic = dynamic.drop_front();
    bytes = mul(b, bytes, *size);
  }
  return alignUp(b, bytes);
}

static bool overlap(const Buffer &a, const Buffer &b) {
  return a.begin <= b.end && b.begin <= a.end;
}

/// Largest first, each at the lowest offset that no buffer in use at the same
/// time covers.
static int64_t placeBySize(ArrayRef<std::pair<int64_t, Buffer *>> sized) {
  SmallVector<std::pair<int64_t, Buffer *>> order(sized);
  // Ties by position, so that the layout does not depend on the sort.
  llvm::sort(order, [](const auto &a, const auto &b) {
    return a.first != b.first ? a.first > b.first : a.second < b.second;
  });
  SmallVector<std::pair<int64_t, Buffer *>> placed; // sorted by offset
  int64_t end = 0;
  for (auto [bytes, buffer] : order) {
    int64_t offset = 0;
    for (auto [otherBytes, other] : placed)
      if (overlap(*buffer, *other) && offset + bytes > other->offset)
        offset = std::max(offset, other->offset + otherBytes);
    buffer->offset = offset;
    end = std::max(end, offset + bytes);
    auto position = llvm::find_if(
        placed, [&](auto &entry) { return entry.second->offset > offset; });
    placed.insert(position, {bytes, buffer});
  }
  return end;
}

LogicalResult entry::layOut(ImplicitLocOpBuilder &b, Kernel &kernel,
                            SliceCloner &cloner) {
  SmallVector<std::pair<int64_t, Buffer *>> sized;
  SmallVector<SmallVector<Buffer *>> slots;
  for (Buffer &buffer : kernel.buffers) {
    FailureOr<Value> bytes = bufferBytes(b, kernel, buffer, cloner);
    if (failed(bytes))
      return failure();
    if (std::optional<int64_t> constant = getConstant(*bytes)) {
      sized.push_back({*constant, &buffer});
      continue;
    }
    auto slot = llvm::find_if(slots, [&](ArrayRef<Buffer *> members) {
      return llvm::none_of(
          members, [&](Buffer *member) { return overlap(buffer, *member); });
    });
    if (slot == slots.end())
      slot = slots.insert(slots.end(), SmallVector<Buffer *>());
    buffer.slot = slot - slots.begin();
    slot->push_back(&buffer);
  }
  kernel.staticBytes = placeBySize(sized);
  kernel.numSlots = slots.size();
  return success();
}

FailureOr<SmallVector<Value>> entry::slotOffsets(ImplicitLocOpBuilder &b,
                                                 const Kernel &kernel,
                                                 SliceCloner &cloner) {
  SmallVector<Value> sizes(kernel.numSlots);
  for (const Buffer &buffer : kernel.buffers) {
    if (buffer.slot < 0)
      continue;
    FailureOr<Value> bytes = bufferBytes(b, kernel, buffer, cloner);
    if (failed(bytes))
      return failure();
    Value &size = sizes[buffer.slot];
    size = size ? maximum(b, size, *bytes) : *bytes;
  }
  SmallVector<Value> offsets = {constantIndex(b, kernel.staticBytes)};
  for (Value size : sizes)
    offsets.push_back(add(b, offsets.back(), size));
  return offsets;
}

/// A bound of an scf.forall where the callee's values are mapped.
static FailureOr<Value> getBound(ImplicitLocOpBuilder &b, OpFoldResult bound,
                                 SliceCloner &inCallee) {
  if (auto value = dyn_cast<Value>(bound))
    return inCallee.get(value);
  return constantIndex(b, *getConstantIntValue(bound));
}

FailureOr<Value> entry::taskCount(ImplicitLocOpBuilder &b, Step &step,
                                  SliceCloner &inCallee) {
  auto lower = getBound(b, step.forall.getMixedLowerBound()[0], inCallee);
  auto upper = getBound(b, step.forall.getMixedUpperBound()[0], inCallee);
  auto stride = getBound(b, step.forall.getMixedStep()[0], inCallee);
  if (failed(lower) || failed(upper) || failed(stride))
    return failure();
  Value distance = b.createOrFold<arith::SubIOp>(*upper, *lower);
  Value count = getConstant(*stride) == 1
                    ? distance
                    : b.createOrFold<arith::CeilDivSIOp>(distance, *stride);
  return maximum(b, count, constantIndex(b, 0));
}

FailureOr<Value> entry::ownScratchBytes(ImplicitLocOpBuilder &b, Step &step,
                                        SliceCloner &inCallee) {
  Value bytes = constantIndex(b, 0);
  for (ScratchOp scratch : step.ownScratch) {
    FailureOr<Value> size = inCallee.get(scratch.getSize());
    if (failed(size))
      return failure();
    Type element = cast<MemRefType>(scratch.getType()).getElementType();
    bytes = add(b, bytes,
                alignUp(b, mul(b, *size, constantIndex(b, byteSize(element)))));
  }
  return bytes;
}
