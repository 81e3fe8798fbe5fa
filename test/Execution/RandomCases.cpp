//===- RandomCases.cpp - Equations, types and layouts nobody wrote --------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Suites.h"
#include "einsumc/Reference/RandomEquation.h"

#include <numeric>

using namespace einsumc;
using namespace einsumc::test;
using namespace einsumc::reference;

namespace {

/// Draws what drawEquation leaves open.
class Drawing {
public:
  Drawing(uint64_t seed, size_t number) : random(mixSeeds(seed, number)) {
    c.name = std::to_string(number);
  }
  Case run();

private:
  Extents drawStrides(llvm::ArrayRef<int64_t> shape, bool isResult);
  llvm::SmallVector<int64_t, 6> typeStrides(llvm::ArrayRef<int64_t> strides);
  void drawOperands(const RandomEquation &drawn);
  void drawDynamicExtents(const ResolvedEquation &equation);
  void drawResult(const ResolvedEquation &equation);
  CaseFactor drawFactor(ElementType element);
  void drawSpecials(const ResolvedEquation &equation);
  void drawSchedule();
  void drawAssumptions(const ResolvedEquation &equation);

  Random random;
  Case c;
};

} // namespace

/// Strides of a layout: axes in any order, gaps, and for inputs axes that stand
/// still or run backwards.
Extents Drawing::drawStrides(llvm::ArrayRef<int64_t> shape, bool isResult) {
  Extents order(shape.size()), strides(shape.size(), 1);
  std::iota(order.begin(), order.end(), 0);
  if (random.chance(0.5))
    for (size_t i = order.size(); i-- > 1;)
      std::swap(order[i], order[random.range(0, i)]);
  bool gaps = random.chance(0.5);
  int64_t stride = gaps && random.chance(0.4) ? random.range(2, 3) : 1;
  for (size_t i = order.size(); i-- > 0;) {
    strides[order[i]] = stride;
    stride *= std::max<int64_t>(shape[order[i]], 1);
    if (gaps)
      stride += random.range(0, 5);
  }
  if (isResult)
    return strides;
  for (int64_t &one : strides) {
    if (random.chance(0.1))
      one = 0;
    else if (random.chance(0.15))
      one = -one;
  }
  return strides;
}

/// What of them the type says.
llvm::SmallVector<int64_t, 6>
Drawing::typeStrides(llvm::ArrayRef<int64_t> strides) {
  llvm::SmallVector<int64_t, 6> result;
  double share = random.range(0, 2) / 2.0;
  for (int64_t stride : strides)
    result.push_back(random.chance(share) ? kDynamicExtent : stride);
  return result;
}

void Drawing::drawOperands(const RandomEquation &drawn) {
  c.equation = drawn.text;
  for (auto [shape, element] : llvm::zip_equal(drawn.shapes, drawn.elements)) {
    CaseOperand &operand = c.operands.emplace_back();
    operand.type.element = element;
    operand.type.shape = shape;
    operand.shape = shape;
    operand.strides = rowMajorStrides(shape);
    if (!random.chance(0.4))
      continue;
    operand.strides = drawStrides(shape, /*isResult=*/false);
    operand.type.strides = typeStrides(operand.strides);
  }
}

/// `?` for some axes; not for those that are broadcast, as their types say.
void Drawing::drawDynamicExtents(const ResolvedEquation &equation) {
  double share = random.chance(0.5) ? 0.8 : 0.3;
  for (auto [operand, labels] :
       llvm::zip_equal(c.operands, equation.operandLabels))
    for (auto [axis, label] : llvm::enumerate(labels)) {
      bool isBroadcast =
          operand.shape[axis] == 1 && equation.labels[label].extent != 1;
      if (!isBroadcast && random.chance(share))
        operand.type.shape[axis] = kDynamicExtent;
    }
}

static bool isInexact(ElementType type) {
  return isFloat(type) || isComplex(type);
}

