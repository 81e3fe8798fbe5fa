//===- Suites.cpp - Everything that is promised, by name ------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Benchmark/Suites.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/TargetParser/Host.h"

using namespace llvm;
using namespace einsumc;
using namespace einsumc::bench;

static constexpr PeerKind kAnyKind[] = {PeerKind::gemm, PeerKind::equation,
                                        PeerKind::primitive};
static constexpr StringLiteral kNoPeer = "no peer for it on this machine";
static constexpr StringLiteral kNoRow = "no row of it was measured";

/// How many times as fast as the best peer; none without a peer.
static std::optional<double> againstPeers(const RowResult &result,
                                          ArrayRef<PeerKind> kinds) {
  double ratio = result.error.empty() ? result.ratio(kinds) : 0;
  return ratio > 0 ? std::optional(ratio) : std::nullopt;
}

static std::optional<double> againstAnyPeer(const RowResult &result) {
  return againstPeers(result, kAnyKind);
}

/// Percent of the peak that was measured beside the row.
static double peakShare(const RowResult &result) {
  return 100 * result.rate() / result.peak;
}

static bool hasFeature(StringRef feature) {
  return sys::getHostCPUFeatures().lookup(feature);
}

static std::vector<Figure> transformerFigures(ArrayRef<RowResult> results) {
  auto large = [](const RowResult &result) -> std::optional<double> {
    const ContractionDims &dims = result.dims;
    if (!result.error.empty() || std::min({dims.m, dims.n, dims.k}) < 128)
      return std::nullopt;
    return peakShare(result);
  };
  return {overRows("transformer, f32 from 0.1 GFLOP: against the best peer of "
                   "each row",
                   results, againstAnyPeer, "", {0.98, 1.06}, Bar{0.85, 0.95},
                   kNoPeer),
          overRows("the same where M, N, K >= 128: share of the peak", results,
                   large, "%", {85, 92}, Bar{75, 86}, kNoRow)};
}

/// Against the slower of the best equal-size matrix product and 0.9 of what the
/// copy bandwidth allows.
static std::optional<double> againstGemmOrRoof(const RowResult &result) {
  if (!result.error.empty())
    return std::nullopt;
  const PeerResult *gemm = result.best(PeerKind::gemm);
  if (!gemm)
    return std::nullopt;
  double roof = result.bytes / result.bandwidth / 0.9;
  return std::max(gemm->samples.seconds, roof) / result.own.seconds;
}

static std::vector<Figure> tccgFigures(ArrayRef<RowResult> results) {
  return {overRows("tccg, given / minus one / padded: against the equal-size "
                   "GEMM or 0.9 of the bandwidth roof",
                   results, againstGemmOrRoof, "", {0.95, 1.06}, Bar{0.7, 0.9},
                   kNoPeer),
          overRows(
              "the same against the best whole-equation peer", results,
              [](const RowResult &result) {
                return againstPeers(result, PeerKind::equation);
              },
              "", {1.3, 1.55}, std::nullopt, kNoPeer)};
}

static std::vector<Figure> letterFigures(ArrayRef<RowResult> results) {
  return {worstOfBest("letter order, 8 layouts: worst of best", results,
                      {0.85, 0.95})};
}

static std::vector<Figure> tinyFigures(ArrayRef<RowResult> results) {
  auto againstLibxsmm = [](const RowResult &result) -> std::optional<double> {
    double best = INFINITY;
    for (const PeerResult &peer : result.peers)
      if (peer.name == "libxsmm" && peer.error.empty())
        best = std::min(best, peer.samples.seconds);
    if (!result.error.empty() || !std::isfinite(best))
      return std::nullopt;
    return best / result.own.seconds;
  };
  return {overRows("8^3 ... 64^3 and batches of them: against libxsmm", results,
                   againstLibxsmm, "", {0.85, 1.0}, std::nullopt,
                   "libxsmm is not installed")};
}

static std::vector<Figure> vectorFigures(ArrayRef<RowResult> results) {
  return {overRows("matrix-vector, dot, reductions beyond cache: against a "
                   "read loop and the best peer",
                   results, againstAnyPeer, "", {0.90, 1.05}, std::nullopt,
                   kNoPeer)};
}

static std::vector<Figure> elementwiseFigures(ArrayRef<RowResult> results) {
  return {overRows("element-wise with broadcast: against a triad loop and the "
                   "best peer",
                   results, againstAnyPeer, "", {0.90, 1.0}, std::nullopt,
                   kNoPeer)};
}

