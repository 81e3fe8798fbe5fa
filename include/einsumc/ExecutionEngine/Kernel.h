//===- Kernel.h - Compiled kernels in this process --------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Links an object that einsumc made into this process (ORC LLJIT) and calls it.
// Whatever a caller can get wrong is checked here and comes back as a status.
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_EXECUTIONENGINE_KERNEL_H
#define EINSUMC_EXECUTIONENGINE_KERNEL_H

#include "einsumc/Dialect/Kernel/IR/Signature.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"
#include <memory>
#include <string>

namespace einsumc {

/// The status of a call; the numbers are those of the C ABI (docs/abi.md).
enum class Status : int32_t {
  ok = 0,
  illegal = 1,     ///< an extent, a stride or an overlap is not allowed
  outOfMemory = 2, ///< scratch cannot be had
  nullPointer = 3  ///< a null pointer to a non-empty tensor
};

/// What became of a call: a status, and in words what is wrong.
struct RunResult {
  Status status = Status::ok;
  std::string message;

  explicit operator bool() const { return status == Status::ok; }
};

/// An operand of one call. Empty `sizes` stand for the type's static shape,
/// empty `strides` for the type's static strides, or else row-major.
struct RunOperand {
  /// Address of the element whose indices are all 0.
  void *data = nullptr;
  llvm::ArrayRef<int64_t> sizes;
  llvm::ArrayRef<int64_t> strides; ///< in elements
};

/// The arrays that NAME_entry takes (docs/abi.md).
struct BoundCall {
  llvm::SmallVector<void *, 8> operands;  ///< then scalars
  llvm::SmallVector<int64_t, 8> sizes;    ///< one a label
  llvm::SmallVector<int64_t, 16> strides; ///< operand by operand, axis by axis
};

using EntryFunction = int32_t (*)(void *const *operands, const int64_t *sizes,
                                  const int64_t *strides, void *scratch,
                                  int64_t step, int64_t begin, int64_t end);
using TasksFunction = int64_t (*)(const int64_t *sizes, int64_t step);

/// A kernel, linked into this process. A cheap handle: copies share the code,
/// which lives until the last of them is gone, whatever became of the compiler.
///
/// Thread safety: all member functions are const and may be called from any
/// number of threads at once, as long as no output overlaps what another call
/// reads or writes. Scratch memory is kept per thread from call to call.
class Kernel {
public:
  /// Links `object`, in which the functions that `signatures` describe are
  /// defined, and gives a handle for each. `threads`: how many `run` works on
  /// (einsumc/Runtime/Threads.h); tasks for them were made when it was
  /// compiled.
  static llvm::Expected<std::vector<Kernel>>
  load(std::unique_ptr<llvm::MemoryBuffer> object,
       std::vector<kernel::Signature> signatures, int64_t threads = 1);

  /// Operands in order, outputs last; extents, strides and labels.
  const kernel::Signature &signature() const;

  /// Threads that `run` works on, the caller's among them.
  int64_t threads() const;

  /// Runs the kernel, and returns when it is done. `operands` are inputs, then
  /// outputs; `scalars` the addresses of the run-time parameters (alpha, beta).
  /// No output may overlap an input or another output, nor itself.
  RunResult run(llvm::ArrayRef<RunOperand> operands,
                llvm::ArrayRef<const void *> scalars = {}) const;

  /// What `run` is made of, for hosts with threads of their own. `bind` checks
  /// the call and fills the arrays that the entry takes; the entry checks
  /// nothing.
  RunResult bind(llvm::ArrayRef<RunOperand> operands,
                 llvm::ArrayRef<const void *> scalars, BoundCall &call) const;
  /// Bytes of scratch that a call with these label extents needs; -1 where
  /// they are illegal.
  int64_t scratchBytes(llvm::ArrayRef<int64_t> sizes) const;
  EntryFunction entry() const;
  TasksFunction tasks() const;
  /// NAME, NAME_ws … (docs/abi.md), by what follows the kernel's name; they
  /// live as long as some handle does.
  llvm::Expected<void *> address(llvm::StringRef suffix) const;

private:
  /// A call whose extents are known now, or in which something is wrong.
  RunResult runChecked(llvm::ArrayRef<RunOperand> operands,
                       llvm::ArrayRef<const void *> scalars) const;

  struct State;
  explicit Kernel(std::shared_ptr<const State> state)
      : state(std::move(state)) {}
  std::shared_ptr<const State> state;
};

/// Bytes of scratch that the calling thread holds: the most that one of its
/// calls needed.
uint64_t threadScratchBytes();

/// Bytes of physical memory in this machine.
uint64_t machineMemory();

/// Whether tensors of these static shapes could exist here at all: an error
/// when their bytes overflow 63 bits or exceed the machine's memory. Asked
/// before anything is compiled or allocated.
llvm::Error checkFitsMemory(llvm::ArrayRef<kernel::SignatureOperand> operands);

} // namespace einsumc

#endif // EINSUMC_EXECUTIONENGINE_KERNEL_H
