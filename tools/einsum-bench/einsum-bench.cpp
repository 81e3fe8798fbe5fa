//===- einsum-bench.cpp - How fast kernels are, beside other libraries ----===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Runs tables of equations, prints a line a row and a summary.
//
//===----------------------------------------------------------------------===//

#include "common/ToolOptions.h"
#include "einsumc/Benchmark/Report.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/Regex.h"

using namespace einsumc;
using namespace einsumc::bench;
namespace cl = llvm::cl;

static cl::OptionCategory category("einsum-bench options");
static cl::list<std::string> tables(cl::Positional, cl::desc("TABLE.tsv..."),
                                    cl::cat(category));
static cl::opt<std::string>
    filter("filter", cl::desc("Only rows whose \"NAME EQUATION TYPE\" matches"),
           cl::value_desc("REGEX"), cl::cat(category));
static cl::opt<unsigned> rows("rows", cl::desc("Only the first N rows"),
                              cl::value_desc("N"), cl::cat(category));
static cl::opt<std::string>
    tier("tier", cl::desc("Only rows of this tier (default: quick), or all"),
         cl::value_desc("TIER"), cl::init("quick"), cl::cat(category));
static cl::list<std::string>
    types("types", cl::desc("Only these element types: f32,bf16,i8:i32"),
          cl::value_desc("LIST"), cl::CommaSeparated, cl::cat(category));
static cl::opt<std::string>
    peerNames("peers",
              cl::desc("Libraries to compare with: openblas,numpy; none "
                       "(default: all that are found)"),
              cl::value_desc("LIST"), cl::cat(category));
static cl::opt<std::string>
    variantText("variant",
                cl::desc("Sizes and strides: given, minus-one or padded"),
                cl::value_desc("NAME"), cl::init("given"), cl::cat(category));
static cl::opt<unsigned> repeat("repeat",
                                cl::desc("Clean samples to take (default: 7)"),
                                cl::value_desc("N"), cl::init(7),
                                cl::cat(category));
static cl::opt<uint64_t> seed("seed", cl::desc("Seed of random operands"),
                              cl::value_desc("N"), cl::init(1),
                              cl::cat(category));
static tools::TargetOptions targetOptions(category);

static constexpr llvm::StringLiteral kEpilog = R"(EXAMPLES:
  einsum-bench test/Benchmarks/transformer.tsv --types f32
  einsum-bench test/Benchmarks/tccg.tsv --filter 'ccsd' --variant padded
  einsum-bench test/Benchmarks/tiny.tsv --peers none --repeat 15

EXIT CODES:
  0 done
  1 wrong arguments, a wrong table, or a row that failed
)";

static bool isWanted(const Row &row, const std::optional<llvm::Regex> &regex) {
  if (tier != "all" && !row.tier.empty() && row.tier != tier)
    return false;
  if (!types.empty() && !llvm::is_contained(types, row.typeName()))
    return false;
  return !regex ||
         regex->match(row.name + " " + row.equation + " " + row.typeName());
}

static llvm::Expected<std::vector<Row>> readRows() {
  if (tables.empty())
    return llvm::createStringError("expected a table, as in einsum-bench "
                                   "test/Benchmarks/transformer.tsv");
  std::optional<llvm::Regex> regex;
  std::string message;
  if (!filter.empty() && !regex.emplace(filter).isValid(message))
    return llvm::createStringError("--filter: " + message);
  std::vector<Row> wanted;
  for (const std::string &path : tables) {
    auto read = readTable(path);
    if (!read)
      return read.takeError();
    for (Row &row : *read)
      if (isWanted(row, regex) && (!rows || wanted.size() < rows))
        wanted.push_back(std::move(row));
  }
  if (wanted.empty())
    return llvm::createStringError("no row is left to measure");
  return wanted;
}

static void showProgress(size_t done, size_t total, llvm::StringRef name) {
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

static llvm::Expected<PeerList> loadPeers() {
  if (peerNames == "none")
    return PeerList();
#ifdef EINSUMC_BENCHMARK_PEERS
  PeerOptions options;
  llvm::SmallVector<llvm::StringRef> names;
  llvm::StringRef(peerNames).split(names, ',', -1, /*KeepEmpty=*/false);
  for (llvm::StringRef name : names)
    options.only.push_back(name.str());
  return findPeers(options);
#else
  return PeerList();
#endif
}

static llvm::Error runTables() {
  if (llvm::Error error = targetOptions.check())
    return error;
  std::optional<Variant> variant = parseVariant(variantText);
  if (!variant)
    return llvm::createStringError("--variant: expected given, minus-one or "
                                   "padded but found '" +
                                   variantText + "'");
  if (repeat == 0)
    return llvm::createStringError("--repeat: expected at least 1");
  auto wanted = readRows();
  if (!wanted)
    return wanted.takeError();
  auto core = pinToOneCore();
  if (!core)
    return core.takeError();
  auto peers = loadPeers();
  if (!peers)
    return peers.takeError();

  std::vector<BandwidthLevel> bandwidth = measureCopyBandwidth();
  printMachine(llvm::outs(), tools::describeCpu(), *core, bandwidth, *peers);
  printHeader(llvm::outs());
  RunOptions options;
  options.variant = *variant;
  options.seed = seed;
  options.sampling.rounds = repeat;
  options.compile = targetOptions.compileOptions();
  Compiler compiler;
  CanaryRecord canary;
  RunContext context{compiler, bandwidth, peers->peers, canary};
  std::vector<RowResult> results;
  for (const Row &row : *wanted) {
    showProgress(results.size(), wanted->size(), row.name);
    results.push_back(runRow(row, options, context));
    if (llvm::sys::Process::StandardErrIsDisplayed())
      llvm::errs() << "\r\033[K";
    printRow(llvm::outs(), results.back());
  }
  printSummary(llvm::outs(), results);
  size_t failed = llvm::count_if(
      results, [](const RowResult &result) { return !result.error.empty(); });
  if (failed)
    return llvm::createStringError(llvm::Twine(failed) + " of " +
                                   llvm::Twine(results.size()) +
                                   " rows failed");
  return llvm::Error::success();
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  tools::parseCommandLine(argc, argv, category,
                          "measures einsum kernels beside other libraries\n",
                          kEpilog);
  if (llvm::Error error = runTables())
    return tools::fail(std::move(error));
  return 0;
}
