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
  /// Addresses of the first byte and of the byte behind the last one.
  uintptr_t low = 0, high = 0;
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
  for (auto [axis, extent] : llvm::enumerate(shape)) {
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
  bound.shape.assign(shape.begin(), shape.end());

  llvm::SmallVector<int64_t, 6> rowMajor(shape.size(), 1);
  for (size_t axis = shape.size(); axis-- > 1;)
    if (__builtin_mul_overflow(rowMajor[axis],
                               std::max<int64_t>(shape[axis], 1),
                               &rowMajor[axis - 1]))
      return illegal("the sizes of " + type.name + " overflow 64 bits");
  if (!argument.strides.empty()) {
    if (argument.strides.size() != shape.size())
      return illegal(type.name + " has rank " + llvm::Twine(type.rank()) +
                     ", but " + llvm::Twine(argument.strides.size()) +
                     " strides are given");
    bound.strides.assign(argument.strides.begin(), argument.strides.end());
  } else {
    bound.strides = rowMajor;
    if (type.strides)
      for (auto [axis, stride] : llvm::enumerate(*type.strides)) {
        if (stride == ShapedType::kDynamic)
          return illegal("stride " + llvm::Twine(axis) + " of " + type.name +
                         " is `?`: it must be given");
        bound.strides[axis] = stride;
      }
  }
  for (auto [axis, stride] : llvm::enumerate(bound.strides)) {
    int64_t expected = type.strides ? (*type.strides)[axis] : rowMajor[axis];
    // The stride of an axis of fewer than two elements is never used.
    if (expected != ShapedType::kDynamic && expected != stride &&
        shape[axis] > 1 && !bound.empty)
      return illegal("stride " + llvm::Twine(axis) + " of " + type.name +
                     " is " + llvm::Twine(stride) + ", expected " +
                     llvm::Twine(expected));
  }
  return {};
}

/// The addresses an operand touches.
static RunResult findRange(Bound &bound) {
  if (bound.empty)
    return {};
  const kernel::SignatureOperand &type = *bound.type;
  if (!bound.data)
    return {Status::nullPointer, type.name + " is a null pointer"};
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
  int64_t size = elementTypeSize(type.element);
  overflow |= __builtin_mul_overflow(low, size, &low);
  overflow |= __builtin_add_overflow(high, 1, &high);
  overflow |= __builtin_mul_overflow(high, size, &high);
  uintptr_t base = reinterpret_cast<uintptr_t>(bound.data);
  if (overflow || base + low > base || base + high < base)
    return illegal("sizes and strides of " + type.name +
                   " reach beyond the address space");
  bound.low = base + low;
  bound.high = base + high;
  return {};
}

/// Whether no two elements of an output share memory: every axis must step
/// over everything that the axes with smaller strides span.
static bool isInjective(const Bound &bound) {
  llvm::SmallVector<std::pair<int64_t, int64_t>> axes;
  for (auto [extent, stride] : llvm::zip_equal(bound.shape, bound.strides))
    if (extent > 1)
      axes.push_back({stride, extent});
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
  for (Bound &bound : bounds)
    if (RunResult result = findRange(bound); !result)
      return result;

  for (const Bound &output : bounds) {
    if (!output.type->isOutput || output.empty)
      continue;
    if (!isInjective(output))
      return illegal("elements of " + output.type->name +
                     " overlap each other");
    for (const Bound &other : bounds)
      if (&other != &output && !other.empty && other.low < output.high &&
          output.low < other.high)
        return illegal(output.type->name + " overlaps " + other.type->name);
  }
  for (auto [number, scalar] : llvm::enumerate(scalars))
    if (!scalar)
      return {Status::nullPointer,
              signature.scalars[number].name + " is a null pointer"};

  for (const Bound &bound : bounds) {
    call.operands.push_back(bound.data);
    for (auto [axis, stride] : llvm::enumerate(bound.strides)) {
      int label = bound.type->labels[axis];
      bool broadcast =
          bound.shape[axis] == 1 && (label < 0 || call.sizes[label] != 1);
      call.strides.push_back(broadcast ? 0 : stride);
    }
  }
  for (const void *scalar : scalars)
    call.operands.push_back(const_cast<void *>(scalar));
  return {};
}
