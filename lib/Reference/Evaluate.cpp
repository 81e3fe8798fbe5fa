//===- Evaluate.cpp - The slow truth --------------------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Reference/Evaluate.h"
#include <cmath>
#include <limits>

using namespace einsumc;
using namespace einsumc::reference;

static llvm::Error error(const llvm::Twine &message) {
  return llvm::createStringError(message);
}

llvm::Expected<llvm::SmallVector<int64_t>>
reference::labelExtents(const ResolvedEquation &equation,
                        llvm::ArrayRef<TensorView> operands) {
  if (operands.size() != equation.operandLabels.size())
    return error("expected " + llvm::Twine(equation.operandLabels.size()) +
                 " operands, but there are " + llvm::Twine(operands.size()));
  llvm::SmallVector<int64_t> extents(equation.labels.size(), 1);
  for (auto [number, operand] : llvm::enumerate(operands)) {
    const auto &labels = equation.operandLabels[number];
    if (labels.size() != operand.rank())
      return error("operand " + llvm::Twine(number) + " has rank " +
                   llvm::Twine(operand.rank()) + ", expected " +
                   llvm::Twine(labels.size()));
    for (auto [label, extent] : llvm::zip_equal(labels, operand.shape)) {
      if (extent == 1)
        continue;
      if (extents[label] != 1 && extents[label] != extent)
        return error("label '" + equation.labels[label].name + "' is " +
                     llvm::Twine(extents[label]) + " and " +
                     llvm::Twine(extent) + " in operand " +
                     llvm::Twine(number));
      extents[label] = extent;
    }
  }
  return extents;
}

