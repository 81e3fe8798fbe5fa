//===- LowerEntryInternal.h - Parts of kernel-lower-entry -------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// `kernel-lower-entry` works in five parts: LowerEntry.cpp finds the steps and
// builds NAME_entry and NAME_tasks, LowerEntryScratch.cpp lays scratch out,
// LowerEntrySteps.cpp turns step functions into functions of pointers,
// LowerEntryCheck.cpp decides whether a call is legal, and
// LowerEntryWrappers.cpp builds the functions for people.
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_LIB_DIALECT_KERNEL_TRANSFORMS_LOWERENTRYINTERNAL_H
#define EINSUMC_LIB_DIALECT_KERNEL_TRANSFORMS_LOWERENTRYINTERNAL_H

#include "einsumc/Dialect/Kernel/IR/Signature.h"
#include "einsumc/Dialect/Kernel/Transforms/Passes.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlowOps.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/FunctionExtras.h"
#include "llvm/ADT/MapVector.h"

namespace einsumc::kernel::entry {

/// Alignment of the scratch memory and of everything in it.
inline constexpr int64_t kAlignment = 64;

/// Tensors of run-time sizes that are larger are refused: no address space
/// holds them, and sizes of what is made from them, padded and added up, stay
/// within 64 bits.
inline constexpr int64_t kMaxTensorBytes = int64_t(1) << 56;

/// One `scf.forall` of a step function.
struct Step {
  mlir::scf::ForallOp forall;
  llvm::SmallVector<ScratchOp> ownScratch; ///< inside the forall
  std::string name;                        ///< of the function it becomes
};

/// A private function of the input and what it holds.
struct StepFunction {
  mlir::func::FuncOp function;
  llvm::SmallVector<ScratchOp> sharedScratch; ///< outside every forall
  llvm::SmallVector<Step> steps;
  /// Argument numbers whose memory no other argument of any call shares.
  llvm::BitVector noAlias;
};

/// A piece of memory with the calls during which it is in use.
struct Buffer {
  mlir::Operation *op; ///< memref.alloc or (shared) kernel.scratch
  unsigned call;       ///< for shared scratch: the call it belongs to
  unsigned begin, end; ///< first and last call that uses it
  int64_t offset = -1; ///< where the size is static
  int64_t slot = -1;   ///< where it is not
};

/// A public function of the input: a straight line of calls.
struct Kernel {
  mlir::func::FuncOp function;
  Signature signature;
  llvm::SmallVector<mlir::func::CallOp> calls;
  llvm::SmallVector<StepFunction *> callees; ///< one a call
  std::vector<Buffer> buffers;
  int64_t numSteps = 0;
  /// For each argument: the number of its operand and of its first axis.
  llvm::DenseMap<unsigned, std::pair<unsigned, unsigned>> argumentNumbers;
  llvm::DenseMap<mlir::Operation *, const Buffer *> bufferOfAlloc;
  /// Bytes of the statically laid out buffers, and number of dynamic slots.
  int64_t staticBytes = 0;
  int64_t numSlots = 0;
};

/// Rebuilds pure values of the input in a new function: clones what they are
/// computed from, folding as it goes.
class SliceCloner {
public:
  /// Gives values that are not computed from others: arguments, allocations.
  using Resolver =
      llvm::unique_function<mlir::FailureOr<mlir::Value>(mlir::Value)>;

