//===- Resolve.cpp - an equation meets its operands' types -===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Unicode.h"
#include "einsumc/Frontend/Equation.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringExtras.h"

using namespace einsumc;

namespace {

/// Where an extent of a label was decided.
struct Witness {
  unsigned operand = 0;
  unsigned axis = 0;
  uint32_t offset = 0;
  uint32_t length = 1;
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
  llvm::LogicalResult fail(const llvm::Twine &message, uint32_t offset,
                           uint32_t length) {
    diagnostic = Diagnostic();
    diagnostic.message = message.str();
    diagnostic.point = SourcePoint{equation.text, offset, length};
    return llvm::failure();
  }
  uint32_t lengthOf(const Subscript &subscript) const;
  std::string nameOf(const Subscript &subscript) const;
  /// Offset where an operand's subscripts begin, for what is about all of them.
  uint32_t startOf(unsigned operand) const;

  llvm::LogicalResult checkCount();
  llvm::LogicalResult measureEllipses();
  llvm::LogicalResult resolveOperand(unsigned operand);
  llvm::LogicalResult addAxis(unsigned operand, int64_t label,
                              const Subscript &subscript);
  llvm::LogicalResult resolveOutput();
  llvm::LogicalResult resolveElements();
  llvm::LogicalResult resolveResult();
  llvm::LogicalResult checkSizes();
  int64_t internLabel(uint64_t label, const Subscript &subscript);
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
};

} // namespace

uint32_t Resolver::lengthOf(const Subscript &subscript) const {
  if (subscript.ellipsis)
    return 3;
  if (equation.sublists)
    return std::to_string(subscript.label).size();
  return encodeUtf8(subscript.label).size();
}

std::string Resolver::nameOf(const Subscript &subscript) const {
  return equation.sublists ? std::to_string(subscript.label)
                           : encodeUtf8(subscript.label);
}

uint32_t Resolver::startOf(unsigned operand) const {
  llvm::StringRef text = equation.text;
  if (equation.sublists) {
    size_t at = 0;
    for (unsigned i = 0; i < operand; ++i)
      at = text.find(']', at) + 1;
    return text.find('[', at);
  }
  size_t at = 0;
  for (unsigned i = 0; i < operand; ++i)
    at = text.find(',', at) + 1;
  while (at < text.size() && text[at] == ' ')
    ++at;
  return at;
}

static std::string plural(size_t count, llvm::StringRef noun) {
  return (llvm::Twine(count) + " " + noun + (count == 1 ? "" : "s")).str();
}

llvm::LogicalResult Resolver::checkCount() {
  size_t expected = equation.operands.size(), actual = types.size();
  if (expected == actual)
    return llvm::success();
  uint32_t at = expected > actual ? startOf(actual) : equation.text.size();
  if (actual > expected) {
    size_t arrow = equation.text.find("->");
    at = arrow == std::string::npos ? equation.text.size() : arrow;
  }
  return fail("the equation has " + plural(expected, "operand") + " but " +
                  plural(actual, "operand") + (actual == 1 ? " was" : " were") +
                  " given",
              at, 1);
}

llvm::LogicalResult Resolver::measureEllipses() {
  unsigned longest = 0;
  for (auto [i, operand] : llvm::enumerate(equation.operands)) {
    size_t rank = types[i].shape.size();
    const Subscript *ellipsis = nullptr;
    for (const Subscript &subscript : operand)
      if (subscript.ellipsis)
        ellipsis = &subscript;
    size_t labels = operand.size() - (ellipsis ? 1 : 0);
    if (rank < labels || (rank > labels && !ellipsis)) {
      // Point at the first subscript without an axis, or behind the last.
      uint32_t at = startOf(i), length = 1;
      size_t seen = 0;
      for (const Subscript &subscript : operand) {
        if (!subscript.ellipsis && ++seen == rank + 1) {
          at = subscript.offset;
          length = lengthOf(subscript);
          break;
        }
        if (rank > labels)
          at = subscript.offset + lengthOf(subscript);
      }
      return fail("operand " + llvm::Twine(i) + " has rank " +
                      llvm::Twine(rank) + " but " +
                      plural(labels, "subscript") +
                      (ellipsis ? " besides '...'" : ""),
                  at, length);
    }
    ellipsisRanks.push_back(rank - labels);
    longest = std::max<unsigned>(longest, rank - labels);
  }
  ellipsisLabels.assign(longest, -1);
  return llvm::success();
}

