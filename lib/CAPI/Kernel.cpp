//===- Kernel.cpp - Kernels of the C API ----------------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Internal.h"

using namespace einsumc;
using namespace einsumc::capi;
using kernel::SignatureLabel;
using kernel::SignatureOperand;
using kernel::SignatureScalar;

std::string capi::typeString(const SignatureOperand &operand) {
  OperandType type;
  type.element = operand.element;
  type.shape = operand.shape;
  type.strides = operand.strides;
  return type.str();
}

EinsumKernel::EinsumKernel(einsumc::Kernel linked) : kernel(std::move(linked)) {
  for (const SignatureOperand &operand : kernel.signature().operands)
    operandTypes.push_back(typeString(operand));
}

void einsumKernelDestroy(EinsumKernel *kernel) { delete kernel; }

//===----------------------------------------------------------------------===//
// Signature
//===----------------------------------------------------------------------===//

const char *einsumKernelGetName(const EinsumKernel *kernel) {
  return kernel ? kernel->kernel.signature().name.c_str() : nullptr;
}

const char *einsumKernelGetEquation(const EinsumKernel *kernel) {
  return kernel ? kernel->kernel.signature().equation.c_str() : nullptr;
}

int einsumKernelIsDynamic(const EinsumKernel *kernel) {
  if (!kernel)
    return -1;
  const kernel::Signature &signature = kernel->kernel.signature();
  return signature.hasDynamicExtents() || signature.hasDynamicStrides();
}

template <typename T>
static const T *at(const std::vector<T> &list, size_t index) {
  return index < list.size() ? &list[index] : nullptr;
}

static const SignatureOperand *getOperand(const EinsumKernel *kernel,
                                          size_t operand) {
  return kernel ? at(kernel->kernel.signature().operands, operand) : nullptr;
}

size_t einsumKernelGetNumOperands(const EinsumKernel *kernel) {
  return kernel ? kernel->kernel.signature().operands.size() : 0;
}

const char *einsumKernelGetOperandName(const EinsumKernel *kernel,
                                       size_t operand) {
  const SignatureOperand *found = getOperand(kernel, operand);
  return found ? found->name.c_str() : nullptr;
}

const char *einsumKernelGetOperandType(const EinsumKernel *kernel,
                                       size_t operand) {
  return getOperand(kernel, operand) ? kernel->operandTypes[operand].c_str()
                                     : nullptr;
}

EinsumElementType einsumKernelGetOperandElementType(const EinsumKernel *kernel,
                                                    size_t operand) {
  const SignatureOperand *found = getOperand(kernel, operand);
  return found ? EinsumElementType(found->element) : EINSUM_NO_ELEMENT_TYPE;
}

EinsumAccess einsumKernelGetOperandAccess(const EinsumKernel *kernel,
                                          size_t operand) {
  const SignatureOperand *found = getOperand(kernel, operand);
  if (!found)
    return EINSUM_NO_ACCESS;
  if (found->isInOut)
    return EINSUM_READ_WRITE;
  return found->isOutput ? EINSUM_WRITE : EINSUM_READ;
}

size_t einsumKernelGetOperandRank(const EinsumKernel *kernel, size_t operand) {
  const SignatureOperand *found = getOperand(kernel, operand);
  return found ? found->shape.size() : 0;
}

const int64_t *einsumKernelGetOperandShape(const EinsumKernel *kernel,
                                           size_t operand) {
  const SignatureOperand *found = getOperand(kernel, operand);
  return found ? found->shape.data() : nullptr;
}

const int64_t *einsumKernelGetOperandStrides(const EinsumKernel *kernel,
                                             size_t operand) {
  const SignatureOperand *found = getOperand(kernel, operand);
  return found && found->strides ? found->strides->data() : nullptr;
}

const int32_t *einsumKernelGetOperandLabels(const EinsumKernel *kernel,
                                            size_t operand) {
  static_assert(sizeof(int) == sizeof(int32_t));
  const SignatureOperand *found = getOperand(kernel, operand);
  return found ? found->labels.data() : nullptr;
}

static const SignatureLabel *getLabel(const EinsumKernel *kernel,
                                      size_t label) {
  return kernel ? at(kernel->kernel.signature().labels, label) : nullptr;
}

size_t einsumKernelGetNumLabels(const EinsumKernel *kernel) {
  return kernel ? kernel->kernel.signature().labels.size() : 0;
}

const char *einsumKernelGetLabelName(const EinsumKernel *kernel, size_t label) {
  const SignatureLabel *found = getLabel(kernel, label);
  return found ? found->name.c_str() : nullptr;
}

int64_t einsumKernelGetLabelExtent(const EinsumKernel *kernel, size_t label) {
  const SignatureLabel *found = getLabel(kernel, label);
  return found ? found->extent : -1;
}

static const SignatureScalar *getScalar(const EinsumKernel *kernel,
                                        size_t scalar) {
  return kernel ? at(kernel->kernel.signature().scalars, scalar) : nullptr;
}

size_t einsumKernelGetNumScalars(const EinsumKernel *kernel) {
  return kernel ? kernel->kernel.signature().scalars.size() : 0;
}

const char *einsumKernelGetScalarName(const EinsumKernel *kernel,
                                      size_t scalar) {
  const SignatureScalar *found = getScalar(kernel, scalar);
  return found ? found->name.c_str() : nullptr;
}

