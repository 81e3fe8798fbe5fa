//===- Signature.cpp - A kernel's parameters --------------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Dialect/Kernel/IR/Signature.h"
#include "einsumc/Dialect/Kernel/IR/Kernel.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;
using namespace einsumc;
using namespace einsumc::kernel;

bool Signature::hasDynamicExtents() const {
  return llvm::any_of(
      labels, [](const SignatureLabel &label) { return label.parameter; });
}

bool Signature::hasDynamicStrides() const {
  return llvm::any_of(operands, [](const SignatureOperand &operand) {
    return operand.strides &&
           llvm::is_contained(*operand.strides, ShapedType::kDynamic);
  });
}

std::optional<ElementType> kernel::getElementType(Type type, StringAttr name) {
  if (name)
    if (std::optional<ElementType> element =
            parseElementType(name.getValue())) {
      bool isUnsignedOrBool =
          isUnsigned(*element) || *element == ElementType::boolean;
      if (isUnsignedOrBool && type.isInteger(8 * elementTypeSize(*element)))
        return element;
      if (isUnsignedOrBool)
        return std::nullopt;
    }
  if (auto complex = dyn_cast<ComplexType>(type)) {
    if (complex.getElementType().isF32())
      return ElementType::c64;
    if (complex.getElementType().isF64())
      return ElementType::c128;
    return std::nullopt;
  }
  if (type.isF16())
    return ElementType::f16;
  if (type.isBF16())
    return ElementType::bf16;
  if (type.isF32())
    return ElementType::f32;
  if (type.isF64())
    return ElementType::f64;
  bool isUnsignedType = type.isUnsignedInteger();
  if (auto integer = dyn_cast<IntegerType>(type)) {
    switch (integer.getWidth()) {
    case 8:
      return isUnsignedType ? ElementType::u8 : ElementType::i8;
    case 16:
      return isUnsignedType ? ElementType::u16 : ElementType::i16;
    case 32:
      return isUnsignedType ? ElementType::u32 : ElementType::i32;
    case 64:
      return isUnsignedType ? ElementType::u64 : ElementType::i64;
    }
  }
  return std::nullopt;
}

bool kernel::isValidKernelName(StringRef name) {
  static const llvm::StringSet<> keywords = {
      "alignas", "alignof", "and", "and_eq", "asm", "auto", "bitand", "bitor",
      "bool", "break", "case", "catch", "char", "char16_t", "char32_t", "class",
      "compl", "const", "const_cast", "constexpr", "continue", "decltype",
      "default", "delete", "do", "double", "dynamic_cast", "else", "enum",
      "explicit", "export", "extern", "false", "float", "for", "friend", "goto",
      "if", "inline", "int", "long", "mutable", "namespace", "new", "noexcept",
      "not", "not_eq", "nullptr", "operator", "or", "or_eq", "private",
      "protected", "public", "register", "reinterpret_cast", "restrict",
      "return", "short", "signed", "sizeof", "static", "static_assert",
      "static_cast", "struct", "switch", "template", "this", "thread_local",
      "throw", "true", "try", "typedef", "typeid", "typename", "union",
      "unsigned", "using", "virtual", "void", "volatile", "wchar_t", "while",
      "xor", "xor_eq",
      // What headers of kernels use.
      "int8_t", "int16_t", "int32_t", "int64_t", "uint8_t", "uint16_t",
      "uint32_t", "uint64_t",
      // What the object calls, or a program has anyway.
      "malloc", "free", "memcpy", "memmove", "memset", "main"};
  if (name.empty() || llvm::isDigit(name.front()) || keywords.contains(name))
    return false;
  return llvm::all_of(name,
                      [](char c) { return llvm::isAlnum(c) || c == '_'; });
}

static bool isIdentifierSuffix(StringRef text) {
  return !text.empty() && llvm::all_of(text, [](char c) {
    return llvm::isAlnum(c) || c == '_';
  });
}

namespace {

/// Collects operands in order, interning labels as they appear.
class SignatureReader {
public:
  SignatureReader(func::FuncOp function) : function(function) {}
  FailureOr<Signature> read();

private:
  LogicalResult addOperand(ShapedType type, DictionaryAttr attributes,
                           SignatureOperand operand);
  LogicalResult readAssumptions();
  int internLabel(StringRef name);

  func::FuncOp function;
  Signature signature;
  llvm::StringMap<int> labelIds;
  unsigned numAnonymous = 0;
};

} // namespace

