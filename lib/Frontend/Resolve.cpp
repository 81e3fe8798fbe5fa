//===- Resolve.cpp - An equation meets its operands' types ----------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "EquationText.h"
#include "Unicode.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

using namespace einsumc;

namespace {

/// Where the extent of a label was decided.
struct Witness {
  unsigned operand = 0;
  Subscript subscript;
};

class Resolver {
public:
  Resolver(const Equation &equation, llvm::ArrayRef<OperandType> operands,
           const ResolveOptions &options, Diagnostic &diagnostic)
      : equation(equation), types(operands), options(options),
        diagnostic(diagnostic) {
    resolved.text = equation.text;
    resolved.operands.assign(operands.begin(), operands.end());
  }

  llvm::FailureOr<ResolvedEquation> run();

private:
  llvm::LogicalResult fail(TextSpan span, const llvm::Twine &message) {
    return failAt(diagnostic, equation.text, span, message);
  }
  void note(const llvm::Twine &message, TextSpan span) {
    diagnostic.noteMessage = message.str();
    diagnostic.notePoint = SourcePoint{equation.text, span.offset, span.length};
  }
  TextSpan span(const Subscript &subscript) const {
    return subscriptSpan(equation, subscript);
  }
  /// "index 'i'" or "axis 0 of '...'", for messages.
  std::string describe(int64_t label) const;

  llvm::LogicalResult checkCount();
  llvm::LogicalResult checkTypes();
  llvm::LogicalResult measureEllipses();
  llvm::LogicalResult internOperand(unsigned operand);
  llvm::LogicalResult addAxis(unsigned operand, int64_t label,
                              const Subscript &subscript);
  llvm::LogicalResult mergeExtents(unsigned operand);
  llvm::LogicalResult mergeExtent(unsigned operand, int64_t label,
                                  int64_t extent, const Subscript &subscript);
  llvm::LogicalResult resolveOutput();
  llvm::LogicalResult checkEllipsisInOutput();
  llvm::LogicalResult resolveElements();
  llvm::LogicalResult resolveResult();
  llvm::LogicalResult matchResultShape(const OperandType &given);
  int64_t internLabel(const Subscript &subscript);
  int64_t internEllipsis(unsigned axis);

  const Equation &equation;
  llvm::ArrayRef<OperandType> types;
  const ResolveOptions &options;
  Diagnostic &diagnostic;

  ResolvedEquation resolved;
  llvm::DenseMap<uint64_t, int64_t> interned;
  llvm::SmallVector<int64_t> ellipsisLabels; ///< -1 until it occurs
  llvm::SmallVector<unsigned> ellipsisRanks; ///< one an operand
  std::vector<Witness> witnesses;            ///< one a label
  /// The subscript that each axis of the current operand comes from.
  llvm::SmallVector<Subscript> axisSubscripts;
};

} // namespace

static std::string extentString(int64_t extent) {
  return extent == kDynamicExtent ? "?" : std::to_string(extent);
}

static std::string extentList(llvm::ArrayRef<int64_t> extents) {
  std::string result;
  for (auto [i, extent] : llvm::enumerate(extents))
    result += (i ? "x" : "") + extentString(extent);
  return result;
}

std::string Resolver::describe(int64_t label) const {
  const Label &entry = resolved.labels[label];
  if (!entry.isEllipsis)
    return "index '" + entry.name + "'";
  return ("axis " + llvm::StringRef(entry.name).drop_front(3) + " of '...'")
      .str();
}

llvm::LogicalResult Resolver::checkCount() {
  size_t expected = equation.operands.size(), actual = types.size();
  if (expected == actual)
    return llvm::success();
  // Point at the first operand without a type, or behind the last one.
  TextSpan where{equation.text.size(), 1};
  if (actual < expected)
    where = operandSpan(equation, actual);
  else if (size_t arrow = equation.text.find("->"); arrow != std::string::npos)
    where.offset = arrow;
  return fail(where, "the equation has " + counted(expected, "operand") +
                         " but " + llvm::Twine(actual) +
                         (actual == 1 ? " was" : " were") + " given");
}

