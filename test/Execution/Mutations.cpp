//===- Mutations.cpp - Mistakes that the tests must notice ----------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Mutations.h"
#include "GpuBackend.h"
#include "Suites.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Regex.h"

using namespace einsumc;
using namespace einsumc::test;

namespace {

/// A kernel with few things in its text.
struct MutatedKernel {
  const char *equation, *operands, *gpu;
  const char *schedule = "";
};

/// Where `pattern` matches first, `replacement` stands, with \1 for what the
/// first group matched.
struct Replacement {
  const char *pattern, *replacement;
};

struct Mutation {
  const char *name;
  const MutatedKernel &kernel;
  std::vector<Replacement> replacements;
};

} // namespace

#define R "(%r[0-9]+)"
#define RD "(%rd[0-9]+)"
#define RS "(%rs[0-9]+)"
#define P "(%p[0-9]+)"

static constexpr MutatedKernel
    kProduct = {"ij,jk->ik", "30x7xf32 7x50xf32", "sm_75"},
    // Few threads for many elements.
    kLooping = {"ij,jk->ik", "30x7xf32 7x50xf32", "sm_90",
                "#kernel.simt_schedule<block = 32, max_blocks = 3, order = "
                "[0, 1], index_bits = 32>"},
    kHalf = {"ij,jk->ik", "9x7xf16 7x10xf16", "sm_75"},
    kBrainShifts = {"ij,jk->ik", "9x7xbf16 7x10xbf16", "sm_75"},
    // Sums that lie between two of bf16's numbers.
    kBrainTies = {"ij,jk->ik", "9x300xbf16 300x10xbf16", "sm_75"},
    kBrain = {"ij,jk->ik", "9x7xbf16 7x10xbf16", "sm_90"},
    kComplex = {"ij,j->i", "9x7xc64 7xc64", "sm_80"},
    kBool = {"ij,j->i", "40x3xbool 3xbool", "sm_75"},
    kInteger = {"ij,j->i", "9x7xi32 7xi32", "sm_120"},
    kBytes = {"ij,j->i", "9x7xi8 7xi8", "sm_75"},
    kMixed = {"ij,j->i", "9x7xi8 7xi32", "sm_75"},
    kTransposed = {"ij->ji", "5x40xf64", "sm_75"},
    kChain = {"ij,jk,kl->il", "3x4xf32 4x50xf32 50x6xf32", "sm_90"};

static const Mutation kMutations[] = {
    {"guard dropped", kProduct, {{"@" P " bra [^;]*;", "// no guard"}}},
    {"comparison of the guard off by one",
     kProduct,
     {{"setp\\.gt\\.s32 ([^;]*), 1499;", "setp.ge.s32 \\1, 1499;"}}},
    {"guard lets one element more through",
     kProduct,
     {{"setp\\.gt\\.s32 ([^;]*), 1499;", "setp.gt.s32 \\1, 1500;"}}},
    {"grid-stride loop ends after one element",
     kLooping,
     {{"setp\\.lt\\.s32 ([^;]*), 1500;", "setp.gt.s32 \\1, 1500;"}}},
    {"grid-stride loop with the step of a block",
     kLooping,
     {{"mov\\.u32 [ \t]*" R ", %nctaid\\.x;", "mov.u32 \\1, 1;"}}},
    {"wrong shift of the number of the block",
     kProduct,
     {{"shl\\.b32 [ \t]*" R ", " R ", 8;", "shl.b32 \\1, \\2, 7;"}}},
    {"lane instead of thread", kProduct, {{"%tid\\.x", "%laneid"}}},
    {"x of the block instead of the thread",
     kProduct,
     {{"%tid\\.x", "%ctaid.x"}}},
    {"parameters swapped",
     kProduct,
     {{"\\[kernel_param_0\\]", "[kernel_param_X]"},
      {"\\[kernel_param_1\\]", "[kernel_param_0]"},
      {"\\[kernel_param_X\\]", "[kernel_param_1]"}}},
    {"the first operand read twice",
     kProduct,
     {{"(ld\\.global\\.nc\\.b32 [ \t]*" R ", \\[" RD "\\];.*ld\\.global\\.nc"
       "\\.b32 [ \t]*" R "), \\[" RD "\\];",
       "\\1, [\\3];"}}},
    {"fma becomes mul",
     kProduct,
     {{"fma\\.rn\\.f32 [ \t]*" R ", " R ", " R ", " R ";",
       "mul.rn.f32 \\1, \\2, \\3;"}}},
    {"reduction one short",
     kProduct,
     {{"setp\\.ne\\.b32 ([^;]*), 28;", "setp.ne.b32 \\1, 24;"}}},
    {"reduction one too long",
     kProduct,
     {{"setp\\.ne\\.b32 ([^;]*), 28;", "setp.ne.b32 \\1, 32;"}}},
    {"reduction of one term",
     kProduct,
     {{"(setp\\.ne\\.b32 [^;]*, 28;[ \t\n]*)@" P " bra [^;]*;", "\\1"}}},
    {"wrong stride of a row",
     kProduct,
     {{"add\\.s64 ([^;]*), 200;", "add.s64 \\1, 204;"}}},
    {"accumulator starts at 1", kProduct, {{"0f00000000", "0f3F800000"}}},
    {"element stored one further",
     kProduct,
     {{"st\\.global\\.b32 [ \t]*\\[" RD "\\]", "st.global.b32 [\\1+4]"}}},
    {"half of the element stored",
     kProduct,
     {{"st\\.global\\.b32 [ \t]*\\[" RD "\\], %r", "st.global.b16 [\\1], %r"}}},
    {"rounded towards zero",
     kHalf,
     {{"cvt\\.rn\\.f16\\.f32", "cvt.rz.f16.f32"}}},
    {"bits instead of a conversion from f16",
     kHalf,
     {{"cvt\\.f32\\.f16 [ \t]*" R ", " RS ";", "cvt.u32.u16 \\1, \\2;"}}},
    {"bf16 cut off instead of rounded", kBrainShifts, {{"32767", "0"}}},
    {"bf16 rounded up where it is a tie",
     kBrainTies,
     {{"add\\.s32 ([^;]*), 32767;", "add.s32 \\1, 32768;"}}},
    {"bf16 shifted by too little",
     kBrainShifts,
     {{"shl\\.b32 ([^;]*), 16;", "shl.b32 \\1, 15;"}}},
    {"bits instead of a conversion from bf16",
     kBrain,
     {{"cvt\\.f32\\.bf16 [ \t]*" R ", " RS ";", "cvt.u32.u16 \\1, \\2;"}}},
    {"conjugated factor",
     kComplex,
     {{"neg\\.f32 [ \t]*" R ", " R ";", "mov.b32 \\1, \\2;"}}},
    {"difference instead of a sum",
     kComplex,
     {{"add\\.f32 [ \t]", "sub.f32 "}}},
    {"halves of a complex number swapped",
     kComplex,
     {{"(st\\.global\\.v2\\.b32 [^{]*)\\{" R ", " R "\\}", "\\1{\\3, \\2}"}}},
    {"or becomes and", kBool, {{"or\\.b16", "and.b16"}}},
    {"product of integers misses its sum",
     kInteger,
     {{"mad\\.lo\\.s32 [ \t]*" R ", " R ", " R ", " R ";",
       "mul.lo.s32 \\1, \\2, \\3;"}}},
    {"byte read as a word",
     kBytes,
     {{"ld\\.global\\.nc\\.b8", "ld.global.nc.b16"}}},
    {"sign lost", kMixed, {{"(ld\\.global\\.nc\\.|cvt\\.s32\\.)s8", "\\1u8"}}},
    {"transposed back",
     kTransposed,
     {{"mul\\.lo\\.s32 ([^;]*), 40;", "mul.lo.s32 \\1, 5;"}}},
    {"buffer not written",
     kChain,
     {{"st\\.global\\.b32 [ \t]*\\[" RD "\\], %r", "// st [\\1], %r"}}},
};