/// The aim is twice the best peer or 60% of the copy bandwidth: a row that has
/// reached the latter counts as twice as fast.
static std::optional<double> againstTransposition(const RowResult &result) {
  std::optional<double> ratio = againstAnyPeer(result);
  if (!ratio)
    return std::nullopt;
  double share = result.bytesPerSecond() / result.bandwidth;
  return share >= 0.6 ? std::max(*ratio, 2.0) : *ratio;
}

static std::vector<Figure> transposeFigures(ArrayRef<RowResult> results) {
  return {overRows("transposition beyond cache: against the best peer (60% of "
                   "the copy bandwidth counts as 2)",
                   results, againstTransposition, "", {1.0, 2.0}, std::nullopt,
                   kNoPeer)};
}

static std::vector<Figure> typeFigures(ArrayRef<RowResult> results) {
  auto f64 = [](const RowResult &result) -> std::optional<double> {
    if (!result.error.empty() || result.row.typeName() != "f64")
      return std::nullopt;
    return peakShare(result);
  };
  bool bf16 = hasFeature("avx512bf16"), i8 = hasFeature("avx512vnni");
  return {overRows("f64, >= 256^3: share of its peak", results, f64, "%",
                   {83, 90}, std::nullopt, kNoRow),
          againstType(bf16 ? "bf16 with f32 accumulation against f32 [512]"
                           : "bf16 with f32 accumulation against f32",
                      results, "bf16:f32", "f32",
                      bf16 ? Bar{1.5, 1.8} : Bar{0.85, 0.95}),
          againstType(
              i8 ? "i8 to i32 against f32 [512]" : "i8 to i32 against f32",
              results, "i8:i32", "f32", i8 ? Bar{2.2, 3.0} : Bar{1.15, 1.4})};
}

static std::vector<Figure> threadFigures(ArrayRef<RowResult> results) {
  auto speedUp = [](const RowResult &result) -> std::optional<double> {
    if (!result.error.empty() || result.peakSpeedUp <= 0)
      return std::nullopt;
    return result.speedUp() / result.peakSpeedUp;
  };
  return {overRows("two threads, from 0.5 GFLOP: speed-up against the peak "
                   "loop's",
                   results, speedUp, "", {0.90, 0.97}, std::nullopt,
                   "this process may use one core only")};
}

ArrayRef<Suite> bench::allSuites() {
  static const Suite suites[] = {
      {"transformer",
       "contractions of transformer models",
       {"transformer.tsv", {Variant::given}, {"f32"}, 0.1e9},
       1,
       transformerFigures},
      {"tccg",
       "tensor contractions of quantum chemistry",
       {"tccg.tsv",
        {Variant::given, Variant::minusOne, Variant::padded},
        {"f32"}},
       1,
       tccgFigures},
      {"letters",
       "the same product in eight layouts",
       {"letters.tsv"},
       1,
       letterFigures},
      {"tiny",
       "products of 8 to 64 and batches of them",
       {"tiny.tsv"},
       1,
       tinyFigures},
      {"vector",
       "matrix-vector products, dot products, sums",
       {"vector.tsv"},
       1,
       vectorFigures},
      {"elementwise",
       "element-wise products with broadcast",
       {"elementwise.tsv"},
       1,
       elementwiseFigures},
      {"transpose", "transpositions", {"transpose.tsv"}, 1, transposeFigures},
      {"types",
       "f64, bf16 and i8",
       {"types.tsv", {Variant::given}, {"f32", "f64", "bf16:f32", "i8:i32"}},
       1,
       typeFigures},
      {"threads", "two threads", {"threads.tsv"}, 2, threadFigures},
  };
  return suites;
}

const Suite *bench::findSuite(StringRef name) {
  for (const Suite &suite : allSuites())
    if (suite.name == name)
      return &suite;
  return nullptr;
}

Expected<std::vector<std::pair<Row, Variant>>>
bench::suiteRows(const Suite &suite, StringRef folder) {
  auto rows = readTable((folder + "/" + suite.table.file).str());
  if (!rows)
    return rows.takeError();
  std::vector<std::pair<Row, Variant>> chosen;
  for (const Row &row : *rows) {
    if (row.tier != "quick" ||
        (!suite.table.types.empty() &&
         !is_contained(suite.table.types, row.typeName())))
      continue;
    if (suite.table.leastOperations > 0) {
      auto equation = resolveRow(row, Variant::given);
      if (!equation)
        return equation.takeError();
      if (countOperations(*equation) < suite.table.leastOperations)
        continue;
    }
    for (Variant variant : suite.table.variants)
      chosen.emplace_back(row, variant);
  }
  return chosen;
}