EinsumElementType einsumKernelGetScalarElementType(const EinsumKernel *kernel,
                                                   size_t scalar) {
  const SignatureScalar *found = getScalar(kernel, scalar);
  return found ? EinsumElementType(found->element) : EINSUM_NO_ELEMENT_TYPE;
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

namespace {
/// The arguments of a call as the kernel takes them.
struct Arguments {
  llvm::SmallVector<RunOperand, 6> operands;
  llvm::ArrayRef<const void *> scalars;
};
} // namespace

/// Counts are checked here, before anything is read from the arrays.
static EinsumStatus readArguments(const EinsumKernel *kernel,
                                  const EinsumTensor *operands,
                                  size_t numOperands,
                                  const void *const *scalars, size_t numScalars,
                                  Arguments &arguments, EinsumError **error) {
  if (!kernel)
    return failNull(error, "kernel");
  const kernel::Signature &signature = kernel->kernel.signature();
  if (numOperands != signature.operands.size())
    return fail(error, EINSUM_ILLEGAL,
                "expected " + llvm::Twine(signature.operands.size()) +
                    " operands, outputs included, but found " +
                    llvm::Twine(numOperands));
  if (numScalars != signature.scalars.size())
    return fail(error, EINSUM_ILLEGAL,
                "expected " + llvm::Twine(signature.scalars.size()) +
                    " scalar parameters but found " + llvm::Twine(numScalars));
  if (!operands && numOperands != 0)
    return failNull(error, "operands");
  if (!scalars && numScalars != 0)
    return failNull(error, "scalars");
  auto axes = [](const int64_t *numbers, size_t rank) {
    return numbers ? llvm::ArrayRef(numbers, rank) : llvm::ArrayRef<int64_t>();
  };
  arguments.operands.resize_for_overwrite(numOperands);
  for (size_t i = 0; i < numOperands; ++i) {
    const EinsumTensor &tensor = operands[i];
    size_t rank = signature.operands[i].shape.size();
    arguments.operands[i] = {tensor.data, axes(tensor.sizes, rank),
                             axes(tensor.strides, rank)};
  }
  arguments.scalars = llvm::ArrayRef(scalars, numScalars);
  return EINSUM_OK;
}

static EinsumStatus returnResult(const RunResult &result, EinsumError **error) {
  return result ? ok(error)
                : fail(error, EinsumStatus(result.status), result.message);
}

EinsumStatus einsumKernelRun(const EinsumKernel *kernel,
                             const EinsumTensor *operands, size_t numOperands,
                             const void *const *scalars, size_t numScalars,
                             EinsumError **error) {
  Arguments arguments;
  if (EinsumStatus status = readArguments(
          kernel, operands, numOperands, scalars, numScalars, arguments, error))
    return status;
  return returnResult(kernel->kernel.run(arguments.operands, arguments.scalars),
                      error);
}

EinsumStatus einsumKernelBind(const EinsumKernel *kernel,
                              const EinsumTensor *operands, size_t numOperands,
                              const void *const *scalars, size_t numScalars,
                              void **entryOperands, int64_t *sizes,
                              int64_t *strides, EinsumError **error) {
  Arguments arguments;
  if (EinsumStatus status = readArguments(
          kernel, operands, numOperands, scalars, numScalars, arguments, error))
    return status;
  BoundCall bound;
  RunResult result =
      kernel->kernel.bind(arguments.operands, arguments.scalars, bound);
  if (!result)
    return returnResult(result, error);
  if (!entryOperands)
    return failNull(error, "entryOperands");
  if (!sizes && !bound.sizes.empty())
    return failNull(error, "sizes");
  if (!strides && !bound.strides.empty())
    return failNull(error, "strides");
  llvm::copy(bound.operands, entryOperands);
  llvm::copy(bound.sizes, sizes);
  llvm::copy(bound.strides, strides);
  return ok(error);
}

size_t einsumKernelGetNumAxes(const EinsumKernel *kernel) {
  size_t axes = 0;
  for (size_t i = 0; i < einsumKernelGetNumOperands(kernel); ++i)
    axes += einsumKernelGetOperandRank(kernel, i);
  return axes;
}

int64_t einsumKernelGetScratchBytes(const EinsumKernel *kernel,
                                    const int64_t *sizes) {
  if (!kernel)
    return -1;
  llvm::SmallVector<int64_t> extents;
  for (auto [number, label] :
       llvm::enumerate(kernel->kernel.signature().labels)) {
    bool isDynamic = label.extent == EINSUM_DYNAMIC;
    if (isDynamic && !sizes)
      return -1;
    int64_t extent = sizes ? sizes[number] : label.extent;
    if (extent < 0 || (!isDynamic && extent != label.extent))
      return -1;
    extents.push_back(extent);
  }
  return std::max<int64_t>(kernel->kernel.scratchBytes(extents), -1);
}

EinsumEntryFunction einsumKernelGetEntry(const EinsumKernel *kernel) {
  return kernel ? kernel->kernel.entry() : nullptr;
}

EinsumTasksFunction einsumKernelGetTasks(const EinsumKernel *kernel) {
  return kernel ? kernel->kernel.tasks() : nullptr;
}
