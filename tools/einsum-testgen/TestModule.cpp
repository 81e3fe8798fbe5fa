//===- TestModule.cpp - A module that tests itself ------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "TestModule.h"

#include "einsumc/Reference/Evaluate.h"

#include "mlir/Dialect/Complex/IR/Complex.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

using namespace mlir;
using namespace einsumc;
using namespace einsumc::reference;

/// The tensor's values as a constant of `type`.
static DenseElementsAttr constantOf(const TensorView &tensor,
                                    RankedTensorType type) {
  if (tensor.size() == 0)
    return DenseElementsAttr::get(type, ArrayRef<Attribute>());
  size_t bytes = tensor.size() * elementTypeSize(tensor.element);
  ArrayRef<char> raw(static_cast<const char *>(tensor.data), bytes);
  // An i1 is no byte in an attribute.
  if (tensor.element != ElementType::boolean)
    return DenseElementsAttr::getFromRawBuffer(type, raw);
  SmallVector<bool> values;
  for (char byte : raw)
    values.push_back(byte != 0);
  return DenseElementsAttr::get(type, values);
}

/// Whether two elements differ, as an i1.
static Value differ(OpBuilder &builder, Location loc, Value a, Value b) {
  auto differentFloats = [&](Value x, Value y) -> Value {
    return arith::CmpFOp::create(builder, loc, arith::CmpFPredicate::UNE, x, y);
  };
  if (isa<ComplexType>(a.getType())) {
    Value real = differentFloats(complex::ReOp::create(builder, loc, a),
                                 complex::ReOp::create(builder, loc, b));
    Value imaginary = differentFloats(complex::ImOp::create(builder, loc, a),
                                      complex::ImOp::create(builder, loc, b));
    return arith::OrIOp::create(builder, loc, real, imaginary);
  }
  if (isa<FloatType>(a.getType()))
    return differentFloats(a, b);
  return arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ne, a, b);
}

/// ui8 and its like as i8: arith computes with signless integers only.
static Value toSignless(OpBuilder &builder, Location loc, Value tensor) {
  auto type = cast<RankedTensorType>(tensor.getType());
  Type element = type.getElementType();
  if (!element.isUnsignedInteger())
    return tensor;
  Type signless = builder.getIntegerType(element.getIntOrFloatBitWidth());
  return tensor::BitcastOp::create(builder, loc, type.clone(signless), tensor);
}

/// How many elements of two tensors of one type differ, as an i32.
static Value countDifferences(OpBuilder &builder, Location loc, Value got,
                              Value want) {
  got = toSignless(builder, loc, got);
  want = toSignless(builder, loc, want);
  unsigned rank = cast<RankedTensorType>(got.getType()).getRank();
  Type i32 = builder.getI32Type();
  Value zero =
      arith::ConstantOp::create(builder, loc, builder.getI32IntegerAttr(0));
  Value empty = tensor::EmptyOp::create(builder, loc, ArrayRef<int64_t>(), i32);
  Value start = linalg::FillOp::create(builder, loc, zero, empty).getResult(0);
  AffineMap same = builder.getMultiDimIdentityMap(rank);
  AffineMap scalar = AffineMap::get(rank, 0, builder.getContext());
  SmallVector<utils::IteratorType> loops(rank, utils::IteratorType::reduction);
  auto body = [&](OpBuilder &b, Location l, ValueRange arguments) {
    Value wrong = differ(b, l, arguments[0], arguments[1]);
    Value one = arith::ExtUIOp::create(b, l, i32, wrong);
    Value sum = arith::AddIOp::create(b, l, arguments[2], one);
    linalg::YieldOp::create(b, l, sum);
  };
  auto count = linalg::GenericOp::create(
      builder, loc, start.getType(), ValueRange{got, want}, start,
      ArrayRef<AffineMap>{same, same, scalar}, loops, body);
  return tensor::ExtractOp::create(builder, loc, count.getResult(0),
                                   ValueRange());
}

/// Appends `@main`.
static void addMain(ModuleOp module, func::FuncOp kernel,
                    ArrayRef<TensorView> inputs, const TensorView &expected) {
  OpBuilder builder = OpBuilder::atBlockEnd(module.getBody());
  Location loc = module.getLoc();
  auto main = func::FuncOp::create(
      builder, loc, "main", builder.getFunctionType({}, builder.getI32Type()));
  builder.setInsertionPointToStart(main.addEntryBlock());
  auto constant = [&](const TensorView &tensor, Type type) -> Value {
    return arith::ConstantOp::create(
        builder, loc, constantOf(tensor, cast<RankedTensorType>(type)));
  };
  SmallVector<Value> operands;
  for (auto [input, type] : llvm::zip_equal(inputs, kernel.getArgumentTypes()))
    operands.push_back(constant(input, type));
  Value want = constant(expected, kernel.getResultTypes().front());
  Value got = func::CallOp::create(builder, loc, kernel, operands).getResult(0);
  Value wrong = countDifferences(builder, loc, got, want);
  func::ReturnOp::create(builder, loc, wrong);
}

static std::string print(ModuleOp module) {
  std::string text;
  llvm::raw_string_ostream os(text);
  // Bytes in hexadecimal would tell nobody anything, and depend on their order.
  module.print(os, OpPrintingFlags().printLargeElementsAttrWithHex(-1));
  return text + "\n";
}

llvm::Expected<testgen::TestModule>
testgen::makeTestModule(Compiler &compiler, const ResolvedEquation &equation,
                        Random &random) {
  std::vector<OperandType> tensors = equation.operands;
  tensors.push_back(equation.result);
  for (const OperandType &type : tensors)
    if (checkedSize(type.shape).value_or(kMaxElements + 1) > kMaxElements)
      return llvm::createStringError(
          "expected tensors of at most %s elements, which a test can write "
          "out, but found %s",
          std::to_string(kMaxElements).c_str(), type.str().c_str());
  SmallVector<int64_t> extents;
  for (const Label &label : equation.labels)
    extents.push_back(label.extent);
  int64_t terms = checkedSize(extents).value_or(INT64_MAX);
  if (terms > kMaxTerms)
    return llvm::createStringError(
        "expected a product of at most %s multiply-adds but found %s",
        std::to_string(kMaxTerms).c_str(), std::to_string(terms).c_str());
  int64_t limit = std::min<int64_t>(
      3, exactLimit(equation.accumulate, terms, equation.operands.size()));
  std::vector<Tensor> inputs;
  std::vector<TensorView> views;
  for (const OperandType &type : equation.operands) {
    inputs.emplace_back(type.element, type.shape);
    views.push_back(inputs.back().view());
    fillSmallIntegers(views.back(), random, limit);
  }
  llvm::Expected<Evaluation> expected = evaluate(equation, views);
  if (!expected)
    return expected.takeError();

  llvm::Expected<OwningOpRef<ModuleOp>> module =
      compiler.importEquation(equation);
  if (!module)
    return module.takeError();
  auto kernel = *(*module)->getOps<func::FuncOp>().begin();
  addMain(**module, kernel, views, expected->result.view());

  TestModule test;
  test.einsum = print(**module);
  CompileOptions options;
  options.verifyEach = true;
  llvm::Expected<Compilation> lowered =
      compiler.compile(**module, Stage::linalg, options);
  if (!lowered)
    return lowered.takeError();
  test.linalg = print(**module);
  return test;
}