/// Another element type of the result, or a layout of its own.
void Drawing::drawResult(const ResolvedEquation &equation) {
  OperandType type;
  type.element = equation.result.element;
  if (random.chance(0.15)) {
    llvm::SmallVector<ElementType> candidates;
    for (unsigned i = 0; i < kNumElementTypes; ++i) {
      ResolveOptions options;
      options.resultElement = ElementType(i);
      Case probe = c;
      probe.resolve = options;
      llvm::Expected<ResolvedEquation> resolved = resolveCase(probe);
      if (resolved)
        candidates.push_back(ElementType(i));
      else
        llvm::consumeError(resolved.takeError());
    }
    if (!candidates.empty())
      type.element = candidates[random.range(0, candidates.size() - 1)];
    c.resolve.resultElement = type.element;
  }
  if (!random.chance(0.3))
    return;
  Extents shape;
  for (int64_t label : equation.outputLabels)
    shape.push_back(equation.labels[label].extent);
  Extents strides = drawStrides(shape, /*isResult=*/true);
  type.shape = shape;
  // With dynamic operands the result's extents are open, too.
  llvm::Expected<ResolvedEquation> dynamic = resolveCase(c);
  if (!dynamic) {
    llvm::consumeError(dynamic.takeError());
    return;
  }
  type.shape = dynamic->result.shape;
  type.strides = typeStrides(strides);
  c.resolve.result = type;
  c.resultStrides = strides;
}

/// 0, 1, a small whole number or one half.
CaseFactor Drawing::drawFactor(ElementType element) {
  CaseFactor factor;
  bool whole = !isInexact(element);
  int64_t integer = random.range(element == ElementType::boolean ? 0 : -2,
                                 element == ElementType::boolean ? 1 : 2);
  std::complex<double> real = double(integer);
  if (!whole && random.chance(0.2))
    real = 0.5;
  if (isComplex(element) && random.chance(0.5))
    real = {real.real(), double(random.range(-1, 1))};
  factor.factor.runTime = random.chance(0.5);
  factor.factor.integer = uint64_t(integer);
  factor.factor.real = real;
  factor.value.integer = uint64_t(integer);
  factor.value.real = {real.real(), real.imag()};
  return factor;
}

/// Infinities and NaNs where every order of multiplying and summing gives the
/// same: no label may be summed before all of its factors are multiplied.
void Drawing::drawSpecials(const ResolvedEquation &equation) {
  if (c.operands.size() > 2 || !random.chance(0.3))
    return;
  auto moves = [&](size_t operand, int64_t label) {
    for (auto [axis, other] : llvm::enumerate(equation.operandLabels[operand]))
      if (other == label && (c.operands[operand].shape[axis] != 1 ||
                             equation.labels[label].extent == 1))
        return true;
    return false;
  };
  for (int64_t label = 0, e = equation.labels.size(); label < e; ++label) {
    if (llvm::is_contained(equation.outputLabels, label))
      continue;
    for (size_t operand = 0; operand < c.operands.size(); ++operand)
      if (!moves(operand, label))
        return;
  }
  c.specials = true;
}

void Drawing::drawSchedule() {
  auto pairs = cpuPairs();
  if (random.chance(0.4))
    std::tie(c.compile.cpu, c.compile.scheduleCpu) =
        pairs[random.range(0, pairs.size() - 1)];
  if (!random.chance(0.3))
    return;
  auto number = [&](int64_t low, int64_t high) {
    return std::to_string(random.range(low, high));
  };
  int64_t mr = random.range(1, 4), nv = random.range(1, 2);
  // Complex accumulators take two registers each, of 16 on some CPUs.
  bool anyComplex =
      isComplex(c.resolve.resultElement.value_or(ElementType::f32)) ||
      llvm::any_of(c.operands, [](const CaseOperand &operand) {
        return isComplex(operand.type.element);
      });
  if (anyComplex && mr > 2)
    nv = 1;
  int64_t width = int64_t(1) << random.range(0, 3);
  c.compile.schedule =
      "#kernel.cpu_schedule<mr = " + std::to_string(mr) +
      ", nv = " + std::to_string(nv) + ", width = " + std::to_string(width) +
      ", mc = " + std::to_string(mr * random.range(1, 3)) +
      ", nc = " + std::to_string(nv * width * random.range(1, 3)) +
      ", kc = " + number(1, 20) + ", pack = [" +
      (random.chance(0.5) ? "true" : "false") + ", " +
      (random.chance(0.5) ? "true" : "false") +
      "], max_tasks = " + number(1, 5) + ", split_k = " + number(1, 4) + ">";
}

