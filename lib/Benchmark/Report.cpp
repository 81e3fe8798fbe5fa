//===- Report.cpp - What is printed of a run ------------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Benchmark/Report.h"

#include "einsumc/Benchmark/Statistics.h"
#include "einsumc/TargetInfo/CpuInfo.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"
#include <cmath>

using namespace llvm;
using namespace einsumc;
using namespace einsumc::bench;

static constexpr PeerKind kKinds[] = {PeerKind::gemm, PeerKind::equation,
                                      PeerKind::primitive};

static std::string kibibytes(double bytes) {
  if (bytes >= double(1 << 20))
    return formatv("{0} MiB", int64_t(bytes) >> 20);
  return formatv("{0} KiB", int64_t(bytes) >> 10);
}

void bench::printMachine(raw_ostream &os, StringRef cpu, unsigned core,
                         ArrayRef<BandwidthLevel> bandwidth,
                         const PeerList &peers) {
  os << "cpu: " << cpu << "; on core " << core << "\n";
  os << "copy bandwidth, read and written bytes, in GB/s:";
  for (const BandwidthLevel &level : bandwidth) {
    os << " " << level.name;
    if (std::isfinite(level.capacity))
      os << " (" << kibibytes(level.capacity) << ")";
    os << formatv(" {0:f1}{1}", level.bytesPerSecond * 1e-9,
                  std::isfinite(level.capacity) ? "," : "\n");
  }
  auto peak = [](ElementType operand, ElementType accumulate) {
    return measurePeak(operand, accumulate, 20) * 1e-9;
  };
  os << "peak in GOP/s:"
     << formatv(" f32 {0:f1}, f64 {1:f1}, bf16 {2:f1}, i8 {3:f1}\n",
                peak(ElementType::f32, ElementType::f32),
                peak(ElementType::f64, ElementType::f64),
                peak(ElementType::bf16, ElementType::f32),
                peak(ElementType::i8, ElementType::i32));
  os << "peers:";
  for (const auto &peer : peers.peers)
    os << " " << peer->name() << " " << peer->version() << ";";
  os << (peers.peers.empty() ? " none\n" : "\n");
  for (const auto &[name, reason] : peers.missing)
    os << "  without " << name << ": " << reason << "\n";
}

void bench::printHeader(raw_ostream &os) {
  os << formatv("{0,-46} {1,-26} {2,-8} {3,-20} {4,10} {5,14} {6,6} {7,-22} "
                "{8,-22} {9,-22} {10,-7} {11}\n",
                "name", "equation", "type", "batch x M x N x K", "time", "rate",
                "roof", "to best gemm", "to best equation", "to best primitive",
                "clean", "peers");
  os.flush();
}

static std::string timeText(double seconds) {
  if (seconds < 1e-6)
    return formatv("{0:f1} ns", seconds * 1e9);
  if (seconds < 1e-3)
    return formatv("{0:f2} us", seconds * 1e6);
  return formatv("{0:f3} ms", seconds * 1e3);
}

/// In operations a second, or bytes where there are none.
static std::string rateText(const RowResult &result, double seconds,
                            bool unit) {
  bool bytes = result.operations == 0;
  double amount = bytes ? result.bytes : result.operations;
  return formatv("{0:f1}{1}", amount / seconds * 1e-9,
                 !unit   ? ""
                 : bytes ? " GB/s"
                         : " GFLOP/s");
}

/// Nothing is said where the type's peak is unknown.
static std::string rooflineText(const RowResult &result) {
  if (result.operations > 0 && result.peak == 0)
    return "-";
  return formatv("{0:f1}%", 100 * result.rooflineShare());
}

static std::string ratioText(const RowResult &result, PeerKind kind) {
  const PeerResult *best = result.best(kind);
  if (!best)
    return "-";
  return formatv("{0:f2} {1}", result.ratio(kind), best->name);
}

static std::string dimsText(const ContractionDims &dims) {
  return formatv("{0}x{1}x{2}x{3}", int64_t(dims.batch), int64_t(dims.m),
                 int64_t(dims.n), int64_t(dims.k));
}

static void printPeers(raw_ostream &os, const RowResult &result) {
  for (PeerKind kind : kKinds) {
    StringRef separator = ": ";
    for (const PeerResult &peer : result.peers) {
      if (peer.kind != kind)
        continue;
      if (separator == ": ")
        os << " " << peerKindName(kind);
      os << separator << peer.name << " ";
      if (peer.error.empty())
        os << rateText(result, peer.samples.seconds, false);
      else
        os << "(" << peer.error << ")";
      if (peer.error.empty() && peer.samples.isDisturbed())
        os << "~";
      separator = ", ";
    }
    if (separator == ", ")
      os << ";";
  }
}

void bench::printRow(raw_ostream &os, const RowResult &result) {
  os << formatv("{0,-46} {1,-26} {2,-8} {3,-20} ", result.row.name,
                result.row.equation, result.row.typeName(),
                dimsText(result.dims));
  if (!result.error.empty()) {
    os << "error: " << result.error << "\n";
    os.flush();
    return;
  }
  os << formatv("{0,10} {1,14} {2,6} {3,-22} {4,-22} {5,-22} {6,-7}",
                timeText(result.own.seconds),
                rateText(result, result.own.seconds, true),
                rooflineText(result), ratioText(result, PeerKind::gemm),
                ratioText(result, PeerKind::equation),
                ratioText(result, PeerKind::primitive),
                formatv("{0}/{1}", result.own.clean, result.own.taken).str());
  if (result.threads > 1)
    os << formatv(" {0} threads: {1:f2} times as fast, peak loop {2:f2};",
                  result.threads, result.speedUp(), result.peakSpeedUp);
  printPeers(os, result);
  os << "\n";
  os.flush();
}

static void printMeanAndMinimum(raw_ostream &os, StringRef what,
                                ArrayRef<RowResult> results,
                                function_ref<double(const RowResult &)> value,
                                double scale, StringRef unit) {
  SmallVector<double> values;
  const RowResult *worst = nullptr;
  for (const RowResult &result : results) {
    double ratio = result.error.empty() ? value(result) : 0;
    if (ratio <= 0)
      continue;
    values.push_back(ratio);
    if (!worst || ratio < value(*worst))
      worst = &result;
  }
  if (values.empty())
    return;
  os << formatv("{0}: geometric mean {1:f3}{2}, minimum {3:f3}{2} ({4}), "
                "{5} rows\n",
                what, scale * geometricMean(values), unit,
                scale * value(*worst), worst->row.name, values.size());
}

void bench::printSummary(raw_ostream &os, ArrayRef<RowResult> results) {
  printMeanAndMinimum(
      os, "roofline", results,
      [](const RowResult &result) { return result.rooflineShare(); }, 100, "%");
  for (PeerKind kind : kKinds)
    printMeanAndMinimum(
        os, ("against the best peer, " + peerKindName(kind)).str(), results,
        [&](const RowResult &result) { return result.ratio(kind); }, 1, "");
  printMeanAndMinimum(
      os, "against the best peer of any kind", results,
      [&](const RowResult &result) { return result.ratio(kKinds); }, 1, "");
  unsigned clean = 0, taken = 0, failed = 0;
  for (const RowResult &result : results) {
    failed += !result.error.empty();
    clean += result.own.clean;
    taken += result.own.taken;
    for (const PeerResult &peer : result.peers) {
      clean += peer.samples.clean;
      taken += peer.samples.taken;
    }
  }
  os << clean << " of " << taken << " samples were clean\n";
  if (failed)
    os << failed << " rows failed\n";
}
