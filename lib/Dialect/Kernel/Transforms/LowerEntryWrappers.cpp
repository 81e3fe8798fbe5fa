//===- LowerEntryWrappers.cpp - Functions for people ------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// NAME, NAME_ws and NAME_scratch_bytes put their parameters into the arrays
// that NAME_entry takes, check them, and run the steps one after the other.
//
//===----------------------------------------------------------------------===//

#include "WrapperBuilder.h"

using namespace mlir;
using namespace einsumc;
using namespace einsumc::kernel;
using namespace einsumc::kernel::entry;

/// Types that pass a scalar by value, and what is stored for it.
static SmallVector<Type> scalarTypes(OpBuilder &b, ElementType element) {
  switch (element) {
  case ElementType::c64:
    return {b.getF32Type(), b.getF32Type()};
  case ElementType::c128:
    return {b.getF64Type(), b.getF64Type()};
  case ElementType::f32:
    return {b.getF32Type()};
  case ElementType::f64:
    return {b.getF64Type()};
  default: // integers, and f16, bf16 and bool as their bits
    return {b.getIntegerType(8 * elementTypeSize(element))};
  }
}

SmallVector<Type> WrapperBuilder::parameterTypes() {
  SmallVector<Type> types(signature.operands.size(), pointer);
  types.append(numExtentParameters(), i64);
  for (const SignatureOperand &operand : signature.operands)
    if (operand.strides)
      types.append(llvm::count(*operand.strides, ShapedType::kDynamic), i64);
  for (const SignatureScalar &scalar : signature.scalars)
    types.append(scalarTypes(moduleBuilder, scalar.element));
  return types;
}

unsigned WrapperBuilder::numExtentParameters() {
  return llvm::count_if(signature.labels,
                        [](const SignatureLabel &l) { return l.parameter; });
}

Value WrapperBuilder::allocate(ImplicitLocOpBuilder &b, Type type,
                               int64_t count) {
  return LLVM::AllocaOp::create(b, pointer, type, constantI64(b, count));
}

void WrapperBuilder::store(ImplicitLocOpBuilder &b, Value value, Value array,
                           Type type, int64_t index) {
  Value address = LLVM::GEPOp::create(b, pointer, type, array,
                                      ArrayRef<LLVM::GEPArg>{int32_t(index)});
  LLVM::StoreOp::create(b, value, address);
}

/// Takes the extents off the front of `parameters`.
Value WrapperBuilder::fillSizes(ImplicitLocOpBuilder &b,
                                ValueRange &parameters) {
  if (!signature.hasDynamicExtents())
    return LLVM::ZeroOp::create(b, pointer);
  Value sizes = allocate(b, i64, signature.labels.size());
  for (auto [number, label] : llvm::enumerate(signature.labels)) {
    Value extent;
    if (label.parameter) {
      extent = parameters.front();
      parameters = parameters.drop_front();
    } else {
      extent = constantI64(b, label.extent);
    }
    store(b, extent, sizes, i64, number);
  }
  return sizes;
}

WrapperBuilder::Arrays WrapperBuilder::fillArrays(ImplicitLocOpBuilder &b,
                                                  ValueRange parameters) {
  Arrays arrays;
  unsigned numOperands = signature.operands.size();
  arrays.operands =
      allocate(b, pointer, numOperands + signature.scalars.size());
  for (unsigned i = 0; i < numOperands; ++i)
    store(b, parameters[i], arrays.operands, pointer, i);
  parameters = parameters.drop_front(numOperands);
  arrays.sizes = fillSizes(b, parameters);

  if (signature.hasDynamicStrides()) {
    int64_t numAxes = 0;
    for (const SignatureOperand &operand : signature.operands)
      numAxes += operand.rank();
    arrays.strides = allocate(b, i64, numAxes);
    int64_t axis = 0;
    // Only strides written as `?` are read.
    for (const SignatureOperand &operand : signature.operands) {
      for (int64_t i = 0; operand.strides && i < operand.rank(); ++i) {
        if (!ShapedType::isDynamic((*operand.strides)[i]))
          continue;
        store(b, parameters.front(), arrays.strides, i64, axis + i);
        parameters = parameters.drop_front();
      }
      axis += operand.rank();
    }
  } else {
    arrays.strides = LLVM::ZeroOp::create(b, pointer);
  }

  for (auto [number, scalar] : llvm::enumerate(signature.scalars)) {
    SmallVector<Type> types = scalarTypes(moduleBuilder, scalar.element);
    Value memory = allocate(b, types.front(), types.size());
    for (auto [part, type] : llvm::enumerate(types)) {
      store(b, parameters.front(), memory, type, part);
      parameters = parameters.drop_front();
    }
    store(b, memory, arrays.operands, pointer, numOperands + number);
  }
  arrays.rest = parameters;
  return arrays;
}

