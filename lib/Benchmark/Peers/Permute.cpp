//===- Permute.cpp - Copies between two layouts ---------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Permute.h"

#include "llvm/ADT/STLExtras.h"
#include <cstring>

using namespace einsumc::bench;

llvm::SmallVector<CopyDim, 6>
einsumc::bench::fuseCopyDims(llvm::ArrayRef<CopyDim> dims) {
  llvm::SmallVector<CopyDim, 6> sorted;
  for (const CopyDim &dim : dims)
    if (dim.extent != 1)
      sorted.push_back(dim);
  llvm::sort(sorted,
             [](const CopyDim &x, const CopyDim &y) { return x.to < y.to; });
  llvm::SmallVector<CopyDim, 6> fused;
  for (const CopyDim &dim : sorted) {
    if (!fused.empty()) {
      CopyDim &last = fused.back();
      if (dim.to == last.to * last.extent &&
          dim.from == last.from * last.extent) {
        last.extent *= dim.extent;
        continue;
      }
    }
    fused.push_back(dim);
  }
  return fused;
}

namespace {

struct Wide {
  uint64_t low, high;
};

/// Squares of 8 rows of 32 bits, or 4 of 64: the columns of the source become
/// rows of the destination.
#if defined(__x86_64__)
#define EINSUMC_TILE_TARGET [[gnu::target("avx2")]]
inline bool hasTiles() { return __builtin_cpu_supports("avx2"); }
#else
#define EINSUMC_TILE_TARGET
inline bool hasTiles() { return true; }
#endif
using Words [[gnu::vector_size(32), gnu::aligned(4)]] = uint32_t;
using Longs [[gnu::vector_size(32), gnu::aligned(8)]] = uint64_t;

EINSUMC_TILE_TARGET inline void turn(const uint64_t *from, int64_t fromStep,
                                     uint64_t *to, int64_t toStep) {
  Longs r[4], t[4];
  for (int i = 0; i < 4; ++i)
    r[i] = *reinterpret_cast<const Longs *>(from + i * fromStep);
  for (int i = 0; i < 4; i += 2) {
    t[i] = __builtin_shufflevector(r[i], r[i + 1], 0, 4, 2, 6);
    t[i + 1] = __builtin_shufflevector(r[i], r[i + 1], 1, 5, 3, 7);
  }
  for (int i = 0; i < 2; ++i) {
    r[i] = __builtin_shufflevector(t[i], t[i + 2], 0, 1, 4, 5);
    r[i + 2] = __builtin_shufflevector(t[i], t[i + 2], 2, 3, 6, 7);
  }
  for (int i = 0; i < 4; ++i)
    *reinterpret_cast<Longs *>(to + i * toStep) = r[i];
}

EINSUMC_TILE_TARGET inline void turn(const uint32_t *from, int64_t fromStep,
                                     uint32_t *to, int64_t toStep) {
  Words r[8], t[8];
  for (int i = 0; i < 8; ++i)
    r[i] = *reinterpret_cast<const Words *>(from + i * fromStep);
  for (int i = 0; i < 8; i += 2) {
    t[i] = __builtin_shufflevector(r[i], r[i + 1], 0, 8, 1, 9, 4, 12, 5, 13);
    t[i + 1] =
        __builtin_shufflevector(r[i], r[i + 1], 2, 10, 3, 11, 6, 14, 7, 15);
  }
  for (int i = 0; i < 8; i += 4)
    for (int j = 0; j < 2; ++j) {
      r[i + 2 * j] = __builtin_shufflevector(t[i + j], t[i + j + 2], 0, 1, 8, 9,
                                             4, 5, 12, 13);
      r[i + 2 * j + 1] = __builtin_shufflevector(t[i + j], t[i + j + 2], 2, 3,
                                                 10, 11, 6, 7, 14, 15);
    }
  for (int i = 0; i < 4; ++i) {
    t[i] = __builtin_shufflevector(r[i], r[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);
    t[i + 4] =
        __builtin_shufflevector(r[i], r[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
  }
  for (int i = 0; i < 8; ++i)
    *reinterpret_cast<Words *>(to + i * toStep) = t[i];
}

/// `to[c·toStep + r] = from[r·fromStep + c]` for r < rows, c < columns.
template <typename T>
void transposeTile(const T *from, int64_t fromStep, T *to, int64_t toStep,
                   int64_t rows, int64_t columns) {
  for (int64_t c = 0; c < columns; ++c)
    for (int64_t r = 0; r < rows; ++r)
      to[c * toStep + r] = from[r * fromStep + c];
}

template <typename T>
EINSUMC_TILE_TARGET void transposeTileWide(const T *from, int64_t fromStep,
                                           T *to, int64_t toStep, int64_t rows,
                                           int64_t columns) {
  constexpr int64_t side = 32 / sizeof(T);
  int64_t wholeRows = rows - rows % side,
          wholeColumns = columns - columns % side;
  for (int64_t c = 0; c < wholeColumns; c += side)
    for (int64_t r = 0; r < wholeRows; r += side)
      turn(from + r * fromStep + c, fromStep, to + c * toStep + r, toStep);
  transposeTile(from + wholeColumns, fromStep, to + wholeColumns * toStep,
                toStep, rows, columns - wholeColumns);
  transposeTile(from + wholeRows * fromStep, fromStep, to + wholeRows, toStep,
                rows - wholeRows, wholeColumns);
}

/// A tile's cache lines on both sides stay in the first-level cache, and a
/// destination's line is written at once.
template <typename T>
void transposePlane(const T *from, T *to, const CopyDim &row,
                    const CopyDim &column) {
  constexpr int64_t side = sizeof(T) >= 8 ? 32 : 64;
  for (int64_t c = 0; c < column.extent; c += side)
    for (int64_t r = 0; r < row.extent; r += side) {
      const T *source = from + r * row.from + c;
      T *target = to + c * column.to + r;
      int64_t rows = std::min(side, row.extent - r);
      int64_t columns = std::min(side, column.extent - c);
      if constexpr (sizeof(T) == 4 || sizeof(T) == 8)
        if (hasTiles()) {
          transposeTileWide(source, row.from, target, column.to, rows, columns);
          continue;
        }
      transposeTile(source, row.from, target, column.to, rows, columns);
    }
}

template <typename T> void copyRow(const T *from, T *to, const CopyDim &row) {
  if (row.from == 1 && row.to == 1) {
    std::memcpy(to, from, row.extent * sizeof(T));
    return;
  }
  for (int64_t i = 0; i < row.extent; ++i)
    to[i * row.to] = from[i * row.from];
}

template <typename T>
void run(llvm::ArrayRef<CopyDim> loops, const CopyDim &row,
         const CopyDim &column, bool turned, const T *from, T *to) {
  if (loops.empty()) {
    if (turned)
      transposePlane(from, to, row, column);
    else
      copyRow(from, to, row);
    return;
  }
  const CopyDim &loop = loops.front();
  for (int64_t i = 0; i < loop.extent; ++i)
    run(loops.drop_front(), row, column, turned, from + i * loop.from,
        to + i * loop.to);
}

} // namespace

Permutation::Permutation(llvm::ArrayRef<CopyDim> dims, unsigned elementSize)
    : size(elementSize) {
  loops = fuseCopyDims(dims);
  if (loops.empty())
    return;
  row = loops.front();
  loops.erase(loops.begin());
  auto *other =
      llvm::find_if(loops, [](const CopyDim &dim) { return dim.from == 1; });
  if (row.to == 1 && row.from != 1 && other != loops.end()) {
    column = *other;
    turned = true;
    loops.erase(other);
  }
  std::reverse(loops.begin(), loops.end());
}

void Permutation::operator()(const void *from, void *to) const {
  auto as = [&](auto zero) {
    using T = decltype(zero);
    run<T>(loops, row, column, turned, static_cast<const T *>(from),
           static_cast<T *>(to));
  };
  switch (size) {
  case 1:
    return as(uint8_t());
  case 2:
    return as(uint16_t());
  case 4:
    return as(uint32_t());
  case 8:
    return as(uint64_t());
  default:
    return as(Wide());
  }
}
