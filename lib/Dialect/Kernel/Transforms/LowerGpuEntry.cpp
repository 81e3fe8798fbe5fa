//===- LowerGpuEntry.cpp - The C ABI of a GPU's kernel --------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WrapperBuilder.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"

namespace einsumc::kernel {
#define GEN_PASS_DEF_LOWERGPUENTRY
#include "einsumc/Dialect/Kernel/Transforms/Passes.h.inc"
} // namespace einsumc::kernel

using namespace mlir;
using namespace einsumc::kernel;
using namespace einsumc::kernel::entry;

/// The function of the runtime that launches from a plan, and the version of
/// what it is given (include/einsumc/Runtime/Gpu.h).
static constexpr StringLiteral kRunFunction = "einsumcGpuRun";
static constexpr int64_t kImageVersion = 1;

/// A constant array of bytes, shared by all who ask for the same name.
static LLVM::GlobalOp makeBytes(OpBuilder &moduleBuilder, ModuleOp module,
                                Location loc, const Twine &name,
                                StringRef bytes) {
  std::string symbol = name.str();
  if (auto known = module.lookupSymbol<LLVM::GlobalOp>(symbol))
    return known;
  auto type = LLVM::LLVMArrayType::get(moduleBuilder.getI8Type(),
                                       unsigned(bytes.size() + 1));
  // Text, for who looks at it: it ends with a 0.
  std::string terminated = bytes.str();
  terminated.push_back('\0');
  return LLVM::GlobalOp::create(
      moduleBuilder, loc, type, /*isConstant=*/true, LLVM::Linkage::Internal,
      symbol, moduleBuilder.getStringAttr(terminated), /*alignment=*/16);
}

/// NAME.image: { version, plan, its bytes, code, its bytes }.
static LLVM::GlobalOp makeImage(OpBuilder &moduleBuilder, ModuleOp module,
                                Location loc, StringRef name, StringRef plan,
                                StringRef code) {
  MLIRContext *context = module.getContext();
  auto pointer = LLVM::LLVMPointerType::get(context);
  Type i64 = moduleBuilder.getI64Type();
  auto type = LLVM::LLVMStructType::getLiteral(
      context, {i64, pointer, i64, pointer, i64});
  LLVM::GlobalOp text =
      makeBytes(moduleBuilder, module, loc, name + ".plan", plan);
  LLVM::GlobalOp bytes =
      makeBytes(moduleBuilder, module, loc, "gpu.code", code);
  auto global =
      LLVM::GlobalOp::create(moduleBuilder, loc, type,
                             /*isConstant=*/true, LLVM::Linkage::Internal,
                             (name + ".image").str(), Attribute());
  ImplicitLocOpBuilder b(loc, context);
  b.setInsertionPointToStart(&global.getInitializerRegion().emplaceBlock());
  Value value = LLVM::UndefOp::create(b, type);
  const Value fields[] = {
      constantI64(b, kImageVersion), LLVM::AddressOfOp::create(b, text),
      constantI64(b, plan.size()), LLVM::AddressOfOp::create(b, bytes),
      constantI64(b, code.size())};
  for (auto [position, field] : llvm::enumerate(fields))
    value = LLVM::InsertValueOp::create(b, value, field,
                                        ArrayRef<int64_t>{int64_t(position)});
  LLVM::ReturnOp::create(b, value);
  return global;
}

namespace {
struct LowerGpuEntry : einsumc::kernel::impl::LowerGpuEntryBase<LowerGpuEntry> {
  void runOnOperation() override;
  LogicalResult lower(func::FuncOp function, StringRef code);
};
} // namespace

LogicalResult LowerGpuEntry::lower(func::FuncOp function, StringRef code) {
  ModuleOp module = getOperation();
  auto plan = function->getAttrOfType<StringAttr>(kPlanAttrName);
  if (!plan)
    return function.emitError("expected the function to carry its launch plan "
                              "as '")
           << kPlanAttrName << "'";
  Kernel kernel;
  kernel.function = function;
  if (failed(readSignature(kernel)))
    return failure();
  for (auto alloc : function.getBody().getOps<memref::AllocOp>())
    kernel.buffers.push_back({alloc, 0, 0, 0});

  OpBuilder moduleBuilder(function);
  const std::string name = kernel.signature.name;
  LLVM::GlobalOp image = makeImage(moduleBuilder, module, function.getLoc(),
                                   name, plan.getValue(), code);
  // NAME itself is defined anew.
  function.setName(name + ".launches");
  if (failed(buildCheck(kernel, moduleBuilder)))
    return failure();
  WrapperBuilder(kernel, moduleBuilder).buildLaunching(image, kRunFunction);
  function.erase();
  ++numKernels;
  return success();
}

void LowerGpuEntry::runOnOperation() {
  ModuleOp module = getOperation();
  auto code = module->getAttrOfType<StringAttr>(kCodeAttrName);
  if (!code) {
    module.emitError("expected the module to carry the device's code as '")
        << kCodeAttrName << "'";
    return signalPassFailure();
  }
  SmallVector<func::FuncOp> kernels;
  for (auto function : module.getOps<func::FuncOp>())
    if (function.isPublic() && !function.isExternal())
      kernels.push_back(function);
  for (func::FuncOp kernel : kernels)
    if (failed(lower(kernel, code.getValue())))
      return signalPassFailure();
  for (auto device :
       llvm::make_early_inc_range(module.getOps<gpu::GPUModuleOp>()))
    device.erase();
  for (StringRef attribute :
       {StringRef(kCodeAttrName), StringRef(kTargetAttrName),
        StringRef(gpu::GPUDialect::getContainerModuleAttrName())})
    module->removeAttr(attribute);
}
