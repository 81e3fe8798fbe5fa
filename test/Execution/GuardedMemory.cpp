//===- GuardedMemory.cpp - Memory that tells who oversteps it -------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "GuardedMemory.h"
#include "llvm/Support/MathExtras.h"

#include <csetjmp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sys/mman.h>
#include <unistd.h>

using namespace einsumc;
using namespace einsumc::test;

GuardedMemory::GuardedMemory(size_t bytes, Flush flush)
    : bytes(bytes), pageSize(sysconf(_SC_PAGESIZE)) {
  size_t inside = llvm::alignTo(bytes, pageSize);
  mappedBytes = inside + 2 * pageSize;
  void *address = mmap(nullptr, mappedBytes, PROT_NONE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (address == MAP_FAILED) {
    std::perror("mmap");
    std::exit(2);
  }
  mapping = static_cast<uint8_t *>(address);
  if (inside)
    mprotect(mapping + pageSize, inside, PROT_READ | PROT_WRITE);
  memory = mapping + pageSize + (flush == Flush::toEnd ? inside - bytes : 0);
}

GuardedMemory::~GuardedMemory() { munmap(mapping, mappedBytes); }

void GuardedMemory::makeReadOnly() {
  if (!accessible().empty())
    mprotect(accessible().data(), accessible().size(), PROT_READ);
}

std::optional<std::string> GuardedMemory::describe(const void *address) const {
  auto *at = static_cast<const uint8_t *>(address);
  if (at < mapping || at >= mapping + mappedBytes)
    return std::nullopt;
  if (at < memory)
    return std::to_string(memory - at) + " bytes before its start";
  if (at >= memory + bytes)
    return std::to_string(at - (memory + bytes)) + " bytes behind its end";
  return "at byte " + std::to_string(at - memory) + ", which is read-only";
}

GuardedTensor::GuardedTensor(ElementType element, llvm::ArrayRef<int64_t> shape,
                             llvm::ArrayRef<int64_t> strides, Flush flush,
                             uint8_t poison)
    : poison(poison) {
  int64_t low = 0, high = 1;
  for (auto [extent, stride] : llvm::zip_equal(shape, strides)) {
    if (extent == 0) {
      low = high = 0;
      break;
    }
    (stride < 0 ? low : high) += (extent - 1) * stride;
  }
  int64_t size = elementTypeSize(element);
  storage = std::make_unique<GuardedMemory>((high - low) * size, flush);
  std::memset(storage->accessible().data(), poison,
              storage->accessible().size());
  tensor.element = element;
  tensor.shape.assign(shape.begin(), shape.end());
  tensor.strides.assign(strides.begin(), strides.end());
  tensor.data = storage->data() - low * size;
}

size_t GuardedTensor::countStrayBytes() const {
  llvm::ArrayRef<uint8_t> all = storage->accessible();
  auto isStray = [&](uint8_t byte) { return byte != poison; };
  size_t size = elementTypeSize(tensor.element);
  if (tensor.strides == reference::rowMajorStrides(tensor.shape)) {
    // No gaps: only the slack is in question.
    size_t first = static_cast<uint8_t *>(tensor.data) - all.data();
    size_t last = first + tensor.size() * size;
    return llvm::count_if(all.take_front(first), isStray) +
           llvm::count_if(all.drop_front(last), isStray);
  }
  std::vector<bool> isElement(all.size());
  reference::forEachIndex(tensor.shape, [&](llvm::ArrayRef<int64_t> index) {
    size_t first = static_cast<uint8_t *>(tensor.at(index)) - all.data();
    for (size_t byte = 0; byte < size; ++byte)
      isElement[first + byte] = true;
  });
  size_t stray = 0;
  for (size_t i = 0; i < all.size(); ++i)
    stray += !isElement[i] && isStray(all[i]);
  return stray;
}

// The thread that faults gets the signal.
static thread_local sigjmp_buf recovery;
static thread_local void *volatile faultAddress;

static void onFault(int, siginfo_t *info, void *) {
  faultAddress = info->si_addr;
  siglongjmp(recovery, 1);
}

std::optional<void *>
einsumc::test::callGuarded(llvm::function_ref<void()> function) {
  struct sigaction action = {}, previous[2];
  action.sa_sigaction = onFault;
  action.sa_flags = SA_SIGINFO;
  const int signals[] = {SIGSEGV, SIGBUS};
  for (int i = 0; i < 2; ++i)
    sigaction(signals[i], &action, &previous[i]);
  // Calls nest: a task runs inside of a guarded call.
  sigjmp_buf outer;
  std::memcpy(&outer, &recovery, sizeof(outer));
  bool faulted = sigsetjmp(recovery, /*savesigs=*/1) != 0;
  if (!faulted)
    function();
  std::memcpy(&recovery, &outer, sizeof(outer));
  for (int i = 0; i < 2; ++i)
    sigaction(signals[i], &previous[i], nullptr);
  if (faulted)
    return faultAddress;
  return std::nullopt;
}
