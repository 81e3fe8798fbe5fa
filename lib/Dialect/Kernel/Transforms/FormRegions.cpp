//===- FormRegions.cpp - stub -*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Dialect/Kernel/Transforms/Passes.h"

namespace einsumc::kernel {
#define GEN_PASS_DEF_FORMREGIONS
#include "einsumc/Dialect/Kernel/Transforms/Passes.h.inc"
} // namespace einsumc::kernel

namespace {
struct FormRegions : einsumc::kernel::impl::FormRegionsBase<FormRegions> {
  void runOnOperation() override {}
};
} // namespace
