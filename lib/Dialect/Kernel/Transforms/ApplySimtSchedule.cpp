//===- ApplySimtSchedule.cpp - Carry a GPU's schedule out -----------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "SimtKernel.h"

#include "einsumc/Dialect/Kernel/Transforms/Passes.h"
#include "einsumc/Support/Counters.h"

#include "mlir/Dialect/Arith/Utils/Utils.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"

namespace einsumc::kernel {
#define GEN_PASS_DEF_APPLYSIMTSCHEDULE
#include "einsumc/Dialect/Kernel/Transforms/Passes.h.inc"
} // namespace einsumc::kernel

using namespace mlir;
using namespace einsumc::kernel;

// The same numbers as the pass's statistics, for tests in one process.
static einsumc::Counter launchCounter("kernel-apply-simt-schedule.launches");
static einsumc::Counter
    fusedCounter("kernel-apply-simt-schedule.fused-regions");
static einsumc::Counter
    serialCounter("kernel-apply-simt-schedule.serial-launches");

namespace {
struct ApplySimtSchedule
    : einsumc::kernel::impl::ApplySimtScheduleBase<ApplySimtSchedule> {
  using ApplySimtScheduleBase::ApplySimtScheduleBase;

  void runOnOperation() override;
  LogicalResult apply(func::FuncOp kernel);
  LogicalResult launch(RegionOp region, RegionOp producer);
  void launch(scf::ForallOp loop);
  /// Builds the call at `op` of a kernel that is complete.
  void launch(Operation *op, simt::KernelFunction &kernel, Value blocks,
              int64_t block);
  gpu::GPUFuncOp findEqual(gpu::GPUFuncOp function);

  gpu::GPUModuleOp device;
  /// Kernels by their text without the name.
  llvm::StringMap<gpu::GPUFuncOp> built;
  /// Of the function at work: its operands, where a launch gets them all.
  SmallVector<Value> operands;
  std::string name;
  unsigned numKernels = 0;
};
} // namespace

/// The kernel with the same code, if there is one; the other one goes.
gpu::GPUFuncOp ApplySimtSchedule::findEqual(gpu::GPUFuncOp function) {
  std::string given = function.getName().str();
  function.setName("kernel");
  std::string text;
  llvm::raw_string_ostream os(text);
  function->print(os);
  function.setName(given);
  auto [it, inserted] = built.try_emplace(text, function);
  if (!inserted)
    function.erase();
  else
    ++numKernels;
  return it->second;
}

void ApplySimtSchedule::launch(Operation *op, simt::KernelFunction &kernel,
                               Value blocks, int64_t block) {
  OpBuilder host(op);
  Location loc = op->getLoc();
  SmallVector<Value> arguments = kernel.launchOperands(host);
  gpu::GPUFuncOp function = findEqual(kernel.finish());
  Value one = arith::ConstantIndexOp::create(host, loc, 1);
  Value threads = arith::ConstantIndexOp::create(host, loc, block);
  gpu::LaunchFuncOp::create(host, loc, function,
                            gpu::KernelDim3{blocks, one, one},
                            gpu::KernelDim3{threads, one, one},
                            /*dynamicSharedMemorySize=*/Value(), arguments);
  ++numLaunches;
  launchCounter += 1;
}

/// As many blocks as the schedule gives the region's elements.
static Value countBlocks(RegionOp region, SimtScheduleAttr schedule) {
  ImplicitLocOpBuilder host(region.getLoc(), region);
  Value output = region.getOutput();
  SmallVector<OpFoldResult> extents;
  if (auto view = output.getDefiningOp<memref::ReinterpretCastOp>())
    extents = view.getMixedSizes();
  else
    extents = memref::ExtractStridedMetadataOp::create(host, output)
                  .getConstifiedMixedSizes();
  Value elements = arith::ConstantIndexOp::create(host, 1);
  for (int64_t loop : schedule.getOrder())
    elements = host.createOrFold<arith::MulIOp>(
        elements,
        getValueOrCreateConstantIndexOp(host, host.getLoc(), extents[loop]));
  Value block = arith::ConstantIndexOp::create(host, schedule.getBlock());
  Value most = arith::ConstantIndexOp::create(host, schedule.getMaxBlocks());
  return host.createOrFold<arith::MinSIOp>(
      host.createOrFold<arith::CeilDivSIOp>(elements, block), most);
}

