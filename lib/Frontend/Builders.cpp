//===- Builders.cpp - Equations of common layers --------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Frontend/Builders.h"

#include "Unicode.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace einsumc;

/// Letters there are: a-z, A-Z.
static constexpr int64_t kLetters = 52;

static char letter(int64_t label) {
  return label < 26 ? char('a' + label) : char('A' + label - 26);
}

static llvm::LogicalResult fail(Diagnostic &diagnostic,
                                const llvm::Twine &message) {
  diagnostic = Diagnostic();
  diagnostic.message = message.str();
  return llvm::failure();
}

using Labels = std::vector<int64_t>;

/// The equation of lists of labels: in letters as long as they last.
static llvm::FailureOr<Equation> makeEquation(const Labels &left,
                                              const Labels &right,
                                              const Labels &output,
                                              Diagnostic &diagnostic) {
  int64_t largest = -1;
  for (const Labels *list : {&left, &right, &output})
    for (int64_t label : *list)
      largest = std::max(largest, label);
  if (largest >= kLetters)
    return equationFromSublists({left, right}, &output, diagnostic);
  std::string text;
  auto append = [&](const Labels &list) {
    for (int64_t label : list)
      text += letter(label);
  };
  append(left);
  text += ",";
  append(right);
  text += "->";
  append(output);
  return parseEquation(text, diagnostic);
}

llvm::FailureOr<Projection> einsumc::buildProjection(int64_t freeDims,
                                                     int64_t boundDims,
                                                     int64_t outputDims,
                                                     Diagnostic &diagnostic) {
  const std::pair<llvm::StringRef, int64_t> counts[] = {
      {"free", freeDims}, {"bound", boundDims}, {"output", outputDims}};
  for (auto [name, count] : counts)
    if (count < 0 || count > kMaxRank)
      return fail(diagnostic, "projection: expected " + name + " from 0 to " +
                                  llvm::Twine(kMaxRank) + " but found " +
                                  llvm::Twine(count));
  Labels input, kernel, output, bias;
  int64_t next = 0;
  for (int64_t i = 0; i < freeDims; ++i, ++next) {
    input.push_back(next);
    output.push_back(next);
  }
  for (int64_t i = 0; i < boundDims; ++i, ++next) {
    input.push_back(next);
    kernel.push_back(next);
  }
  for (int64_t i = 0; i < outputDims; ++i, ++next) {
    kernel.push_back(next);
    output.push_back(next);
    bias.push_back(next);
  }
  llvm::FailureOr<Equation> equation =
      makeEquation(input, kernel, output, diagnostic);
  if (failed(equation))
    return llvm::failure();
  Projection projection;
  projection.equation = *equation;
  for (auto [i, label] : llvm::enumerate(bias)) {
    if (next > kLetters)
      projection.biasAxes += (i ? "," : "") + std::to_string(label);
    else
      projection.biasAxes += letter(label);
  }
  projection.outputRank = output.size();
  return projection;
}

llvm::FailureOr<Attention> einsumc::buildAttention(int64_t rank,
                                                   llvm::ArrayRef<int64_t> axes,
                                                   Diagnostic &diagnostic) {
  if (rank < 2 || rank > kMaxRank)
    return fail(diagnostic, "attention: expected a rank from 2 to " +
                                llvm::Twine(kMaxRank) + " but found " +
                                llvm::Twine(rank));
  Labels attended;
  for (int64_t axis : axes) {
    int64_t positive = axis < 0 ? axis + rank - 1 : axis;
    if (positive < 0 || positive >= rank - 1)
      return fail(diagnostic,
                  "attention: expected axes from " + llvm::Twine(1 - rank) +
                      " to " + llvm::Twine(rank - 2) + " for rank " +
                      llvm::Twine(rank) + " but found " + llvm::Twine(axis));
    if (llvm::is_contained(attended, positive))
      return fail(diagnostic,
                  "attention: expected different axes but found axis " +
                      llvm::Twine(positive) + " twice");
    attended.push_back(positive);
  }

  Labels target, source, product;
  int64_t next = rank;
  for (int64_t i = 0; i < rank; ++i) {
    target.push_back(i);
    source.push_back(llvm::is_contained(attended, i) ? next++ : i);
  }
  for (int64_t i = 0; i < rank - 1; ++i)
    if (!llvm::is_contained(attended, i))
      product.push_back(i);
  for (int64_t axis : attended)
    product.push_back(target[axis]);
  for (int64_t axis : attended)
    product.push_back(source[axis]);

  Attention attention;
  llvm::FailureOr<Equation> dotProduct =
      makeEquation(source, target, product, diagnostic);
  llvm::FailureOr<Equation> combine =
      makeEquation(product, source, target, diagnostic);
  if (failed(dotProduct) || failed(combine))
    return llvm::failure();
  attention.dotProduct = *dotProduct;
  attention.combine = *combine;
  attention.scoresRank = product.size();
  for (size_t i = 0; i < attended.size(); ++i)
    attention.softmaxAxes.push_back(product.size() - attended.size() + i);
  return attention;
}

