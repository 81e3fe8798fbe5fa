//===- SimtKernel.cpp - A GPU's function and its parameters ---------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SimtKernel.h"
#include "LowerEntryInternal.h"

#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

using namespace mlir;
using namespace einsumc::kernel;
using namespace einsumc::kernel::simt;

Value simt::getRoot(Value memref) {
  while (Operation *op = memref.getDefiningOp()) {
    auto source = llvm::find_if(op->getOperands(), [](Value operand) {
      return isa<BaseMemRefType>(operand.getType());
    });
    if (isa<memref::AllocOp>(op) || source == op->operand_end())
      break;
    memref = *source;
  }
  return memref;
}

KernelFunction::KernelFunction(gpu::GPUModuleOp module, Location loc,
                               StringRef name, int64_t block,
                               unsigned indexBits)
    : b(loc, module.getContext()), index(b.getIntegerType(indexBits)) {
  b.setInsertionPointToEnd(module.getBody());
  function = gpu::GPUFuncOp::create(b, name, b.getFunctionType({}, {}));
  function->setAttr(gpu::GPUDialect::getKernelFuncAttrName(), b.getUnitAttr());
  // Exactly as many: code may count on it.
  function->setAttr("nvvm.reqntid",
                    b.getDenseI32ArrayAttr({int32_t(block), 1, 1}));
  b.setInsertionPointToStart(&function.front());
}

Value KernelFunction::addParameter(unsigned position, Type type) {
  return function.front().insertArgument(position, type, b.getLoc());
}

/// The bytes of a constant in the device's own memory.
static LLVM::GlobalOp makeGlobal(gpu::GPUModuleOp module,
                                 memref::GlobalOp constant) {
  if (auto known = module.lookupSymbol<LLVM::GlobalOp>(constant.getSymName()))
    return known;
  auto elements = cast<DenseElementsAttr>(constant.getConstantInitValue());
  ArrayRef<char> raw = elements.getRawData();
  std::string bytes(raw.begin(), raw.end());
  // A splat holds its element once.
  if (elements.isSplat())
    for (int64_t i = 1; i < elements.getNumElements(); ++i)
      bytes.append(raw.begin(), raw.end());
  OpBuilder builder = OpBuilder::atBlockBegin(module.getBody());
  auto type =
      LLVM::LLVMArrayType::get(builder.getI8Type(), unsigned(bytes.size()));
  return LLVM::GlobalOp::create(
      builder, constant.getLoc(), type, /*isConstant=*/true,
      LLVM::Linkage::Internal, constant.getSymName(),
      builder.getStringAttr(bytes),
      entry::byteSize(constant.getType().getElementType()),
      unsigned(NVVM::NVVMMemorySpace::Global));
}

bool simt::isSupportedConstant(memref::GetGlobalOp op) {
  auto constant = SymbolTable::lookupNearestSymbolFrom<memref::GlobalOp>(
      op, op.getNameAttr());
  return constant &&
         isa_and_present<DenseElementsAttr>(constant.getConstantInitValue()) &&
         !constant.getType().getElementType().isInteger(1);
}

Value KernelFunction::address(Value memref) {
  Value root = getRoot(memref);
  if (auto get = root.getDefiningOp<memref::GetGlobalOp>()) {
    if (Value here = known.lookupOrNull(root))
      return here;
    auto constant = SymbolTable::lookupNearestSymbolFrom<memref::GlobalOp>(
        get, get.getNameAttr());
    LLVM::GlobalOp global =
        makeGlobal(function->getParentOfType<gpu::GPUModuleOp>(), constant);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(&function.front());
    Value address = LLVM::AddressOfOp::create(b, global);
    known.map(root, LLVM::AddrSpaceCastOp::create(
                        b, LLVM::LLVMPointerType::get(b.getContext()), address)
                        .getResult());
    return known.lookup(root);
  }
  if (roots.insert(root))
    known.map(root, addParameter(roots.size() - 1,
                                 LLVM::LLVMPointerType::get(b.getContext())));
  return known.lookup(root);
}

void KernelFunction::declareAddresses(ValueRange all) {
  for (Value root : all)
    address(root);
}

Value KernelFunction::number(OpFoldResult value) {
  if (std::optional<int64_t> constant = getConstantIntValue(value))
    return arith::ConstantOp::create(b, b.getIntegerAttr(index, *constant));
  auto host = cast<Value>(value);
  if (numbers.insert(host))
    known.map(host, addParameter(roots.size() + numbers.size() - 1, index));
  return known.lookup(host);
}

Value KernelFunction::scalar(Value value) {
  if (Value here = known.lookupOrNull(value))
    return here;
  if (value.getType().isIndex())
    return arith::IndexCastOp::create(b, b.getIndexType(), number(value));
  OpBuilder::InsertionGuard guard(b);
  // What follows from parameters alone is computed once, in front.
  Operation *definition = value.getDefiningOp();
  if (definition && isPure(definition) && definition->getNumRegions() == 0) {
    Operation *last = nullptr;
    for (Value operand : definition->getOperands())
      if (Operation *op = scalar(operand).getDefiningOp())
        if (!last || last->isBeforeInBlock(op))
          last = op;
    if (last)
      b.setInsertionPointAfter(last);
    else
      b.setInsertionPointToStart(&function.front());
    b.clone(*definition, known);
    return known.lookup(value);
  }
  auto addPart = [&](unsigned part, Type type) {
    scalars.push_back({value, part});
    return addParameter(roots.size() + numbers.size() + scalars.size() - 1,
                        type);
  };
  auto complex = dyn_cast<ComplexType>(value.getType());
  if (!complex) {
    known.map(value, addPart(0, value.getType()));
    return known.lookup(value);
  }
  Value re = addPart(0, complex.getElementType());
  Value im = addPart(1, complex.getElementType());
  b.setInsertionPointToStart(&function.front());
  known.map(value, complex::CreateOp::create(b, complex, re, im).getResult());
  return known.lookup(value);
}

