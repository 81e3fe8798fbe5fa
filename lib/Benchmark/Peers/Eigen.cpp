//===- Eigen.cpp - Eigen's matrix product ---------------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "EigenTensor.h"
#include "Registry.h"

using namespace einsumc;
using namespace einsumc::bench;

std::optional<EigenScalar> einsumc::bench::eigenScalar(ElementType type) {
  switch (type) {
  case ElementType::f32:
    return eigenF32;
  case ElementType::f64:
    return eigenF64;
  case ElementType::c64:
    return eigenC64;
  case ElementType::c128:
    return eigenC128;
  default:
    return std::nullopt;
  }
}

namespace {

class EigenMatrix : public GemmLibrary {
public:
  EigenMatrix(decltype(einsumcEigenGemm) *gemm, std::string version)
      : gemm(gemm), described(std::move(version)) {}

  llvm::StringRef name() const override { return "eigen"; }
  std::string version() const override { return described; }

  GemmFunction prepareGemm(const GemmShape &s) override {
    auto scalar = eigenScalar(s.a);
    if (!scalar || s.a != s.b || s.a != s.c)
      return {};
    EigenGemm product{*scalar, s.m,   s.n,      s.k,      s.lda,
                      s.ldb,   s.ldc, s.transA, s.transB, s.accumulate};
    return repeatOverBatch(
        s, [=, gemm = gemm](const void *a, const void *b, void *c) {
          gemm(&product, a, b, c);
        });
  }

private:
  decltype(einsumcEigenGemm) *gemm;
  std::string described;
};

} // namespace

void einsumc::bench::findEigen(PeerSearch &search) {
  bool matrix = search.isWanted("eigen"),
       tensor = search.isWanted("eigen-tensor");
  if (!matrix && !tensor)
    return;
  auto miss = [&](const std::string &reason) {
    if (matrix)
      search.miss("eigen", reason);
    if (tensor)
      search.miss("eigen-tensor", reason);
  };
  if (search.options.threads != 1)
    return miss("built for one thread");
  std::string why;
  auto library =
      Library::open(ownLibraryCandidates("libeinsum-bench-eigen.so"), why);
  if (!library)
    return miss("not there when this was built (" + why + ")");
  auto *gemm = library->find<decltype(einsumcEigenGemm)>("einsumcEigenGemm");
  auto *find = library->find<decltype(einsumcEigenFindContract)>(
      "einsumcEigenFindContract");
  auto *version =
      library->find<decltype(einsumcEigenVersion)>("einsumcEigenVersion");
  if (!gemm || !find || !version)
    return miss(library->path() + " is another version's");
  if (matrix)
    search.add(std::make_unique<EigenMatrix>(gemm, version()));
  if (tensor)
    search.add(makeEigenTensorPeer(find, version()));
}