int SignatureReader::internLabel(StringRef name) {
  auto [it, inserted] = labelIds.try_emplace(name, signature.labels.size());
  if (inserted)
    signature.labels.push_back({name.str(), 1, false, {}});
  return it->second;
}

LogicalResult SignatureReader::addOperand(ShapedType type,
                                          DictionaryAttr attributes,
                                          SignatureOperand operand) {
  auto get = [&](StringRef name) {
    return attributes ? attributes.get(name) : Attribute();
  };
  std::optional<ElementType> element =
      getElementType(type.getElementType(),
                     dyn_cast_or_null<StringAttr>(get(kElementAttrName)));
  if (!element)
    return function.emitError(
               "a kernel's operand cannot have elements of type ")
           << type.getElementType()
           << (get(kElementAttrName) ? " with this 'kernel.element'" : "");
  operand.element = *element;
  if (!type.hasRank())
    return function.emitError("a kernel's operand must have a rank, not type ")
           << type;
  operand.shape.assign(type.getShape().begin(), type.getShape().end());

  auto labels = dyn_cast_or_null<ArrayAttr>(get(kLabelsAttrName));
  if (labels && (labels.size() != operand.shape.size() ||
                 !llvm::all_of(labels, llvm::IsaPred<StringAttr>)))
    return function.emitError("'kernel.labels' must name each of the ")
           << operand.shape.size() << " axes of " << operand.name;
  for (auto [axis, extent] : llvm::enumerate(operand.shape)) {
    bool isDynamic = ShapedType::isDynamic(extent);
    int label = -1;
    if (labels)
      label = internLabel(cast<StringAttr>(labels[axis]).getValue());
    else if (isDynamic)
      label = internLabel("d" + std::to_string(numAnonymous++));
    operand.labels.push_back(label);
    if (label < 0)
      continue;
    if (!isIdentifierSuffix(signature.labels[label].name))
      return function.emitError("label '")
             << signature.labels[label].name
             << "' cannot be part of a C identifier";
    // A static extent other than 1 wins over `?`, and `?` over 1.
    SignatureLabel &known = signature.labels[label];
    if (isDynamic) {
      known.parameter = true;
      if (known.extent == 1)
        known.extent = ShapedType::kDynamic;
    } else if (extent != 1) {
      if (known.extent >= 0 && known.extent != 1 && known.extent != extent)
        return function.emitError("label '")
               << known.name << "' is " << known.extent
               << " in one operand but " << extent << " in " << operand.name;
      known.extent = extent;
    }
  }

  if (auto memref = dyn_cast<MemRefType>(type)) {
    if (!memref.getLayout().isIdentity()) {
      SmallVector<int64_t> strides;
      int64_t offset;
      if (failed(memref.getStridesAndOffset(strides, offset)))
        return function.emitError("a kernel's operand must be strided, not ")
               << type;
      operand.strides.emplace(strides.begin(), strides.end());
    }
  } else if (auto layout =
                 dyn_cast_or_null<StridedLayoutAttr>(get(kLayoutAttrName))) {
    if (layout.getStrides().size() != operand.shape.size())
      return function.emitError(
                 "'kernel.layout' must have a stride for each of the ")
             << operand.shape.size() << " axes of " << operand.name;
    operand.strides.emplace(layout.getStrides().begin(),
                            layout.getStrides().end());
  }
  signature.operands.push_back(std::move(operand));
  return success();
}

/// What is assumed of labels. One of which a single extent is left may be
/// static in all types, and is a parameter nevertheless.
LogicalResult SignatureReader::readAssumptions() {
  Attribute given = function->getAttr(kAssumeAttrName);
  if (!given)
    return success();
  auto assumptions = dyn_cast<DictionaryAttr>(given);
  if (!assumptions)
    return function.emitError()
           << "'" << kAssumeAttrName << "' must be a dictionary of labels";
  for (NamedAttribute assumption : assumptions) {
    StringRef name = assumption.getName();
    auto extent = dyn_cast<ExtentAttr>(assumption.getValue());
    if (!extent)
      return function.emitError() << "'" << kAssumeAttrName << "' of label '"
                                  << name << "' must be a #kernel.extent";
    auto known = labelIds.find(name);
    if (known == labelIds.end())
      return function.emitError()
             << "'" << kAssumeAttrName << "' names the label '" << name
             << "', which no axis has";
    SignatureLabel &label = signature.labels[known->second];
    ExtentFacts facts = extent.getFacts();
    if (!ShapedType::isDynamic(label.extent) && !facts.allow(label.extent))
      return function.emitError()
             << "label '" << name << "' is " << label.extent
             << ", which contradicts " << facts.str(name.str());
    if (facts.isOne()) {
      label.extent = facts.min;
      label.parameter = true;
    } else if (ShapedType::isDynamic(label.extent)) {
      label.facts = facts;
    }
  }
  return success();
}

