//===- PlanMode.h - ptx-run --plan ------------------------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef EINSUMC_TOOLS_PTX_RUN_PLANMODE_H
#define EINSUMC_TOOLS_PTX_RUN_PLANMODE_H

#include "Arguments.h"

/// Runs the kernel of a plan on files; false with a message on errors.
bool runWithPlan(const Options &options, const std::string &ptx,
                 einsumc::ptx::Statistics &statistics, std::string &message);

#endif // EINSUMC_TOOLS_PTX_RUN_PLANMODE_H
