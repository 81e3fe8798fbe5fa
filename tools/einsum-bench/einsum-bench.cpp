//===- einsum-bench.cpp - How fast kernels are, beside other libraries ----===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Runs tables of equations, or all that is promised, and prints a line a row
// and a summary.
//
//===----------------------------------------------------------------------===//

#include "FiguresMode.h"
#include "common/ToolOptions.h"
#include "einsumc/TargetInfo/CpuInfo.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/Regex.h"

using namespace einsumc;
using namespace einsumc::bench;
namespace cl = llvm::cl;

static cl::OptionCategory category("einsum-bench options");
static cl::list<std::string> tables(cl::Positional, cl::desc("TABLE.tsv..."),
                                    cl::cat(category));
static cl::opt<bool>
    figures("figures",
            cl::desc("Measure all that is promised and print it with floors "
                     "and aims, instead of tables"),
            cl::cat(category));
static cl::list<std::string>
    suites("suite", cl::desc("Only these parts of --figures, which is implied"),
           cl::value_desc("NAMES"), cl::CommaSeparated, cl::cat(category));
static cl::opt<std::string> folder("tables",
                                   cl::desc("Where --figures finds its tables"),
                                   cl::value_desc("FOLDER"),
                                   cl::init(EINSUMC_BENCHMARK_TABLES),
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
              cl::desc("Libraries to compare with: openblas,numpy; or none "
                       "(default: all that are found)"),
              cl::value_desc("LIST"), cl::cat(category));
static cl::list<std::string>
    peerPaths("peer-path",
              cl::desc("Look for libraries here first; may be repeated"),
              cl::value_desc("FOLDER"), cl::cat(category));
static cl::opt<std::string>
    python("python", cl::desc("Interpreter that has numpy, torch and jax"),
           cl::value_desc("PROGRAM"), cl::init("python3"), cl::cat(category));
static cl::opt<std::string>
    variantText("variant",
                cl::desc("Sizes and strides: given, minus-one or padded"),
                cl::value_desc("NAME"), cl::init("given"), cl::cat(category));
static cl::opt<unsigned>
    repeat("repeat",
           cl::desc("Clean samples to take (default: 7, of "
                    "--figures 5)"),
           cl::value_desc("N"), cl::init(7), cl::cat(category));
static cl::opt<uint64_t> seed("seed", cl::desc("Seed of random operands"),
                              cl::value_desc("N"), cl::init(1),
                              cl::cat(category));
static cl::opt<std::string> json("json", cl::desc("File for all results"),
                                 cl::value_desc("FILE"), cl::cat(category));
static cl::opt<std::string> svg("svg", cl::desc("File for a roofline plot"),
                                cl::value_desc("FILE"), cl::cat(category));
static tools::TargetOptions targetOptions(category);

static constexpr llvm::StringLiteral kEpilog = R"(EXAMPLES:
  einsum-bench test/Benchmarks/transformer.tsv --types f32
  einsum-bench test/Benchmarks/tccg.tsv --filter ccsd --variant padded
  einsum-bench test/Benchmarks/tiny.tsv --peers none --repeat 15 --json tiny.json
  einsum-bench --figures --svg roofline.svg
  einsum-bench --suite vector,transpose

EXIT CODES:
  0 done, whatever the figures are
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

static llvm::Expected<std::vector<std::pair<Row, Variant>>> readRows() {
  if (tables.empty())
    return llvm::createStringError("expected a table, as in einsum-bench "
                                   "test/Benchmarks/transformer.tsv, or "
                                   "--figures");
  std::optional<Variant> variant = parseVariant(variantText);
  if (!variant)
    return llvm::createStringError("--variant: expected given, minus-one or "
                                   "padded but found '" +
                                   variantText + "'");
  std::optional<llvm::Regex> regex;
  std::string message;
  if (!filter.empty() && !regex.emplace(filter).isValid(message))
    return llvm::createStringError("--filter: " + message);
  std::vector<std::pair<Row, Variant>> wanted;
  for (const std::string &path : tables) {
    auto read = readTable(path);
    if (!read)
      return read.takeError();
    for (Row &row : *read)
      if (isWanted(row, regex) && (!rows || wanted.size() < rows))
        wanted.emplace_back(std::move(row), *variant);
  }
  if (wanted.empty())
    return llvm::createStringError("no row is left to measure");
  return wanted;
}

static llvm::Expected<SessionOptions> sessionOptions() {
  if (llvm::Error error = targetOptions.check())
    return std::move(error);
  if (repeat == 0)
    return llvm::createStringError("--repeat: expected at least 1");
  // A name that is unknown is one error, and not one a row.
  if (auto cpu = lookupCpu(targetOptions.cpu); !cpu)
    return cpu.takeError();
  SessionOptions options;
  options.run.seed = seed;
  // Beside one thread, not in its place.
  int64_t threads = targetOptions.numThreads();
  options.run.threads = unsigned(threads);
  options.run.sampling.rounds = repeat;
  options.run.compile = targetOptions.compileOptions();
  options.run.compile.threads = 1;
  options.peers = peerNames;
  options.peerOptions.python = python;
  options.peerOptions.libraryPaths = peerPaths;
  options.peerOptions.threads = int(threads);
  options.json = json;
  options.svg = svg;
  return options;
}

static llvm::Error runTables(const SessionOptions &options) {
  auto wanted = readRows();
  if (!wanted)
    return wanted.takeError();
  auto session = Session::create(options);
  if (!session)
    return session.takeError();
  auto results = (*session)->measure(*wanted, options.run.threads);
  if (!results)
    return results.takeError();
  if (llvm::Error error = (*session)->writeFiles())
    return error;
  size_t failed = llvm::count_if(
      *results, [](const RowResult &result) { return !result.error.empty(); });
  if (failed)
    return llvm::createStringError(llvm::Twine(failed) + " of " +
                                   llvm::Twine(results->size()) +
                                   " rows failed");
  return llvm::Error::success();
}

static llvm::Error runAll() {
  auto options = sessionOptions();
  if (!options)
    return options.takeError();
  if (!figures && suites.empty())
    return runTables(*options);
  if (!repeat.getNumOccurrences())
    options->run.sampling.rounds = 5;
  if (!tables.empty())
    return llvm::createStringError(
        "--figures and --suite measure tables of their own: --tables says "
        "where those are");
  return runFigures(*options, suites, folder);
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  tools::parseCommandLine(argc, argv, category,
                          "measures einsum kernels beside other libraries\n",
                          kEpilog);
  if (llvm::Error error = runAll())
    return tools::fail(std::move(error));
  return 0;
}
