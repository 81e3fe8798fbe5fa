//===- ProductTree.cpp - A contraction path as contractions ---------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "ProductTree.h"

using namespace mlir;
using namespace einsumc;
using namespace einsumc::einsum;

/// Up to this many elements the order of axes costs nothing to speak of: it is
/// chosen so that products look alike.
static constexpr int64_t kSmallIntermediate = 256;

static bool contains(const LabelList &labels, int64_t label) {
  return llvm::is_contained(labels, label);
}

static ArrayRef<int64_t> shapeOf(Value tensor) {
  return cast<ShapedType>(tensor.getType()).getShape();
}

ProductTree::ProductTree(ContractOp op, const ContractionPath &path)
    : op(op), numOperands(op.getNumOperands()),
      extents(op.getNumLabels(), int64_t(1)), preSummed(path.preSummed) {
  for (auto [i, operand] : llvm::enumerate(op.getOperands())) {
    Part &part = parts.emplace_back();
    part.labels = LabelList(op.getOperandLabels(i));
    for (auto [label, extent] : llvm::zip_equal(part.labels, shapeOf(operand)))
      extents[label] = joinExtents(extents[label], extent);
  }
  findLabels(path);
  placeOperands();
  arrangeSmallProducts();
  // From the result down: the product that reads an intermediate decides the
  // order of its axes, and that the order of its own operands' axes.
  for (unsigned i = parts.size(); i-- > numOperands;) {
    if (!parts[i].isFree && i + 1 != parts.size())
      continue; // a small one
    orderOperands(parts[i]);
    orderAxes(parts[i]);
  }
}

//===----------------------------------------------------------------------===//
// Which axes there are
//===----------------------------------------------------------------------===//

/// Of products, and of operands that are summed before their product.
void ProductTree::findLabels(const ContractionPath &path) {
  LabelList output(op.getOutputLabels());
  // A part's labels, each once and without broadcast axes, for the real ones
  // are elsewhere; and how many parts that are not multiplied yet carry each.
  SmallVector<LabelList> carried;
  SmallVector<unsigned> carriers(extents.size(), 0);
  for (unsigned i = 0; i < numOperands; ++i) {
    LabelList &labels = carried.emplace_back();
    for (auto [label, extent] :
         llvm::zip_equal(parts[i].labels, shapeOf(op.getOperand(i)))) {
      bool broadcasts = extent == 1 && extents[label] != 1;
      if (broadcasts || contains(labels, label))
        continue;
      labels.push_back(label);
      ++carriers[label];
    }
  }
  // An axis of extent 1 is only kept where nothing else could give it to the
  // output.
  auto dropUnneeded = [&](LabelList &labels) {
    llvm::erase_if(labels, [&](int64_t label) {
      bool inOutput = contains(output, label);
      bool elsewhere = carriers[label] > 1;
      if (extents[label] == 1 ? inOutput && !elsewhere : inOutput || elsewhere)
        return false;
      --carriers[label];
      return true;
    });
  };

  for (unsigned i : preSummed.set_bits()) {
    dropUnneeded(carried[i]);
    parts[i].labels = carried[i];
  }
  for (ContractionStep step : path.steps) {
    LabelList labels = carried[step.left];
    for (int64_t label : carried[step.right]) {
      if (contains(labels, label))
        --carriers[label];
      else
        labels.push_back(label);
    }
    dropUnneeded(labels);
    parts.push_back({labels, /*isFree=*/true, step.left, step.right});
    carried.push_back(std::move(labels));
  }
  parts.back().labels = output;
  parts.back().isFree = false;
}

void ProductTree::placeOperands() {
  SmallVector<unsigned> operandsBelow(parts.size(), 1);
  for (unsigned i = numOperands; i < parts.size(); ++i)
    operandsBelow[i] =
        operandsBelow[parts[i].left] + operandsBelow[parts[i].right];
  // The larger part of a product to the right: it should have the last axes.
  for (unsigned i = parts.size(); i-- > numOperands;) {
    unsigned first = parts[i].left, second = parts[i].right;
    if (parts[first].labels.size() > parts[second].labels.size())
      std::swap(first, second);
    parts[first].firstPlace = parts[i].firstPlace;
    parts[second].firstPlace = parts[i].firstPlace + operandsBelow[first];
  }
  places.resize(extents.size());
  for (unsigned i = 0; i < numOperands; ++i)
    for (int64_t label : parts[i].labels)
      places[label].push_back(parts[i].firstPlace);
  for (SmallVector<unsigned, 2> &list : places)
    llvm::sort(list);
}

unsigned ProductTree::findPlace(const Part &part, int64_t label) const {
  return *llvm::lower_bound(places[label], part.firstPlace);
}

//===----------------------------------------------------------------------===//
// Small products: alike
//===----------------------------------------------------------------------===//

bool ProductTree::isSmall(const Part &part) const {
  int64_t size = 1;
  for (int64_t label : part.labels) {
    if (ShapedType::isDynamic(extents[label]) ||
        extents[label] > kSmallIntermediate)
      return false;
    size *= extents[label];
    if (size > kSmallIntermediate)
      return false;
  }
  return true;
}