namespace {

/// The arithmetic of each domain: what a term is, and its magnitude.
struct Real {
  using Value = double;
  static Value from(const Number &n) { return double(n.real.real()); }
  static Value one() { return 1; }
  static Value times(Value a, Value b) { return a * b; }
  static Value plus(Value a, Value b) { return a + b; }
  static double magnitude(Value a) { return std::fabs(a); }
  static Number number(Value a) { return {0, a}; }
};
/// For f64, whose sums the truth must know better than double does.
struct LongReal : Real {
  using Value = long double;
  static Value from(const Number &n) { return n.real.real(); }
  static Value one() { return 1; }
  static Value times(Value a, Value b) { return a * b; }
  static Value plus(Value a, Value b) { return a + b; }
  static double magnitude(Value a) { return std::fabs(double(a)); }
  static Number number(Value a) { return {0, a}; }
};
struct Complex {
  using Value = std::complex<long double>;
  static Value from(const Number &n) { return n.real; }
  static Value one() { return 1; }
  // Not operator*, which turns some NaNs into infinities.
  static Value times(Value a, Value b) {
    return {a.real() * b.real() - a.imag() * b.imag(),
            a.real() * b.imag() + a.imag() * b.real()};
  }
  static Value plus(Value a, Value b) { return a + b; }
  static double magnitude(Value a) {
    return std::fabs(double(a.real())) + std::fabs(double(a.imag()));
  }
  static Number number(Value a) { return {0, a}; }
};
/// Modulo 2^64, hence right modulo every 2^n below.
struct Wrapping {
  using Value = uint64_t;
  static Value from(const Number &n) { return n.integer; }
  static Value one() { return 1; }
  static Value times(Value a, Value b) { return a * b; }
  static Value plus(Value a, Value b) { return a + b; }
  static double magnitude(Value) { return 0; }
  static Number number(Value a) {
    return {a, static_cast<long double>(int64_t(a))};
  }
};
struct Boolean {
  using Value = uint64_t;
  static Value from(const Number &n) { return n.integer != 0; }
  static Value one() { return 1; }
  static Value times(Value a, Value b) { return a & b; }
  static Value plus(Value a, Value b) { return a | b; }
  static double magnitude(Value) { return 0; }
  static Number number(Value a) { return {a, static_cast<long double>(a)}; }
};

/// The loop nest. A term's factors are multiplied in as soon as all loops of
/// their operand are fixed, so a product of many operands stays feasible.
template <typename Domain> class LoopNest {
  using Value = typename Domain::Value;

public:
  struct Operand {
    std::vector<Value> values;          ///< row-major
    llvm::SmallVector<int64_t> strides; ///< one a loop, into `values`
    unsigned depth = 0;                 ///< loops that must be fixed
    bool first = false;                 ///< of a term's factors
    int64_t offset = 0;                 ///< in the current iteration
  };

  LoopNest(llvm::ArrayRef<int64_t> extents, unsigned outputLoops)
      : extents(extents), outputLoops(outputLoops), ready(extents.size() + 1) {}

  /// `loops`: the loop of every axis.
  void add(const TensorView &view, llvm::ArrayRef<unsigned> loops) {
    Operand operand;
    operand.values.reserve(view.size());
    forEachIndex(view.shape, [&](llvm::ArrayRef<int64_t> index) {
      operand.values.push_back(
          Domain::from(readNumber(view.element, view.at(index))));
    });
    operand.strides.assign(extents.size(), 0);
    llvm::SmallVector<int64_t, 6> strides = rowMajorStrides(view.shape);
    for (auto [axis, loop] : llvm::enumerate(loops)) {
      operand.depth = std::max(operand.depth, loop + 1);
      // Size-1 broadcasting: the loop runs, the operand stands still.
      if (view.shape[axis] != 1)
        operand.strides[loop] += strides[axis];
    }
    ready[operand.depth].push_back(operands.size());
    operands.push_back(std::move(operand));
  }

  /// Calls `store(sum, magnitude)` for every output element, row-major over
  /// the output loops.
  template <typename Store> void run(Store store) {
    for (llvm::ArrayRef<unsigned> numbers : ready)
      if (!numbers.empty()) {
        operands[numbers.front()].first = true;
        break;
      }
    runOutput(0, Domain::one(), store);
  }

private:
  Value multiply(unsigned depth, Value product) {
    for (unsigned number : ready[depth]) {
      const Operand &operand = operands[number];
      // Not 1 times the first factor: a complex infinity would become a NaN.
      Value value = operand.values[operand.offset];
      product = operand.first ? value : Domain::times(product, value);
    }
    return product;
  }

  template <typename Body> void loop(unsigned depth, Body body) {
    for (int64_t i = 0; i < extents[depth]; ++i) {
      body();
      for (Operand &operand : operands)
        operand.offset += operand.strides[depth];
    }
    for (Operand &operand : operands)
      operand.offset -= operand.strides[depth] * extents[depth];
  }

  bool empty() const { return llvm::is_contained(extents, 0); }

  template <typename Store>
  void runOutput(unsigned depth, Value product, Store store) {
    // Nothing may be read when some extent is 0: operands are empty.
    if (!empty())
      product = multiply(depth, product);
    if (depth < outputLoops) {
      loop(depth, [&] { runOutput(depth + 1, product, store); });
      return;
    }
    sum = Value(0);
    magnitude = 0;
    if (!empty())
      runSum(depth, product);
    store(Domain::number(sum), magnitude);
  }

  void runSum(unsigned depth, Value product) {
    if (depth == extents.size()) {
      sum = Domain::plus(sum, product);
      magnitude += Domain::magnitude(product);
      return;
    }
    loop(depth, [&] { runSum(depth + 1, multiply(depth + 1, product)); });
  }

  llvm::SmallVector<int64_t> extents;
  unsigned outputLoops;
  std::vector<llvm::SmallVector<unsigned, 4>> ready; ///< operands by depth
  std::vector<Operand> operands;
  Value sum{};
  double magnitude = 0;
};

/// Which loop belongs to which label, outputs first.
struct LoopOrder {
  llvm::SmallVector<unsigned> loopOfLabel;
  llvm::SmallVector<int64_t> extents;
  unsigned outputLoops = 0;
};

} // namespace

static LoopOrder orderLoops(const ResolvedEquation &equation,
                            llvm::ArrayRef<int64_t> labelExtents) {
  LoopOrder order;
  const unsigned none = ~0u;
  order.loopOfLabel.assign(equation.labels.size(), none);
  auto place = [&](int64_t label) {
    if (order.loopOfLabel[label] != none)
      return;
    order.loopOfLabel[label] = order.extents.size();
    order.extents.push_back(labelExtents[label]);
  };
  for (int64_t label : equation.outputLabels)
    place(label);
  order.outputLoops = order.extents.size();
  for (int64_t label = 0, e = equation.labels.size(); label < e; ++label)
    place(label);
  return order;
}

/// Integers and bool pass through the accumulator's width on their way to the
/// result's: an i32 sum that wrapped stays wrapped in an i64 result.
static Number throughAccumulator(ElementType accumulate, const Number &number) {
  if (!isInteger(accumulate))
    return number;
  alignas(8) char bits[8];
  writeNumber(accumulate, bits, number);
  return readNumber(accumulate, bits);
}