Value KernelFunction::memref(Value value) {
  if (auto view = value.getDefiningOp<ViewLikeOpInterface>()) {
    IRMapping mapping;
    for (Value operand : view->getOperands()) {
      Value here;
      if (isa<BaseMemRefType>(operand.getType()))
        here = memref(operand);
      else
        here = arith::IndexCastOp::create(b, b.getIndexType(), number(operand));
      mapping.map(operand, here);
    }
    return b.clone(*view, mapping)->getResult(0);
  }
  auto type = cast<MemRefType>(value.getType());
  auto [strides, offset] = type.getStridesAndOffset();
  Value pointer = address(value);
  SmallVector<Value> dynamic;
  auto add = [&](Value host) {
    dynamic.push_back(
        arith::IndexCastOp::create(b, b.getIndexType(), number(host)));
  };
  OpBuilder host(value.getContext());
  host.setInsertionPointAfterValue(value);
  auto metadata =
      memref::ExtractStridedMetadataOp::create(host, value.getLoc(), value);
  // An address goes to the first element, a memref's base to the lowest one.
  if (ShapedType::isDynamic(offset))
    add(metadata.getOffset());
  for (auto [axis, extent] : llvm::enumerate(type.getShape()))
    if (ShapedType::isDynamic(extent))
      add(metadata.getSizes()[axis]);
  for (auto [axis, stride] : llvm::enumerate(strides))
    if (ShapedType::isDynamic(stride))
      add(metadata.getStrides()[axis]);
  if (offset != 0) {
    Value elements = ShapedType::isDynamic(offset)
                         ? dynamic.front()
                         : entry::constantIndex(b, offset);
    Value bytes = entry::mul(
        b, elements,
        entry::constantIndex(b, -entry::byteSize(type.getElementType())));
    pointer = entry::offsetPointer(b, pointer, bytes);
  }
  return entry::buildMemRef(b, pointer, type, dynamic);
}

/// Bytes that an element's address is a multiple of; complex numbers are
/// accessed as a whole.
static int64_t alignmentOf(Value root) {
  return entry::byteSize(cast<MemRefType>(root.getType()).getElementType());
}

gpu::GPUFuncOp KernelFunction::finish() {
  gpu::ReturnOp::create(b);
  Block &entry = function.front();
  function.setFunctionType(b.getFunctionType(entry.getArgumentTypes(), {}));
  for (auto [number, root] : llvm::enumerate(roots)) {
    NamedAttrList attributes;
    attributes.set(LLVM::LLVMDialect::getAlignAttrName(),
                   b.getI64IntegerAttr(alignmentOf(root)));
    attributes.set(LLVM::LLVMDialect::getNoAliasAttrName(), b.getUnitAttr());
    if (!written.contains(root))
      attributes.set(LLVM::LLVMDialect::getReadonlyAttrName(), b.getUnitAttr());
    function.setArgAttrs(number, attributes);
  }
  return function;
}

SmallVector<Value> KernelFunction::launchOperands(OpBuilder &host) const {
  Location loc = b.getLoc();
  SmallVector<Value> operands;
  for (Value root : roots)
    operands.push_back(AddressOp::create(
        host, loc, LLVM::LLVMPointerType::get(host.getContext()), root));
  for (Value value : numbers)
    operands.push_back(arith::IndexCastOp::create(host, loc, index, value));
  for (auto [value, part] : scalars) {
    if (!isa<ComplexType>(value.getType()))
      operands.push_back(value);
    else if (part == 0)
      operands.push_back(complex::ReOp::create(host, loc, value));
    else
      operands.push_back(complex::ImOp::create(host, loc, value));
  }
  return operands;
}

void simt::buildSerialKernel(KernelFunction &kernel, scf::ForallOp loop) {
  ImplicitLocOpBuilder &b = kernel.builder();
  IRMapping mapping;
  mapping.map(loop.getInductionVars().front(), entry::constantIndex(b, 0));
  SetVector<Value> outside;
  loop.walk([&](Operation *op) {
    for (Value operand : op->getOperands())
      if (op != loop && !loop.getRegion().isAncestor(operand.getParentRegion()))
        outside.insert(operand);
    for (Value operand : op->getOperands())
      if (isa<BaseMemRefType>(operand.getType()) &&
          hasEffect<MemoryEffects::Write>(op, operand) &&
          !loop.getRegion().isAncestor(getRoot(operand).getParentRegion()))
        kernel.markWritten(operand);
  });
  for (Value value : outside) {
    Value here;
    if (isa<BaseMemRefType>(value.getType()))
      here = kernel.memref(value);
    else if (value.getType().isIndex())
      here =
          arith::IndexCastOp::create(b, b.getIndexType(), kernel.number(value));
    else
      here = kernel.scalar(value);
    mapping.map(value, here);
  }
  for (Operation &op : loop.getBody()->without_terminator())
    b.clone(op, mapping);
}
