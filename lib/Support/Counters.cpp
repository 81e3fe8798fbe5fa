//===- Counters.cpp - What passes did, counted in the process -------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Support/Counters.h"

using namespace einsumc;

// Counters are static objects of several files: the list must be there before
// the first of them, hence constant initialization.
static constinit std::atomic<Counter *> counters{nullptr};

Counter::Counter(const char *name) : name(name), next(counters.load()) {
  while (!counters.compare_exchange_weak(next, this)) {
  }
}

void Counter::forEach(llvm::function_ref<void(const Counter &)> visit) {
  for (Counter *counter = counters.load(); counter; counter = counter->next)
    visit(*counter);
}

uint64_t Counter::get(llvm::StringRef name) {
  uint64_t value = 0;
  forEach([&](const Counter &counter) {
    if (counter.getName() == name)
      value += counter.value();
  });
  return value;
}

void Counter::resetAll() {
  for (Counter *counter = counters.load(); counter; counter = counter->next)
    counter->count.store(0, std::memory_order_relaxed);
}