template <typename Domain>
static Evaluation evaluateIn(const ResolvedEquation &equation,
                             llvm::ArrayRef<TensorView> operands,
                             llvm::ArrayRef<int64_t> labelExtents,
                             const Accumulate *accumulate) {
  LoopOrder order = orderLoops(equation, labelExtents);
  LoopNest<Domain> nest(order.extents, order.outputLoops);
  for (auto [view, labels] :
       llvm::zip_equal(operands, equation.operandLabels)) {
    llvm::SmallVector<unsigned> loops;
    for (int64_t label : labels)
      loops.push_back(order.loopOfLabel[label]);
    nest.add(view, loops);
  }

  Evaluation evaluation;
  evaluation.accumulate = equation.accumulate;
  evaluation.operands = operands.size() + (accumulate ? 2 : 0);
  evaluation.terms = 1;
  for (int64_t extent :
       llvm::ArrayRef(order.extents).drop_front(order.outputLoops))
    evaluation.terms *= extent;

  ElementType element = equation.result.element;
  llvm::SmallVector<int64_t, 6> shape, strides(order.outputLoops, 0);
  for (int64_t label : equation.outputLabels)
    shape.push_back(labelExtents[label]);
  evaluation.result = Tensor(element, shape);
  const TensorView &result = evaluation.result.view();
  // A label that is repeated in the output walks along a diagonal; whatever
  // lies beside it stays 0.
  for (auto [axis, label] : llvm::enumerate(equation.outputLabels))
    strides[order.loopOfLabel[label]] += result.strides[axis];
  bool inexact = isFloat(element) || isComplex(element);
  if (inexact) {
    evaluation.exact.assign(result.size(), 0);
    evaluation.magnitude.assign(result.size(), 0);
  }

  llvm::SmallVector<int64_t> outer(
      llvm::ArrayRef(order.extents).take_front(order.outputLoops));
  llvm::SmallVector<int64_t> index(order.outputLoops, 0);
  auto advance = [&] {
    for (size_t axis = index.size(); axis-- > 0;) {
      if (++index[axis] < outer[axis])
        return;
      index[axis] = 0;
    }
  };
  auto put = [&](int64_t offset, const Number &number, double magnitude) {
    writeNumber(element,
                static_cast<char *>(result.data) +
                    offset * elementTypeSize(element),
                number);
    if (inexact) {
      evaluation.exact[offset] = number.real;
      evaluation.magnitude[offset] = magnitude;
    }
  };
  nest.run([&](const Number &sum, double magnitude) {
    int64_t offset = 0;
    for (auto [i, stride] : llvm::zip_equal(index, strides))
      offset += i * stride;
    put(offset, throughAccumulator(equation.accumulate, sum), magnitude);
    advance();
  });
  if (!accumulate)
    return evaluation;

  // alpha·product + beta·C over the whole result, zeros beside a diagonal
  // included.
  int64_t offset = 0;
  bool readsPrevious = inexact ? accumulate->beta.real != Complex::Value(0)
                               : accumulate->beta.integer != 0;
  forEachIndex(shape, [&](llvm::ArrayRef<int64_t> position) {
    Number product = inexact ? Number{0, evaluation.exact[offset]}
                             : readNumber(element, result.at(position));
    Number previous;
    if (readsPrevious)
      previous = readNumber(element, accumulate->previous.at(position));
    Number sum;
    double magnitude = 0;
    if (inexact) {
      auto scaled = Complex::times(accumulate->alpha.real, product.real);
      auto kept = Complex::times(accumulate->beta.real, previous.real);
      // Without imaginary parts, keep theirs 0 even where the real ones are
      // infinite.
      if (!isComplex(element)) {
        scaled = accumulate->alpha.real.real() * product.real.real();
        kept = accumulate->beta.real.real() * previous.real.real();
      }
      sum.real = readsPrevious ? scaled + kept : scaled;
      magnitude = Complex::magnitude(accumulate->alpha.real) *
                      evaluation.magnitude[offset] +
                  (readsPrevious ? Complex::magnitude(accumulate->beta.real) *
                                       Complex::magnitude(previous.real)
                                 : 0);
    } else if (element == ElementType::boolean) {
      sum.integer = (accumulate->alpha.integer & product.integer) |
                    (accumulate->beta.integer & previous.integer);
    } else {
      sum.integer = accumulate->alpha.integer * product.integer +
                    accumulate->beta.integer * previous.integer;
    }
    put(offset++, sum, magnitude);
  });
  return evaluation;
}