size_t test::numMutations() { return std::size(kMutations); }

Case test::mutationCase(size_t number) {
  const Mutation &mutation = kMutations[number];
  const MutatedKernel &kernel = mutation.kernel;
  Case c;
  c.name = mutation.name;
  c.equation = kernel.equation;
  for (llvm::StringRef text : llvm::split(kernel.operands, ' ')) {
    Diagnostic diagnostic;
    CaseOperand &operand = c.operands.emplace_back();
    operand.type = *parseOperandType(text, "operand", diagnostic);
    operand.shape = operand.type.shape;
    operand.strides = reference::rowMajorStrides(operand.shape);
  }
  c.compile.target = TargetKind::nvptx;
  c.compile.gpu = kernel.gpu;
  c.compile.schedule = kernel.schedule;
  c.seed = mixSeeds(1, number);
  return c;
}

/// What POSIX lets `.` match, and llvm::Regex::sub replaces, is the first
/// place.
static llvm::Expected<std::string> mutate(const Mutation &mutation,
                                          llvm::StringRef ptx) {
  std::string text = ptx.str();
  for (auto [pattern, replacement] : mutation.replacements) {
    std::string error;
    llvm::Regex regex(pattern);
    if (!regex.isValid(error))
      return llvm::createStringError("'" + std::string(pattern) +
                                     "': " + error);
    std::string next = regex.sub(replacement, text, &error);
    if (!error.empty() || next == text)
      return llvm::createStringError("the PTX holds no '" +
                                     std::string(pattern) + "' " + error);
    text = std::move(next);
  }
  return text;
}

Outcome test::runMutation(Compiler &compiler, const Case &c, size_t number) {
  InterpreterBackend right;
  Outcome outcome = runCase(compiler, c, right);
  if (!outcome.failure.empty()) {
    outcome.failure = "fails as it is: " + outcome.failure;
    return outcome;
  }
  // Whether the mistake could be made.
  std::string impossible;
  InterpreterBackend wrong([&](llvm::StringRef ptx) {
    llvm::Expected<std::string> text = mutate(kMutations[number], ptx);
    if (!text) {
      impossible = llvm::toString(text.takeError());
      return llvm::Expected<std::string>(llvm::createStringError(impossible));
    }
    return text;
  });
  Outcome found = runCase(compiler, c, wrong);
  outcome.compileSeconds += found.compileSeconds;
  outcome.referenceSeconds += found.referenceSeconds;
  if (!impossible.empty())
    outcome.failure = "cannot be made: " + impossible;
  else if (found.failure.empty())
    outcome.failure = "was not noticed";
  return outcome;
}