llvm::LogicalResult Resolver::checkTypes() {
  for (auto [i, type] : llvm::enumerate(types))
    if (failed(verifyOperandType(type, "operand " + std::to_string(i),
                                 diagnostic)))
      return llvm::failure();
  if (options.result)
    return verifyOperandType(*options.result, "the result", diagnostic);
  return llvm::success();
}

llvm::LogicalResult Resolver::measureEllipses() {
  unsigned longest = 0;
  for (auto [i, operand] : llvm::enumerate(equation.operands)) {
    size_t rank = types[i].shape.size();
    bool hasEllipsis = llvm::any_of(
        operand, [](const Subscript &subscript) { return subscript.ellipsis; });
    size_t labels = operand.size() - hasEllipsis;
    if (rank < labels || (rank > labels && !hasEllipsis)) {
      TextSpan where = operandSpan(equation, i);
      llvm::StringRef text = equation.text;
      std::string written =
          operand.empty() ? "" : text.substr(where.offset, where.length).str();
      return fail(where, "expected rank " + llvm::Twine(labels) +
                             (hasEllipsis ? " or more" : "") + " for '" +
                             written + "' but operand " + llvm::Twine(i) +
                             " has rank " + llvm::Twine(rank) + " (" +
                             types[i].str() + ")");
    }
    ellipsisRanks.push_back(rank - labels);
    longest = std::max<unsigned>(longest, rank - labels);
  }
  ellipsisLabels.assign(longest, -1);
  return llvm::success();
}

int64_t Resolver::internLabel(const Subscript &subscript) {
  auto [it, isNew] =
      interned.try_emplace(subscript.label, resolved.labels.size());
  if (!isNew)
    return it->second;
  Label entry;
  entry.name = subscriptName(equation, subscript);
  entry.parameter = equation.sublists || subscript.label < 0x80
                        ? entry.name
                        : "u" + codePointDigits(subscript.label);
  resolved.labels.push_back(entry);
  return it->second;
}

int64_t Resolver::internEllipsis(unsigned axis) {
  if (ellipsisLabels[axis] < 0) {
    ellipsisLabels[axis] = resolved.labels.size();
    Label entry;
    entry.name = entry.parameter = "ell" + std::to_string(axis);
    entry.isEllipsis = true;
    resolved.labels.push_back(entry);
  }
  return ellipsisLabels[axis];
}

/// One more axis of an operand under a label. A diagonal runs along axes of one
/// extent: nothing broadcasts there.
llvm::LogicalResult Resolver::addAxis(unsigned operand, int64_t label,
                                      const Subscript &subscript) {
  auto &labels = resolved.operandLabels[operand];
  llvm::ArrayRef<int64_t> shape = types[operand].shape;
  unsigned axis = labels.size();
  for (auto [other, seen] : llvm::enumerate(labels)) {
    if (seen != label || shape[other] == shape[axis] ||
        shape[other] == kDynamicExtent || shape[axis] == kDynamicExtent)
      continue;
    (void)fail(span(subscript),
               describe(label) + " is " + llvm::Twine(shape[other]) +
                   " on axis " + llvm::Twine(other) + " but " +
                   llvm::Twine(shape[axis]) + " on axis " + llvm::Twine(axis) +
                   " of operand " + llvm::Twine(operand));
    note("first used here", span(axisSubscripts[other]));
    return llvm::failure();
  }
  labels.push_back(label);
  axisSubscripts.push_back(subscript);
  return llvm::success();
}

llvm::LogicalResult Resolver::internOperand(unsigned operand) {
  resolved.operandLabels.emplace_back();
  axisSubscripts.clear();
  for (const Subscript &subscript : equation.operands[operand]) {
    if (!subscript.ellipsis) {
      if (failed(addAxis(operand, internLabel(subscript), subscript)))
        return llvm::failure();
      continue;
    }
    // Ellipses align at their last axes.
    unsigned longest = ellipsisLabels.size();
    for (unsigned axis = longest - ellipsisRanks[operand]; axis < longest;
         ++axis)
      if (failed(addAxis(operand, internEllipsis(axis), subscript)))
        return llvm::failure();
  }
  return mergeExtents(operand);
}

