//===- Equations.cpp - Equations of the C API -----------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Internal.h"
#include "einsumc/Frontend/Builders.h"

using namespace einsumc;
using namespace einsumc::capi;

//===----------------------------------------------------------------------===//
// Checking
//===----------------------------------------------------------------------===//

/// Element types alone override the promoted one; others are whole types.
static llvm::LogicalResult parseResultType(llvm::StringRef text,
                                           ResolveOptions &options,
                                           Diagnostic &diagnostic) {
  options.resultElement = parseElementType(text);
  if (options.resultElement)
    return llvm::success();
  llvm::FailureOr<OperandType> type =
      parseOperandType(text, "result", diagnostic);
  if (failed(type))
    return llvm::failure();
  options.result = std::move(*type);
  return llvm::success();
}

static EinsumStatus resolveInto(const Equation &equation,
                                const char *const *operandTypes,
                                size_t numOperands, const char *resultType,
                                EinsumEquation **result, EinsumError **error) {
  Diagnostic diagnostic;
  std::vector<OperandType> types;
  for (size_t operand = 0; operand < numOperands; ++operand) {
    llvm::FailureOr<OperandType> type =
        parseOperandType(operandTypes[operand],
                         "operand " + std::to_string(operand), diagnostic);
    if (failed(type))
      return fail(error, diagnostic);
    types.push_back(std::move(*type));
  }
  ResolveOptions options;
  if (resultType && failed(parseResultType(resultType, options, diagnostic)))
    return fail(error, diagnostic);
  llvm::FailureOr<ResolvedEquation> resolved =
      resolve(equation, types, options, diagnostic);
  if (failed(resolved))
    return fail(error, diagnostic);
  auto handle = std::make_unique<EinsumEquation>();
  handle->equation = std::move(*resolved);
  for (const OperandType &type : handle->equation.operands)
    handle->operandTypes.push_back(type.str());
  handle->resultType = handle->equation.result.str();
  *result = handle.release();
  return ok(error);
}

/// Nothing is read from arrays whose length cannot be meant.
static EinsumStatus checkCount(size_t numOperands, EinsumError **error) {
  if (numOperands <= kMaxOperands)
    return EINSUM_OK;
  return fail(error, EINSUM_INVALID_INPUT,
              "expected 1 to " + llvm::Twine(kMaxOperands) +
                  " operands but found " + llvm::Twine(numOperands));
}

static EinsumStatus checkOperands(const char *const *operandTypes,
                                  size_t numOperands, EinsumError **error) {
  if (EinsumStatus status = checkCount(numOperands, error))
    return status;
  if (!operandTypes && numOperands != 0)
    return failNull(error, "operandTypes");
  for (size_t operand = 0; operand < numOperands; ++operand)
    if (!operandTypes[operand])
      return fail(error, EINSUM_INVALID_ARGUMENT,
                  "operandTypes[" + llvm::Twine(operand) +
                      "] is a null pointer");
  return EINSUM_OK;
}

EinsumStatus einsumEquationCreate(const char *text,
                                  const char *const *operandTypes,
                                  size_t numOperands, const char *resultType,
                                  EinsumEquation **equation,
                                  EinsumError **error) {
  if (!equation)
    return failNull(error, "equation");
  *equation = nullptr;
  if (!text)
    return failNull(error, "text");
  if (EinsumStatus status = checkOperands(operandTypes, numOperands, error))
    return status;
  Diagnostic diagnostic;
  // No equation of letters begins with a bracket.
  llvm::FailureOr<Equation> parsed =
      llvm::StringRef(text).ltrim(' ').starts_with("[")
          ? parseSublists(text, diagnostic)
          : parseEquation(text, diagnostic);
  if (failed(parsed))
    return fail(error, diagnostic);
  return resolveInto(*parsed, operandTypes, numOperands, resultType, equation,
                     error);
}

static bool isNullList(const EinsumSublist &list) {
  return !list.labels && list.numLabels != 0;
}

static std::vector<int64_t> toVector(const EinsumSublist &list) {
  return std::vector<int64_t>(list.labels, list.labels + list.numLabels);
}

EinsumStatus einsumEquationCreateFromSublists(
    const EinsumSublist *lists, size_t numLists, const EinsumSublist *output,
    const char *const *operandTypes, size_t numOperands, const char *resultType,
    EinsumEquation **equation, EinsumError **error) {
  if (!equation)
    return failNull(error, "equation");
  *equation = nullptr;
  if (EinsumStatus status = checkOperands(operandTypes, numOperands, error))
    return status;
  if (EinsumStatus status = checkCount(numLists, error))
    return status;
  if (!lists && numLists != 0)
    return failNull(error, "lists");
  std::vector<std::vector<int64_t>> operands;
  for (size_t list = 0; list < numLists; ++list) {
    if (isNullList(lists[list]))
      return fail(error, EINSUM_INVALID_ARGUMENT,
                  "lists[" + llvm::Twine(list) + "].labels is a null pointer");
    operands.push_back(toVector(lists[list]));
  }
  std::vector<int64_t> outputList;
  if (output) {
    if (isNullList(*output))
      return failNull(error, "output->labels");
    outputList = toVector(*output);
  }
  Diagnostic diagnostic;
  llvm::FailureOr<Equation> parsed = equationFromSublists(
      operands, output ? &outputList : nullptr, diagnostic);
  if (failed(parsed))
    return fail(error, diagnostic);
  return resolveInto(*parsed, operandTypes, numOperands, resultType, equation,
                     error);
}

