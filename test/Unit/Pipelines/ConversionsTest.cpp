//===- ConversionsTest.cpp ------------------------------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What kernel-expand-conversions makes is compiled for CPUs with and without
// conversion instructions, run, and compared with the reference evaluator's
// conversions, which share nothing with it.
//
//===----------------------------------------------------------------------===//

#include "NativeModule.h"
#include "einsumc/Reference/Tensor.h"
#include "llvm/Support/FormatVariadic.h"
#include "gtest/gtest.h"
#include <bit>
#include <cmath>
#include <map>
#include <random>

using namespace einsumc;
using namespace einsumc::test;
using namespace einsumc::reference;

namespace {

/// A 16-bit format: its name in MLIR and the reference's conversions.
struct Narrow {
  const char *name;
  uint16_t (*round)(double);
  double (*widen)(uint16_t);
  uint16_t infinity;

  bool isNan(uint16_t bits) const { return (bits & 0x7fff) > infinity; }
  bool isQuiet(uint16_t bits) const {
    return bits & (infinity == 0x7c00 ? 0x0200 : 0x0040);
  }
};
const Narrow narrows[] = {{"f16", toHalf, fromHalf, 0x7c00},
                          {"bf16", toBfloat, fromBfloat, 0x7f80}};

/// out[i] = operation(in[i]), as vectors over i; or with `scalars`, as scalars
/// that are broadcast along a second axis of the output.
const char *const vectorSource = R"(
func.func @convert(%x: tensor<?x{0}>) -> tensor<?x{1}> {{
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x{0}>
  %empty = tensor.empty(%n) : tensor<?x{1}>
  %y = linalg.generic {{
      indexing_maps = [affine_map<(i) -> (i)>, affine_map<(i) -> (i)>],
      iterator_types = ["parallel"]}
      ins(%x : tensor<?x{0}>) outs(%empty : tensor<?x{1}>) {{
  ^bb0(%e: {0}, %old: {1}):
    {2}
    linalg.yield %r : {1}
  } -> tensor<?x{1}>
  return %y : tensor<?x{1}>
})";
const char *const scalarSource = R"(
func.func @convert(%x: tensor<?x{0}>) -> tensor<?x2x{1}> {{
  %c0 = arith.constant 0 : index
  %n = tensor.dim %x, %c0 : tensor<?x{0}>
  %empty = tensor.empty(%n) : tensor<?x2x{1}>
  %y = linalg.generic {{
      indexing_maps = [affine_map<(i, j) -> (i)>, affine_map<(i, j) -> (i, j)>],
      iterator_types = ["parallel", "parallel"]}
      ins(%x : tensor<?x{0}>) outs(%empty : tensor<?x2x{1}>) {{
  ^bb0(%e: {0}, %old: {1}):
    {2}
    linalg.yield %r : {1}
  } -> tensor<?x2x{1}>
  return %y : tensor<?x2x{1}>
})";

template <typename From, typename To>
std::vector<To> run(const char *cpu, bool scalars, const std::string &from,
                    const std::string &to, const std::string &operation,
                    const std::vector<From> &input) {
  std::string source = llvm::formatv(
      false, scalars ? scalarSource : vectorSource, from, to, operation);
  llvm::Expected<NativeModule> module = NativeModule::compile(source, cpu);
  if (!module) {
    ADD_FAILURE() << toString(module.takeError()) << source;
    return {};
  }
  llvm::Expected<void *> function = module->lookup("convert");
  if (!function) {
    ADD_FAILURE() << toString(function.takeError()) << source;
    return {};
  }
  std::vector<To> output(input.size() * (scalars ? 2 : 1));
  auto *convert =
      reinterpret_cast<int (*)(const From *, To *, int64_t)>(*function);
  EXPECT_EQ(convert(input.data(), output.data(), input.size()), 0);
  if (!scalars)
    return output;
  std::vector<To> first;
  for (size_t i = 0; i < input.size(); ++i) {
    EXPECT_EQ(std::memcmp(&output[2 * i], &output[2 * i + 1], sizeof(To)), 0);
    first.push_back(output[2 * i]);
  }
  return first;
}

std::vector<uint16_t> allPatterns() {
  std::vector<uint16_t> patterns(0x10000);
  for (size_t i = 0; i < patterns.size(); ++i)
    patterns[i] = i;
  return patterns;
}

/// Numbers where rounding to the format could go wrong: its values, what lies
/// halfway between them, the neighbours of both; and any bits at all.
template <typename Float, typename Integer>
std::vector<Float> hardNumbers(const Narrow &format) {
  std::vector<Float> numbers;
  auto around = [&](double value) {
    Float number = value;
    numbers.push_back(number);
    numbers.push_back(std::nextafter(number, Float(INFINITY)));
    numbers.push_back(std::nextafter(number, Float(-INFINITY)));
    if (sizeof(Float) == 8)
      // By way of f32 these would be ties.
      for (double off : {0x1p-30, -0x1p-30})
        numbers.push_back(number * (1 + off));
  };
  for (uint32_t bits = 0; bits < 0x10000; ++bits) {
    double value = format.widen(bits), next = format.widen(bits + 1);
    if (std::isnan(value))
      continue;
    around(value);
    if (std::isfinite(value) && std::isfinite(next))
      around((value + next) / 2);
  }
  // Between the largest number and the power of two that is not there.
  double largest = format.widen(format.infinity - 1);
  double above = std::ldexp(1.0, std::ilogb(largest) + 1);
  for (double sign : {1, -1}) {
    around(sign * (largest + above) / 2);
    around(sign * above);
  }
  std::mt19937_64 random(1);
  for (int i = 0; i < 100000; ++i)
    numbers.push_back(std::bit_cast<Float>(Integer(random())));
  // Signalling NaN whose payload the narrow format has no room for.
  Integer quiet = std::bit_cast<Integer>(Float(INFINITY));
  for (Integer payload : {Integer(1), Integer(2), Integer(0xfff)})
    numbers.push_back(std::bit_cast<Float>(Integer(quiet | payload)));
  return numbers;
}

/// Such numbers and what the reference makes of them, computed once.
template <typename Float> struct HardCases {
  std::vector<Float> numbers;
  std::vector<uint16_t> rounded;

  template <typename Integer>
  static const HardCases &get(const Narrow &format) {
    static std::map<const Narrow *, HardCases> known;
    HardCases &cases = known[&format];
    if (cases.numbers.empty()) {
      cases.numbers = hardNumbers<Float, Integer>(format);
      for (Float number : cases.numbers)
        cases.rounded.push_back(format.round(number));
    }
    return cases;
  }
};

/// Parameters: the CPU, and whether conversions are of scalars.
class Conversions
    : public testing::TestWithParam<std::tuple<const char *, bool>> {
protected:
  void SetUp() override {
    std::tie(cpu, scalars) = GetParam();
    if (!NativeModule::canRun(cpu))
      GTEST_SKIP() << "this machine does not run code for " << cpu;
  }

  template <typename Float>
  void checkWidening(const Narrow &format, const char *to) {
    std::vector<uint16_t> patterns = allPatterns();
    std::vector<Float> got = run<uint16_t, Float>(
        cpu, scalars, format.name, to,
        llvm::formatv("%r = arith.extf %e : {0} to {1}", format.name, to),
        patterns);
    ASSERT_EQ(got.size(), patterns.size());
    for (uint16_t bits : patterns) {
      Float wide = got[bits];
      if (format.isNan(bits))
        ASSERT_TRUE(std::isnan(wide)) << format.name << " " << bits;
      else
        // Bit by bit: zeros have signs.
        ASSERT_TRUE(wide == Float(format.widen(bits)) &&
                    std::signbit(wide) == bool(bits & 0x8000))
            << format.name << " " << bits << " became " << wide;
    }
  }

  template <typename Float, typename Integer>
  void checkNarrowing(const Narrow &format, const char *from) {
    const auto &cases = HardCases<Float>::template get<Integer>(format);
    std::vector<uint16_t> got = run<Float, uint16_t>(
        cpu, scalars, from, format.name,
        llvm::formatv("%r = arith.truncf %e : {0} to {1}", from, format.name),
        cases.numbers);
    ASSERT_EQ(got.size(), cases.numbers.size());
    for (auto [number, expected, bits] :
         llvm::zip(cases.numbers, cases.rounded, got)) {
      if (std::isnan(number))
        ASSERT_TRUE(format.isNan(bits) && format.isQuiet(bits))
            << format.name << " " << bits;
      else
        ASSERT_EQ(bits, expected)
            << llvm::formatv("{0} from {1} {2:x}", format.name, from,
                             std::bit_cast<Integer>(number))
                   .str();
    }
  }

  template <typename Integer>
  void checkFromInteger(const Narrow &format, const char *from,
                        const char *op) {
    std::vector<Integer> numbers;
    // Around every sum of two powers of two: the ties of every width.
    for (unsigned high = 0; high < 8 * sizeof(Integer); ++high)
      for (unsigned low = 0; low <= high; ++low)
        for (int off : {-1, 0, 1})
          for (uint64_t sign : {1, -1})
            numbers.push_back(Integer(
                sign * ((uint64_t(1) << high) + (uint64_t(1) << low)) + off));
    std::mt19937_64 random(1);
    for (int i = 0; i < 10000; ++i)
      numbers.push_back(Integer(random()) >> (i % (8 * sizeof(Integer))));
    std::vector<uint16_t> got = run<Integer, uint16_t>(
        cpu, scalars, from, format.name,
        llvm::formatv("%r = arith.{2} %e : {0} to {1}", llvm::StringRef(from),
                      format.name, op),
        numbers);
    ASSERT_EQ(got.size(), numbers.size());
    for (auto [number, bits] : llvm::zip(numbers, got)) {
      // Rounded to odd, a double of any 64-bit integer rounds as it would.
      double wide = number;
      if (static_cast<__int128>(wide) != static_cast<__int128>(number)) {
        double next = std::nextafter(wide, static_cast<__int128>(wide) <
                                                   static_cast<__int128>(number)
                                               ? INFINITY
                                               : -INFINITY);
        if (!(std::bit_cast<uint64_t>(wide) & 1))
          wide = next;
      }
      ASSERT_EQ(bits, format.round(wide))
          << format.name << " " << op << " " << number;
    }
  }

  const char *cpu;
  bool scalars;
};

} // namespace

TEST_P(Conversions, WidenEveryPattern) {
  for (const Narrow &format : narrows) {
    checkWidening<float>(format, "f32");
    checkWidening<double>(format, "f64");
  }
}

TEST_P(Conversions, NarrowWithOneRounding) {
  for (const Narrow &format : narrows) {
    checkNarrowing<float, uint32_t>(format, "f32");
    checkNarrowing<double, uint64_t>(format, "f64");
  }
}

TEST_P(Conversions, IntegersWithOneRounding) {
  for (const Narrow &format : narrows) {
    checkFromInteger<int8_t>(format, "i8", "sitofp");
    checkFromInteger<uint16_t>(format, "i16", "uitofp");
    checkFromInteger<int32_t>(format, "i32", "sitofp");
    checkFromInteger<uint32_t>(format, "i32", "uitofp");
    checkFromInteger<int64_t>(format, "i64", "sitofp");
    checkFromInteger<uint64_t>(format, "i64", "uitofp");
  }
}

TEST_P(Conversions, ToIntegers) {
  for (const Narrow &format : narrows) {
    std::vector<uint16_t> patterns;
    for (uint16_t bits : allPatterns())
      if (std::fabs(format.widen(bits)) < 0x1p31)
        patterns.push_back(bits);
    std::vector<int32_t> got = run<uint16_t, int32_t>(
        cpu, scalars, format.name, "i32",
        llvm::formatv("%r = arith.fptosi %e : {0} to i32", format.name),
        patterns);
    ASSERT_EQ(got.size(), patterns.size());
    for (auto [bits, integer] : llvm::zip(patterns, got))
      ASSERT_EQ(integer, int32_t(format.widen(bits)));
  }
}

/// Arithmetic that a user's linalg does on the narrow types themselves.
TEST_P(Conversions, ArithmeticRoundsOnce) {
  for (const Narrow &format : narrows) {
    std::vector<uint16_t> got =
        run<uint16_t, uint16_t>(cpu, scalars, format.name, format.name,
                                llvm::formatv("%c = arith.constant 3.0 : {0}\n"
                                              "%q = arith.divf %e, %c : {0}\n"
                                              "%a = math.absf %q : {0}\n"
                                              "%r = arith.addf %a, %c : {0}",
                                              format.name),
                                allPatterns());
    ASSERT_EQ(got.size(), 0x10000u);
    for (uint16_t bits : allPatterns()) {
      if (format.isNan(bits)) {
        ASSERT_TRUE(format.isNan(got[bits]));
        continue;
      }
      // A double holds the quotient to 53 bits, more than twice the format's
      // and two: the second rounding changes nothing.
      double quotient = format.widen(format.round(format.widen(bits) / 3));
      ASSERT_EQ(got[bits], format.round(std::fabs(quotient) + 3))
          << format.name << " " << bits;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(, Conversions,
                         testing::Combine(testing::Values("x86-64", "x86-64-v3",
                                                          "znver4"),
                                          testing::Bool()),
                         [](const auto &info) {
                           std::string name = std::get<0>(info.param);
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name + (std::get<1>(info.param) ? "_scalars"
                                                                  : "_vectors");
                         });