LogicalResult ApplySimtSchedule::launch(RegionOp region, RegionOp producer) {
  if (!region.isNormalForm())
    return region.emitError("expected a region in normal form: run "
                            "kernel-classify-loops first");
  auto schedule = dyn_cast_or_null<SimtScheduleAttr>(region.getScheduleAttr());
  if (!schedule)
    return region.emitError("expected a region with a #kernel.simt_schedule: "
                            "run kernel-select-schedule first");
  unsigned indexBits = schedule.getIndexBits();
  if (producer)
    if (auto its =
            dyn_cast_or_null<SimtScheduleAttr>(producer.getScheduleAttr()))
      indexBits = std::max<unsigned>(indexBits, its.getIndexBits());
  simt::KernelFunction kernel(device, region.getLoc(), name,
                              schedule.getBlock(), indexBits);
  kernel.declareAddresses(operands);
  simt::buildRegionKernel(kernel, region, producer);
  launch(region, kernel, countBlocks(region, schedule), schedule.getBlock());
  region.erase();
  if (producer) {
    producer.erase();
    ++numFused;
    fusedCounter += 1;
  }
  return success();
}

void ApplySimtSchedule::launch(scf::ForallOp loop) {
  simt::KernelFunction kernel(device, loop.getLoc(), name, /*block=*/1,
                              /*indexBits=*/64);
  kernel.declareAddresses(operands);
  simt::buildSerialKernel(kernel, loop);
  OpBuilder host(loop);
  launch(loop, kernel, arith::ConstantIndexOp::create(host, loop.getLoc(), 1),
         /*block=*/1);
  loop.erase();
  ++numSerial;
  serialCounter += 1;
}

LogicalResult ApplySimtSchedule::apply(func::FuncOp kernel) {
  simt::unifyNumbers(kernel);
  SmallVector<Operation *> steps;
  for (Operation &op : kernel.getBody().front()) {
    if (isa<func::CallOp>(op))
      return op.emitError("expected steps that are inlined: run the inliner "
                          "first");
    if (auto constant = dyn_cast<memref::GetGlobalOp>(op))
      if (!simt::isSupportedConstant(constant))
        return op.emitError("expected a constant whose elements are known and "
                            "at least a byte wide");
    if (isa<RegionOp, scf::ForallOp>(op))
      steps.push_back(&op);
  }
  // Who takes its input from whom in a register. Nobody does both.
  llvm::DenseMap<Operation *, RegionOp> producerOf;
  llvm::DenseSet<Operation *> producers;
  for (Operation *step : steps) {
    auto region = dyn_cast<RegionOp>(step);
    if (!region || !region.isNormalForm())
      continue;
    RegionOp producer = simt::findProducer(region);
    if (!producer || !producer.isNormalForm() || producerOf.contains(producer))
      continue;
    producerOf[region] = producer;
    producers.insert(producer);
  }

  // A kernel of one launch is called as the function is and takes exactly the
  // function's operands.
  bool isOne = steps.size() - producers.size() == 1;
  operands.clear();
  if (isOne)
    for (Value argument : kernel.getArguments())
      if (isa<MemRefType>(argument.getType()))
        operands.push_back(argument);
  unsigned number = 0;
  for (Operation *step : steps) {
    if (producers.contains(step))
      continue;
    name = kernel.getName().str();
    if (!isOne)
      name += "_" + std::to_string(number++);
    auto region = dyn_cast<RegionOp>(step);
    if (!region)
      launch(cast<scf::ForallOp>(step));
    else if (failed(launch(region, producerOf.lookup(region))))
      return failure();
  }
  return success();
}

void ApplySimtSchedule::runOnOperation() {
  ModuleOp module = getOperation();
  built.clear();
  numKernels = 0;
  OpBuilder builder = OpBuilder::atBlockBegin(module.getBody());
  device =
      gpu::GPUModuleOp::create(builder, module.getLoc(), kDeviceModuleName);
  module->setAttr(gpu::GPUDialect::getContainerModuleAttrName(),
                  builder.getUnitAttr());
  for (auto kernel : module.getOps<func::FuncOp>()) {
    if (!kernel.isPublic() || kernel.isExternal())
      continue;
    if (!kernel.getBody().hasOneBlock()) {
      kernel.emitError("expected a function of one block");
      return signalPassFailure();
    }
    if (failed(apply(kernel)))
      return signalPassFailure();
  }
}
