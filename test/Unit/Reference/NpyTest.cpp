//===- NpyTest.cpp --------------------------------------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Reference/Npy.h"
#include "einsumc/Reference/Random.h"
#include "gtest/gtest.h"

using namespace einsumc;
using namespace einsumc::reference;

static std::vector<uint8_t> file(llvm::StringRef header,
                                 llvm::ArrayRef<uint8_t> data,
                                 unsigned version = 1) {
  std::vector<uint8_t> bytes = {0x93,
                                'N',
                                'U',
                                'M',
                                'P',
                                'Y',
                                uint8_t(version),
                                0,
                                uint8_t(header.size()),
                                uint8_t(header.size() >> 8)};
  if (version > 1)
    bytes.insert(bytes.end(), {0, 0});
  bytes.insert(bytes.end(), header.begin(), header.end());
  bytes.insert(bytes.end(), data.begin(), data.end());
  return bytes;
}

static std::string errorOf(llvm::ArrayRef<uint8_t> bytes) {
  llvm::Expected<Tensor> tensor = parseNpy(bytes);
  return tensor ? "" : llvm::toString(tensor.takeError());
}

TEST(Npy, EveryTypeSurvives) {
  Random random(1);
  for (unsigned type = 0; type < kNumElementTypes; ++type) {
    Tensor tensor(ElementType(type), {2, 3});
    fillNormal(tensor.view(), random);
    std::vector<uint8_t> bytes = formatNpy(tensor.view());
    auto read = parseNpy(bytes);
    ASSERT_TRUE(bool(read)) << llvm::toString(read.takeError());
    EXPECT_EQ(read->view().element, ElementType(type));
    EXPECT_EQ(read->view().shape, tensor.view().shape);
    EXPECT_EQ(formatNpy(read->view()), bytes);
    EXPECT_EQ((bytes.size() - tensor.bytes()) % 64, 0u);
  }
}

TEST(Npy, FortranOrderAndBigEndian) {
  auto tensor = parseNpy(
      file("{'descr': '>i2', 'fortran_order': True, 'shape': (2, 2), }\n",
           {0, 1, 0, 2, 0, 3, 0, 4}));
  ASSERT_TRUE(bool(tensor)) << llvm::toString(tensor.takeError());
  EXPECT_EQ(format(tensor->view()), "[[1 3]\n [2 4]]");
}

TEST(Npy, OtherVersionsAndScalars) {
  for (unsigned version : {1, 2, 3}) {
    auto tensor = parseNpy(
        file("{\"shape\": (), \"descr\": \"|u1\", \"fortran_order\": False}",
             {7}, version));
    ASSERT_TRUE(bool(tensor)) << llvm::toString(tensor.takeError());
    EXPECT_EQ(format(tensor->view()), "7");
  }
}

TEST(Npy, WhatIsRefused) {
  auto header = [](llvm::StringRef type, llvm::StringRef shape) {
    return ("{'descr': " + type +
            ", 'fortran_order': False, 'shape': " + shape + ", }")
        .str();
  };
  EXPECT_EQ(errorOf({1, 2, 3}), ".npy: not a .npy file");
  EXPECT_EQ(errorOf(file(header("'|V4'", "(1,)"), {0, 0, 0, 0})),
            ".npy: element type '|V4' is not supported");
  EXPECT_EQ(errorOf(file(header("'|O'", "(1,)"), {})),
            ".npy: element type '|O' is not supported");
  EXPECT_EQ(errorOf(file(header("[('a', '<f4')]", "(1,)"), {})),
            ".npy: records are not supported");
  EXPECT_EQ(errorOf(file(header("'<f4'", "(2,)"), {0, 0, 0, 0})),
            ".npy: the shape needs more data than the file holds");
  EXPECT_EQ(errorOf(file(header("'|u1'", "(2,)"), {0, 0, 0})),
            ".npy: the file holds more data than the shape needs");
  EXPECT_EQ(errorOf(file(header("'<f8'", "(4294967296, 4294967296)"), {})),
            ".npy: the shape needs more data than the file holds");
  EXPECT_EQ(errorOf(file(header("'<f8'", "(-1,)"), {})),
            ".npy: malformed header");
  EXPECT_EQ(errorOf(file("{}", {})), ".npy: malformed header");
  EXPECT_EQ(errorOf(file("", {}, 4)), ".npy: unknown version 4");
}

TEST(Npy, CorruptFilesAreErrorsNotCrashes) {
  Tensor tensor(ElementType::f32, {2, 3});
  std::vector<uint8_t> good = formatNpy(tensor.view());
  for (size_t length = 0; length < good.size(); ++length)
    EXPECT_NE(errorOf(llvm::ArrayRef(good).take_front(length)), "");
  Random random(2);
  for (int i = 0; i < 20000; ++i) {
    std::vector<uint8_t> bad = good;
    for (int change = 0; change < 3; ++change)
      bad[random.range(0, 100)] = uint8_t(random.next());
    llvm::Expected<Tensor> read = parseNpy(bad);
    if (!read)
      llvm::consumeError(read.takeError());
    else
      EXPECT_LE(size_t(read->bytes()), bad.size());
  }
}
