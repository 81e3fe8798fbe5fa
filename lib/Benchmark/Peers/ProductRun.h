//===- ProductRun.h - Runs made of a library's matrix products --*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_LIB_BENCHMARK_PEERS_PRODUCTRUN_H
#define EINSUMC_LIB_BENCHMARK_PEERS_PRODUCTRUN_H

#include "Contraction.h"
#include "GemmPlan.h"
#include "einsumc/Benchmark/Peer.h"

namespace einsumc::bench {

/// One contraction in a library, ready to run.
class PreparedProduct {
public:
  /// None when the library can't do it. The plans that a model finds best are
  /// tried, and the fastest is kept: `c` is overwritten.
  static std::optional<PreparedProduct> create(GemmLibrary &library,
                                               const Contraction &contraction,
                                               bool vectors, const void *a,
                                               const void *b, void *c);

  void run() const;
  std::string description() const;

private:
  struct Copy {
    Permutation permute;
    reference::Tensor memory;
  };
  static std::optional<PreparedProduct> create(GemmLibrary &library,
                                               const GemmPlan &plan,
                                               const Contraction &contraction);
  void loop(llvm::ArrayRef<ContractionDim> loops, const char *a, const char *b,
            char *c) const;
  void sum(llvm::ArrayRef<ContractionDim> loops, const char *a, const char *b,
           char *c, bool &first) const;
  void call(const char *a, const char *b, char *c, bool first) const;

  GemmPlan plan;
  ElementType elementA = ElementType::f32, elementB = ElementType::f32,
              elementC = ElementType::f32;
  GemmFunction start, accumulate;
  std::optional<Copy> copyA, copyB, copyC;
  const void *a = nullptr, *b = nullptr;
  void *c = nullptr;
};

/// A peer that has matrix products, and perhaps transpositions.
class GemmPeer : public Peer {
public:
  explicit GemmPeer(std::unique_ptr<GemmLibrary> library)
      : library(std::move(library)) {}

  llvm::StringRef name() const override { return library->name(); }
  std::string version() const override { return library->version(); }
  std::unique_ptr<PeerRun> prepare(const Problem &problem,
                                   PeerKind kind) override;

private:
  std::unique_ptr<GemmLibrary> library;
};

} // namespace einsumc::bench

#endif // EINSUMC_LIB_BENCHMARK_PEERS_PRODUCTRUN_H