Value WrapperBuilder::call(ImplicitLocOpBuilder &b, StringRef suffix,
                           TypeRange results, ValueRange arguments) {
  auto call = func::CallOp::create(b, (signature.name + suffix).str(), results,
                                   arguments);
  return results.empty() ? Value() : call.getResult(0);
}

void WrapperBuilder::returnIf(ImplicitLocOpBuilder &b, Value condition,
                              Value status) {
  Block *block = b.getInsertionBlock();
  Region *region = block->getParent();
  Block *leave = b.createBlock(region, region->end());
  func::ReturnOp::create(b, status);
  Block *goOn = b.createBlock(region, region->end());
  b.setInsertionPointToEnd(block);
  cf::CondBranchOp::create(b, condition, leave, ValueRange(), goOn,
                           ValueRange());
  b.setInsertionPointToEnd(goOn);
}

Value WrapperBuilder::status(ImplicitLocOpBuilder &b, int64_t value) {
  return arith::ConstantOp::create(b, b.getI32IntegerAttr(value));
}

func::FuncOp WrapperBuilder::declare(StringRef name, TypeRange arguments,
                                     TypeRange results) {
  auto module = kernel.function->getParentOfType<ModuleOp>();
  if (auto known = module.lookupSymbol<func::FuncOp>(name))
    return known;
  OpBuilder::InsertionGuard guard(moduleBuilder);
  moduleBuilder.setInsertionPointToEnd(module.getBody());
  auto function =
      func::FuncOp::create(moduleBuilder, loc, name,
                           moduleBuilder.getFunctionType(arguments, results));
  function.setPrivate();
  return function;
}

/// The runtime's function for it (einsumc/Runtime/Threads.h).
static constexpr StringLiteral kRunThreads = "einsumcThreadsRun";

/// Hands the entry to the runtime, which runs it on threads. No entry called so
/// returns anything but 0.
void WrapperBuilder::runOnThreads(ImplicitLocOpBuilder &b, ValueRange arrays,
                                  int64_t threads) {
  declare(kRunThreads,
          {pointer, pointer, pointer, pointer, pointer, pointer, i64}, i32);
  auto module = kernel.function->getParentOfType<ModuleOp>();
  auto address = [&](StringRef suffix) -> Value {
    auto function =
        module.lookupSymbol<func::FuncOp>((signature.name + suffix).str());
    Value constant = func::ConstantOp::create(b, function.getFunctionType(),
                                              function.getSymName());
    return UnrealizedConversionCastOp::create(b, pointer, constant)
        .getResult(0);
  };
  SmallVector<Value> arguments = {address("_entry"), address("_tasks")};
  llvm::append_range(arguments, arrays);
  arguments.push_back(constantI64(b, threads));
  func::CallOp::create(b, kRunThreads, i32, arguments);
}

