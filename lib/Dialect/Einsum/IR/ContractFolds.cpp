//===- ContractFolds.cpp - einsum.contract: fold, canonicalise -*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Dialect/Einsum/IR/Einsum.h"

#include "llvm/ADT/SmallBitVector.h"

using namespace mlir;
using namespace einsumc;
using namespace einsumc::einsum;

static bool areDistinct(ArrayRef<int64_t> labels) {
  for (size_t i = 0; i < labels.size(); ++i)
    if (llvm::is_contained(labels.drop_front(i + 1), labels[i]))
      return false;
  return true;
}

static bool sumsNothing(ContractOp op) {
  for (int64_t label = 0, e = op.getNumLabels(); label < e; ++label)
    if (!llvm::is_contained(op.getOutputLabels(), label))
      return false;
  return true;
}

static Type elementType(Value value) {
  return getElementTypeOrSelf(value.getType());
}

/// Whether a value of `element` survives the way to the accumulator's type and
/// back: then a unary contraction without a sum merely moves elements.
static bool widensExactly(Type element, Type accumulate) {
  if (element == accumulate)
    return true;
  std::optional<ElementType> from = getElementType(element);
  std::optional<ElementType> to = getElementType(accumulate);
  if (!from || !to)
    return false;
  switch (*from) {
  case ElementType::f16:
  case ElementType::bf16:
    return *to == ElementType::f32 || *to == ElementType::f64;
  case ElementType::f32:
    return *to == ElementType::f64;
  case ElementType::i8:
  case ElementType::i16:
  case ElementType::u8:
  case ElementType::u16:
    return *to == ElementType::i32 || *to == ElementType::i64;
  case ElementType::i32:
    return *to == ElementType::i64;
  case ElementType::u32:
    return *to == ElementType::u64 || *to == ElementType::i64;
  default:
    return false;
  }
}

/// Whether the op only moves elements of its one operand.
static bool movesElements(ContractOp op) {
  return op.getNumOperands() == 1 && sumsNothing(op) &&
         elementType(op.getOperand(0)) == op.getType().getElementType() &&
         widensExactly(elementType(op.getOperand(0)), op.getAccumulate());
}

OpFoldResult ContractOp::fold(FoldAdaptor) {
  if (getNumOperands() == 1 && getOperand(0).getType() == getType() &&
      getOperandLabels(0) == getOutputLabels() &&
      areDistinct(getOutputLabels()) && movesElements(*this))
    return getOperand(0);
  return {};
}

namespace {
/// Takes the operands of a unary contraction instead of its result:
///   a = "ji->ij" x;  "ij,jk->ik" a, w   becomes   "ji,jk->ik" x, w
/// A sum moves into a consumer that has no other operand; into a product it
/// would be repeated for every element of the other operands.
struct MergeUnaryOperand : OpRewritePattern<ContractOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(ContractOp op,
                                PatternRewriter &rewriter) const override {
    for (unsigned i = 0, e = op.getNumOperands(); i < e; ++i) {
      auto inner = op.getOperand(i).getDefiningOp<ContractOp>();
      if (!inner || inner.getNumOperands() != 1 ||
          !areDistinct(inner.getOutputLabels()))
        continue;
      bool sameSum = op.getNumOperands() == 1 &&
                     inner.getAccumulate() == op.getAccumulate() &&
                     elementType(inner.getResult()) == op.getAccumulate();
      if (!sameSum && !movesElements(inner))
        continue;
      merge(op, i, inner, rewriter);
      return success();
    }
    return failure();
  }

  static void merge(ContractOp op, unsigned index, ContractOp inner,
                    PatternRewriter &rewriter) {
    SmallVector<StringRef> names = op.getNameList();
    SmallVector<std::string> fresh;
    fresh.reserve(inner.getNumLabels()); // StringRefs into it must stay valid
    // An output label of the producer is the consumer's label of that axis; a
    // summed one becomes a new label.
    SmallVector<int64_t> toOuter(inner.getNumLabels(), -1);
    for (auto [label, outer] :
         llvm::zip_equal(inner.getOutputLabels(), op.getOperandLabels(index)))
      toOuter[label] = outer;
    for (auto [label, name] : llvm::enumerate(inner.getNameList())) {
      if (toOuter[label] >= 0)
        continue;
      fresh.push_back(name.str());
      for (unsigned n = 0; llvm::is_contained(names, fresh.back()); ++n)
        fresh.back() = "s" + std::to_string(n);
      toOuter[label] = names.size();
      names.push_back(fresh.back());
    }
    SmallVector<Value> operands(op.getOperands());
    SmallVector<LabelList> labels = op.getAllOperandLabels();
    operands[index] = inner.getOperand(0);
    labels[index].clear();
    for (int64_t label : inner.getOperandLabels(0))
      labels[index].push_back(toOuter[label]);
    rewriter.replaceOpWithNewOp<ContractOp>(op, op.getType(), operands, labels,
                                            op.getOutputLabels(), names,
                                            op.getAccumulate());
  }
};

/// A unary contraction of a product becomes another output of the product:
///   a = "ij,jk->ik" x, w;  "ik->ki" a   becomes   "ij,jk->ki" x, w
struct MergeIntoProducer : OpRewritePattern<ContractOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(ContractOp op,
                                PatternRewriter &rewriter) const override {
    if (op.getNumOperands() != 1)
      return failure();
    auto inner = op.getOperand(0).getDefiningOp<ContractOp>();
    if (!inner || inner.getNumOperands() < 2 || !inner->hasOneUse() ||
        !areDistinct(inner.getOutputLabels()) ||
        !areDistinct(op.getOperandLabels(0)) ||
        inner.getAccumulate() != op.getAccumulate() ||
        elementType(inner.getResult()) != op.getAccumulate())
      return failure();
    SmallVector<int64_t> toInner(op.getNumLabels());
    for (auto [outer, label] :
         llvm::zip_equal(op.getOperandLabels(0), inner.getOutputLabels()))
      toInner[outer] = label;
    auto output = llvm::map_to_vector(
        op.getOutputLabels(), [&](int64_t label) { return toInner[label]; });
    rewriter.replaceOpWithNewOp<ContractOp>(
        op, op.getType(), inner.getOperands(), inner.getAllOperandLabels(),
        output, inner.getNameList(), op.getAccumulate());
    return success();
  }
};
} // namespace

void ContractOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                             MLIRContext *context) {
  patterns.add<MergeUnaryOperand, MergeIntoProducer>(context);
}