/// What holds of dynamic extents: a divisor, bounds, or all of it. `equation`
/// has the actual extents.
void Drawing::drawAssumptions(const ResolvedEquation &equation) {
  // Apart, so that the other draws stay what they are.
  Random random(mixSeeds(c.seed, 0x617373));
  for (const Label &label : equation.labels) {
    bool isDynamic = false;
    for (auto [operand, labels] :
         llvm::zip_equal(c.operands, equation.operandLabels))
      for (auto [extent, other] : llvm::zip_equal(operand.type.shape, labels))
        isDynamic |=
            &equation.labels[other] == &label && extent == kDynamicExtent;
    if (!isDynamic || !random.chance(0.5))
      continue;
    auto promise = [&](llvm::StringRef relation, int64_t number,
                       llvm::StringRef end = "") {
      c.assumptions += (c.assumptions.empty() ? "" : ", ") + label.name +
                       relation.str() + std::to_string(number) + end.str();
    };
    int64_t extent = label.extent;
    if (random.chance(0.1)) {
      promise("==", extent);
      continue;
    }
    static constexpr int64_t numbers[] = {2, 4, 8, 16, 3, 6};
    int64_t divisor = extent;
    if (extent == 0 || random.chance(0.5))
      divisor = numbers[random.range(0, std::size(numbers) - 1)];
    if (divisor > 1 && extent % divisor == 0)
      promise(" % ", divisor, " == 0");
    if (random.chance(0.3))
      promise(">=", random.range(0, extent));
    if (random.chance(0.3))
      promise("<=", random.range(extent, extent + 20));
  }
}

Case Drawing::run() {
  static constexpr int64_t extents[] = {0, 1,  2,  3,  4,  5,  6,  7, 8,
                                        9, 13, 16, 17, 31, 33, 48, 65};
  llvm::SmallVector<ElementType> elements;
  // One type for all, or several mixed.
  bool mixed = random.chance(0.3);
  for (unsigned i = 0, e = mixed ? kNumElementTypes : 1; i < e; ++i)
    elements.push_back(ElementType(mixed ? i : random.range(0, 14)));
  if (!mixed && random.chance(0.4))
    elements[0] = ElementType::f32;
  RandomEquationOptions options;
  options.maxOperands = random.chance(0.15) ? 6 : 3;
  // Nothing to sum over, or no elements, now and then.
  options.extents =
      llvm::ArrayRef(extents).drop_front(random.chance(0.1) ? 0 : 1);
  options.maxMultiplyAdds = int64_t(1) << random.range(10, 18);
  options.elementTypes = elements;
  drawOperands(drawEquation(random, options));

  llvm::Expected<ResolvedEquation> equation = resolveCase(c);
  if (!equation) {
    llvm::consumeError(equation.takeError()); // runCase says so
    return std::move(c);
  }
  if (random.chance(0.4))
    drawDynamicExtents(*equation);
  drawResult(*equation);
  if (random.chance(0.2)) {
    ElementType element =
        c.resolve.resultElement.value_or(equation->result.element);
    c.accumulate.emplace(drawFactor(element), drawFactor(element));
  } else {
    drawSpecials(*equation);
  }
  drawSchedule();
  c.seed = random.next();
  drawAssumptions(*equation);
  return std::move(c);
}

Case test::randomCase(uint64_t seed, size_t number) {
  return Drawing(seed, number).run();
}

Case test::randomGpuCase(uint64_t seed, size_t number) {
  Case c = randomCase(seed, number);
  makeGpuCase(c, number);
  // Few threads for many elements, now and then, and indices that need not be
  // wide.
  Random random(mixSeeds(c.seed, number));
  if (random.chance(0.5))
    c.compile.schedule =
        "#kernel.simt_schedule<block = " +
        std::to_string(32 * random.range(1, 5)) +
        ", max_blocks = " + std::to_string(random.range(1, 3)) +
        ", order = [], index_bits = " + (random.chance(0.5) ? "32" : "64") +
        ">";
  return c;
}