int64_t Resolver::internLabel(uint64_t label, const Subscript &subscript) {
  auto [it, isNew] = interned.try_emplace(label, resolved.labels.size());
  if (!isNew)
    return it->second;
  Label entry;
  entry.name = nameOf(subscript);
  entry.parameter =
      equation.sublists || label < 0x80
          ? entry.name
          : "u" + llvm::utohexstr(label, /*LowerCase=*/false, /*Width=*/4);
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

/// One more axis of an operand under a label: extents must agree, an axis of
/// static extent 1 broadcasts, `?` takes what is known.
llvm::LogicalResult Resolver::addAxis(unsigned operand, int64_t label,
                                      const Subscript &subscript) {
  auto &labels = resolved.operandLabels[operand];
  unsigned axis = labels.size();
  llvm::ArrayRef<int64_t> shape = types[operand].shape;
  int64_t extent = shape[axis];
  Label &entry = resolved.labels[label];
  uint32_t length = lengthOf(subscript);
  std::string what =
      (entry.isEllipsis ? "ellipsis axis '" : "index '") + entry.name + "'";
  auto note = [&](const Witness &witness) {
    diagnostic.noteMessage = "first used here";
    diagnostic.notePoint =
        SourcePoint{equation.text, witness.offset, witness.length};
  };

  // A diagonal runs along axes of one extent; nothing broadcasts there.
  for (auto [other, seen] : llvm::enumerate(labels)) {
    if (seen != label || shape[other] == extent ||
        shape[other] == kDynamicExtent || extent == kDynamicExtent)
      continue;
    (void)fail(what + " is " + llvm::Twine(shape[other]) + " on axis " +
                   llvm::Twine(other) + " but " + llvm::Twine(extent) +
                   " on axis " + llvm::Twine(axis) + " of operand " +
                   llvm::Twine(operand),
               subscript.offset, length);
    note(witnesses[label]);
    return llvm::failure();
  }
  labels.push_back(label);

  Witness here{operand, axis, subscript.offset, length};
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
  (void)fail(what + " is " + llvm::Twine(entry.extent) + " in operand " +
                 llvm::Twine(first.operand) + " but " + llvm::Twine(extent) +
                 " in operand " + llvm::Twine(operand),
             subscript.offset, length);
  note(first);
  return llvm::failure();
}

llvm::LogicalResult Resolver::resolveOperand(unsigned operand) {
  resolved.operandLabels.emplace_back();
  for (const Subscript &subscript : equation.operands[operand]) {
    if (!subscript.ellipsis) {
      if (failed(addAxis(operand, internLabel(subscript.label, subscript),
                         subscript)))
        return llvm::failure();
      continue;
    }
    unsigned rank = ellipsisRanks[operand], longest = ellipsisLabels.size();
    for (unsigned axis = longest - rank; axis < longest; ++axis)
      if (failed(addAxis(operand, internEllipsis(axis), subscript)))
        return llvm::failure();
  }
  return llvm::success();
}

llvm::LogicalResult Resolver::resolveOutput() {
  bool ellipsis = false;
  for (const Subscript &subscript : equation.output) {
    if (subscript.ellipsis) {
      ellipsis = true;
      resolved.outputLabels.append(ellipsisLabels.begin(),
                                   ellipsisLabels.end());
      continue;
    }
    auto it = interned.find(subscript.label);
    if (it == interned.end())
      return fail("output index '" + nameOf(subscript) +
                      "' does not appear in any operand",
                  subscript.offset, lengthOf(subscript));
    resolved.outputLabels.push_back(it->second);
  }
  if (!ellipsis && !ellipsisLabels.empty()) {
    // numpy's strict rule: what an ellipsis stands for is never summed.
    unsigned operand = 0;
    while (ellipsisRanks[operand] == 0)
      ++operand;
    uint32_t at = 0;
    for (const Subscript &subscript : equation.operands[operand])
      if (subscript.ellipsis)
        at = subscript.offset;
    return fail("the ellipsis of operand " + llvm::Twine(operand) +
                    " stands for " +
                    (ellipsisRanks[operand] == 1
                         ? std::string("1 axis")
                         : std::to_string(ellipsisRanks[operand]) + " axes") +
                    " but the output has no '...'",
                at, 3);
  }
  if (resolved.outputLabels.size() > kMaxRank)
    return fail("the output has rank " +
                    llvm::Twine(resolved.outputLabels.size()) + ", more than " +
                    llvm::Twine(kMaxRank),
                equation.text.size(), 1);
  return llvm::success();
}

llvm::LogicalResult Resolver::resolveElements() {
  ElementType product = types[0].element;
  for (const OperandType &type : types.drop_front())
    product = promote(product, type.element);
  ElementType result = product;
  if (options.result)
    result = options.result->element;
  else if (options.resultElement)
    result = *options.resultElement;
  if (isComplex(product) && !isComplex(result))
    return fail("a product of type " + elementTypeName(product) +
                    " does not fit a result of type " + elementTypeName(result),
                0, 1);
  // A wider result is summed in its own type, a narrower one is rounded once.
  bool integers = isInteger(product) && isInteger(result);
  ElementType sum = promote(product, result);
  if (integers)
    sum = elementTypeSize(result) > elementTypeSize(product) ? result : product;
  resolved.result.element = result;
  resolved.accumulate = accumulatorType(sum);
  return llvm::success();
}

llvm::LogicalResult Resolver::resolveResult() {
  for (int64_t label : resolved.outputLabels)
    resolved.result.shape.push_back(resolved.labels[label].extent);
  if (!options.result)
    return llvm::success();
  OperandType given = *options.result;
  if (given.shape != resolved.result.shape) {
    OperandType expected = resolved.result;
    expected.strides.reset();
    given.strides.reset();
    return fail("expected a result of type " + expected.str() + ", got " +
                    given.str(),
                equation.text.size(), 1);
  }
  resolved.result.strides = options.result->strides;
  for (auto [axis, stride] : llvm::enumerate(
           resolved.result.strides.value_or(llvm::SmallVector<int64_t, 6>())))
    if (stride != kDynamicExtent &&
        (stride < 0 || (stride == 0 && resolved.result.shape[axis] > 1)))
      return fail("stride " + llvm::Twine(stride) + " on axis " +
                      llvm::Twine(axis) +
                      " of the result: expected a positive one",
                  equation.text.size(), 1);
  return llvm::success();
}

/// No product of extents may leave 64 bits: not a tensor's bytes, not the
/// number of terms.
llvm::LogicalResult Resolver::checkSizes() {
  auto overflows = [](llvm::ArrayRef<int64_t> extents, int64_t product) {
    if (llvm::is_contained(extents, 0))
      return false;
    for (int64_t extent : extents)
      if (extent != kDynamicExtent &&
          __builtin_mul_overflow(product, extent, &product))
        return true;
    return false;
  };
  for (auto [i, type] : llvm::enumerate(types))
    if (overflows(type.shape, elementTypeSize(type.element)))
      return fail("operand " + llvm::Twine(i) + " of type " + type.str() +
                      " exceeds 64 bits",
                  startOf(i), 1);
  if (overflows(resolved.result.shape,
                elementTypeSize(resolved.result.element)))
    return fail("the result of type " + resolved.result.str() +
                    " exceeds 64 bits",
                equation.text.size(), 1);
  return llvm::success();
}

llvm::FailureOr<ResolvedEquation> Resolver::run() {
  if (failed(checkCount()) || failed(measureEllipses()))
    return llvm::failure();
  for (unsigned i = 0; i < types.size(); ++i)
    if (failed(resolveOperand(i)))
      return llvm::failure();
  if (failed(resolveOutput()) || failed(resolveElements()) ||
      failed(resolveResult()) || failed(checkSizes()))
    return llvm::failure();
  return resolved;
}

llvm::FailureOr<ResolvedEquation>
einsumc::resolve(const Equation &equation, llvm::ArrayRef<OperandType> operands,
                 const ResolveOptions &options, Diagnostic &diagnostic) {
  return Resolver(equation, operands, options, diagnostic).run();
}
