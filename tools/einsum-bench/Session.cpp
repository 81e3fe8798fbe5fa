//===- Session.cpp - What modes of einsum-bench share ---------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Session.h"

#include "common/OutputFiles.h"
#include "common/ToolOptions.h"
#include "einsumc/Benchmark/Json.h"
#include "einsumc/Benchmark/Report.h"
#include "einsumc/Benchmark/RooflinePlot.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Process.h"

using namespace einsumc;
using namespace einsumc::bench;

void bench::showProgress(size_t done, size_t total, llvm::StringRef name) {
  if (!llvm::sys::Process::StandardErrIsDisplayed())
    return;
  constexpr size_t kWidth = 30;
  size_t filled = done * kWidth / total;
  llvm::errs() << "\r\033[K";
  if (done < total)
    llvm::errs() << "[" << std::string(filled, '#')
                 << std::string(kWidth - filled, '.') << "] " << done << "/"
                 << total << " " << name;
}

static llvm::Expected<PeerList> loadPeers(const SessionOptions &options) {
  if (options.peers == "none")
    return PeerList();
  PeerOptions peerOptions = options.peerOptions;
  llvm::SmallVector<llvm::StringRef> names;
  llvm::StringRef(options.peers).split(names, ',', -1, /*KeepEmpty=*/false);
  for (llvm::StringRef name : names)
    peerOptions.only.push_back(name.trim().str());
  PeerList list = findPeers(peerOptions);
  // A name that nobody answers to is a mistake; a library that is not
  // installed here is not.
  for (const std::string &name : peerOptions.only)
    if (llvm::none_of(list.peers,
                      [&](const auto &peer) { return peer->name() == name; }) &&
        llvm::none_of(list.missing,
                      [&](const auto &peer) { return peer.first == name; }))
      return llvm::createStringError("--peers: unknown peer '" + name + "'");
  return list;
}

llvm::Expected<std::unique_ptr<Session>>
Session::create(const SessionOptions &options) {
  std::unique_ptr<Session> session(new Session(options));
  // Before anything is started that shall stay on the core, too.
  auto pin = CorePin::create();
  if (!pin)
    return pin.takeError();
  session->pin = std::move(*pin);
  auto list = loadPeers(options);
  if (!list)
    return list.takeError();
  session->peers = std::move(*list);
  session->bandwidth = measureCopyBandwidth();
  printMachine(llvm::outs(), tools::describeCpu(), session->pin->getCore(),
               session->bandwidth, session->peers);
  return session;
}

llvm::Expected<std::vector<RowResult>>
Session::measure(llvm::ArrayRef<std::pair<Row, Variant>> rows,
                 unsigned threads) {
  if (threads > 1) {
    pin.reset();
  } else if (!pin) {
    auto again = CorePin::create();
    if (!again)
      return again.takeError();
    pin = std::move(*again);
  }
  printHeader(llvm::outs());
  RunContext context{compiler, bandwidth, peers.peers, canary};
  RunOptions run = options.run;
  run.threads = threads;
  std::vector<RowResult> measured;
  for (const auto &[row, variant] : rows) {
    showProgress(measured.size(), rows.size(), row.name);
    run.variant = variant;
    measured.push_back(runRow(row, run, context));
    // The line takes the bar's place.
    showProgress(1, 1, "");
    printRow(llvm::outs(), measured.back());
  }
  printSummary(llvm::outs(), measured);
  llvm::append_range(results, measured);
  return measured;
}

void Session::add(Figure figure) { figures.push_back(std::move(figure)); }

llvm::Error Session::writeFiles() const {
  std::string json, svg;
  std::vector<tools::OutputFile> files;
  if (!options.json.empty()) {
    llvm::json::Array rows, list;
    for (const RowResult &result : results)
      rows.push_back(rowJson(result));
    for (const Figure &figure : figures)
      list.push_back(figureJson(figure));
    llvm::json::Object document{
        {"machine", machineJson(tools::describeCpu(), bandwidth, peers)},
        {"rows", std::move(rows)},
        {"figures", std::move(list)}};
    llvm::raw_string_ostream os(json);
    os << llvm::formatv("{0:2}\n", llvm::json::Value(std::move(document)));
    files.push_back({options.json, json});
  }
  if (!options.svg.empty()) {
    svg = rooflinePlot(results, bandwidth, tools::describeCpu());
    files.push_back({options.svg, svg});
  }
  return files.empty() ? llvm::Error::success()
                       : tools::writeOutputFiles(files);
}