/// NAME.run(operands, sizes, strides, scratch): all tasks of all steps.
void WrapperBuilder::buildRun() {
  ImplicitLocOpBuilder b(loc, moduleBuilder.getContext());
  func::FuncOp function =
      createFunction(moduleBuilder, loc, Twine(signature.name) + ".run",
                     {pointer, pointer, pointer, pointer}, {}, false);
  Block &block = function.getBody().front();
  b.setInsertionPointToStart(&block);
  auto threads =
      function->getParentOfType<ModuleOp>()->getAttrOfType<IntegerAttr>(
          kThreadsAttrName);
  if (threads && threads.getInt() > 1) {
    runOnThreads(b, block.getArguments(), threads.getInt());
    func::ReturnOp::create(b);
    return;
  }
  auto runStep = [&](Value step) {
    Value tasks = call(b, "_tasks", i64, {block.getArgument(1), step});
    call(b, "_entry", i32,
         {block.getArgument(0), block.getArgument(1), block.getArgument(2),
          block.getArgument(3), step, constantI64(b, 0), tasks});
  };
  if (kernel.numSteps == 1) {
    runStep(constantI64(b, 0));
  } else {
    auto loop =
        scf::ForOp::create(b, constantI64(b, 0),
                           constantI64(b, kernel.numSteps), constantI64(b, 1));
    b.setInsertionPointToStart(loop.getBody());
    runStep(loop.getInductionVar());
    b.setInsertionPointAfter(loop);
  }
  func::ReturnOp::create(b);
}

LogicalResult WrapperBuilder::buildScratchBytes() {
  ImplicitLocOpBuilder b(loc, moduleBuilder.getContext());
  SmallVector<Type> types(numExtentParameters(), i64);
  func::FuncOp function = createFunction(
      moduleBuilder, loc, Twine(signature.name) + "_scratch_bytes", types, i64,
      true);
  Block &block = function.getBody().front();
  b.setInsertionPointToStart(&block);
  ValueRange parameters = block.getArguments();
  Value sizes = fillSizes(b, parameters);
  LegalityCheck check(b);
  if (failed(requireLegalSizes(b, check, kernel, sizes)))
    return failure();
  Value bytes = call(b, ".bytes", i64, sizes);
  if (Value holds = check.getHolds())
    bytes = arith::SelectOp::create(b, holds, bytes, constantI64(b, -1));
  func::ReturnOp::create(b, bytes);
  return success();
}

void WrapperBuilder::buildWithScratch() {
  ImplicitLocOpBuilder b(loc, moduleBuilder.getContext());
  SmallVector<Type> types = parameterTypes();
  types.push_back(pointer);
  func::FuncOp function = createFunction(
      moduleBuilder, loc, Twine(signature.name) + "_ws", types, i32, true);
  Block &block = function.getBody().front();
  b.setInsertionPointToStart(&block);
  Arrays arrays = fillArrays(b, block.getArguments());
  Value scratch = arrays.rest.front();
  Value code =
      call(b, ".check", i32, {arrays.operands, arrays.sizes, arrays.strides});
  returnIf(
      b, arith::CmpIOp::create(b, arith::CmpIPredicate::ne, code, status(b, 0)),
      code);
  Value bytes = call(b, ".bytes", i64, arrays.sizes);
  Value zero = constantI64(b, 0);
  Value needed =
      arith::CmpIOp::create(b, arith::CmpIPredicate::sgt, bytes, zero);
  Value address = LLVM::PtrToIntOp::create(b, i64, scratch);
  Value isNull =
      arith::CmpIOp::create(b, arith::CmpIPredicate::eq, address, zero);
  returnIf(b, arith::AndIOp::create(b, needed, isNull), status(b, 3));
  Value low = arith::AndIOp::create(b, address, constantI64(b, kAlignment - 1));
  Value isMisaligned =
      arith::CmpIOp::create(b, arith::CmpIPredicate::ne, low, zero);
  returnIf(b, arith::AndIOp::create(b, needed, isMisaligned), status(b, 1));
  call(b, ".run", {}, {arrays.operands, arrays.sizes, arrays.strides, scratch});
  func::ReturnOp::create(b, status(b, 0));
}

