//===- ptx-run.cpp - Runs a kernel of a PTX file in the interpreter -------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Arguments.h"
#include "PlanMode.h"
#include "einsumc/PTX/Device.h"
#include <cstdio>
#include <cstdlib>

using namespace einsumc::ptx;

static const char kHelp[] =
    R"(USAGE: ptx-run FILE.ptx --grid X[,Y,Z] --block X[,Y,Z] [--arg ARG]... [options]
       ptx-run FILE.ptx --plan FILE.json [--arg OPERAND]... [options]

Runs one kernel of a PTX file, or all launches of a plan (einsumc --emit=plan), in the interpreter: no GPU is needed. Accesses out
of bounds, misaligned, to bytes nobody wrote or that two threads of the launch
share, and whatever PTX the interpreter does not know, are errors with the line.

OPTIONS:
  --kernel NAME      the kernel; not needed where the file has one alone
  --grid X[,Y,Z]     blocks
  --block X[,Y,Z]    threads of a block; not needed where .reqntid says it
  --arg ARG          the next parameter:
      i8: i16: i32: i64: u8: ... u64: NUMBER    an integer
      f32:NUMBER f64:NUMBER                     a floating-point number
      hex:BYTES                                 bytes, the lowest first
      in:FILE                                   memory that holds the file; read-only
      inout:FILE:OUT                            the same, writable; written to OUT
      out:BYTES:OUT                             unwritten memory; written to OUT
      zero:BYTES[:OUT]                          zeros; written to OUT
  --plan FILE        the launch plan; --arg are then its operands, each file with
                     the bytes from its lowest to its highest address:
      in:FILE  out:FILE  inout:FILE:OUT
  --sizes N,N,...    with --plan: extents of all labels
  --strides N,N,...  with --plan: strides of all operands, in elements
  --scalar TYPE:N    with --plan: the next run-time parameter, as f32:1.5
  --seed N           order of blocks and warps (0)
  --budget N         thread instructions after which the launch is given up
  --sm N             run as an sm_N device does; without, any target runs
  --stats            print what was executed, counted
  --help             print this

EXAMPLES:
  ptx-run saxpy.ptx --grid 4 --block 256 --arg i32:1000 --arg f32:2 --arg in:x.bin --arg inout:y.bin:result.bin
  ptx-run kernel.ptx --kernel mm --grid 8,8 --arg in:a.bin --arg in:b.bin --arg out:4096:c.bin --stats
  ptx-run proj.ptx --plan proj.json --arg in:a.bin --arg in:b.bin --arg out:c.bin

EXIT CODE: 0, or 1 with a message on stderr
)";

static int fail(const std::string &message) {
  std::fprintf(stderr, "error: %s\n", message.c_str());
  return 1;
}

/// Both streams tell of a full disk only when they are flushed.
static int finish() {
  if (std::fflush(stdout) != 0)
    return fail("cannot write to stdout");
  return 0;
}

static int run(const Options &options) {
  Device device(options.architecture);
  std::string text, message;
  if (!readFile(options.file, text, message))
    return fail(message);
  if (!options.plan.empty()) {
    Statistics statistics;
    if (!runWithPlan(options, text, statistics, message))
      return fail(message);
    if (options.statistics)
      std::fputs(statistics.str().c_str(), stdout);
    return finish();
  }
  Result<ModuleId> module = device.load(text);
  if (!module)
    return fail(module.error().str(options.file));

  std::string name = options.kernel;
  std::vector<std::string> names = device.kernelNames(*module);
  if (name.empty()) {
    if (names.size() != 1)
      return fail(options.file + " has " + std::to_string(names.size()) +
                  " kernels: choose one with --kernel");
    name = names[0];
  }
  const KernelInfo *kernel = device.findKernel(*module, name);
  if (!kernel)
    return fail(options.file + " has no kernel '" + name + "'");
  Dim3 block = options.block.value_or(kernel->requiredBlock);
  if (!block.x)
    return fail("expected --block: '" + name + "' has no .reqntid");
  if (!options.grid)
    return fail("expected --grid");

  std::vector<Argument> arguments;
  std::vector<std::string> parameters;
  for (const std::string &spec : options.arguments) {
    Argument argument;
    if (!bindArgument(spec, device, arguments.size(), argument, message))
      return fail(message);
    parameters.push_back(argument.bytes);
    arguments.push_back(std::move(argument));
  }
  Result<Statistics> statistics =
      device.launch(*module, name, *options.grid, block, 0, parameters,
                    {options.seed, options.budget});
  if (!statistics)
    return fail(
        statistics.error().str(statistics.error().line ? options.file : ""));
  for (const Argument &argument : arguments)
    if (!writeArgument(argument, device, message))
      return fail(message);
  if (options.statistics)
    std::fputs(statistics->str().c_str(), stdout);
  return finish();
}

int main(int argc, char **argv) {
  Options options;
  std::string message;
  if (!parseOptions(argc, argv, options, message))
    return fail(message);
  if (options.help) {
    std::fputs(kHelp, stdout);
    return finish();
  }
  return run(options);
}
