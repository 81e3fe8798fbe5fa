//===- Case.cpp - One kernel against the reference ------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Case.h"
#include "einsumc/Frontend/Assumptions.h"
#include "einsumc/Reference/Compare.h"
#include "einsumc/Reference/Random.h"
#include "llvm/Support/raw_ostream.h"

#include <cmath>
#include <cstring>
#include <ctime>

using namespace einsumc;
using namespace einsumc::test;
using namespace einsumc::reference;

/// Processor time of this thread: other processes do not count.
static double processorSeconds() {
  timespec time = {};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return double(time.tv_sec) + 1e-9 * double(time.tv_nsec);
}

//===----------------------------------------------------------------------===//
// The case
//===----------------------------------------------------------------------===//

static std::string factorText(const CaseFactor &factor) {
  std::string text;
  llvm::raw_string_ostream os(text);
  if (factor.factor.runTime)
    os << "? (";
  os << double(factor.value.real.real());
  if (factor.value.real.imag() != 0)
    os << (factor.value.real.imag() < 0 ? "" : "+")
       << double(factor.value.real.imag()) << "i";
  if (factor.factor.runTime)
    os << ")";
  return text;
}

std::string Case::describe() const {
  std::string text;
  llvm::raw_string_ostream os(text);
  os << "'" << equation << "'";
  for (const CaseOperand &operand : operands) {
    os << " --operand '" << operand.type.str() << "'";
    bool isDynamic =
        llvm::is_contained(operand.type.shape, kDynamicExtent) ||
        (operand.type.strides &&
         llvm::is_contained(*operand.type.strides, kDynamicExtent));
    if (isDynamic) {
      os << " (";
      llvm::interleave(operand.shape, os, "x");
      os << " by ";
      llvm::interleave(operand.strides, os, ",");
      os << ")";
    }
  }
  if (resolve.result)
    os << " --result '" << resolve.result->str() << "'";
  else if (resolve.resultElement)
    os << " --result " << elementTypeName(*resolve.resultElement);
  if (!assumptions.empty())
    os << " --assume '" << assumptions << "'";
  if (resultStrides) {
    os << " (by ";
    llvm::interleave(*resultStrides, os, ",");
    os << ")";
  }
  if (accumulate)
    os << " --accumulate --alpha " << factorText(accumulate->first)
       << " --beta " << factorText(accumulate->second);
  if (compile.target == TargetKind::nvptx)
    os << " --target=nvptx --gpu=" << compile.gpu;
  if (compile.cpu != "native")
    os << " --cpu=" << compile.cpu;
  if (!compile.scheduleCpu.empty())
    os << " --schedule-cpu=" << compile.scheduleCpu;
  if (!compile.schedule.empty())
    os << " --schedule='" << compile.schedule << "'";
  return text;
}

llvm::Expected<ResolvedEquation> test::resolveCase(const Case &c) {
  Diagnostic diagnostic;
  llvm::FailureOr<Equation> equation =
      c.sublists ? parseSublists(c.equation, diagnostic)
                 : parseEquation(c.equation, diagnostic);
  if (failed(equation))
    return llvm::createStringError(diagnostic.render());
  llvm::SmallVector<OperandType> types;
  for (const CaseOperand &operand : c.operands)
    types.push_back(operand.type);
  llvm::FailureOr<ResolvedEquation> resolved =
      resolve(*equation, types, c.resolve, diagnostic);
  if (failed(resolved) ||
      (!c.assumptions.empty() &&
       failed(assumeExtents(*resolved, c.assumptions, diagnostic))))
    return llvm::createStringError(diagnostic.render());
  return *resolved;
}

static ImportOptions importOptionsOf(const Case &c) {
  ImportOptions import;
  if (c.accumulate)
    import.accumulate = AccumulateFactors{c.accumulate->first.factor,
                                          c.accumulate->second.factor};
  return import;
}

llvm::Expected<std::string> test::emitCase(Compiler &compiler, const Case &c,
                                           Stage stage) {
  llvm::Expected<ResolvedEquation> equation = resolveCase(c);
  if (!equation)
    return equation.takeError();
  auto module = compiler.importEquation(*equation, importOptionsOf(c));
  if (!module)
    return module.takeError();
  auto compilation = compiler.compile(module->get(), stage, c.compile);
  if (!compilation)
    return compilation.takeError();
  return std::move(compilation->output);
}