/// Lets an operand's axes have their say about the labels' extents: first what
/// the axes of a diagonal agree on, then what the operands do.
llvm::LogicalResult Resolver::mergeExtents(unsigned operand) {
  auto &shape = resolved.operands[operand].shape;
  llvm::ArrayRef<int64_t> labels = resolved.operandLabels[operand];
  for (auto [axis, label] : llvm::enumerate(labels)) {
    // `?` beside a static extent on a diagonal can have that one alone.
    for (auto [other, seen] : llvm::enumerate(labels))
      if (seen == label && shape[axis] == kDynamicExtent)
        shape[axis] = shape[other];
    if (failed(mergeExtent(operand, label, shape[axis], axisSubscripts[axis])))
      return llvm::failure();
  }
  return llvm::success();
}

/// An axis of static extent 1 broadcasts, `?` takes what is known.
llvm::LogicalResult Resolver::mergeExtent(unsigned operand, int64_t label,
                                          int64_t extent,
                                          const Subscript &subscript) {
  Label &entry = resolved.labels[label];
  Witness here{operand, subscript};
  if (static_cast<size_t>(label) == witnesses.size()) {
    witnesses.push_back(here);
    entry.extent = extent;
    return llvm::success();
  }
  if (extent == entry.extent || extent == 1)
    return llvm::success();
  if (entry.extent == 1 ||
      (entry.extent == kDynamicExtent && extent != kDynamicExtent)) {
    witnesses[label] = here;
    entry.extent = extent;
    return llvm::success();
  }
  if (extent == kDynamicExtent)
    return llvm::success();
  const Witness &first = witnesses[label];
  (void)fail(span(subscript),
             describe(label) + " is " + llvm::Twine(entry.extent) +
                 " in operand " + llvm::Twine(first.operand) + " but " +
                 llvm::Twine(extent) + " in operand " + llvm::Twine(operand));
  note("first used here, as " + llvm::Twine(entry.extent),
       span(first.subscript));
  return llvm::failure();
}

/// numpy's strict rule: what an ellipsis stands for is never summed.
llvm::LogicalResult Resolver::checkEllipsisInOutput() {
  unsigned operand = 0;
  while (ellipsisRanks[operand] == 0)
    ++operand;
  const auto &subscripts = equation.operands[operand];
  const Subscript *ellipsis =
      llvm::find_if(subscripts, [](const Subscript &subscript) {
        return subscript.ellipsis;
      });
  llvm::ArrayRef<int64_t> extents = types[operand].shape;
  extents =
      extents.slice(ellipsis - subscripts.begin(), ellipsisRanks[operand]);
  TextSpan where = outputSpan(equation);
  std::string written = equation.output.empty()
                            ? ""
                            : llvm::StringRef(equation.text)
                                  .substr(where.offset, where.length)
                                  .str();
  std::string axes =
      extents.size() == 1 ? "1 axis" : llvm::utostr(extents.size()) + " axes";
  (void)fail(where, "expected '...' in the output but found '" + written +
                        "': it stands for " + axes + " (" +
                        extentList(extents) + ") of operand " +
                        llvm::Twine(operand));
  note("used here", span(*ellipsis));
  return llvm::failure();
}

llvm::LogicalResult Resolver::resolveOutput() {
  bool hasEllipsis = false;
  for (const Subscript &subscript : equation.output) {
    if (subscript.ellipsis) {
      hasEllipsis = true;
      resolved.outputLabels.append(ellipsisLabels);
    } else {
      resolved.outputLabels.push_back(interned.lookup(subscript.label));
    }
  }
  if (!hasEllipsis && !ellipsisLabels.empty())
    return checkEllipsisInOutput();
  if (resolved.outputLabels.size() > kMaxRank)
    return fail(outputSpan(equation),
                "expected an output of rank at most " + llvm::Twine(kMaxRank) +
                    " but found rank " +
                    llvm::Twine(resolved.outputLabels.size()));
  return llvm::success();
}

