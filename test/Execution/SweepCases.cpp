//===- SweepCases.cpp - Sweeps in the order of memory, at small sizes -----===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What schedules ask for at sizes beyond the caches (blocks, writing past the
// caches, fetching ahead), forced on extents that reach every edge.
//
//===----------------------------------------------------------------------===//

#include "Suites.h"

using namespace einsumc;
using namespace einsumc::test;

namespace {
struct Sweep {
  const char *equation;
  std::initializer_list<std::initializer_list<int64_t>> shapes;
  const char *schedule;
};
} // namespace

static const Sweep kSweeps[] = {
    // One long loop, written past the caches.
    {"ij,ij->ij",
     {{37, 41}, {37, 41}},
     "nest = [0 by 256, 0 by 64], parallel = 1, column = 0, mr = 1, nv = 4, "
     "width = 16, max_tasks = 3, stream = true"},
    // Rows that begin anywhere in a line.
    {"ij,i->ij",
     {{19, 141}, {19}},
     "nest = [0 by 8, 0 by 1, 1 by 32], parallel = 1, column = 1, mr = 1, nv = "
     "2, width = 16, max_tasks = 3, stream = true"},
    // Blocks with another loop inside: pieces of pages, and what is read again.
    {"abcd->acbd",
     {{3, 19, 5, 83}},
     "nest = [0 by 1, 2 by 4, 1 by 1, 2 by 1, 3 by 32], parallel = 2, column = "
     "3, mr = 1, nv = 2, width = 16, max_tasks = 3, stream = true"},
    {"abc,bc->abc",
     {{3, 7, 64}, {7, 64}},
     "nest = [1 by 128, 0 by 1, 1 by 32], parallel = 1, column = 1, mr = 1, nv "
     "= 2, width = 16, max_tasks = 3, stream = true"},
    {"i,j->ij",
     {{33}, {129}},
     "nest = [0 by 4, 1 by 32], row = 0, column = 1, mr = 4, nv = 2, width = "
     "16, prefetch = 1 by 64"},
    // Squares: whole ones past the caches, then with every edge.
    {"ij->ji",
     {{128, 80}},
     "nest = [0 by 32, 1 by 32, 0 by 16, 1 by 16], parallel = 1, row = 0, "
     "column = 1, mr = 16, nv = 1, width = 16, max_tasks = 2, prefetch = 1 by "
     "32, stream = true"},
    {"ij->ji",
     {{128, 80}},
     "nest = [1 by 32, 0 by 16, 1 by 16], parallel = 1, row = 0, column = 1, "
     "mr = 16, nv = 1, width = 16, max_tasks = 4, stream = true"},
    {"ij->ji",
     {{95, 83}},
     "nest = [0 by 32, 1 by 32, 0 by 16, 1 by 16], parallel = 1, row = 0, "
     "column = 1, mr = 16, nv = 1, width = 16, max_tasks = 2, prefetch = 1 by "
     "32"},
    // Blocks put together in scratch.
    {"ij->ji",
     {{95, 83}},
     "nest = [0 by 32, 1 by 64, 1 by 16, 0 by 16], parallel = 1, row = 0, "
     "column = 1, mr = 16, nv = 1, width = 16, max_tasks = 2, prefetch = 1 by "
     "64, stage = 2, stream = true"},
    // … where what a block leaves of a line waits for the next one.
    {"ij->ji",
     {{331, 37}},
     "nest = [0 by 32, 1 by 128, 1 by 16, 0 by 16], parallel = 1, row = 0, "
     "column = 1, mr = 16, nv = 1, width = 16, max_tasks = 2, prefetch = 1 by "
     "32, stage = 2, stream = true"},
    {"ij,ji->ij",
     {{70, 75}, {75, 70}},
     "nest = [0 by 32, 1 by 32, 1 by 16, 0 by 16], row = 0, column = 1, mr = "
     "16, nv = 1, width = 16, stage = 2"},
    // Sums along columns: blocks of columns and of terms, in two levels.
    {"ij->j",
     {{50, 300}},
     "nest = [0 by 64, 1 by 4, 0 by 32], parallel = 1, column = 0, mr = 1, nv "
     "= 2, width = 16, max_tasks = 3, prefetch = 1 by 4"},
    {"ij,i->j",
     {{45, 70}, {45}},
     "nest = [1 by 8, 1 by 2, 0 by 32], column = 0, mr = 1, nv = 2, width = "
     "16"},
    // Lanes along the terms: rows added up together, and sums in pieces.
    {"ij,j->i",
     {{45, 130}, {130}},
     "nest = [0 by 16, 0 by 8], parallel = 1, row = 0, column = 1, mr = 8, nv "
     "= 1, width = 16, max_tasks = 3, prefetch = 0 by 8, lanes = terms"},
    {"ij->i",
     {{77, 10}},
     "nest = [0 by 16], row = 0, column = 1, mr = 16, nv = 1, width = 16, "
     "lanes = terms"},
    {"abc,ac->b",
     {{5, 23, 67}, {5, 67}},
     "nest = [0 by 8, 1 by 1, 0 by 4], parallel = 1, row = 0, column = 2, mr = "
     "4, nv = 2, width = 16, max_tasks = 3, lanes = terms"},
};

static constexpr ElementType kElements[] = {ElementType::f32, ElementType::f64,
                                            ElementType::i32, ElementType::f16,
                                            ElementType::i8,  ElementType::c64};
static constexpr size_t kCpus = 3;

size_t test::numSweepCases() {
  return std::size(kSweeps) * std::size(kElements) * kCpus;
}

Case test::sweepCase(uint64_t seed, size_t number) {
  const Sweep &sweep = kSweeps[number % std::size(kSweeps)];
  size_t turn = number / std::size(kSweeps);
  Case c;
  c.name = std::to_string(number);
  c.equation = sweep.equation;
  for (llvm::ArrayRef<int64_t> shape : sweep.shapes) {
    CaseOperand &operand = c.operands.emplace_back();
    operand.type.element = kElements[turn % std::size(kElements)];
    operand.type.shape.assign(shape.begin(), shape.end());
    operand.shape = operand.type.shape;
    int64_t stride = 1;
    operand.strides.resize(shape.size());
    for (size_t axis = shape.size(); axis-- > 0; stride *= shape[axis])
      operand.strides[axis] = stride;
  }
  c.seed = mixSeeds(seed, number + 200000);
  c.compile.schedule =
      (llvm::Twine("#kernel.sweep_schedule<") + sweep.schedule + ">").str();
  auto pairs = cpuPairs();
  // The schedule asks for 32 registers of 16 elements; the code may have fewer.
  c.compile.cpu = turn / std::size(kElements) == 0
                      ? "native"
                      : pairs[number % pairs.size()].first;
  c.compile.scheduleCpu = "znver4";
  return c;
}