//===----------------------------------------------------------------------===//
// Data
//===----------------------------------------------------------------------===//

namespace {

/// Operands, what the reference makes of them, and how to compare with it.
struct Problem {
  Data data = Data::smallIntegers;
  std::vector<GuardedTensor> operands;
  Tensor previous;
  Evaluation expected;
  Comparison comparison = Comparison::bitForBit;
};

class CaseRunner {
public:
  CaseRunner(Compiler &compiler, const Case &c, Backend &backend,
             Outcome &outcome)
      : compiler(compiler), c(c), backend(backend), outcome(outcome),
        random(c.seed) {}
  llvm::Error run();

private:
  llvm::Error compile();
  llvm::Error makeProblem(Problem &problem, Data data);
  void fill(const TensorView &view, Data data, int64_t limit);
  void sprinkle(const TensorView &view);
  llvm::Error call(const Problem &problem, size_t number);
  llvm::Error checkShape(llvm::ArrayRef<int64_t> shape);

  Compiler &compiler;
  const Case &c;
  Backend &backend;
  Outcome &outcome;
  Random random;
  ResolvedEquation equation;
};

} // namespace

llvm::Error CaseRunner::compile() {
  llvm::Expected<ResolvedEquation> resolved = resolveCase(c);
  if (!resolved)
    return resolved.takeError();
  equation = std::move(*resolved);
  double start = processorSeconds();
  llvm::Error error =
      backend.compile(compiler, equation, importOptionsOf(c), c.compile);
  outcome.compileSeconds = processorSeconds() - start;
  return error;
}

/// Whether sums of products of such integers are exact in whatever order.
static bool areExact(ElementType accumulate, double terms, unsigned factors,
                     int64_t limit) {
  if (!isFloat(accumulate) && !isComplex(accumulate))
    return true;
  bool wide = accumulate == ElementType::f64 || accumulate == ElementType::c128;
  double growth = isComplex(accumulate) ? std::ldexp(1, int(factors)) : 1;
  return terms * growth * std::pow(double(limit), factors) <=
         std::ldexp(1, wide ? 53 : 24);
}

void CaseRunner::fill(const TensorView &view, Data data, int64_t limit) {
  if (data == Data::smallIntegers)
    fillSmallIntegers(view, random, limit);
  else
    fillNormal(view, random);
}

/// A few infinities and NaNs.
void CaseRunner::sprinkle(const TensorView &view) {
  if (!isFloat(view.element) || view.size() == 0)
    return;
  for (int64_t count = random.range(0, 2); count > 0; --count) {
    Extents index;
    for (int64_t extent : view.shape)
      index.push_back(random.range(0, extent - 1));
    long double values[] = {INFINITY, -INFINITY, NAN};
    writeNumber(view.element, view.at(index),
                Number{0, values[random.range(0, 2)]});
  }
}

llvm::Error CaseRunner::makeProblem(Problem &problem, Data data) {
  problem.data = data;
  Flush flush = data == Data::smallIntegers ? Flush::toEnd : Flush::toStart;
  std::vector<TensorView> views;
  for (const CaseOperand &operand : c.operands) {
    problem.operands.emplace_back(operand.type.element, operand.shape,
                                  operand.strides, flush, kPoison[0]);
    views.push_back(problem.operands.back().view());
  }
  llvm::Expected<llvm::SmallVector<int64_t>> extents =
      labelExtents(equation, views);
  if (!extents)
    return extents.takeError();
  double terms = 1;
  for (auto [label, extent] : llvm::enumerate(*extents))
    if (!llvm::is_contained(equation.outputLabels, int64_t(label)))
      terms *= double(extent);
  // alpha and beta are at most 2 and at least one half.
  if (c.accumulate)
    terms = 8 * (terms + 1);
  unsigned factors = views.size();
  int64_t limit = exactLimit(equation.accumulate, int64_t(terms), factors);
  bool exact = data == Data::smallIntegers &&
               areExact(equation.accumulate, terms, factors, limit);
  problem.comparison = exact ? Comparison::bitForBit : Comparison::bounded;
  for (const TensorView &view : views) {
    fill(view, data, limit);
    if (c.specials && data == Data::normal)
      sprinkle(view);
  }
  for (GuardedTensor &operand : problem.operands)
    operand.memory().makeReadOnly();

  Extents shape;
  for (int64_t label : equation.outputLabels)
    shape.push_back((*extents)[label]);
  Accumulate accumulate;
  if (c.accumulate) {
    problem.previous = Tensor(equation.result.element, shape);
    accumulate.alpha = c.accumulate->first.value;
    accumulate.beta = c.accumulate->second.value;
    accumulate.previous = problem.previous.view();
    fill(accumulate.previous, data, limit);
  }
  double start = processorSeconds();
  llvm::Expected<Evaluation> expected =
      evaluate(equation, views, c.accumulate ? &accumulate : nullptr);
  outcome.referenceSeconds += processorSeconds() - start;
  if (!expected)
    return expected.takeError();
  problem.expected = std::move(*expected);
  return llvm::Error::success();
}

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