  explicit SliceCloner(mlir::ImplicitLocOpBuilder &builder)
      : builder(builder) {}
  SliceCloner(mlir::ImplicitLocOpBuilder &builder, Resolver resolver)
      : builder(builder), resolver(std::move(resolver)) {}
  void map(mlir::Value from, mlir::Value to) { mapping.map(from, to); }
  /// Fails with a diagnostic where `value` is not a pure function of what is
  /// mapped or resolved.
  mlir::FailureOr<mlir::Value> get(mlir::Value value);

private:
  mlir::ImplicitLocOpBuilder &builder;
  Resolver resolver;
  mlir::IRMapping mapping;
};

/// The parameters of an entry as seen inside of one function. Null where a
/// function asks for sizes alone.
struct Memory {
  mlir::Value operands, sizes, strides, scratch;
  llvm::SmallVector<mlir::Value> slotOffsets;
};

/// Index arithmetic that folds.
mlir::Value constantIndex(mlir::ImplicitLocOpBuilder &b, int64_t value);
mlir::Value constantI64(mlir::ImplicitLocOpBuilder &b, int64_t value);
std::optional<int64_t> getConstant(mlir::Value value);
mlir::Value add(mlir::ImplicitLocOpBuilder &b, mlir::Value x, mlir::Value y);
mlir::Value mul(mlir::ImplicitLocOpBuilder &b, mlir::Value x, mlir::Value y);
mlir::Value maximum(mlir::ImplicitLocOpBuilder &b, mlir::Value x,
                    mlir::Value y);
/// Rounded up to kAlignment.
mlir::Value alignUp(mlir::ImplicitLocOpBuilder &b, mlir::Value bytes);
/// Bytes of one element.
int64_t byteSize(mlir::Type type);

/// Loads `array[index]` as an index, `array` a pointer to int64_t.
mlir::Value loadIndex(mlir::ImplicitLocOpBuilder &b, mlir::Value array,
                      int64_t index);
mlir::Value offsetPointer(mlir::ImplicitLocOpBuilder &b, mlir::Value pointer,
                          mlir::Value bytes);

/// A memref of `type` on `pointer`; `dynamic` are its dynamic offset, sizes and
/// strides, in this order.
mlir::Value buildMemRef(mlir::ImplicitLocOpBuilder &b, mlir::Value pointer,
                        mlir::MemRefType type, mlir::ValueRange dynamic);
/// The dynamic values for a row-major memref with these dynamic sizes.
llvm::SmallVector<mlir::Value> rowMajorDynamics(mlir::ImplicitLocOpBuilder &b,
                                                mlir::MemRefType type,
                                                mlir::ValueRange dynamicSizes);
/// Aligned pointer and dynamic values of a memref: what `buildMemRef` takes.
llvm::SmallVector<mlir::Value> explodeMemRef(mlir::ImplicitLocOpBuilder &b,
                                             mlir::Value memref);
/// Types of what `explodeMemRef` gives.
llvm::SmallVector<mlir::Type> explodedTypes(mlir::MemRefType type);

/// Builds a kernel's argument or intermediate from the entry's parameters.
mlir::FailureOr<mlir::Value> materialize(mlir::ImplicitLocOpBuilder &b,
                                         const Kernel &kernel,
                                         const Memory &memory,
                                         mlir::Value value);
/// A cloner of the kernel's values, and one of the values of the call's callee.
SliceCloner kernelCloner(mlir::ImplicitLocOpBuilder &b, const Kernel &kernel,
                         const Memory &memory);
SliceCloner calleeCloner(mlir::ImplicitLocOpBuilder &b, mlir::func::CallOp call,
                         SliceCloner &caller);

/// Reads what the ABI says of the kernel's function, which must be on memrefs.
mlir::LogicalResult readSignature(Kernel &kernel);
/// Finds live ranges.
mlir::LogicalResult collectBuffers(Kernel &kernel);
/// Bytes of a buffer where the cloner's function stands, a multiple of 64.
mlir::FailureOr<mlir::Value> bufferBytes(mlir::ImplicitLocOpBuilder &b,
                                         const Kernel &kernel,
                                         const Buffer &buffer,
                                         SliceCloner &cloner);
/// Chooses each buffer's offset or slot.
mlir::LogicalResult layOut(mlir::ImplicitLocOpBuilder &b, Kernel &kernel,
                           SliceCloner &cloner);
/// The offsets of the dynamic slots, then the end of all buffers.
mlir::FailureOr<llvm::SmallVector<mlir::Value>>
slotOffsets(mlir::ImplicitLocOpBuilder &b, const Kernel &kernel,
            SliceCloner &cloner);
/// Number of tasks of a step, 0 or more.
mlir::FailureOr<mlir::Value> taskCount(mlir::ImplicitLocOpBuilder &b,
                                       Step &step, SliceCloner &inCallee);
/// Bytes of the scratch that one call of the entry needs for itself.
mlir::FailureOr<mlir::Value> ownScratchBytes(mlir::ImplicitLocOpBuilder &b,
                                             Step &step, SliceCloner &inCallee);

/// Replaces a step function by one function of pointers for each of its steps.
mlir::LogicalResult splitStepFunction(StepFunction &function);

/// Conditions that a call's parameters must meet, gathered into one i1.
class LegalityCheck {
public:
  LegalityCheck(mlir::ImplicitLocOpBuilder &b) : b(b) {}
  void require(mlir::Value condition);
  /// x·y and x+y of non-negative i64 that are required not to overflow.
  mlir::Value checkedMul(mlir::Value x, mlir::Value y);
  mlir::Value checkedAdd(mlir::Value x, mlir::Value y);
  /// A tensor must not be larger than kMaxTensorBytes.
  void requireSize(llvm::ArrayRef<mlir::Value> extents, int64_t elementBytes);
  /// An i1 that is true when everything required held; null: always.
  mlir::Value getHolds() const { return holds; }

private:
  mlir::ImplicitLocOpBuilder &b;
  mlir::Value holds;
};

/// Requires what is wrong with a call by its sizes alone. Returns the extents
/// of all labels.
mlir::FailureOr<llvm::SmallVector<mlir::Value>>
requireLegalSizes(mlir::ImplicitLocOpBuilder &b, LegalityCheck &check,
                  const Kernel &kernel, mlir::Value sizes);
/// NAME.check(operands, sizes, strides): the status of a call.
mlir::LogicalResult buildCheck(Kernel &kernel, mlir::OpBuilder &moduleBuilder);
/// NAME_scratch_bytes, NAME_ws and NAME, with what they share.
mlir::LogicalResult buildWrappers(Kernel &kernel,
                                  mlir::OpBuilder &moduleBuilder);

/// A new function of the module with internal or external linkage, its block
/// made.
mlir::func::FuncOp createFunction(mlir::OpBuilder &moduleBuilder,
                                  mlir::Location loc, const llvm::Twine &name,
                                  llvm::ArrayRef<mlir::Type> arguments,
                                  mlir::TypeRange results, bool isPublic);

} // namespace einsumc::kernel::entry

#endif // EINSUMC_LIB_DIALECT_KERNEL_TRANSFORMS_LOWERENTRYINTERNAL_H