static Evaluation evaluateBy(const ResolvedEquation &equation,
                             llvm::ArrayRef<TensorView> operands,
                             llvm::ArrayRef<int64_t> extents,
                             const Accumulate *accumulate) {
  ElementType type = equation.accumulate;
  if (isComplex(type))
    return evaluateIn<Complex>(equation, operands, extents, accumulate);
  if (type == ElementType::f64 || equation.result.element == ElementType::f64)
    return evaluateIn<LongReal>(equation, operands, extents, accumulate);
  if (isFloat(type))
    return evaluateIn<Real>(equation, operands, extents, accumulate);
  if (type == ElementType::boolean)
    return evaluateIn<Boolean>(equation, operands, extents, accumulate);
  return evaluateIn<Wrapping>(equation, operands, extents, accumulate);
}

/// Products of two bf16 may flush subnormals: the difference that it makes to
/// the terms' magnitudes is the difference that it may make to the sums.
static void allowFlushing(Evaluation &evaluation,
                          const ResolvedEquation &equation,
                          llvm::ArrayRef<TensorView> operands,
                          llvm::ArrayRef<int64_t> extents,
                          const Accumulate *accumulate) {
  auto isBfloat = [](const TensorView &view) {
    return view.element == ElementType::bf16;
  };
  if (llvm::count_if(operands, isBfloat) < 2 || evaluation.magnitude.empty())
    return;
  const double smallest = std::numeric_limits<float>::min();
  evaluation.underflow = double(evaluation.terms) * smallest;
  bool any = false;
  std::vector<Tensor> copies;
  copies.reserve(operands.size());
  llvm::SmallVector<TensorView> flushed(operands);
  for (TensorView &view : flushed) {
    if (!isBfloat(view))
      continue;
    const Tensor &copy = copies.emplace_back(view.element, view.shape);
    forEachIndex(view.shape, [&](llvm::ArrayRef<int64_t> index) {
      Number number = readNumber(view.element, view.at(index));
      double size = std::fabs(double(number.real.real()));
      if (size > 0 && size < smallest) {
        number = {};
        any = true;
      }
      writeNumber(view.element, copy.view().at(index), number);
    });
    view = copy.view();
  }
  if (!any)
    return;
  Evaluation without = evaluateBy(equation, flushed, extents, accumulate);
  for (auto [all, rest] :
       llvm::zip_equal(evaluation.magnitude, without.magnitude))
    evaluation.flushed.push_back(std::max(all - rest, 0.0));
}

llvm::Expected<Evaluation>
reference::evaluate(const ResolvedEquation &equation,
                    llvm::ArrayRef<TensorView> operands,
                    const Accumulate *accumulate) {
  llvm::Expected<llvm::SmallVector<int64_t>> extents =
      labelExtents(equation, operands);
  if (!extents)
    return extents.takeError();
  std::optional<int64_t> terms = checkedSize(*extents);
  if (!terms || *terms > kMaxReferenceTerms)
    return error("the product has too many terms for the reference evaluator");

  Evaluation evaluation = evaluateBy(equation, operands, *extents, accumulate);
  allowFlushing(evaluation, equation, operands, *extents, accumulate);
  return std::move(evaluation);
}

/// Bits of a type's fraction and its smallest exponent.
static double smallestSubnormal(ElementType type) {
  switch (type) {
  case ElementType::f16:
    return std::ldexp(1.0, -24);
  case ElementType::bf16:
    return std::ldexp(1.0, -133);
  case ElementType::f64:
  case ElementType::c128:
    return std::numeric_limits<double>::denorm_min();
  default:
    return std::numeric_limits<float>::denorm_min();
  }
}

double Evaluation::bound(int64_t element) const {
  if (magnitude.empty())
    return 0;
  ElementType type = result.view().element;
  // A complex term is two real ones in each part.
  double summed = double(terms) * (isComplex(type) ? 2 : 1) + operands;
  double size = std::abs(std::complex<double>(double(exact[element].real()),
                                              double(exact[element].imag())));
  return (summed + 2) * unitRoundoff(accumulate) * magnitude[element] +
         unitRoundoff(type) * size + smallestSubnormal(type) + underflow +
         (flushed.empty() ? 0 : flushed[element]);
}