static std::string shapeText(llvm::ArrayRef<int64_t> shape) {
  std::string text;
  llvm::raw_string_ostream os(text);
  llvm::interleave(shape, os, "x");
  return text.empty() ? "()" : text;
}

llvm::Error CaseRunner::checkShape(llvm::ArrayRef<int64_t> shape) {
  if (!c.expectedShape || llvm::ArrayRef(*c.expectedShape) == shape)
    return llvm::Error::success();
  return llvm::createStringError("expected a result of shape " +
                                 shapeText(*c.expectedShape) + " but found " +
                                 shapeText(shape));
}

/// Whether the value of beta makes C be read.
static bool readsPrevious(const Case &c, ElementType element) {
  if (!c.accumulate)
    return false;
  const Number &beta = c.accumulate->second.value;
  bool inexact = isFloat(element) || isComplex(element);
  return inexact ? beta.real != std::complex<long double>(0)
                 : beta.integer != 0;
}

llvm::Error CaseRunner::call(const Problem &problem, size_t number) {
  const CallSpec &spec = backend.calls()[number];
  const TensorView &expected = problem.expected.result.view();
  if (llvm::Error error = checkShape(expected.shape))
    return error;
  Extents strides =
      c.resultStrides ? *c.resultStrides : rowMajorStrides(expected.shape);
  GuardedTensor result(expected.element, expected.shape, strides, spec.flush,
                       spec.poison);
  // Where beta is 0 the old values are poison.
  if (readsPrevious(c, expected.element))
    forEachIndex(expected.shape, [&](llvm::ArrayRef<int64_t> index) {
      std::memcpy(result.view().at(index), problem.previous.view().at(index),
                  elementTypeSize(expected.element));
    });

  KernelArguments arguments;
  for (const GuardedTensor &operand : problem.operands)
    arguments.tensors.push_back(&operand);
  arguments.tensors.push_back(&result);
  if (c.accumulate)
    for (const CaseFactor *factor :
         {&c.accumulate->first, &c.accumulate->second})
      if (factor->factor.runTime)
        arguments.addScalar(expected.element, factor->value);
  std::string failure = backend.call(number, arguments, random);
  if (failure.empty()) {
    Verdict verdict =
        compare(problem.expected, result.view(), problem.comparison);
    if (!verdict.ok())
      failure = verdict.str();
    else if (size_t stray = result.countStrayBytes())
      failure = "wrote " + std::to_string(stray) +
                " bytes between or behind the result's elements";
  }
  if (failure.empty())
    return llvm::Error::success();
  return llvm::createStringError("by " + std::string(spec.name) +
                                 (problem.data == Data::smallIntegers
                                      ? ", small integers: "
                                      : ", normal data: ") +
                                 failure);
}

llvm::Error CaseRunner::run() {
  if (llvm::Error error = compile())
    return error;
  std::optional<Problem> problem;
  for (auto [number, spec] : llvm::enumerate(backend.calls())) {
    if (!problem || problem->data != spec.data)
      if (llvm::Error error = makeProblem(problem.emplace(), spec.data))
        return error;
    if (llvm::Error error = call(*problem, number))
      return error;
  }
  return llvm::Error::success();
}

Outcome test::runCase(Compiler &compiler, const Case &c, Backend &backend) {
  Outcome outcome;
  if (llvm::Error error = CaseRunner(compiler, c, backend, outcome).run())
    outcome.failure = llvm::toString(std::move(error));
  return outcome;
}
