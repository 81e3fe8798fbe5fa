//===- ToolOptions.h - What command lines have in common --------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Options that several tools offer, declared once, and how tools speak: errors
// and versions. A tool declares the structs as statics:
//
//   static cl::OptionCategory category("einsum-run options");
//   static tools::EquationOptions equationOptions(category);
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_TOOLS_COMMON_TOOLOPTIONS_H
#define EINSUMC_TOOLS_COMMON_TOOLOPTIONS_H

#include "einsumc/Compiler/Compiler.h"
#include "llvm/Support/CommandLine.h"

namespace einsumc::tools {

/// Parses the command line. An argument that starts with `->` is an equation,
/// no option. --help shows the options of `category` alone, then `epilog`
/// (examples and exit codes); --version tells ours, LLVM's and the CPU. Exits
/// with 1 when an option is wrong.
void parseCommandLine(int argc, char **argv, llvm::cl::OptionCategory &category,
                      llvm::StringRef overview, llvm::StringRef epilog);

/// --version, and `epilog` below --help, for the tools whose command line
/// upstream's main parses. LLVM's own options leave --help.
void describeTool(llvm::StringRef epilog);

/// The running CPU: its maker's name for it, LLVM's, and the vector extensions
/// that kernels can use.
std::string describeCpu();

/// Prints what is wrong to stderr; gives the exit code.
int fail(const llvm::Twine &message);
int fail(const Diagnostic &diagnostic);
int fail(llvm::Error error);

/// Builders that stand for an equation.
struct EquationOptions {
  explicit EquationOptions(llvm::cl::OptionCategory &category);

  llvm::cl::opt<std::string> projection, attention;
  llvm::cl::opt<bool> combine;

  /// Whether the equation comes from a builder and not from an argument.
  bool hasBuilder() const;
  /// The builder's equation.
  llvm::FailureOr<Equation> build(Diagnostic &diagnostic) const;
  /// All that the builder tells, line by line: its equations, the bias' axes
  /// and the output's rank, or the scores' rank and the softmax's axes.
  llvm::FailureOr<std::string> describe(Diagnostic &diagnostic) const;
};

/// An equation as an argument: letters, or, beginning with `[`, sublists.
llvm::FailureOr<Equation> parseEquationArgument(llvm::StringRef argument,
                                                Diagnostic &diagnostic);

/// What is promised of extents.
struct AssumeOptions {
  explicit AssumeOptions(llvm::cl::OptionCategory &category);

  llvm::cl::list<std::string> assumptions;

  /// Adds it to the equation's labels.
  llvm::LogicalResult apply(ResolvedEquation &equation,
                            Diagnostic &diagnostic) const;
};

/// The result's type, and what becomes of what was there before.
struct ResultOptions {
  explicit ResultOptions(llvm::cl::OptionCategory &category);

  llvm::cl::opt<std::string> result;
  llvm::cl::opt<bool> accumulate;
  llvm::cl::opt<std::string> alpha, beta;

  llvm::FailureOr<ResolveOptions> resolveOptions(Diagnostic &diagnostic) const;
  /// Nothing without --accumulate. `type` is the resolved result's.
  llvm::FailureOr<std::optional<AccumulateFactors>>
  factors(ElementType type, Diagnostic &diagnostic) const;
};

/// Whom code is made for, and how.
struct TargetOptions {
  explicit TargetOptions(llvm::cl::OptionCategory &category);

  llvm::cl::opt<TargetKind> target;
  llvm::cl::opt<std::string> cpu, scheduleCpu, gpu, schedule, threads;
  llvm::cl::opt<bool> deterministic;
  llvm::cl::opt<int64_t> memoryLimit;

  /// Options that contradict each other are an error.
  llvm::Error check() const;
  /// The number of threads, from 1; that of the cores for `all`. 0 where it is
  /// none.
  int64_t numThreads() const;
  CompileOptions compileOptions() const;
};

/// --timing: where compiling spends its time.
struct TimingOptions {
  explicit TimingOptions(llvm::cl::OptionCategory &category);

  llvm::cl::opt<bool> timing;

  /// For CompileOptions::timing; null without the option.
  TimeReport *report();
  /// Prints the table, if there is one, to stderr.
  void print();

private:
  std::unique_ptr<TimeReport> times;
};

} // namespace einsumc::tools

#endif // EINSUMC_TOOLS_COMMON_TOOLOPTIONS_H
