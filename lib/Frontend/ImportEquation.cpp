//===- ImportEquation.cpp - From an equation to IR ------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Frontend/ImportEquation.h"

#include "einsumc/Dialect/Einsum/IR/Einsum.h"
#include "einsumc/Dialect/Kernel/IR/Kernel.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace einsumc;

namespace {

class Importer {
public:
  Importer(MLIRContext *context, const ResolvedEquation &equation,
           const ImportOptions &options)
      : builder(context), equation(equation), options(options) {}

  OwningOpRef<ModuleOp> run();

private:
  RankedTensorType tensorType(const OperandType &type) {
    return RankedTensorType::get(
        type.shape, einsum::getMLIRType(builder.getContext(), type.element));
  }
  NamedAttrList attributesOf(const OperandType &type, ArrayRef<int64_t> labels);
  /// A factor as an attribute; null where it is 1 or known at run time only.
  TypedAttr constantOf(const Factor &factor, Type type);
  /// What the kernel computes, for people.
  std::string describe() const;
  void addArgument(Type type, const NamedAttrList &attributes) {
    argumentTypes.push_back(type);
    argumentAttrs.push_back(attributes.getDictionary(builder.getContext()));
  }

  OpBuilder builder;
  const ResolvedEquation &equation;
  const ImportOptions &options;
  SmallVector<Type> argumentTypes;
  SmallVector<DictionaryAttr> argumentAttrs;
};

} // namespace

NamedAttrList Importer::attributesOf(const OperandType &type,
                                     ArrayRef<int64_t> labels) {
  NamedAttrList attributes;
  SmallVector<Attribute> names;
  for (int64_t label : labels)
    names.push_back(builder.getStringAttr(equation.labels[label].parameter));
  attributes.set(kernel::kLabelsAttrName, builder.getArrayAttr(names));
  if (isUnsigned(type.element) || type.element == ElementType::boolean)
    attributes.set(kernel::kElementAttrName,
                   builder.getStringAttr(elementTypeName(type.element)));
  if (type.strides)
    attributes.set(
        kernel::kLayoutAttrName,
        StridedLayoutAttr::get(builder.getContext(), 0, *type.strides));
  return attributes;
}

TypedAttr Importer::constantOf(const Factor &factor, Type type) {
  if (factor.runTime)
    return {};
  if (auto complex = dyn_cast<ComplexType>(type))
    return complex::NumberAttr::get(complex, factor.real.real(),
                                    factor.real.imag());
  if (isa<FloatType>(type))
    return builder.getFloatAttr(type, factor.real.real());
  unsigned width = type.getIntOrFloatBitWidth();
  return builder.getIntegerAttr(
      type, llvm::APInt(64, factor.integer).zextOrTrunc(width));
}

std::string Importer::describe() const {
  if (!options.accumulate)
    return equation.text;
  ElementType type = equation.result.element;
  auto [alpha, beta] = *options.accumulate;
  std::string text = alpha.str(type, "alpha") + " * (" + equation.text + ")";
  if (!beta.isZero(type))
    text += " + " + beta.str(type, "beta") + " * out";
  return text;
}

OwningOpRef<ModuleOp> Importer::run() {
  MLIRContext *context = builder.getContext();
  // An equation is one line of text; its columns are where labels stand.
  Location loc = FileLineColLoc::get(context, kEquationFileName, 1, 1);
  OwningOpRef<ModuleOp> module = ModuleOp::create(builder, loc);
  builder.setInsertionPointToEnd(module->getBody());

  for (auto [type, labels] :
       llvm::zip_equal(equation.operands, equation.operandLabels))
    addArgument(tensorType(type), attributesOf(type, labels));
  RankedTensorType resultType = tensorType(equation.result);
  Type element = resultType.getElementType();
  NamedAttrList resultAttrs =
      attributesOf(equation.result, equation.outputLabels);

  const AccumulateFactors *factors =
      options.accumulate ? &*options.accumulate : nullptr;
  bool readsC = factors && !factors->beta.isZero(equation.result.element);
  if (readsC) {
    NamedAttrList attributes = resultAttrs;
    attributes.set(kernel::kInOutAttrName, builder.getUnitAttr());
    addArgument(resultType, attributes);
  }
  auto addParameter = [&](const Factor &factor, StringRef name) {
    if (!factor.runTime)
      return;
    NamedAttrList attributes;
    attributes.set(kernel::kParameterAttrName, builder.getStringAttr(name));
    ElementType type = equation.result.element;
    if (isUnsigned(type) || type == ElementType::boolean)
      attributes.set(kernel::kElementAttrName,
                     builder.getStringAttr(elementTypeName(type)));
    addArgument(element, attributes);
  };
  if (factors) {
    addParameter(factors->alpha, "alpha");
    if (readsC)
      addParameter(factors->beta, "beta");
  }

  auto function =
      func::FuncOp::create(builder, loc, options.name,
                           builder.getFunctionType(argumentTypes, resultType));
  function.setAllArgAttrs(argumentAttrs);
  function.setResultAttrs(0, resultAttrs.getDictionary(context));
  function->setAttr(kernel::kEquationAttrName,
                    builder.getStringAttr(describe()));
  NamedAttrList assumptions;
  for (const Label &label : equation.labels)
    if (label.facts.any())
      assumptions.set(label.parameter,
                      kernel::ExtentAttr::get(context, label.facts));
  if (!assumptions.empty())
    function->setAttr(kernel::kAssumeAttrName,
                      assumptions.getDictionary(context));
  Block *entry = function.addEntryBlock();
  builder.setInsertionPointToStart(entry);

  SmallVector<StringRef> names;
  for (const Label &label : equation.labels)
    names.push_back(label.name);
  SmallVector<einsum::LabelList> labels;
  for (const auto &list : equation.operandLabels)
    labels.emplace_back(list.begin(), list.end());
  Type accumulator = einsum::getMLIRType(context, equation.accumulate);
  size_t numOperands = equation.operands.size();
  Value product = einsum::ContractOp::create(
      builder, loc, resultType.clone(factors ? accumulator : element),
      ValueRange(entry->getArguments()).take_front(numOperands), labels,
      ArrayRef<int64_t>(equation.outputLabels), names, accumulator);

  if (factors) {
    ArrayRef<BlockArgument> rest =
        entry->getArguments().drop_front(numOperands);
    auto next = [&] {
      Value value = rest.front();
      rest = rest.drop_front();
      return value;
    };
    Value c = readsC ? next() : Value();
    auto factor = [&](const Factor &factor) -> OpFoldResult {
      if (factor.runTime)
        return next();
      return constantOf(factor, element);
    };
    OpFoldResult alpha = factor(factors->alpha);
    OpFoldResult beta = readsC ? factor(factors->beta) : OpFoldResult();
    product = einsum::AccumulateOp::create(builder, loc, resultType, product, c,
                                           alpha, beta);
  }
  func::ReturnOp::create(builder, loc, product);
  return module;
}

OwningOpRef<ModuleOp> einsumc::importEquation(MLIRContext *context,
                                              const ResolvedEquation &equation,
                                              const ImportOptions &options) {
  return Importer(context, equation, options).run();
}
