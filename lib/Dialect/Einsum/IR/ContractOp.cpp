//===- ContractOp.cpp - einsum.contract: syntax and verifier -*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Dialect/Einsum/IR/Einsum.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/ConvertUTF.h"

using namespace mlir;
using namespace einsumc;
using namespace einsumc::einsum;

//===----------------------------------------------------------------------===//
// Names and equations
//===----------------------------------------------------------------------===//

/// Bytes of the letter that `text` begins with: an ASCII letter or a whole
/// code point beyond ASCII; 0 when it begins with neither. Which code points
/// are letters is the frontend's business.
static size_t letterLength(StringRef text) {
  if (text.empty())
    return 0;
  if (llvm::isAlpha(text[0]))
    return 1;
  if (static_cast<unsigned char>(text[0]) < 0x80)
    return 0;
  const auto *begin = reinterpret_cast<const llvm::UTF8 *>(text.data());
  size_t length = llvm::getNumBytesForUTF8(*begin);
  if (length > text.size() || !llvm::isLegalUTF8Sequence(begin, begin + length))
    return 0;
  return length;
}

static bool isWord(StringRef name) {
  return !name.empty() && llvm::all_of(name, [](char c) {
    return llvm::isAlnum(c) || c == '_';
  });
}

static bool isLetter(StringRef name) {
  return !name.empty() && letterLength(name) == name.size();
}

std::string ContractOp::getEquation() {
  std::string text;
  // Verified or not, this prints: the verifier's own errors show it.
  auto append = [&](ArrayRef<int64_t> labels) {
    for (int64_t label : labels) {
      StringRef name;
      if (label >= 0 && label < static_cast<int64_t>(getNames().size()))
        name = cast<StringAttr>(getNames()[label]).getValue();
      if (isLetter(name))
        text += name.str();
      else
        text += ("[" + (isWord(name) ? name : StringRef("?")) + "]").str();
    }
  };
  for (auto [i, labels] : llvm::enumerate(getLabels())) {
    if (i != 0)
      text += ',';
    append(cast<DenseI64ArrayAttr>(labels).asArrayRef());
  }
  text += "->";
  append(getOutputLabels());
  return text;
}

namespace {
/// Parses the quoted equation, interning labels in order of first appearance.
struct EquationReader {
  OpAsmParser &parser;
  SMLoc loc;
  SmallVector<StringRef> names;
  llvm::StringMap<int64_t> interned;

  /// Reads the labels of one operand, up to `,` or `->` or the end.
  ParseResult readLabels(StringRef &text, SmallVectorImpl<int64_t> &labels,
                         bool isOutput) {
    while (!text.empty() && text[0] != ',' && !text.starts_with("->")) {
      StringRef name;
      if (text[0] == '[') {
        size_t end = text.find(']');
        name = text.substr(1, end == StringRef::npos ? end : end - 1);
        if (end == StringRef::npos || !isWord(name))
          return parser.emitError(loc)
                 << "expected a name of letters, digits and '_' in '[]' in the "
                    "equation";
        text = text.substr(end + 1);
      } else {
        size_t length = letterLength(text);
        if (length == 0)
          return parser.emitError(loc) << "expected a letter, '[', ',' or '->' "
                                          "in the equation before '"
                                       << text << "'";
        name = text.substr(0, length);
        text = text.substr(length);
      }
      auto [it, isNew] = interned.try_emplace(name, names.size());
      if (isNew && isOutput)
        return parser.emitError(loc)
               << "output label '" << name << "' appears in no operand";
      if (isNew)
        names.push_back(name);
      labels.push_back(it->second);
    }
    return success();
  }
};
} // namespace

ParseResult ContractOp::parse(OpAsmParser &parser, OperationState &state) {
  Builder &builder = parser.getBuilder();
  EquationReader reader{parser, parser.getCurrentLocation(), {}, {}};
  std::string text;
  if (parser.parseString(&text))
    return failure();

  StringRef rest = text;
  SmallVector<Attribute> labels;
  do {
    SmallVector<int64_t> list;
    if (reader.readLabels(rest, list, /*isOutput=*/false))
      return failure();
    labels.push_back(builder.getDenseI64ArrayAttr(list));
  } while (rest.consume_front(","));
  if (!rest.consume_front("->"))
    return parser.emitError(reader.loc)
           << "expected '->' and the output's labels in the equation";
  SmallVector<int64_t> outputLabels;
  if (reader.readLabels(rest, outputLabels, /*isOutput=*/true))
    return failure();
  if (!rest.empty())
    return parser.emitError(reader.loc)
           << "expected the equation to end before '" << rest << "'";

  SmallVector<OpAsmParser::UnresolvedOperand> operands;
  SMLoc operandLoc = parser.getCurrentLocation();
  FunctionType type;
  if (parser.parseOperandList(operands) ||
      parser.parseOptionalAttrDict(state.attributes) ||
      parser.parseColonType(type))
    return failure();
  for (StringRef name : {"labels", "output_labels", "names"})
    if (state.attributes.get(name))
      return parser.emitError(reader.loc)
             << "'" << name << "' is given by the equation";
  if (type.getNumResults() != 1)
    return parser.emitError(operandLoc) << "expected one result type";
  state.addAttribute("labels", builder.getArrayAttr(labels));
  state.addAttribute("output_labels",
                     builder.getDenseI64ArrayAttr(outputLabels));
  state.addAttribute("names", builder.getStrArrayAttr(reader.names));
  state.addTypes(type.getResults());
  return parser.resolveOperands(operands, type.getInputs(), operandLoc,
                                state.operands);
}

