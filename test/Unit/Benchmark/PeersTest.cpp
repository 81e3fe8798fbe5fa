//===- PeersTest.cpp - Whether peers compute the same ---------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "../../../lib/Benchmark/Peers/ProductRun.h"
#include "PlainLibrary.h"
#include "Problems.h"
#include "llvm/ADT/STLExtras.h"
#include "gtest/gtest.h"

using namespace einsumc;
using namespace einsumc::bench;

namespace {

struct Case {
  const char *equation;
  std::vector<llvm::StringRef> operands;
  const char *result = "";
};

/// Layouts that ask for every road: as they lie, transposed, in loops, copied.
const Case kProducts[] = {
    {"ij,jk->ik", {"7x5xf32", "5x9xf32"}},
    {"ij,kj->ik", {"7x5xf32", "9x5xf32"}},
    {"ji,kj->ik", {"5x7xf32", "9x5xf32"}},
    {"ij,jk->ki", {"7x5xf32", "5x9xf32"}},
    {"ij,jk->ik", {"33x65xf64", "65x40xf64"}},
    {"ij,jk->ik", {"7x5xc64", "5x9xc64"}},
    {"ij,jk->ik", {"7x5xf32,strided<[8,1]>", "5x9xf32,strided<[1,6]>"}},
    {"ij,jk->ik", {"7x5xf32,strided<[12,2]>", "5x9xf32"}},
    {"ij,jk->ik", {"7x5xf32", "5x9xf32"}, "7x9xf32,strided<[16,1]>"},
    // Attention: batches between the rows.
    {"aecd,abcd->acbe", {"2x6x3x8xf32", "2x5x3x8xf32"}},
    {"acbe,aecd->abcd", {"2x3x5x6xf32", "2x6x3x8xf32"}},
    {"bqvgh,bkvh->bvgqk", {"2x5x3x2x8xf32", "2x7x3x8xf32"}},
    {"bvgqk,bkvh->bqvgh", {"2x3x2x5x7xf32", "2x7x3x8xf32"}},
    {"abc,cde->abde", {"2x5x6xf32", "6x3x4xf32"}},
    // Tensor contractions with no common order.
    {"dabfe,fc->edcba", {"3x4x5x6x2xf32", "6x7xf32"}},
    {"aged,cbfg->fedcba", {"3x5x2x4xf32", "3x2x4x5xf32"}},
    {"fbea,cedf->dcba", {"4x3x5x2xf32", "3x5x4x4xf32"}},
    {"acbd,dbec->ea", {"3x2x4x5xf32", "5x4x6x2xf32"}},
    // Diagonals and axes that broadcast.
    {"iij,jk->ik", {"4x4x5xf32", "5x6xf32"}},
    {"bij,bjk->bik", {"1x4x5xf32", "3x5x6xf32"}},
    // Vectors.
    {"ij,j->i", {"9x7xf32", "7xf32"}},
    {"ij,i->j", {"9x7xf32", "9xf32"}},
    {"i,i->", {"65xf32", "65xf32"}},
    {"i,j->ij", {"9xf32", "7xf32"}},
    {"bij,bj->bi", {"3x9x7xf64", "3x7xf64"}},
    // More than two operands.
    {"ij,jk,kl->il", {"6x7xf32", "7x5xf32", "5x8xf32"}},
    {"ab,bcd,de,ce->a", {"6x7xf64", "7x5x4xf64", "4x3xf64", "5x3xf64"}},
    // Narrow types.
    {"ij,jk->ik", {"32x64xbf16", "64x48xbf16"}, "32x48xf32"},
    {"ij,jk->ik", {"32x64xi8", "64x48xi8"}, "32x48xi32"},
};

const Case kOthers[] = {
    {"ij->ji", {"33x70xf32"}},
    {"ij->ji", {"33x70xf64"}},
    {"ij->ji", {"9x17xc64"}},
    {"ijk->kji", {"9x17x12xf32"}},
    {"ijk->jik", {"9x17x12xf32"}},
    {"ijkl->klij", {"3x4x5x6xf32"}},
    {"ij->i", {"9x70xf32"}},
    {"ij->j", {"9x70xf32"}},
    {"ij->", {"9x70xf64"}},
    {"ijk->ik", {"9x8x70xf32"}},
    {"i,j->ij", {"9xf32", "70xf32"}},
    {"ij,ij->ij", {"9x70xf32", "9x70xf32"}},
    {"ij,j->ij", {"9x70xf32", "70xf32"}},
    {"ij,i->ij", {"9x70xf32", "9xf32"}},
};

/// Runs whatever the peer prepares and judges it; returns how many runs.
int judge(Peer &peer, llvm::ArrayRef<Case> cases, PeerKind kind) {
  int runs = 0;
  for (const Case &one : cases) {
    SCOPED_TRACE(peer.name().str() + " " + one.equation + " " +
                 one.operands.front().str());
    Problem problem = makeProblem(one.equation, one.operands, one.result);
    auto run = peer.prepare(problem, kind);
    if (!run)
      continue;
    SCOPED_TRACE(run->description());
    ++runs;
    if (std::getenv("EINSUMC_TEST_VERBOSE"))
      std::cout << "    " << one.equation << ": " << run->description() << "\n";
    run->run();
    EXPECT_EQ(run->error(), "");
    if (run->writesResult())
      expectRight(problem, *run);
  }
  return runs;
}

TEST(PeersTest, PlainPeerDoesEveryLayout) {
  auto owned = std::make_unique<PlainLibrary>();
  PlainLibrary &library = *owned;
  GemmPeer peer(std::move(owned));
  // All but the narrow types, and the plans it tried were legal calls.
  EXPECT_EQ(judge(peer, kProducts, PeerKind::equation),
            int(std::size(kProducts)) - 2);
  EXPECT_EQ(judge(peer, kProducts, PeerKind::gemm),
            int(std::size(kProducts)) - 2);
  EXPECT_GE(judge(peer, kOthers, PeerKind::primitive), 7);
  EXPECT_EQ(library.illegal, 0);
}

TEST(PeersTest, GemmHasTheEquationsSizes) {
  GemmPeer peer(std::make_unique<PlainLibrary>());
  Problem problem =
      makeProblem("bqvgh,bkvh->bvgqk", {"2x5x3x2x8xf32", "2x7x3x8xf32"});
  auto run = peer.prepare(problem, PeerKind::gemm);
  ASSERT_TRUE(run);
  EXPECT_FALSE(run->writesResult());
  EXPECT_EQ(run->description(), "gemm NN 10x7x8, 6 times");
}

TEST(PeersTest, LayoutsThatAllowItAreNotCopied) {
  for (const Case &one : std::initializer_list<Case>{
           {"aecd,abcd->acbe", {"2x64x4x32xf32", "2x64x4x32xf32"}},
           {"acbe,aecd->abcd", {"2x4x64x64xf32", "2x64x4x32xf32"}},
           {"abc,cde->abde", {"2x64x64xf32", "64x4x32xf32"}}}) {
    Problem problem = makeProblem(one.equation, one.operands);
    const ResolvedEquation &equation = problem.equation;
    auto tensor = [&](const reference::Tensor &from,
                      llvm::ArrayRef<int64_t> labels) {
      return LabelledTensor{from.view(), {labels.begin(), labels.end()}};
    };
    llvm::SmallVector<int64_t> extents;
    for (const Label &label : equation.labels)
      extents.push_back(label.extent);
    auto contraction =
        classify(tensor(problem.operands[0], equation.operandLabels[0]),
                 tensor(problem.operands[1], equation.operandLabels[1]),
                 tensor(problem.result, equation.outputLabels), extents);
    ASSERT_TRUE(contraction);
    auto plans = planGemm(*contraction, 1);
    ASSERT_EQ(plans.size(), 1u);
    EXPECT_FALSE(plans[0].copyA.used || plans[0].copyB.used ||
                 plans[0].copyC.used)
        << one.equation;
  }
}

TEST(PeersTest, NoMatrixProduct) {
  GemmPeer peer(std::make_unique<PlainLibrary>());
  Problem elementwise = makeProblem("ij,ij->ij", {"4x5xf32", "4x5xf32"});
  EXPECT_FALSE(peer.prepare(elementwise, PeerKind::gemm));
  EXPECT_FALSE(peer.prepare(elementwise, PeerKind::equation));
  // A label that one operand alone sums.
  Problem own = makeProblem("ijl,jk->ik", {"4x5x3xf32", "5x6xf32"});
  EXPECT_FALSE(peer.prepare(own, PeerKind::equation));
}

/// Every peer of this machine. One that is missing is a reason, not a failure.
/// EINSUMC_TEST_PYTHON names another interpreter's packages.
TEST(PeersTest, InstalledPeersComputeTheSame) {
  PeerOptions options;
  if (const char *python = std::getenv("EINSUMC_TEST_PYTHON"))
    options.python = python;
  PeerList list = findPeers(options);
  for (auto &[name, reason] : list.missing)
    std::cout << name << ": " << reason << "\n";
  for (auto &peer : list.peers) {
    std::cout << peer->name().str() << " " << peer->version() << "\n";
    int runs = 0;
    for (PeerKind kind : {PeerKind::equation, PeerKind::primitive})
      for (auto cases : {llvm::ArrayRef(kProducts), llvm::ArrayRef(kOthers)})
        runs += judge(*peer, cases, kind);
    runs += judge(*peer, kProducts, PeerKind::gemm);
    std::cout << "  " << runs << " runs\n";
    EXPECT_GT(runs, 0) << peer->name().str();
  }
  EXPECT_FALSE(list.peers.empty()) << "the loops need nothing installed";
}

} // namespace
