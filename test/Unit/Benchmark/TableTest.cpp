//===- TableTest.cpp -----------------------------------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Benchmark/Table.h"
#include "llvm/Support/FileSystem.h"
#include "gtest/gtest.h"
#include <set>

using namespace einsumc;
using namespace einsumc::bench;

static const std::string kHeader = "name\tequation\textents\ttypes\ttier\n";

static std::vector<Row> parse(const std::string &rows) {
  return llvm::cantFail(parseTable(kHeader + rows, "t.tsv"));
}

static std::string failure(const std::string &text) {
  auto rows = parseTable(text, "t.tsv");
  return rows ? "no error" : llvm::toString(rows.takeError());
}

TEST(Table, ARowOfEachType) {
  std::vector<Row> rows =
      parse("p\tij,jk->ik\ti=2,j=3,k=4\tf32,i8:i32\tquick\n");
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].typeName(), "f32");
  EXPECT_EQ(rows[1].typeName(), "i8:i32");
  EXPECT_EQ(rows[1].name, "p");
  EXPECT_EQ(rows[1].tier, "quick");
  EXPECT_EQ(rows[1].extentsText(), "i=2,j=3,k=4");
  EXPECT_EQ(rows[1].line, 2u);
}

TEST(Table, RowsOfSeveralEquationsAreLeftOut) {
  unsigned skipped = 0;
  auto rows = llvm::cantFail(
      parseTable(kHeader + "a\tij,jk->ik;softmax\ti=2,j=3,k=4\tf32\tquick\n"
                           "\n# a comment\n"
                           "b\ti->\ti=2\tf32\tquick\r\n",
                 "t.tsv", &skipped));
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].name, "b");
  EXPECT_EQ(rows[0].line, 5u);
  EXPECT_EQ(skipped, 1u);
}

TEST(Table, ErrorsNameTheLine) {
  EXPECT_EQ(failure(""), "t.tsv: expected a line that names the columns");
  EXPECT_EQ(failure("name\tequation\n"),
            "t.tsv:1: expected a column 'extents'");
  EXPECT_EQ(failure("name\tname\n"),
            "t.tsv:1: column 'name' stands there twice");
  EXPECT_EQ(failure(kHeader + "a\ti->\n"),
            "t.tsv:2: expected 5 fields but found 2");
  EXPECT_EQ(failure(kHeader + "\na\ti->\ti=x\tf32\t\n"),
            "t.tsv:3: expected LABEL=EXTENT but found 'i=x'");
  EXPECT_EQ(failure(kHeader + "a\ti->\ti=1,i=2\tf32\t\n"),
            "t.tsv:2: label 'i' has two extents");
  EXPECT_EQ(failure(kHeader + "a\ti->\ti=2\tf33\t\n"),
            "t.tsv:2: unknown element type 'f33'");
  EXPECT_EQ(failure(kHeader + "a\ti->\ti=2\ti8:i33\t\n"),
            "t.tsv:2: unknown element type 'i33'");
  EXPECT_EQ(failure(kHeader + "a\tij->\ti=2\tf32\t\n"),
            "t.tsv:2: label 'j' has no extent");
  EXPECT_EQ(failure(kHeader + "\tij->\ti=2\tf32\t\n"),
            "t.tsv:2: expected a name");
  EXPECT_EQ(failure(kHeader + "a\t...i->\ti=2\tf32\t\n"),
            "t.tsv:2: '...' has no extents in a table");
  // What the equation's own diagnostics say, caret and all.
  EXPECT_EQ(failure(kHeader + "a\ti->j\ti=2\tf32\t\n").rfind("t.tsv:2: ", 0),
            0u);
  EXPECT_NE(failure(kHeader + "a\ti->j\ti=2\tf32\t\n").find("'j'"),
            std::string::npos);
}

TEST(Table, Variants) {
  Row row = parse("p\tij,jk->ik\ti=2,j=3,k=40\tf32\tquick\n").front();
  auto minusOne = llvm::cantFail(resolveRow(row, Variant::minusOne));
  EXPECT_EQ(minusOne.operands[0].str(), "2x2xf32");
  EXPECT_EQ(minusOne.operands[1].str(), "2x39xf32");
  auto padded = llvm::cantFail(resolveRow(row, Variant::padded));
  EXPECT_EQ(padded.operands[1].str(), "3x40xf32,strided<[48,1]>");
  EXPECT_EQ(padded.result.str(), "2x40xf32,strided<[48,1]>");
  EXPECT_EQ(parseVariant("padded"), Variant::padded);
  EXPECT_EQ(parseVariant("given"), Variant::given);
  EXPECT_FALSE(parseVariant("none"));
}

static ResolvedEquation equation(const std::string &fields) {
  return llvm::cantFail(
      resolveRow(parse("p\t" + fields + "\t\n").front(), Variant::given));
}

TEST(Table, ClassesOfLabels) {
  ContractionDims dims =
      contractionDims(equation("bik,bkj->bij\tb=2,i=3,j=5,k=7\tf32"));
  EXPECT_EQ(dims.batch, 2);
  EXPECT_EQ(dims.m, 3);
  EXPECT_EQ(dims.n, 5);
  EXPECT_EQ(dims.k, 7);
  dims = contractionDims(equation("ij->i\ti=3,j=5\tf32"));
  EXPECT_EQ(dims.batch, 3);
  EXPECT_EQ(dims.k, 5);
}

TEST(Table, Operations) {
  EXPECT_EQ(countOperations(equation("ik,kj->ij\ti=3,j=5,k=7\tf32")), 210);
  EXPECT_EQ(countOperations(equation("ik,kj->ij\ti=3,j=5,k=7\tc64")), 840);
  EXPECT_EQ(countOperations(equation("i,j->ij\ti=3,j=5\tf32")), 15);
  EXPECT_EQ(countOperations(equation("ij->i\ti=3,j=5\tf32")), 0);
  EXPECT_EQ(countBytes(equation("ik,kj->ij\ti=3,j=5,k=7\ti8:i32")),
            21 + 35 + 4 * 15);
}

TEST(Table, EveryTableOfTheProjectReads) {
  std::error_code code;
  unsigned tables = 0;
  for (llvm::sys::fs::directory_iterator
           file(EINSUMC_TEST_DIR "/Benchmarks", code),
       end;
       file != end && !code; file.increment(code)) {
    if (!llvm::StringRef(file->path()).ends_with(".tsv"))
      continue;
    ++tables;
    auto rows = readTable(file->path());
    ASSERT_TRUE(bool(rows)) << llvm::toString(rows.takeError());
    EXPECT_FALSE(rows->empty()) << file->path();
    std::set<std::string> names;
    for (const Row &row : *rows) {
      EXPECT_TRUE(
          names.insert(row.name + " " + row.typeName() + " " + row.tier).second)
          << file->path() << ": " << row.name;
      for (Variant variant : {Variant::minusOne, Variant::padded}) {
        auto resolved = resolveRow(row, variant);
        EXPECT_TRUE(bool(resolved)) << llvm::toString(resolved.takeError());
      }
    }
  }
  EXPECT_GE(tables, 9u);
}
