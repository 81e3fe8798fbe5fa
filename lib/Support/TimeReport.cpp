//===- TimeReport.cpp - Where a compilation's time goes -------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Support/TimeReport.h"

#include "llvm/Support/FormatVariadic.h"
#include <chrono>

using namespace einsumc;
using Clock = std::chrono::steady_clock;

struct TimeReport::Phase {
  explicit Phase(std::string name) : name(std::move(name)) {}

  Phase *child(llvm::StringRef childName) {
    for (auto &known : children)
      if (known->name == childName)
        return known.get();
    children.push_back(std::make_unique<Phase>(childName.str()));
    return children.back().get();
  }

  double secondsOf(llvm::StringRef wanted) const {
    if (name == wanted)
      return seconds;
    double sum = 0;
    for (const auto &inner : children)
      sum += inner->secondsOf(wanted);
    return sum;
  }

  std::string name;
  double seconds = 0;
  Clock::time_point start;
  /// Its children stand for it.
  bool isHidden = false;
  std::vector<std::unique_ptr<Phase>> children;
};

TimeReport::TimeReport() : root(std::make_unique<Phase>("total")) {}
TimeReport::~TimeReport() = default;

mlir::TimingScope TimeReport::phase(TimeReport *report, llvm::StringRef name) {
  if (!report)
    return {};
  return mlir::TimingScope(report->getRootTimer().nest(name));
}

void TimeReport::add(llvm::StringRef name, double seconds) {
  static_cast<Phase *>(*rootTimer())->child(name)->seconds += seconds;
}

double TimeReport::seconds(llvm::StringRef name) const {
  return root->secondsOf(name);
}

std::optional<void *> TimeReport::rootTimer() {
  return running.empty() ? root.get() : running.back();
}

void TimeReport::startTimer(void *handle) {
  auto *phase = static_cast<Phase *>(handle);
  phase->start = Clock::now();
  running.push_back(phase);
}

void TimeReport::stopTimer(void *handle) {
  auto *phase = static_cast<Phase *>(handle);
  phase->seconds +=
      std::chrono::duration<double>(Clock::now() - phase->start).count();
  llvm::erase(running, phase);
}

void *TimeReport::nestTimer(void *handle, const void *,
                            llvm::function_ref<std::string()> nameBuilder) {
  return static_cast<Phase *>(handle)->child(nameBuilder());
}

void TimeReport::hideTimer(void *handle) {
  static_cast<Phase *>(handle)->isHidden = true;
}

void TimeReport::print(llvm::raw_ostream &os, double least) const {
  double total = 0;
  for (const auto &phase : root->children)
    total += phase->seconds;
  auto row = [&](double seconds, unsigned depth, llvm::StringRef name) {
    os << llvm::formatv("{0,9:f2} ms {1,5:f1}%  ", seconds * 1e3,
                        total > 0 ? 100 * seconds / total : 0)
       << std::string(2 * depth, ' ') << name << "\n";
  };
  auto printChildren = [&](auto &&self, const Phase &phase, double whole,
                           unsigned depth) -> void {
    double rest = whole;
    for (const auto &inner : phase.children) {
      if (inner->isHidden) {
        self(self, *inner, 0, depth);
        rest -= inner->seconds;
        continue;
      }
      if (inner->seconds < least * total)
        continue;
      row(inner->seconds, depth, inner->name);
      self(self, *inner, inner->seconds, depth + 1);
      rest -= inner->seconds;
    }
    bool hasRows = llvm::any_of(phase.children, [&](const auto &inner) {
      return inner->seconds >= least * total;
    });
    if (hasRows && rest > 0 && rest >= least * total)
      row(rest, depth, "(rest)");
  };
  row(total, 0, root->name);
  printChildren(printChildren, *root, total, 1);
}
