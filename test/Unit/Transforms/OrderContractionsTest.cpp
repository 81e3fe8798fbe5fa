//===- OrderContractionsTest.cpp ------------------------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Contractions before and after einsum-order-contractions, by the reference
// evaluator: what the tree computes product by product is what the equation
// says.
//
//===----------------------------------------------------------------------===//

#include "einsumc/Dialect/Einsum/Transforms/Passes.h"
#include "einsumc/Frontend/ImportEquation.h"
#include "einsumc/Reference/Compare.h"
#include "einsumc/Reference/Random.h"
#include "einsumc/Reference/RandomEquation.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Pass/PassManager.h"
#include "gtest/gtest.h"

using namespace einsumc;
using namespace einsumc::reference;
using einsumc::einsum::ContractOp;

namespace {

/// A contraction as the evaluator takes it.
ResolvedEquation describe(ContractOp op) {
  ResolvedEquation equation;
  for (llvm::StringRef name : op.getNameList())
    equation.labels.emplace_back().name = name.str();
  for (unsigned i = 0; i < op.getNumOperands(); ++i)
    equation.operandLabels.emplace_back(op.getOperandLabels(i));
  equation.outputLabels.assign(op.getOutputLabels().begin(),
                               op.getOutputLabels().end());
  equation.result.element =
      *einsum::getElementType(op.getType().getElementType());
  equation.accumulate = *einsum::getElementType(op.getAccumulate());
  return equation;
}

class OrderContractions : public testing::Test {
protected:
  OrderContractions() {
    context.loadDialect<einsum::EinsumDialect, mlir::func::FuncDialect>();
  }

  /// Draws an equation, orders it, evaluates both; dynamic extents where
  /// `dynamic` says so.
  void compareOne(Random &random, const RandomEquationOptions &options);

  mlir::MLIRContext context;
  unsigned numProducts = 0, numSums = 0;
};

void OrderContractions::compareOne(Random &random,
                                   const RandomEquationOptions &options) {
  RandomEquation drawn = drawEquation(random, options);
  SCOPED_TRACE(drawn.text);
  Diagnostic diagnostic;
  llvm::FailureOr<Equation> equation = parseEquation(drawn.text, diagnostic);
  ASSERT_TRUE(succeeded(equation)) << diagnostic.message;
  bool dynamic = random.chance(0.2);
  std::vector<OperandType> types;
  std::vector<Tensor> tensors;
  for (auto [shape, element] : llvm::zip_equal(drawn.shapes, drawn.elements)) {
    OperandType &type = types.emplace_back();
    type.element = element;
    // A run-time 1 does not broadcast.
    for (int64_t extent : shape)
      type.shape.push_back(dynamic && extent > 1 && random.chance(0.5)
                               ? kDynamicExtent
                               : extent);
    tensors.emplace_back(element, shape);
    fillSmallIntegers(tensors.back().view(), random, 2);
  }
  llvm::FailureOr<ResolvedEquation> resolved =
      resolve(*equation, types, {}, diagnostic);
  ASSERT_TRUE(succeeded(resolved)) << diagnostic.message;
  llvm::SmallVector<TensorView> views;
  for (const Tensor &tensor : tensors)
    views.push_back(tensor.view());
  llvm::Expected<Evaluation> expected = evaluate(*resolved, views);
  ASSERT_TRUE(bool(expected)) << llvm::toString(expected.takeError());

  mlir::OwningOpRef<mlir::ModuleOp> module =
      importEquation(&context, *resolved, {});
  mlir::PassManager manager(&context);
  manager.addPass(einsum::createOrderContractions());
  ASSERT_TRUE(succeeded(manager.run(*module)));

  auto function = *module->getOps<mlir::func::FuncOp>().begin();
  llvm::DenseMap<mlir::Value, Tensor> values;
  for (auto [argument, tensor] :
       llvm::zip_equal(function.getArguments(), tensors))
    values[argument] = std::move(tensor);
  for (ContractOp op : function.getOps<ContractOp>()) {
    ASSERT_LE(op.getNumOperands(), 2u);
    numProducts += op.getNumOperands() == 2;
    numSums += op.getNumOperands() == 1;
    llvm::SmallVector<TensorView> inputs;
    for (mlir::Value operand : op.getOperands())
      inputs.push_back(values[operand].view());
    llvm::Expected<Evaluation> step = evaluate(describe(op), inputs);
    ASSERT_TRUE(bool(step)) << llvm::toString(step.takeError());
    values[op.getResult()] = std::move(step->result);
  }
  auto end = llvm::cast<mlir::func::ReturnOp>(
      function.getBody().front().getTerminator());
  Verdict verdict = compare(*expected, values[end.getOperand(0)].view(),
                            Comparison::bitForBit);
  EXPECT_TRUE(verdict.ok()) << verdict.str();
}

TEST_F(OrderContractions, ComputesTheSame) {
  // Small integers: whatever the order, sums and products are exact.
  const ElementType types[] = {ElementType::f64, ElementType::i8,
                               ElementType::u8,  ElementType::i64,
                               ElementType::u64, ElementType::boolean,
                               ElementType::c128};
  const int64_t extents[] = {1, 2, 3, 4}, withZero[] = {0, 1, 2, 3};
  RandomEquationOptions options;
  options.maxRank = 4;
  options.maxMultiplyAdds = 1 << 14;
  Random random(3);
  for (unsigned round = 0; round < 600 && !HasFailure(); ++round) {
    options.maxOperands = round % 4 == 0 ? 16 : 6;
    options.extents = round % 10 == 0 ? withZero : extents;
    options.elementTypes =
        llvm::ArrayRef(types).slice(round % std::size(types), 1);
    compareOne(random, options);
  }
  EXPECT_GE(numProducts, 1000u);
  EXPECT_GE(numSums, 50u);
}

} // namespace
