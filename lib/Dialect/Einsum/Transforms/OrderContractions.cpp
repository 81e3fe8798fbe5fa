//===- OrderContractions.cpp - stub -*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Dialect/Einsum/Transforms/Passes.h"

namespace einsumc::einsum {
#define GEN_PASS_DEF_ORDERCONTRACTIONS
#include "einsumc/Dialect/Einsum/Transforms/Passes.h.inc"
} // namespace einsumc::einsum

namespace {
struct OrderContractions : einsumc::einsum::impl::OrderContractionsBase<OrderContractions> {
  void runOnOperation() override {}
};
} // namespace
