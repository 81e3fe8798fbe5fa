//===- TimeReport.h - Where a compilation's time goes -----------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One tree for everything that takes time: our own phases, MLIR's passes (this
// is an mlir::TimingManager), LLVM's passes and code generation.
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_SUPPORT_TIMEREPORT_H
#define EINSUMC_SUPPORT_TIMEREPORT_H

#include "mlir/Support/Timing.h"
#include <memory>
#include <vector>

namespace einsumc {

/// Phases of one thread's work, nested. Phases of one name in the same place
/// are one row, however often a pass runs.
class TimeReport : public mlir::TimingManager {
public:
  TimeReport();
  ~TimeReport() override;

  /// A phase inside the one that is running. `report` may be null: no time is
  /// taken then.
  static mlir::TimingScope phase(TimeReport *report, llvm::StringRef name);
  /// Adds time that was taken elsewhere to the phase that is running.
  void add(llvm::StringRef name, double seconds);

  /// Wall time of the phases of this name, wherever they are; 0: there is none.
  double seconds(llvm::StringRef name) const;
  /// A row a phase: milliseconds, share of the total, name. Phases that take
  /// less than `least` of the total are summed up.
  void print(llvm::raw_ostream &os, double least = 0.005) const;

protected:
  /// The phase that is running, so that what is nested in it from outside of
  /// MLIR's scopes finds it.
  std::optional<void *> rootTimer() override;
  void startTimer(void *handle) override;
  void stopTimer(void *handle) override;
  void *nestTimer(void *handle, const void *id,
                  llvm::function_ref<std::string()> nameBuilder) override;
  void hideTimer(void *handle) override;

private:
  struct Phase;
  std::unique_ptr<Phase> root;
  std::vector<Phase *> running;
};

} // namespace einsumc

#endif // EINSUMC_SUPPORT_TIMEREPORT_H