void einsumEquationDestroy(EinsumEquation *equation) { delete equation; }

const char *einsumEquationGetText(const EinsumEquation *equation) {
  return equation ? equation->equation.text.c_str() : nullptr;
}

size_t einsumEquationGetNumOperands(const EinsumEquation *equation) {
  return equation ? equation->operandTypes.size() : 0;
}

const char *einsumEquationGetOperandType(const EinsumEquation *equation,
                                         size_t operand) {
  return operand < einsumEquationGetNumOperands(equation)
             ? equation->operandTypes[operand].c_str()
             : nullptr;
}

const char *einsumEquationGetResultType(const EinsumEquation *equation) {
  return equation ? equation->resultType.c_str() : nullptr;
}

//===----------------------------------------------------------------------===//
// Building
//===----------------------------------------------------------------------===//

/// Copies the strings that are wanted, all or none.
static EinsumStatus
returnStrings(std::initializer_list<std::pair<char **, llvm::StringRef>> texts,
              EinsumError **error) {
  for (auto [target, text] : texts) {
    if (!target)
      continue;
    *target = copyString(text);
    if (!*target) {
      for (auto [other, text] : texts)
        if (other) {
          einsumStringDestroy(*other);
          *other = nullptr;
        }
      return fail(error, EINSUM_OUT_OF_MEMORY, "no memory for the equation");
    }
  }
  return ok(error);
}

static void clear(std::initializer_list<char **> strings) {
  for (char **string : strings)
    if (string)
      *string = nullptr;
}

EinsumStatus einsumBuildProjection(int64_t freeDims, int64_t boundDims,
                                   int64_t outputDims, char **equation,
                                   char **biasAxes, int64_t *outputRank,
                                   EinsumError **error) {
  clear({equation, biasAxes});
  Diagnostic diagnostic;
  llvm::FailureOr<Projection> projection =
      buildProjection(freeDims, boundDims, outputDims, diagnostic);
  if (failed(projection))
    return fail(error, diagnostic);
  if (outputRank)
    *outputRank = projection->outputRank;
  return returnStrings(
      {{equation, projection->equation.text}, {biasAxes, projection->biasAxes}},
      error);
}

EinsumStatus einsumBuildAttention(int64_t rank, const int64_t *axes,
                                  size_t numAxes, char **dotProduct,
                                  char **combine, int64_t *scoresRank,
                                  int64_t *softmaxAxes,
                                  size_t softmaxAxesCapacity,
                                  size_t *numSoftmaxAxes, EinsumError **error) {
  clear({dotProduct, combine});
  if (!axes && numAxes != 0)
    return failNull(error, "axes");
  if (numAxes > kMaxRank)
    return fail(error, EINSUM_INVALID_INPUT,
                "attention: expected at most " + llvm::Twine(kMaxRank) +
                    " axes but found " + llvm::Twine(numAxes));
  Diagnostic diagnostic;
  llvm::FailureOr<Attention> attention =
      axes ? buildAttention(rank, llvm::ArrayRef(axes, numAxes), diagnostic)
           : parseAttention("rank=" + std::to_string(rank), diagnostic);
  if (failed(attention))
    return fail(error, diagnostic);
  size_t count = attention->softmaxAxes.size();
  if (softmaxAxes && softmaxAxesCapacity < count)
    return fail(error, EINSUM_INVALID_ARGUMENT,
                "softmaxAxes has room for " + llvm::Twine(softmaxAxesCapacity) +
                    " numbers, but there are " + llvm::Twine(count));
  if (softmaxAxes)
    llvm::copy(attention->softmaxAxes, softmaxAxes);
  if (numSoftmaxAxes)
    *numSoftmaxAxes = count;
  if (scoresRank)
    *scoresRank = attention->scoresRank;
  return returnStrings({{dotProduct, attention->dotProduct.text},
                        {combine, attention->combine.text}},
                       error);
}

EinsumStatus einsumBuildShortAttention(int64_t rank, char **equation,
                                       EinsumError **error) {
  clear({equation});
  Diagnostic diagnostic;
  llvm::FailureOr<Equation> built = buildShortAttention(rank, diagnostic);
  if (failed(built))
    return fail(error, diagnostic);
  return returnStrings({{equation, built->text}}, error);
}
