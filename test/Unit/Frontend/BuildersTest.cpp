//===- BuildersTest.cpp - Keras' and the notebooks' equations -------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Frontend/Builders.h"
#include "Tables.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Regex.h"
#include "gtest/gtest.h"

using namespace einsumc;
using namespace einsumc::test;

namespace {

std::string match(const std::string &text, const char *pattern) {
  llvm::SmallVector<llvm::StringRef> groups;
  return llvm::Regex(pattern).match(text, &groups) ? groups[1].str() : "";
}

int64_t number(const std::string &text, const std::string &name) {
  int64_t value = -1;
  (void)llvm::StringRef(match(text, (name + "=([0-9]+)").c_str()))
      .getAsInteger(10, value);
  return value;
}

TEST(Builders, KerasProjections) {
  unsigned seen = 0;
  for (Row &row : readTable("Cases/keras_equations.tsv")) {
    if (row["kind"] != "proj")
      continue;
    ++seen;
    Diagnostic diagnostic;
    auto projection = buildProjection(
        number(row["inputs"], "free_dims"), number(row["inputs"], "bound_dims"),
        number(row["inputs"], "output_dims"), diagnostic);
    ASSERT_TRUE(succeeded(projection)) << diagnostic.render();
    EXPECT_EQ(projection->equation.text, row["equation"]);
    EXPECT_EQ("bias_axes=" + projection->biasAxes +
                  " output_rank=" + std::to_string(projection->outputRank),
              row["expected"]);
  }
  EXPECT_EQ(seen, 45u);
}

TEST(Builders, KerasAttention) {
  unsigned seen = 0;
  for (Row &row : readTable("Cases/keras_equations.tsv")) {
    if (row["kind"] != "attn")
      continue;
    ++seen;
    // The same through the command line's words: "attention_axes=(-3, -2)" is
    // axes=-3:-2, None is no axes.
    std::string words =
        "rank=" + std::to_string(number(row["inputs"], "projected_rank"));
    std::string axes = match(row["inputs"], "attention_axes=\\(([-0-9, ]*)\\)");
    llvm::erase(axes, ' ');
    llvm::StringRef list = llvm::StringRef(axes).rtrim(',');
    if (!list.empty()) {
      words += ",axes=" + list.str();
      for (size_t at = words.find("axes="); at < words.size(); ++at)
        if (words[at] == ',')
          words[at] = ':';
    }
    Diagnostic diagnostic;
    auto attention = parseAttention(words, diagnostic);
    ASSERT_TRUE(succeeded(attention)) << words << diagnostic.render();
    EXPECT_EQ(attention->dotProduct.text, row["equation"]) << words;
    EXPECT_EQ(attention->combine.text, row["combine_equation"]) << words;
    std::string softmax;
    for (int64_t axis : attention->softmaxAxes)
      softmax += (softmax.empty() ? "" : ", ") + std::to_string(axis);
    if (attention->softmaxAxes.size() == 1)
      softmax += ",";
    EXPECT_EQ("scores_rank=" + std::to_string(attention->scoresRank) +
                  " softmax_axes=(" + softmax + ")",
              row["expected"])
        << words;
  }
  EXPECT_EQ(seen, 81u);
}

TEST(Builders, NotebookForms) {
  Diagnostic diagnostic;
  EXPECT_EQ(
      parseProjection("free=2,bound=1,output=2", diagnostic)->equation.text,
      "abc,cde->abde");
  EXPECT_EQ(parseAttention("short,rank=4", diagnostic)->dotProduct.text,
            "abce,abde->abcd");
  EXPECT_EQ(buildShortAttention(3, diagnostic)->text, "abd,acd->abc");
}

TEST(Builders, PastTheAlphabet) {
  Diagnostic diagnostic;
  EXPECT_EQ(buildProjection(25, 1, 2, diagnostic)->equation.text,
            "abcdefghijklmnopqrstuvwxyz,zAB->abcdefghijklmnopqrstuvwxyAB");
  auto fits = buildProjection(50, 1, 1, diagnostic);
  EXPECT_FALSE(fits->equation.sublists);
  EXPECT_EQ(fits->biasAxes, "Z");
  auto wide = buildProjection(51, 1, 1, diagnostic);
  EXPECT_TRUE(wide->equation.sublists);
  EXPECT_EQ(wide->biasAxes, "52");
  EXPECT_NE(wide->equation.text.find("],[51,52]->[0,1,"), std::string::npos);
  // The text of a sublist equation is one again.
  auto again = parseSublists(wide->equation.text, diagnostic);
  ASSERT_TRUE(succeeded(again));
  EXPECT_EQ(again->text, wide->equation.text);
}

TEST(Builders, Errors) {
  auto error = [](llvm::StringRef kind, llvm::StringRef words) {
    Diagnostic diagnostic;
    bool isError = kind == "projection"
                       ? failed(parseProjection(words, diagnostic))
                       : failed(parseAttention(words, diagnostic));
    EXPECT_TRUE(isError) << words.str();
    return diagnostic.render();
  };
  EXPECT_EQ(error("projection", "free=2,bond=1,output=2"),
            "error: projection: expected free, bound, output but found "
            "'bond=1'\n"
            "  free=2,bond=1,output=2\n"
            "         ^~~~~~");
  EXPECT_EQ(error("projection", "free=2,bound=x,output=2"),
            "error: projection: expected an integer for bound but found 'x'\n"
            "  free=2,bound=x,output=2\n"
            "         ^~~~~~~");
  EXPECT_EQ(error("projection", "free=2,free=1,output=2"),
            "error: projection: expected free once but found it again\n"
            "  free=2,free=1,output=2\n"
            "         ^~~~~~");
  EXPECT_EQ(error("projection", "free=2"),
            "error: projection: expected bound=N, as in "
            "free=2,bound=1,output=2, but found none");
  EXPECT_EQ(error("projection", "free=-1,bound=1,output=1"),
            "error: projection: expected free from 0 to 64 but found -1");
  EXPECT_NE(error("projection", "free=40,bound=30,output=1").find("at most 64"),
            std::string::npos);
  EXPECT_EQ(error("attention", "rank=4,axes=3"),
            "error: attention: expected axes from -3 to 2 for rank 4 but found "
            "3");
  EXPECT_EQ(error("attention", "rank=4,axes=1:-2"),
            "error: attention: expected different axes but found axis 1 twice");
  EXPECT_EQ(error("attention", "axes=1"),
            "error: attention: expected rank=N, as in rank=4,axes=1, but found "
            "none");
  EXPECT_EQ(error("attention", "rank=65"),
            "error: attention: expected a rank from 2 to 64 but found 65");
  EXPECT_EQ(error("attention", "rank=566666666666666663"),
            "error: attention: expected a rank from 2 to 64 but found "
            "566666666666666663");
  EXPECT_EQ(error("attention", "rank=-9223372036854775808"),
            "error: attention: expected a rank from 2 to 64 but found "
            "-9223372036854775808");
  EXPECT_EQ(error("attention", "short,rank=2"),
            "error: attention: expected a rank from 3 to 64 for the short form "
            "but found 2");
  EXPECT_EQ(error("attention", "short,rank=4,axes=1"),
            "error: attention: expected no axes for the short form but found "
            "some");
  EXPECT_EQ(error("attention", "short=1,rank=4"),
            "error: attention: expected no value for short but found '1'\n"
            "  short=1,rank=4\n"
            "  ^~~~~~~");
  EXPECT_EQ(error("attention", "rank=4,axes="),
            "error: attention: expected an integer for axes but found ''\n"
            "  rank=4,axes=\n"
            "         ^~~~~");
}

} // namespace
