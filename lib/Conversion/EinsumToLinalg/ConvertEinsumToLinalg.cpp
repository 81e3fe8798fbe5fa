//===- ConvertEinsumToLinalg.cpp - stub -*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Conversion/Passes.h"

namespace einsumc::conversion {
#define GEN_PASS_DEF_CONVERTEINSUMTOLINALG
#include "einsumc/Conversion/Passes.h.inc"
} // namespace einsumc::conversion

namespace {
struct ConvertEinsumToLinalg : einsumc::conversion::impl::ConvertEinsumToLinalgBase<ConvertEinsumToLinalg> {
  void runOnOperation() override {}
};
} // namespace
