//===- ObjectFuzzer.cpp - Small equations to an object
//------------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CompileFuzzing.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  return einsumc::fuzz::compileDrawn(data, size, einsumc::Stage::object);
}
