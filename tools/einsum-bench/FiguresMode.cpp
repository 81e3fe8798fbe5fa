//===- FiguresMode.cpp - The table of figures -----------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FiguresMode.h"

#include "CallCost.h"
#include "einsumc/Benchmark/Suites.h"
#include "llvm/ADT/StringExtras.h"

using namespace einsumc;
using namespace einsumc::bench;

/// What no table measures.
static constexpr llvm::StringLiteral kCosts[] = {"call", "compile", "memory"};

std::string bench::suiteNames() {
  llvm::SmallVector<llvm::StringRef> names;
  for (const Suite &suite : allSuites())
    names.push_back(suite.name);
  llvm::append_range(names, kCosts);
  return llvm::join(names, ", ");
}

/// All rows of a table that are of one type.
static llvm::Expected<std::vector<Row>> rowsOf(const llvm::Twine &path,
                                               ElementType type) {
  auto rows = readTable(path.str());
  if (!rows)
    return rows.takeError();
  llvm::erase_if(*rows, [&](const Row &row) { return row.element != type; });
  return rows;
}

/// Compile time and scratch memory, of equations that are not run.
static llvm::Error runCompilation(Session &session, llvm::StringRef folder,
                                  bool compile, bool memory) {
  auto rows = rowsOf(folder + "/transformer.tsv", ElementType::f32);
  if (!rows)
    return rows.takeError();
  auto measure = [&](llvm::ArrayRef<Row> rows) {
    auto costs = measureCompilation(
        rows, session.getOptions().run.compile, session.getCanary(),
        [&](size_t done) { showProgress(done, rows.size(), "compiling"); });
    showProgress(1, 1, "");
    return costs;
  };
  auto costs = measure(*rows);
  if (!costs)
    return costs.takeError();
  if (compile)
    session.add(compileFigure(*costs));
  if (!memory)
    return llvm::Error::success();
  for (llvm::StringRef table : {"tccg.tsv", "letters.tsv", "types.tsv"}) {
    auto more = readTable((folder + "/" + table).str());
    if (!more)
      return more.takeError();
    auto moreCosts = measure(*more);
    if (!moreCosts)
      return moreCosts.takeError();
    llvm::append_range(*costs, *moreCosts);
  }
  session.add(memoryFigure(*costs));
  return llvm::Error::success();
}

llvm::Error bench::runFigures(const SessionOptions &options,
                              llvm::ArrayRef<std::string> names,
                              llvm::StringRef folder) {
  for (const std::string &name : names)
    if (!findSuite(name) && !llvm::is_contained(kCosts, name))
      return llvm::createStringError("--suite: expected one of " +
                                     suiteNames() + " but found '" + name +
                                     "'");
  auto wanted = [&](llvm::StringRef name) {
    return names.empty() || llvm::is_contained(names, name);
  };
  // What is wrong with a table is told before anything is measured.
  std::vector<std::pair<const Suite *, std::vector<std::pair<Row, Variant>>>>
      chosen;
  for (const Suite &suite : allSuites()) {
    if (!wanted(suite.name))
      continue;
    auto rows = suiteRows(suite, folder);
    if (!rows)
      return rows.takeError();
    chosen.emplace_back(&suite, std::move(*rows));
  }
  auto created = Session::create(options);
  if (!created)
    return created.takeError();
  Session &session = **created;
  // Compile time first: nothing has been compiled in this process yet.
  if (wanted("compile") || wanted("memory"))
    if (llvm::Error error = runCompilation(session, folder, wanted("compile"),
                                           wanted("memory")))
      return error;
  if (wanted("call"))
    session.add(callFigure(measureCall(session.getCanary())));
  for (const auto &[suite, rows] : chosen) {
    llvm::outs() << "\n" << suite->name << ": " << suite->what << "\n";
    auto results = session.measure(rows, suite->threads);
    if (!results)
      return results.takeError();
    for (Figure &figure : suite->figures(*results))
      session.add(std::move(figure));
  }
  llvm::outs() << "\n";
  printFigures(llvm::outs(), session.getFigures());
  return session.writeFiles();
}
