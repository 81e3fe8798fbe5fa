//===- Binding.cpp - The arguments of one call, checked -------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Binding.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/STLExtras.h"

using namespace einsumc;
using mlir::ShapedType;

static RunResult illegal(const llvm::Twine &message) {
  return {Status::illegal, message.str()};
}

namespace {

/// One operand of a call with its actual extents and strides.
struct Bound {
  const kernel::SignatureOperand *type;
  void *data;
  llvm::SmallVector<int64_t, 6> shape, strides;
  bool empty = false;
  /// Bytes from `data` to the first byte and to the byte behind the last one.
  int64_t low = 0, high = 0;
};

} // namespace

/// Extents and strides as given or, where nothing is given, from the type.
static RunResult fillFromType(const RunOperand &argument, Bound &bound) {
  const kernel::SignatureOperand &type = *bound.type;
  llvm::ArrayRef<int64_t> shape = argument.sizes;
  if (shape.empty())
    shape = type.shape;
  if (shape.size() != type.shape.size())
    return illegal(type.name + " has rank " + llvm::Twine(type.rank()) +
                   ", but " + llvm::Twine(shape.size()) + " sizes are given");
  bound.shape.resize_for_overwrite(shape.size());
  for (size_t axis = 0; axis < shape.size(); ++axis) {
    int64_t extent = bound.shape[axis] = shape[axis];
    int64_t expected = type.shape[axis];
    if (extent == ShapedType::kDynamic)
      return illegal("axis " + llvm::Twine(axis) + " of " + type.name +
                     " is `?`: its size must be given");
    if (extent < 0)
      return illegal("axis " + llvm::Twine(axis) + " of " + type.name +
                     " has the negative size " + llvm::Twine(extent));
    if (expected != ShapedType::kDynamic && expected != extent)
      return illegal("axis " + llvm::Twine(axis) + " of " + type.name + " is " +
                     llvm::Twine(extent) + ", expected " +
                     llvm::Twine(expected));
    bound.empty |= extent == 0;
  }
  if (!argument.strides.empty() && argument.strides.size() != shape.size())
    return illegal(type.name + " has rank " + llvm::Twine(type.rank()) +
                   ", but " + llvm::Twine(argument.strides.size()) +
                   " strides are given");
  bound.strides.resize_for_overwrite(shape.size());
  int64_t rowMajor = 1;
  bool overflow = false;
  for (size_t axis = shape.size(); axis-- > 0;) {
    bound.strides[axis] = type.strides ? (*type.strides)[axis] : rowMajor;
    overflow |= axis != 0 &&
                __builtin_mul_overflow(
                    rowMajor, std::max<int64_t>(shape[axis], 1), &rowMajor);
  }
  if (overflow)
    return illegal("the sizes of " + type.name + " overflow 64 bits");
  for (size_t axis = 0; axis < shape.size(); ++axis) {
    int64_t expected = bound.strides[axis];
    if (!argument.strides.empty())
      bound.strides[axis] = argument.strides[axis];
    else if (expected == ShapedType::kDynamic)
      return illegal("stride " + llvm::Twine(axis) + " of " + type.name +
                     " is `?`: it must be given");
    int64_t stride = bound.strides[axis];
    // The stride of an axis of fewer than two elements is never used.
    if (expected != ShapedType::kDynamic && expected != stride &&
        shape[axis] > 1 && !bound.empty)
      return illegal("stride " + llvm::Twine(axis) + " of " + type.name +
                     " is " + llvm::Twine(stride) + ", expected " +
                     llvm::Twine(expected));
  }
  return {};
}

/// What an operand touches, from its first element on.
static RunResult findRange(Bound &bound) {
  if (bound.empty)
    return {};
  int64_t low = 0, high = 0;
  bool overflow = false;
  for (auto [extent, stride] : llvm::zip_equal(bound.shape, bound.strides)) {
    int64_t reach;
    overflow |= __builtin_mul_overflow(extent - 1, stride, &reach);
    if (overflow)
      break;
    int64_t &end = reach < 0 ? low : high;
    overflow |= __builtin_add_overflow(end, reach, &end);
  }
  int64_t size = elementTypeSize(bound.type->element);
  overflow |= __builtin_mul_overflow(low, size, &bound.low);
  overflow |= __builtin_add_overflow(high, 1, &high);
  overflow |= __builtin_mul_overflow(high, size, &bound.high);
  if (overflow)
    return illegal("sizes and strides of " + bound.type->name +
                   " reach beyond the address space");
  return {};
}

