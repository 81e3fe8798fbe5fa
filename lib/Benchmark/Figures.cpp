//===- Figures.cpp - What is promised, and what was measured --------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Benchmark/Figures.h"

#include "einsumc/Benchmark/Statistics.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/Support/FormatVariadic.h"

using namespace llvm;
using namespace einsumc;
using namespace einsumc::bench;

StringRef bench::standingName(Standing standing) {
  switch (standing) {
  case Standing::met:
    return "met";
  case Standing::belowAim:
    return "below aim";
  case Standing::belowFloor:
    return "BELOW FLOOR";
  case Standing::notMeasured:
    return "not measured here";
  }
  llvm_unreachable("covered switch");
}

static bool reaches(double value, double wanted, bool lessIsBetter) {
  return lessIsBetter ? value <= wanted : value >= wanted;
}

Standing bench::judge(double value, const Bar &bar) {
  if (reaches(value, bar.aim, bar.lessIsBetter))
    return Standing::met;
  if (reaches(value, bar.floor, bar.lessIsBetter))
    return Standing::belowAim;
  return Standing::belowFloor;
}

Standing Figure::standing() const {
  if (quantities.empty())
    return Standing::notMeasured;
  Standing worst = Standing::met;
  for (const Quantity &quantity : quantities)
    worst = std::max(worst, judge(quantity.value, quantity.bar));
  return worst;
}

static std::string numberText(double value, StringRef unit) {
  if (unit == "%")
    return formatv("{0:f1}%", value);
  if (unit.empty())
    return formatv("{0:f2}", value);
  return formatv("{0:f1}{1}", value, unit);
}

Figure bench::overRows(StringRef work, ArrayRef<RowResult> results,
                       RowNumber number, StringRef unit, Bar mean,
                       std::optional<Bar> minimum, StringRef missing) {
  Figure figure;
  figure.work = work.str();
  SmallVector<double> values;
  std::vector<std::pair<double, std::string>> short_;
  double wanted = minimum ? minimum->aim : mean.aim;
  for (const RowResult &result : results) {
    std::optional<double> value = number(result);
    if (!result.error.empty()) {
      figure.shortfalls.push_back(result.row.name + ": " + result.error);
      continue;
    }
    if (!value)
      continue;
    values.push_back(*value);
    figure.disturbed += result.own.isDisturbed();
    if (*value < wanted)
      short_.emplace_back(*value,
                          formatv("{0} {1} {2}{3}: {4}", result.row.name,
                                  result.row.equation, result.row.typeName(),
                                  result.variant == Variant::given
                                      ? std::string()
                                      : " " + variantName(result.variant).str(),
                                  numberText(*value, unit)));
  }
  llvm::sort(short_);
  for (auto &[value, text] : short_)
    figure.shortfalls.push_back(std::move(text));
  if (values.empty()) {
    figure.reason = missing.str();
    return figure;
  }
  figure.quantities.push_back({formatv("geometric mean of {0}", values.size()),
                               unit.str(), geometricMean(values), mean});
  double least = *llvm::min_element(values);
  // Without a bar of its own the minimum is told, and held to nothing.
  figure.quantities.push_back({"minimum", unit.str(), least,
                               minimum.value_or(Bar{-INFINITY, -INFINITY})});
  return figure;
}

Figure bench::worstOfBest(StringRef work, ArrayRef<RowResult> results,
                          Bar bar) {
  struct Range {
    double least = INFINITY, most = 0;
    std::string worst;
  };
  MapVector<StringRef, Range> groups;
  Figure figure;
  figure.work = work.str();
  for (const RowResult &result : results) {
    if (!result.error.empty())
      continue;
    Range &range = groups[result.row.group];
    figure.disturbed += result.own.isDisturbed();
    if (result.rate() < range.least) {
      range.least = result.rate();
      range.worst = result.row.name;
    }
    range.most = std::max(range.most, result.rate());
  }
  double least = INFINITY;
  for (const auto &[name, range] : groups) {
    double ratio = range.least / range.most;
    least = std::min(least, ratio);
    if (ratio < bar.aim)
      figure.shortfalls.push_back(
          formatv("{0}: {1:f2} ({2})", name, ratio, range.worst));
  }
  if (groups.empty())
    figure.reason = "no row was measured";
  else
    figure.quantities.push_back(
        {formatv("worst of {0} groups", groups.size()), "", least, bar});
  return figure;
}

Figure bench::againstType(StringRef work, ArrayRef<RowResult> results,
                          StringRef type, StringRef base, Bar bar) {
  StringMap<double> bases;
  for (const RowResult &result : results)
    if (result.error.empty() && result.row.typeName() == base)
      bases[result.row.name] = result.own.seconds;
  return overRows(
      work, results,
      [&](const RowResult &result) -> std::optional<double> {
        auto found = bases.find(result.row.name);
        if (result.row.typeName() != type || found == bases.end())
          return std::nullopt;
        return found->second / result.own.seconds;
      },
      "", bar, std::nullopt, "no row was measured");
}

void bench::printFigures(raw_ostream &os, ArrayRef<Figure> figures) {
  os << formatv("{0,-86} {1,-22} {2,10} {3,8} {4,8}  {5}\n", "work", "",
                "value", "floor", "aim", "standing");
  for (const Figure &figure : figures) {
    if (figure.quantities.empty()) {
      os << formatv("{0,-86} {1,-22} {2,10} {3,8} {4,8}  {5}: {6}\n",
                    figure.work, "", "", "", "",
                    standingName(Standing::notMeasured), figure.reason);
      continue;
    }
    StringRef work = figure.work;
    for (const Quantity &quantity : figure.quantities) {
      bool held = quantity.isHeld();
      os << formatv("{0,-86} {1,-22} {2,10} {3,8} {4,8}  {5}\n", work,
                    quantity.name, numberText(quantity.value, quantity.unit),
                    held ? numberText(quantity.bar.floor, quantity.unit) : "",
                    held ? numberText(quantity.bar.aim, quantity.unit) : "",
                    held ? standingName(judge(quantity.value, quantity.bar))
                         : "");
      work = "";
    }
    if (figure.disturbed)
      os << "    DISTURBED: no clean sample of " << figure.disturbed
         << "; measure again on an idle machine\n";
    // The worst; JSON has all of them.
    constexpr size_t kTold = 12;
    for (const std::string &shortfall :
         ArrayRef(figure.shortfalls).take_front(kTold))
      os << "    " << shortfall << "\n";
    if (figure.shortfalls.size() > kTold)
      os << "    and " << figure.shortfalls.size() - kTold << " more\n";
  }
  os.flush();
}
