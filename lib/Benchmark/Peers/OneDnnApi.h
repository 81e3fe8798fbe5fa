//===- OneDnnApi.h - oneDNN's C interface, versions 2 and 3 -----*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_LIB_BENCHMARK_PEERS_ONEDNNAPI_H
#define EINSUMC_LIB_BENCHMARK_PEERS_ONEDNNAPI_H

#include "Library.h"
#include "llvm/ADT/FunctionExtras.h"
#include "llvm/ADT/SmallVector.h"
#include <memory>

namespace einsumc::bench {

/// The few functions of oneDNN's C interface that are used. Versions 2 and 3
/// differ in how a primitive is described; both are hidden here.
class OneDnnApi {
public:
  static constexpr unsigned kMaxRank = 12;
  using Handle = void *;
  using Run =
      llvm::unique_function<void(const void *, const void *, void *) const>;
  using Sgemm = int(char transA, char transB, int64_t m, int64_t n, int64_t k,
                    float alpha, const float *a, int64_t lda, const float *b,
                    int64_t ldb, float beta, float *c, int64_t ldc);
  struct Matrix {
    int type = 0; ///< dnnl_data_type_t
    llvm::SmallVector<int64_t, 3> extents, strides;
  };

  static std::optional<OneDnnApi> load(const Library &library, int threads);
  std::string version() const;

  /// A null function: the library can't.
  Run matmul(const Matrix &a, const Matrix &b, const Matrix &c) const;
  /// Runs as (from, unused, to).
  Run reorder(int type, llvm::ArrayRef<int64_t> extents,
              llvm::ArrayRef<int64_t> from, llvm::ArrayRef<int64_t> to) const;

  Sgemm *sgemm = nullptr;

private:
  struct Functions;
  struct Description;
  struct Primitive;
  static Run runner(std::unique_ptr<Primitive> primitive);

  std::shared_ptr<Functions> functions;
};

} // namespace einsumc::bench

#endif // EINSUMC_LIB_BENCHMARK_PEERS_ONEDNNAPI_H