/// Whether the bytes [low, high) around `data` are addresses at all.
static bool isInAddressSpace(const void *data, int64_t low, int64_t high) {
  auto base = reinterpret_cast<uintptr_t>(data);
  return base + low <= base && base + high >= base;
}

static RunResult checkAddress(const Bound &bound) {
  if (bound.empty)
    return {};
  if (!bound.data)
    return {Status::nullPointer, bound.type->name + " is a null pointer"};
  if (!isInAddressSpace(bound.data, bound.low, bound.high))
    return illegal("sizes and strides of " + bound.type->name +
                   " reach beyond the address space");
  return {};
}

static bool overlap(const void *data, int64_t low, int64_t high,
                    const void *otherData, int64_t otherLow,
                    int64_t otherHigh) {
  auto base = reinterpret_cast<uintptr_t>(data),
       other = reinterpret_cast<uintptr_t>(otherData);
  return other + otherLow < base + high && base + low < other + otherHigh;
}

/// Whether no two elements of an output share memory: every axis must step
/// over everything that the axes with smaller strides span.
static bool isInjective(const Bound &bound) {
  llvm::SmallVector<std::pair<int64_t, int64_t>, 8> axes;
  for (auto [extent, stride] : llvm::zip_equal(bound.shape, bound.strides))
    if (extent > 1)
      axes.push_back({stride, extent});
  // Row-major ones are sorted already, but for their direction.
  std::reverse(axes.begin(), axes.end());
  if (!llvm::is_sorted(axes))
    llvm::sort(axes);
  int64_t span = 0;
  for (auto [stride, extent] : axes) {
    if (stride <= span)
      return false;
    span += (extent - 1) * stride; // within the range that was checked
  }
  return true;
}

/// Extents of the labels; every axis of a label must agree.
static RunResult bindLabels(const kernel::Signature &signature,
                            llvm::ArrayRef<Bound> operands,
                            llvm::SmallVectorImpl<int64_t> &sizes) {
  for (const kernel::SignatureLabel &label : signature.labels)
    sizes.push_back(label.extent);
  for (const Bound &bound : operands)
    for (auto [axis, label] : llvm::enumerate(bound.type->labels)) {
      // Whether an axis is broadcast stands in the type.
      if (label < 0 || bound.type->shape[axis] == 1)
        continue;
      int64_t extent = bound.shape[axis];
      if (sizes[label] == ShapedType::kDynamic)
        sizes[label] = extent;
      if (sizes[label] == extent)
        continue;
      std::string message = "axis " + std::to_string(axis) + " of " +
                            bound.type->name + " is " + std::to_string(extent) +
                            ", but label '" + signature.labels[label].name +
                            "' is " + std::to_string(sizes[label]);
      if (extent == 1 || sizes[label] == 1)
        message += "; only an axis whose type says 1 is broadcast";
      return illegal(message);
    }
  return {};
}

/// What the kernel's code assumes of extents.
static RunResult checkFacts(const kernel::Signature &signature,
                            llvm::ArrayRef<int64_t> sizes) {
  for (auto [label, extent] : llvm::zip_equal(signature.labels, sizes))
    if (!label.facts.allow(extent))
      return illegal("label '" + llvm::Twine(label.name) + "' is " +
                     llvm::Twine(extent) + ", but the kernel assumes " +
                     label.facts.str(label.name));
  return {};
}

/// Strides as NAME_entry takes them: 0 where an axis is broadcast.
static void appendStrides(const Bound &bound, BoundCall &call) {
  for (auto [axis, stride] : llvm::enumerate(bound.strides)) {
    int label = bound.type->labels[axis];
    bool broadcast =
        bound.shape[axis] == 1 && (label < 0 || call.sizes[label] != 1);
    call.strides.push_back(broadcast ? 0 : stride);
  }
}

