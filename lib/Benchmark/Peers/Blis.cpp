//===- Blis.cpp - BLIS ----------------------------------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Cblas.h"
#include "Registry.h"

using namespace einsumc::bench;

namespace {

class Blis : public GemmLibrary {
public:
  Blis(const Library &library, int threads) {
    blas.load(library, "", "");
    if (auto *set = library.find<void(int64_t)>("bli_thread_set_num_threads"))
      set(threads);
    if (auto *version =
            library.find<const char *()>("bli_info_get_version_str"))
      described = version();
    auto *query = library.find<int()>("bli_arch_query_id");
    auto *describe = library.find<const char *(int)>("bli_arch_string");
    if (query && describe)
      described += " (" + std::string(describe(query())) + ")";
  }

  llvm::StringRef name() const override { return "blis"; }
  std::string version() const override { return described; }
  GemmFunction prepareGemm(const GemmShape &shape) override {
    return blas.prepareGemm(shape);
  }
  bool works() const { return blas.s.gemm != nullptr; }

private:
  std::string described;
  Cblas<int32_t> blas;
};

} // namespace

void einsumc::bench::findBlis(PeerSearch &search) {
  if (!search.isWanted("blis"))
    return;
  std::string why;
  auto library = Library::open(
      search.candidates("libblis.so*", {"libblis.so.4", "libblis.so"}), why);
  if (!library)
    return search.miss("blis", why);
  auto peer = std::make_unique<Blis>(*library, search.options.threads);
  if (!peer->works())
    return search.miss("blis", library->path() + " has no cblas_sgemm");
  search.add(std::move(peer));
}
