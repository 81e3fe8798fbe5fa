//===- Json.cpp - A run's results for programs ----------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Benchmark/Json.h"

#include <cmath>

using namespace llvm;
using namespace einsumc;
using namespace einsumc::bench;

/// JSON has no infinities.
static json::Value number(double value) {
  return std::isfinite(value) ? json::Value(value) : json::Value(nullptr);
}

json::Object bench::machineJson(StringRef cpu,
                                ArrayRef<BandwidthLevel> bandwidth,
                                const PeerList &peers) {
  json::Array levels, present, missing;
  for (const BandwidthLevel &level : bandwidth)
    levels.push_back(
        json::Object{{"name", level.name},
                     {"bytes", number(level.capacity)},
                     {"copyBytesPerSecond", level.bytesPerSecond}});
  for (const auto &peer : peers.peers)
    present.push_back(
        json::Object{{"name", peer->name()}, {"version", peer->version()}});
  for (const auto &[name, reason] : peers.missing)
    missing.push_back(json::Object{{"name", name}, {"reason", reason}});
  return json::Object{{"cpu", cpu.str()},
                      {"levels", std::move(levels)},
                      {"peers", std::move(present)},
                      {"missingPeers", std::move(missing)}};
}

static json::Object samplesJson(const Samples &samples) {
  return json::Object{{"seconds", samples.seconds},
                      {"clean", samples.clean},
                      {"taken", samples.taken},
                      {"repeats", samples.repeats}};
}

json::Object bench::rowJson(const RowResult &result) {
  json::Object row{{"name", result.row.name},
                   {"group", result.row.group},
                   {"equation", result.row.equation},
                   {"extents", result.row.extentsText()},
                   {"type", result.row.typeName()},
                   {"tier", result.row.tier},
                   {"variant", variantName(result.variant)},
                   {"operations", result.operations},
                   {"bytes", result.bytes},
                   {"batch", result.dims.batch},
                   {"m", result.dims.m},
                   {"n", result.dims.n},
                   {"k", result.dims.k}};
  if (!result.error.empty()) {
    row["error"] = result.error;
    return row;
  }
  row["own"] = samplesJson(result.own);
  row["compileSeconds"] = result.compileSeconds;
  row["scratchBytes"] = result.scratchBytes;
  row["checkedElements"] = result.check.elements;
  row["checkedAll"] = result.check.all;
  row["peak"] = result.peak;
  row["bandwidth"] = result.bandwidth;
  row["rooflineShare"] = number(result.rooflineShare());
  if (result.threads > 1) {
    row["threads"] = result.threads;
    row["threaded"] = samplesJson(result.threaded);
    row["peakSpeedUp"] = result.peakSpeedUp;
  }
  json::Array peers;
  for (const PeerResult &peer : result.peers) {
    json::Object object = peer.error.empty()
                              ? samplesJson(peer.samples)
                              : json::Object{{"error", peer.error}};
    object["name"] = peer.name;
    object["kind"] = peerKindName(peer.kind);
    object["description"] = peer.description;
    peers.push_back(std::move(object));
  }
  row["peers"] = std::move(peers);
  return row;
}

json::Object bench::figureJson(const Figure &figure) {
  json::Array quantities, shortfalls;
  for (const Quantity &quantity : figure.quantities) {
    json::Object object{{"name", quantity.name},
                        {"unit", quantity.unit},
                        {"value", number(quantity.value)},
                        {"floor", number(quantity.bar.floor)},
                        {"aim", number(quantity.bar.aim)}};
    if (quantity.isHeld())
      object["standing"] = standingName(judge(quantity.value, quantity.bar));
    quantities.push_back(std::move(object));
  }
  for (const std::string &shortfall : figure.shortfalls)
    shortfalls.push_back(shortfall);
  json::Object object{{"work", figure.work},
                      {"standing", standingName(figure.standing())},
                      {"quantities", std::move(quantities)},
                      {"shortfalls", std::move(shortfalls)},
                      {"disturbed", figure.disturbed}};
  if (!figure.reason.empty())
    object["reason"] = figure.reason;
  return object;
}