RunResult einsumc::bindCall(const kernel::Signature &signature,
                            llvm::ArrayRef<RunOperand> arguments,
                            llvm::ArrayRef<const void *> scalars,
                            BoundCall &call) {
  if (arguments.size() != signature.operands.size())
    return illegal("expected " + llvm::Twine(signature.operands.size()) +
                   " operands, outputs included, but there are " +
                   llvm::Twine(arguments.size()));
  if (scalars.size() != signature.scalars.size())
    return illegal("expected " + llvm::Twine(signature.scalars.size()) +
                   " scalar parameters, but there are " +
                   llvm::Twine(scalars.size()));
  llvm::SmallVector<Bound, 4> bounds;
  for (auto [argument, type] : llvm::zip_equal(arguments, signature.operands)) {
    Bound &bound = bounds.emplace_back();
    bound.type = &type;
    bound.data = argument.data;
    if (RunResult result = fillFromType(argument, bound); !result)
      return result;
  }
  if (RunResult result = bindLabels(signature, bounds, call.sizes); !result)
    return result;
  if (RunResult result = checkFacts(signature, call.sizes); !result)
    return result;
  for (Bound &bound : bounds) {
    if (RunResult result = findRange(bound); !result)
      return result;
    if (RunResult result = checkAddress(bound); !result)
      return result;
  }

  for (const Bound &output : bounds) {
    if (!output.type->isOutput || output.empty)
      continue;
    if (!isInjective(output))
      return illegal("elements of " + output.type->name +
                     " overlap each other");
    for (const Bound &other : bounds)
      if (&other != &output && !other.empty &&
          overlap(output.data, output.low, output.high, other.data, other.low,
                  other.high))
        return illegal(output.type->name + " overlaps " + other.type->name);
  }
  for (auto [number, scalar] : llvm::enumerate(scalars))
    if (!scalar)
      return {Status::nullPointer,
              signature.scalars[number].name + " is a null pointer"};

  for (const Bound &bound : bounds) {
    call.operands.push_back(bound.data);
    appendStrides(bound, call);
  }
  for (const void *scalar : scalars)
    call.operands.push_back(const_cast<void *>(scalar));
  return {};
}

//===----------------------------------------------------------------------===//
// Static calls
//===----------------------------------------------------------------------===//

std::optional<StaticCall> StaticCall::get(const kernel::Signature &signature) {
  if (signature.hasDynamicExtents() || signature.hasDynamicStrides())
    return std::nullopt;
  llvm::SmallVector<RunOperand, 4> types(signature.operands.size());
  return get(signature, types);
}

std::optional<StaticCall>
StaticCall::get(const kernel::Signature &signature,
                llvm::ArrayRef<RunOperand> arguments) {
  if (arguments.size() != signature.operands.size())
    return std::nullopt;
  llvm::SmallVector<Bound, 4> bounds;
  for (auto [argument, type] : llvm::zip_equal(arguments, signature.operands)) {
    Bound &bound = bounds.emplace_back();
    bound.type = &type;
    if (!fillFromType(argument, bound) || !findRange(bound) ||
        (type.isOutput && !bound.empty && !isInjective(bound)))
      return std::nullopt;
  }
  StaticCall fixed;
  if (!bindLabels(signature, bounds, fixed.call.sizes) ||
      !checkFacts(signature, fixed.call.sizes))
    return std::nullopt;
  for (auto [argument, bound] : llvm::zip_equal(arguments, bounds)) {
    appendStrides(bound, fixed.call);
    fixed.operands.push_back({std::move(bound.shape), std::move(bound.strides),
                              bound.low, bound.high, bound.empty,
                              bound.type->isOutput, !argument.sizes.empty(),
                              !argument.strides.empty()});
  }
  fixed.numScalars = signature.scalars.size();
  return fixed;
}

bool StaticCall::bind(llvm::ArrayRef<RunOperand> arguments,
                      llvm::ArrayRef<const void *> scalars,
                      llvm::SmallVectorImpl<void *> &pointers) const {
  if (arguments.size() != operands.size() || scalars.size() != numScalars)
    return false;
  pointers.resize_for_overwrite(operands.size() + numScalars);
  for (size_t i = 0; i < operands.size(); ++i) {
    const RunOperand &argument = arguments[i];
    const Operand &operand = operands[i];
    if (argument.sizes.empty()
            ? operand.hasSizes
            : argument.sizes != llvm::ArrayRef(operand.shape))
      return false;
    if (argument.strides.empty()
            ? operand.hasStrides
            : argument.strides != llvm::ArrayRef(operand.strides))
      return false;
    pointers[i] = argument.data;
    if (operand.isEmpty)
      continue;
    if (!argument.data ||
        !isInAddressSpace(argument.data, operand.low, operand.high))
      return false;
  }
  for (size_t i = operands.size(); i-- > 0 && operands[i].isOutput;) {
    const Operand &output = operands[i];
    for (size_t j = 0; j < operands.size() && !output.isEmpty; ++j)
      if (j != i && !operands[j].isEmpty &&
          overlap(pointers[i], output.low, output.high, pointers[j],
                  operands[j].low, operands[j].high))
        return false;
  }
  for (size_t i = 0; i < numScalars; ++i) {
    if (!scalars[i])
      return false;
    pointers[operands.size() + i] = const_cast<void *>(scalars[i]);
  }
  return true;
}