bool ProductTree::goesSecond(const Part &a, const Part &b) const {
  if (a.labels.size() != b.labels.size())
    return a.labels.size() > b.labels.size();
  // The equation with interned labels ("ij,jk" rather than "ij,ki"), then the
  // shapes.
  auto look = [&](const Part &first, const Part &second) {
    LabelList interned;
    SmallVector<int64_t> result, shapes;
    for (const Part *part : {&first, &second})
      for (int64_t label : part->labels) {
        if (!contains(interned, label))
          interned.push_back(label);
        result.push_back(llvm::find(interned, label) - interned.begin());
        shapes.push_back(extents[label]);
      }
    llvm::append_range(result, shapes);
    return result;
  };
  return look(b, a) < look(a, b);
}

/// Products of small tensors that are made of small ones alone, from the
/// operands up: labels of both, then the left's, then the right's.
void ProductTree::arrangeSmallProducts() {
  for (unsigned i = numOperands; i + 1 < parts.size(); ++i) {
    Part &product = parts[i];
    const Part *left = &parts[product.left], *right = &parts[product.right];
    if (left->isFree || right->isFree || !isSmall(*left) || !isSmall(*right) ||
        !isSmall(product))
      continue;
    if (goesSecond(*left, *right)) {
      std::swap(product.left, product.right);
      std::swap(left, right);
    }
    LabelList labels;
    auto append = [&](int64_t label) {
      if (contains(product.labels, label) && !contains(labels, label))
        labels.push_back(label);
    };
    for (int64_t label : left->labels)
      if (contains(right->labels, label))
        append(label);
    for (const Part *part : {left, right})
      llvm::for_each(part->labels, append);
    product.labels = labels;
    product.isFree = false;
  }
}

//===----------------------------------------------------------------------===//
// Others: as they are read
//===----------------------------------------------------------------------===//

/// The second operand is the one that the result's unit-stride axis comes from,
/// as the kernels want it.
void ProductTree::orderOperands(Part &product) {
  const Part &left = parts[product.left], &right = parts[product.right];
  for (int64_t label : llvm::reverse(product.labels)) {
    bool inLeft = contains(left.labels, label);
    if (inLeft == contains(right.labels, label))
      continue;
    if (inLeft)
      std::swap(product.left, product.right);
    return;
  }
  if (goesSecond(left, right))
    std::swap(product.left, product.right);
}

LabelList ProductTree::orderSummed(const Part &product) const {
  const Part &left = parts[product.left], &right = parts[product.right];
  // An operand's axes are where they are. Where both are free, labels stand as
  // the operands do that the larger one's come from, so that its own product
  // writes few long runs of axes.
  bool bothFree = left.isFree && right.isFree;
  const Part &major =
      bothFree ? (left.labels.size() >= right.labels.size() ? left : right)
               : (left.isFree ? right : left);
  const Part &minor = &major == &left ? right : left;
  LabelList summed;
  for (int64_t label : major.labels)
    if (contains(minor.labels, label) && !contains(product.labels, label) &&
        !contains(summed, label))
      summed.push_back(label);
  if (bothFree) {
    auto key = [&](int64_t label) {
      return std::tuple(findPlace(major, label), findPlace(minor, label),
                        llvm::find(major.labels, label));
    };
    llvm::sort(summed, [&](int64_t a, int64_t b) { return key(a) < key(b); });
  }
  return summed;
}

/// Chooses the axes of free operands: those of the result in the result's
/// order, so that both are walked through alike, and the summed ones innermost
/// on the left; on the right before the last axes that the left lacks, which
/// are the rows that vectors are loaded from.
void ProductTree::orderAxes(const Part &product) {
  Part &left = parts[product.left], &right = parts[product.right];
  LabelList summed = orderSummed(product);
  ArrayRef<int64_t> rest = product.labels;
  while (!rest.empty() && contains(right.labels, rest.back()) &&
         !contains(left.labels, rest.back()))
    rest = rest.drop_back();
  ArrayRef<int64_t> rows = ArrayRef(product.labels).drop_front(rest.size());

  auto arrange = [](Part &part, std::initializer_list<ArrayRef<int64_t>> runs) {
    LabelList labels;
    for (ArrayRef<int64_t> run : runs)
      for (int64_t label : run)
        if (contains(part.labels, label) && !contains(labels, label))
          labels.push_back(label);
    part.labels = labels;
  };
  if (left.isFree)
    arrange(left, {product.labels, summed});
  if (right.isFree)
    arrange(right, {rest, summed, rows});
}

//===----------------------------------------------------------------------===//
// Operations
//===----------------------------------------------------------------------===//

Value ProductTree::create(OpBuilder &builder) {
  Location loc = op.getLoc();
  SmallVector<StringRef> names = op.getNameList();
  Type accumulate = op.getAccumulate();
  SmallVector<Value> values(op.getOperands());
  for (unsigned i : preSummed.set_bits())
    values[i] = ContractOp::create(
        builder, loc, ValueRange(values[i]), LabelList(op.getOperandLabels(i)),
        parts[i].labels, names, accumulate, accumulate);
  for (const Part &part : ArrayRef(parts).drop_front(numOperands)) {
    Value operands[] = {values[part.left], values[part.right]};
    LabelList labels[] = {parts[part.left].labels, parts[part.right].labels};
    bool isResult = &part == &parts.back();
    values.push_back(
        isResult
            ? ContractOp::create(builder, loc, op.getType(), operands, labels,
                                 part.labels, names, accumulate)
            : ContractOp::create(builder, loc, operands, labels, part.labels,
                                 names, accumulate, accumulate));
  }
  return values.back();
}