void WrapperBuilder::buildAllocating() {
  func::FuncOp malloc = declare("malloc", i64, pointer);
  func::FuncOp free = declare("free", pointer, {});
  ImplicitLocOpBuilder b(loc, moduleBuilder.getContext());
  func::FuncOp function = createFunction(moduleBuilder, loc, signature.name,
                                         parameterTypes(), i32, true);
  Block &block = function.getBody().front();
  b.setInsertionPointToStart(&block);
  Arrays arrays = fillArrays(b, block.getArguments());
  Value code =
      call(b, ".check", i32, {arrays.operands, arrays.sizes, arrays.strides});
  returnIf(
      b, arith::CmpIOp::create(b, arith::CmpIPredicate::ne, code, status(b, 0)),
      code);
  Value bytes = call(b, ".bytes", i64, arrays.sizes);
  Value zero = constantI64(b, 0);
  Value needed =
      arith::CmpIOp::create(b, arith::CmpIPredicate::sgt, bytes, zero);

  // Nothing is allocated where nothing is needed.
  Block *allocate = b.createBlock(&function.getBody(), function.end());
  Block *run =
      b.createBlock(&function.getBody(), function.end(), {pointer}, {loc});
  Value allocation = run->getArgument(0);
  b.setInsertionPointToEnd(allocate->getPrevNode());
  cf::CondBranchOp::create(b, needed, allocate, ValueRange(), run,
                           ValueRange(LLVM::ZeroOp::create(b, pointer)));
  b.setInsertionPointToEnd(allocate);
  Value padded = add(b, bytes, constantI64(b, kAlignment));
  Value fresh = func::CallOp::create(b, malloc, padded).getResult(0);
  Value isNull = LLVM::ICmpOp::create(b, LLVM::ICmpPredicate::eq, fresh,
                                      LLVM::ZeroOp::create(b, pointer));
  returnIf(b, isNull, status(b, 2));
  cf::BranchOp::create(b, run, fresh);

  b.setInsertionPointToEnd(run);
  Value address = LLVM::PtrToIntOp::create(b, i64, allocation);
  Value past = arith::SubIOp::create(b, zero, address);
  Value padding =
      arith::AndIOp::create(b, past, constantI64(b, kAlignment - 1));
  Value scratch = LLVM::GEPOp::create(b, pointer, b.getI8Type(), allocation,
                                      ArrayRef<LLVM::GEPArg>{padding});
  call(b, ".run", {}, {arrays.operands, arrays.sizes, arrays.strides, scratch});
  func::CallOp::create(b, free, allocation);
  func::ReturnOp::create(b, status(b, 0));
}

void WrapperBuilder::buildLaunching(LLVM::GlobalOp image, StringRef run) {
  func::FuncOp launcher =
      declare(run, {pointer, pointer, pointer, pointer, pointer, pointer}, i32);
  ImplicitLocOpBuilder b(loc, moduleBuilder.getContext());
  SmallVector<Type> types = parameterTypes();
  types.push_back(pointer);
  func::FuncOp function =
      createFunction(moduleBuilder, loc, signature.name, types, i32, true);
  Block &block = function.getBody().front();
  b.setInsertionPointToStart(&block);
  Arrays arrays = fillArrays(b, block.getArguments());
  Value stream = arrays.rest.front();
  Value code =
      call(b, ".check", i32, {arrays.operands, arrays.sizes, arrays.strides});
  returnIf(
      b, arith::CmpIOp::create(b, arith::CmpIPredicate::ne, code, status(b, 0)),
      code);
  // Scalars' addresses follow the operands'.
  Value scalars = LLVM::GEPOp::create(
      b, pointer, pointer, arrays.operands,
      ArrayRef<LLVM::GEPArg>{int32_t(signature.operands.size())});
  auto result = func::CallOp::create(b, launcher,
                                     {LLVM::AddressOfOp::create(b, image),
                                      arrays.operands, arrays.sizes,
                                      arrays.strides, scalars, stream});
  func::ReturnOp::create(b, result.getResult(0));
}

LogicalResult entry::buildWrappers(Kernel &kernel, OpBuilder &moduleBuilder) {
  WrapperBuilder builder(kernel, moduleBuilder);
  builder.buildRun();
  if (failed(builder.buildScratchBytes()))
    return failure();
  builder.buildWithScratch();
  builder.buildAllocating();
  return success();
}