/// bool, integers, floating, complex: numpy's order of kinds. Within one kind a
/// result may be narrower than the product, never in a lower kind.
static unsigned kindOf(ElementType type) {
  if (isComplex(type))
    return 3;
  if (isFloat(type))
    return 2;
  return isInteger(type) ? 1 : 0;
}

llvm::LogicalResult Resolver::resolveElements() {
  llvm::SmallVector<ElementType> elements;
  for (const OperandType &type : types)
    elements.push_back(type.element);
  ElementType product = promote(elements);
  ElementType result = product;
  if (options.result)
    result = options.result->element;
  else if (options.resultElement)
    result = *options.resultElement;
  if (kindOf(result) < kindOf(product)) {
    llvm::StringRef kind[] = {"", "an integer", "a floating-point",
                              "a complex"};
    return failAt(diagnostic, elementTypeName(result),
                  {0, elementTypeName(result).size()},
                  "expected " + kind[kindOf(product)] +
                      " result type for a product of type " +
                      elementTypeName(product) + " but found " +
                      elementTypeName(result));
  }
  // A wider result is summed in its own type, a narrower one converted once.
  ElementType sum = promote(product, result);
  if (isInteger(product) && isInteger(result))
    sum =
        elementTypeSize(result) >= elementTypeSize(product) ? result : product;
  resolved.result.element = result;
  resolved.accumulate = accumulatorType(sum);
  return llvm::success();
}

llvm::LogicalResult Resolver::matchResultShape(const OperandType &given) {
  llvm::ArrayRef<int64_t> labels = resolved.outputLabels;
  auto mismatch = [&](size_t axis, const llvm::Twine &why) {
    llvm::SmallVector<int64_t> expected;
    for (int64_t label : labels)
      expected.push_back(resolved.labels[label].extent);
    std::string text = given.str();
    return failAt(diagnostic, text, {0, text.size()},
                  "expected a result of shape " +
                      (expected.empty() ? "()" : extentList(expected)) +
                      " but found " +
                      (given.shape.empty() ? "()" : extentList(given.shape)) +
                      ": " + why);
  };
  if (given.shape.size() != labels.size())
    return mismatch(0, "the output has rank " + llvm::Twine(labels.size()) +
                           ", the result's type " +
                           llvm::Twine(given.shape.size()));
  for (auto [axis, label] : llvm::enumerate(labels)) {
    int64_t &extent = resolved.labels[label].extent;
    if (given.shape[axis] == kDynamicExtent || given.shape[axis] == extent)
      continue;
    // The result's type can say what the operands' leave open.
    if (extent != kDynamicExtent)
      return mismatch(axis, describe(label) + " is " + llvm::Twine(extent) +
                                " but " + llvm::Twine(given.shape[axis]) +
                                " in the result");
    extent = given.shape[axis];
  }
  return llvm::success();
}

llvm::LogicalResult Resolver::resolveResult() {
  if (options.result && failed(matchResultShape(*options.result)))
    return llvm::failure();
  for (int64_t label : resolved.outputLabels)
    resolved.result.shape.push_back(resolved.labels[label].extent);
  if (options.result)
    resolved.result.strides = options.result->strides;
  if (failed(verifyOperandType(resolved.result, "the result", diagnostic))) {
    TextSpan where = outputSpan(equation);
    diagnostic.point = SourcePoint{equation.text, where.offset, where.length};
    return llvm::failure();
  }
  return verifyResultStrides(resolved.result, diagnostic);
}

llvm::FailureOr<ResolvedEquation> Resolver::run() {
  if (failed(checkCount()) || failed(checkTypes()) || failed(measureEllipses()))
    return llvm::failure();
  for (unsigned i = 0; i < types.size(); ++i)
    if (failed(internOperand(i)))
      return llvm::failure();
  if (failed(resolveOutput()) || failed(resolveElements()) ||
      failed(resolveResult()))
    return llvm::failure();
  return std::move(resolved);
}

llvm::FailureOr<ResolvedEquation>
einsumc::resolve(const Equation &equation, llvm::ArrayRef<OperandType> operands,
                 const ResolveOptions &options, Diagnostic &diagnostic) {
  return Resolver(equation, operands, options, diagnostic).run();
}