llvm::FailureOr<Equation> einsumc::buildShortAttention(int64_t rank,
                                                       Diagnostic &diagnostic) {
  if (rank < 3 || rank > kMaxRank)
    return fail(diagnostic, "attention: expected a rank from 3 to " +
                                llvm::Twine(kMaxRank) +
                                " for the short form but found " +
                                llvm::Twine(rank));
  Labels batch;
  for (int64_t i = 0; i < rank - 2; ++i)
    batch.push_back(i);
  Labels query(batch), key(batch), scores(batch);
  int64_t q = rank - 2, k = rank - 1, depth = rank;
  query.insert(query.end(), {q, depth});
  key.insert(key.end(), {k, depth});
  scores.insert(scores.end(), {q, k});
  return makeEquation(query, key, scores, diagnostic);
}

/// Visits each `name=value` of a comma-separated list, each name at most once;
/// `value` is empty without `=`. Errors point at the word.
static llvm::LogicalResult forEachWord(
    llvm::StringRef words, llvm::StringRef what,
    llvm::ArrayRef<llvm::StringRef> names, Diagnostic &diagnostic,
    llvm::function_ref<llvm::LogicalResult(llvm::StringRef, llvm::StringRef)>
        visit) {
  llvm::SmallVector<llvm::StringRef> parts, seen;
  words.split(parts, ',');
  for (llvm::StringRef part : parts) {
    auto [name, value] = part.split('=');
    llvm::LogicalResult result = llvm::success();
    if (!llvm::is_contained(names, name))
      result = fail(diagnostic, what + ": expected " + llvm::join(names, ", ") +
                                    " but found '" + printable(part) + "'");
    else if (llvm::is_contained(seen, name))
      result = fail(diagnostic,
                    what + ": expected " + name + " once but found it again");
    else
      result = visit(name, value);
    if (failed(result)) {
      size_t offset = part.data() - words.data();
      diagnostic.point =
          SourcePoint{words.str(), offset, std::max<size_t>(part.size(), 1)};
      return llvm::failure();
    }
    seen.push_back(name);
  }
  return llvm::success();
}

static llvm::LogicalResult parseInteger(llvm::StringRef text,
                                        llvm::StringRef what,
                                        llvm::StringRef name, int64_t &value,
                                        Diagnostic &diagnostic) {
  if (!text.getAsInteger(10, value))
    return llvm::success();
  return fail(diagnostic, what + ": expected an integer for " + name +
                              " but found '" + printable(text) + "'");
}

llvm::FailureOr<Projection> einsumc::parseProjection(llvm::StringRef words,
                                                     Diagnostic &diagnostic) {
  std::optional<int64_t> counts[3];
  llvm::StringRef names[] = {"free", "bound", "output"};
  if (failed(forEachWord(words, "projection", names, diagnostic,
                         [&](llvm::StringRef name, llvm::StringRef value) {
                           size_t index =
                               llvm::find(names, name) - std::begin(names);
                           return parseInteger(value, "projection", name,
                                               counts[index].emplace(),
                                               diagnostic);
                         })))
    return llvm::failure();
  for (auto [name, count] : llvm::zip(names, counts))
    if (!count)
      return fail(diagnostic,
                  "projection: expected " + name +
                      "=N, as in free=2,bound=1,output=2, but found none");
  return buildProjection(*counts[0], *counts[1], *counts[2], diagnostic);
}

llvm::FailureOr<Attention> einsumc::parseAttention(llvm::StringRef words,
                                                   Diagnostic &diagnostic) {
  std::optional<int64_t> rank;
  std::optional<llvm::SmallVector<int64_t>> axes;
  bool isShort = false;
  if (failed(forEachWord(
          words, "attention", {"short", "rank", "axes"}, diagnostic,
          [&](llvm::StringRef name, llvm::StringRef value) {
            if (name == "short") {
              isShort = true;
              return value.empty()
                         ? llvm::success()
                         : fail(diagnostic, "attention: expected no value for "
                                            "short but found '" +
                                                printable(value) + "'");
            }
            if (name == "rank")
              return parseInteger(value, "attention", "rank", rank.emplace(),
                                  diagnostic);
            axes.emplace();
            llvm::SmallVector<llvm::StringRef> list;
            value.split(list, ':');
            for (llvm::StringRef axis : list)
              if (failed(parseInteger(axis, "attention", "axes",
                                      axes->emplace_back(), diagnostic)))
                return llvm::failure();
            return llvm::success();
          })))
    return llvm::failure();
  if (!rank)
    return fail(
        diagnostic,
        "attention: expected rank=N, as in rank=4,axes=1, but found none");
  if (isShort) {
    if (axes)
      return fail(
          diagnostic,
          "attention: expected no axes for the short form but found some");
    llvm::FailureOr<Equation> scores = buildShortAttention(*rank, diagnostic);
    if (failed(scores))
      return llvm::failure();
    Attention attention;
    attention.dotProduct = *scores;
    attention.scoresRank = *rank;
    return attention;
  }
  if (!axes) {
    // Keras' default: every axis between batch and heads. A rank beyond the
    // limit is buildAttention's to refuse.
    axes.emplace();
    if (*rank <= kMaxRank)
      for (int64_t axis = 1; axis + 2 < *rank; ++axis)
        axes->push_back(axis);
  }
  return buildAttention(*rank, *axes, diagnostic);
}