FailureOr<Signature> SignatureReader::read() {
  signature.name = function.getName().str();
  if (!isValidKernelName(signature.name))
    return function.emitError("'")
           << signature.name
           << "' cannot be a kernel's name: it is no C identifier";
  if (auto equation = function->getAttrOfType<StringAttr>(kEquationAttrName))
    signature.equation = equation.getValue().str();

  // On memrefs an output is marked; a function without marks has one, its last.
  SmallVector<unsigned> inputs, outputs, marked;
  std::optional<unsigned> inOut;
  for (auto [index, type] : llvm::enumerate(function.getArgumentTypes())) {
    if (!isa<ShapedType>(type)) {
      auto name =
          function.getArgAttrOfType<StringAttr>(index, kElementAttrName);
      std::optional<ElementType> element = getElementType(type, name);
      if (!element)
        return function.emitError(
                   "a kernel's scalar parameter cannot have type ")
               << type;
      signature.scalars.push_back({"", *element, unsigned(index)});
      continue;
    }
    bool isInOut = !!function.getArgAttr(index, kInOutAttrName);
    if (isInOut)
      inOut = index;
    if (isInOut || function.getArgAttr(index, kOutputAttrName))
      marked.push_back(index);
    else
      inputs.push_back(index);
  }
  bool onTensors = function.getNumResults() != 0;
  if (onTensors) {
    if (!llvm::all_of(function.getResultTypes(), llvm::IsaPred<ShapedType>))
      return function.emitError("a kernel's results must be tensors");
    for (unsigned i = 0; i < function.getNumResults(); ++i)
      outputs.push_back(i);
  } else {
    if (marked.empty() && !inputs.empty())
      marked.push_back(inputs.pop_back_val());
    outputs = marked;
  }
  if (outputs.empty())
    return function.emitError("a kernel must have an output");

  for (auto [number, index] : llvm::enumerate(inputs)) {
    SignatureOperand operand;
    operand.name = "in" + std::to_string(number);
    operand.index = index;
    if (failed(addOperand(cast<ShapedType>(function.getArgumentTypes()[index]),
                          function.getArgAttrDict(index), std::move(operand))))
      return failure();
  }
  for (auto [number, index] : llvm::enumerate(outputs)) {
    SignatureOperand operand;
    operand.name = outputs.size() == 1 ? "out" : "out" + std::to_string(number);
    operand.index = index;
    operand.isOutput = true;
    operand.isResult = onTensors;
    operand.isInOut = onTensors ? inOut && number == 0 : inOut == index;
    Type type = onTensors ? function.getResultTypes()[index]
                          : function.getArgumentTypes()[index];
    DictionaryAttr attributes = onTensors ? function.getResultAttrDict(index)
                                          : function.getArgAttrDict(index);
    if (failed(
            addOperand(cast<ShapedType>(type), attributes, std::move(operand))))
      return failure();
  }
  if (failed(readAssumptions()))
    return failure();
  // A name that another parameter has, or may have, is no name.
  llvm::StringSet<> taken = {"scratch"};
  for (const SignatureOperand &operand : signature.operands)
    taken.insert(operand.name);
  unsigned number = 0;
  for (SignatureScalar &scalar : signature.scalars) {
    auto attribute =
        function.getArgAttrOfType<StringAttr>(scalar.index, kParameterAttrName);
    StringRef name = attribute ? attribute.getValue() : "";
    if (isValidKernelName(name) && !name.starts_with("n_") &&
        !name.starts_with("s_") && taken.insert(name).second) {
      scalar.name = name.str();
      continue;
    }
    do
      scalar.name = "p" + std::to_string(number++);
    while (!taken.insert(scalar.name).second);
  }
  return signature;
}

FailureOr<Signature> kernel::getSignature(func::FuncOp function) {
  return SignatureReader(function).read();
}