void ContractOp::print(OpAsmPrinter &printer) {
  // Not printString: it would escape the bytes of letters beyond ASCII. A
  // verified name holds no quote, backslash or control character.
  printer.getStream() << " \"" << getEquation() << "\" ";
  printer.printOperands(getOperands());
  printer.printOptionalAttrDict((*this)->getAttrs(),
                                {"labels", "output_labels", "names"});
  printer << " : ";
  printer.printFunctionalType(getOperation());
}

//===----------------------------------------------------------------------===//
// Accessors and builders
//===----------------------------------------------------------------------===//

ArrayRef<int64_t> ContractOp::getOperandLabels(unsigned operand) {
  return cast<DenseI64ArrayAttr>(getLabels()[operand]).asArrayRef();
}

SmallVector<LabelList> ContractOp::getAllOperandLabels() {
  return llvm::map_to_vector(getLabels(), [](Attribute labels) {
    return LabelList(cast<DenseI64ArrayAttr>(labels).asArrayRef());
  });
}

SmallVector<StringRef> ContractOp::getNameList() {
  return llvm::to_vector(getNames().getAsValueRange<StringAttr>());
}

static int64_t labelExtent(ValueRange operands, ArrayRef<LabelList> labels,
                           int64_t label) {
  int64_t extent = 1;
  for (auto [operand, list] : llvm::zip_equal(operands, labels))
    for (auto [axis, size] :
         llvm::zip_equal(list, cast<ShapedType>(operand.getType()).getShape()))
      if (axis == label)
        extent = joinExtents(extent, size);
  return extent;
}

int64_t ContractOp::getLabelExtent(int64_t label) {
  int64_t extent = 1;
  for (auto [i, operand] : llvm::enumerate(getOperands()))
    for (auto [axis, size] :
         llvm::zip_equal(getOperandLabels(i),
                         cast<ShapedType>(operand.getType()).getShape()))
      if (axis == label)
        extent = joinExtents(extent, size);
  return extent;
}

void ContractOp::build(OpBuilder &builder, OperationState &state, Type result,
                       ValueRange operands, ArrayRef<LabelList> operandLabels,
                       ArrayRef<int64_t> outputLabels,
                       ArrayRef<StringRef> names, Type accumulate) {
  SmallVector<int64_t> interned(names.size(), -1);
  SmallVector<StringRef> usedNames;
  auto intern = [&](ArrayRef<int64_t> labels) {
    return llvm::map_to_vector(labels, [&](int64_t label) {
      if (interned[label] < 0) {
        interned[label] = usedNames.size();
        usedNames.push_back(names[label]);
      }
      return interned[label];
    });
  };
  SmallVector<Attribute> lists;
  for (const LabelList &labels : operandLabels)
    lists.push_back(builder.getDenseI64ArrayAttr(intern(labels)));
  DenseI64ArrayAttr output = builder.getDenseI64ArrayAttr(intern(outputLabels));
  build(builder, state, result, operands, builder.getArrayAttr(lists), output,
        builder.getStrArrayAttr(usedNames), TypeAttr::get(accumulate));
}

void ContractOp::build(OpBuilder &builder, OperationState &state,
                       ValueRange operands, ArrayRef<LabelList> operandLabels,
                       ArrayRef<int64_t> outputLabels,
                       ArrayRef<StringRef> names, Type accumulate,
                       Type resultElement) {
  auto shape = llvm::map_to_vector(outputLabels, [&](int64_t label) {
    return labelExtent(operands, operandLabels, label);
  });
  build(builder, state, RankedTensorType::get(shape, resultElement), operands,
        operandLabels, outputLabels, names, accumulate);
}

//===----------------------------------------------------------------------===//
// Verifier
//===----------------------------------------------------------------------===//

static LogicalResult verifyElementType(Operation *op, Type type,
                                       const Twine &what) {
  if (getElementType(type))
    return success();
  return op->emitOpError() << what << " has element type " << type
                           << "; expected f16, bf16, f32, f64, i8 to i64, ui8 "
                              "to ui64, i1, complex<f32> or complex<f64>";
}

LogicalResult ContractOp::verify() {
  unsigned numOperands = getNumOperands();
  if (numOperands == 0)
    return emitOpError("expected at least one operand");
  if (getLabels().size() != numOperands)
    return emitOpError() << "has " << numOperands << " operands but labels for "
                         << getLabels().size();

  llvm::StringSet<> seen;
  for (StringRef name : getNames().getAsValueRange<StringAttr>()) {
    if (!isLetter(name) && !isWord(name))
      return emitOpError() << "name '" << name
                           << "' is neither a letter nor made of letters, "
                              "digits and '_'";
    if (!seen.insert(name).second)
      return emitOpError() << "name '" << name << "' stands for two labels";
  }

  // Interned in order of first appearance, so equal contractions are equal ops.
  int64_t numLabels = getNumLabels(), numSeen = 0;
  SmallVector<int64_t> extents(numLabels, 1);
  SmallVector<unsigned> decidedBy(numLabels, 0);
  bool hasComplex = false;
  for (auto [i, operand] : llvm::enumerate(getOperands())) {
    auto type = cast<RankedTensorType>(operand.getType());
    ArrayRef<int64_t> labels = getOperandLabels(i);
    if (failed(verifyElementType(*this, type.getElementType(),
                                 "operand " + Twine(i))))
      return failure();
    hasComplex |= isa<ComplexType>(type.getElementType());
    if (static_cast<int64_t>(labels.size()) != type.getRank())
      return emitOpError() << "operand " << i << " has rank " << type.getRank()
                           << " but " << labels.size() << " labels";
    for (auto [label, extent] : llvm::zip_equal(labels, type.getShape())) {
      if (label < 0 || label >= numLabels)
        return emitOpError() << "label " << label << " of operand " << i
                             << " is outside of the " << numLabels << " names";
      if (label > numSeen)
        return emitOpError() << "label " << label << " of operand " << i
                             << " appears before label " << numSeen
                             << "; labels are numbered by first appearance";
      numSeen = std::max(numSeen, label + 1);
      bool bothDecide = extent != 1 && extents[label] != 1 &&
                        !ShapedType::isDynamic(extent) &&
                        !ShapedType::isDynamic(extents[label]);
      if (bothDecide && extent != extents[label])
        return emitOpError()
               << "label '" << cast<StringAttr>(getNames()[label]).getValue()
               << "' is " << extents[label] << " in operand "
               << decidedBy[label] << " but " << extent << " in operand " << i;
      int64_t joined = joinExtents(extents[label], extent);
      if (joined != extents[label])
        decidedBy[label] = i;
      extents[label] = joined;
    }
  }
  if (numSeen != numLabels)
    return emitOpError() << "name '"
                         << cast<StringAttr>(getNames()[numSeen]).getValue()
                         << "' is no operand's label";

  RankedTensorType result = getType();
  if (failed(verifyElementType(*this, result.getElementType(), "result")))
    return failure();
  if (static_cast<int64_t>(getOutputLabels().size()) != result.getRank())
    return emitOpError() << "result has rank " << result.getRank() << " but "
                         << getOutputLabels().size() << " labels";
  for (auto [label, extent] :
       llvm::zip_equal(getOutputLabels(), result.getShape())) {
    if (label < 0 || label >= numLabels)
      return emitOpError() << "output label " << label << " is outside of the "
                           << numLabels << " names";
    if (extent == extents[label])
      continue;
    auto show = [](int64_t size) {
      return ShapedType::isDynamic(size) ? "?" : std::to_string(size);
    };
    return emitOpError() << "label '"
                         << cast<StringAttr>(getNames()[label]).getValue()
                         << "' is " << show(extents[label])
                         << " in the operands but " << show(extent)
                         << " in the result";
  }

  Type accumulate = getAccumulate();
  if (!isAccumulatorType(accumulate))
    return emitOpError() << "cannot accumulate in " << accumulate
                         << "; expected f32, f64, i32, i64, ui32, ui64, i1, "
                            "complex<f32> or complex<f64>";
  bool sumIsComplex = isa<ComplexType>(accumulate);
  if (hasComplex && !sumIsComplex)
    return emitOpError() << "cannot accumulate complex operands in "
                         << accumulate;
  if (sumIsComplex && !isa<ComplexType>(result.getElementType()))
    return emitOpError() << "cannot convert the sum from " << accumulate
                         << " to " << result.getElementType();
  return success();
}

#define GET_OP_CLASSES
#include "einsumc/Dialect/Einsum/IR/EinsumOps.cpp.inc"
