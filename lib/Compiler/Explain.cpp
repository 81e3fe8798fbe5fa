//===- Explain.cpp - What was decided, and why ----------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Compiler/Explain.h"

#include "einsumc/Dialect/Kernel/IR/RegionShape.h"
#include "einsumc/Dialect/Kernel/IR/Signature.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Complex/IR/Complex.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/TypeUtilities.h"
#include "llvm/ADT/TypeSwitch.h"
#include "llvm/Support/FormatVariadic.h"

using namespace einsumc;
using namespace einsumc::kernel;
using llvm::formatv;
namespace arith = mlir::arith;
using mlir::ShapedType;

double einsumc::operationsOf(mlir::Operation &op) {
  return llvm::TypeSwitch<mlir::Operation *, double>(&op)
      .Case<arith::MulFOp, arith::AddFOp, arith::MulIOp, arith::AddIOp,
            arith::AndIOp, arith::OrIOp>([](auto) { return 1; })
      .Case<mlir::complex::MulOp>([](auto) { return 6; })
      .Case<mlir::complex::AddOp>([](auto) { return 2; })
      .Default([](mlir::Operation *) { return 0; });
}

double StepCost::seconds(double peak, double bandwidth) const {
  double arithmetic =
      peak > 0 && efficiency > 0 ? operations / (peak * efficiency) : 0;
  return std::max(arithmetic, bandwidth > 0 ? bytes / bandwidth : 0);
}

static std::string number(int64_t value) {
  return ShapedType::isDynamic(value) ? "?" : std::to_string(value);
}

static std::string formatBytes(double bytes) {
  if (bytes < 10 * 1024)
    return formatv("{0:f0} bytes", bytes);
  if (bytes < 10 * 1024 * 1024)
    return formatv("{0:f0} KiB", bytes / 1024);
  return formatv("{0:f0} MiB", bytes / 1024 / 1024);
}

/// Of an element in memory.
static double elementBytes(mlir::Type type) {
  type = mlir::getElementTypeOrSelf(type);
  if (auto complex = llvm::dyn_cast<mlir::ComplexType>(type))
    return 2 * elementBytes(complex.getElementType());
  return type.isIntOrFloat()
             ? double(llvm::divideCeil(type.getIntOrFloatBitWidth(), 8))
             : 8;
}

//===----------------------------------------------------------------------===//
// One step
//===----------------------------------------------------------------------===//

static double known(int64_t extent) {
  return ShapedType::isDynamic(extent) ? 1 : double(extent);
}

static StepCost costOf(RegionOp region, const RegionShape &shape) {
  StepCost cost;
  double points = 1;
  for (int64_t extent : shape.extents)
    points *= known(extent);
  for (mlir::Operation &op : region.getBody().front())
    cost.operations += points * operationsOf(op);
  for (unsigned operand = 0; operand < region->getNumOperands(); ++operand) {
    double bytes = elementBytes(region->getOperand(operand).getType());
    if (!shape.isScalar(operand))
      for (auto [loop, extent] : llvm::enumerate(shape.extents))
        if (shape.varies(operand, loop))
          bytes *= known(extent);
    cost.bytes += bytes;
  }
  if (auto efficiency =
          region->getAttrOfType<mlir::FloatAttr>(kEfficiencyAttrName))
    cost.efficiency = efficiency.getValueAsDouble();
  return cost;
}

/// "128 = 9 x 13 + 11", "128 = 4 x 32", "4 = 4 of 32".
static std::string describeSplit(int64_t extent, int64_t size) {
  if (ShapedType::isDynamic(extent))
    return ("? in pieces of " + llvm::Twine(size)).str();
  if (extent < size)
    return formatv("{0} of {1}", extent, size);
  std::string text = formatv("{0} = {1} x {2}", extent, extent / size, size);
  if (extent % size)
    text += " + " + std::to_string(extent % size);
  return text;
}

static void explainSchedule(llvm::raw_ostream &os, CpuScheduleAttr schedule,
                            const RegionShape &shape) {
  int64_t rows = shape.extent(shape.row), columns = shape.extent(shape.column);
  if (schedule.getLanes() == Lanes::terms) {
    os << formatv("  tile: {0} lines x {1} vectors of {2} terms\n",
                  schedule.getMr(), schedule.getNv(), schedule.getWidth());
  } else {
    int64_t vectors = schedule.getNv() * schedule.getWidth();
    os << formatv("  tile: {0} rows x {1} vectors of {2} columns\n",
                  schedule.getMr(), schedule.getNv(), schedule.getWidth());
    // Static rows are cut into panels of mr and mr - 1.
    int64_t panels =
        ShapedType::isDynamic(rows)
            ? 0
            : llvm::divideCeil(std::max<int64_t>(rows, 1), schedule.getMr());
    if (panels == 0)
      os << "  rows: ? in panels of " << schedule.getMr()
         << ", then 8, 4, 2, 1\n";
    else if (int64_t fewer = panels * schedule.getMr() - rows)
      os << formatv("  rows: {0} = {1} x {2} + {3} x {4}\n", rows,
                    panels - fewer, schedule.getMr(), fewer,
                    schedule.getMr() - 1);
    else
      os << "  rows: " << describeSplit(rows, schedule.getMr()) << "\n";
    os << "  columns: " << describeSplit(columns, vectors);
    if (!ShapedType::isDynamic(columns) && columns % schedule.getWidth())
      os << formatv(", the last vector masked to {0} of {1}",
                    columns % schedule.getWidth(), schedule.getWidth());
    os << "\n";
    os << formatv("  blocks: {0} rows, {1} columns, {2} terms\n",
                  schedule.getMc(), schedule.getNc(), schedule.getKc());
  }
  double blocks = 1;
  bool isKnown = true;
  auto count = [&](int64_t extent, int64_t size) {
    isKnown &= !ShapedType::isDynamic(extent);
    blocks *= std::max<double>(
        1, double(llvm::divideCeil(std::max<int64_t>(extent, 0), size)));
  };
  for (const auto *loops :
       {&shape.batch, &shape.outerRows, &shape.outerColumns})
    for (unsigned loop : *loops)
      count(shape.extents[loop], 1);
  count(rows, schedule.getMc());
  count(columns, schedule.getNc());
  if (isKnown)
    os << formatv("  tasks: {0:f0}\n",
                  std::min(blocks, double(schedule.getMaxTasks())));
  else
    os << "  tasks: at most " << schedule.getMaxTasks() << "\n";
}

static void explainSweep(llvm::raw_ostream &os, SweepScheduleAttr schedule) {
  os << "  nest:";
  for (auto [entry, loop, step] :
       llvm::enumerate(schedule.getLoops(), schedule.getSteps()))
    os << formatv("{0} loop {1} by {2}", entry ? "," : "", loop, step);
  os << formatv("\n  tile: {0} rows x {1} vectors of {2} {3}\n",
                schedule.getMr(), schedule.getNv(), schedule.getWidth(),
                schedule.getLanes() == Lanes::terms ? "terms" : "columns");
  os << "  tasks: at most " << schedule.getMaxTasks() << "\n";
}

static StepCost explainRegion(llvm::raw_ostream &os, RegionOp region,
                              llvm::ArrayRef<std::string> names) {
  RegionShape shape = RegionShape::get(region);
  os << "  loops:";
  for (auto [loop, extent] : llvm::enumerate(shape.extents))
    os << (loop ? ", " : " ")
       << stringifyLoopClass(region.getLoops()->getClasses()[loop]) << " "
       << number(extent);
  os << "\n";
  for (auto [operand, name] : llvm::enumerate(names)) {
    if (operand >= shape.strides.size() || shape.isScalar(operand))
      continue;
    os << "  " << name << ": strides";
    for (int64_t stride : shape.strides[operand])
      os << " " << number(stride);
    os << "\n";
  }
  if (auto schedule =
          llvm::dyn_cast_if_present<CpuScheduleAttr>(region.getScheduleAttr()))
    explainSchedule(os, schedule, shape);
  if (auto schedule = llvm::dyn_cast_if_present<SweepScheduleAttr>(
          region.getScheduleAttr()))
    explainSweep(os, schedule);
  if (auto why = region->getAttrOfType<mlir::ArrayAttr>(kWhyAttrName))
    for (mlir::Attribute reason : why)
      os << "  because " << llvm::cast<mlir::StringAttr>(reason).getValue()
         << "\n";
  StepCost cost = costOf(region, shape);
  os << formatv("  work: {0:e2} operations on {1}, {2:f1} an operand's byte\n",
                cost.operations, formatBytes(cost.bytes),
                cost.bytes > 0 ? cost.operations / cost.bytes : 0);
  return cost;
}

//===----------------------------------------------------------------------===//
// A kernel
//===----------------------------------------------------------------------===//

namespace {
/// Calls of steps, and the memory between them.
struct KernelReader {
  explicit KernelReader(mlir::func::FuncOp function);

  std::string nameOf(mlir::Value value) const {
    auto found = names.find(value);
    return found == names.end() ? "?" : found->second;
  }

  mlir::func::FuncOp function;
  std::vector<mlir::func::CallOp> calls;
  llvm::DenseMap<mlir::Value, std::string> names;
  std::vector<mlir::memref::AllocOp> intermediates;
};
} // namespace

KernelReader::KernelReader(mlir::func::FuncOp function) : function(function) {
  if (mlir::FailureOr<Signature> signature = getSignature(function);
      succeeded(signature)) {
    for (const SignatureOperand &operand : signature->operands)
      if (!operand.isResult)
        names[function.getArgument(operand.index)] = operand.name;
    for (const SignatureScalar &scalar : signature->scalars)
      names[function.getArgument(scalar.index)] = scalar.name;
  }
  for (mlir::Operation &op : function.getBody().front()) {
    if (auto call = llvm::dyn_cast<mlir::func::CallOp>(op))
      calls.push_back(call);
    if (auto alloc = llvm::dyn_cast<mlir::memref::AllocOp>(op)) {
      names[alloc] = "t" + std::to_string(intermediates.size());
      intermediates.push_back(alloc);
    }
  }
}

/// What each intermediate holds, from which step to which, and the most of it
/// that lives at once.
static void explainIntermediates(llvm::raw_ostream &os, KernelReader &reader) {
  double most = 0, all = 0;
  std::vector<double> live(reader.calls.size());
  for (mlir::memref::AllocOp alloc : reader.intermediates) {
    double bytes = elementBytes(alloc.getType());
    for (int64_t extent : alloc.getType().getShape())
      bytes *= known(extent);
    size_t first = reader.calls.size(), last = 0;
    for (auto [step, call] : llvm::enumerate(reader.calls))
      if (llvm::is_contained(call.getOperands(), alloc.getResult())) {
        first = std::min(first, step);
        last = step;
      }
    for (size_t step = first; step <= last && step < live.size(); ++step)
      live[step] += bytes;
    all += bytes;
    os << formatv("  {0}: {1}, lives from step {2} to step {3}\n",
                  reader.nameOf(alloc), formatBytes(bytes), first, last);
  }
  for (double bytes : live)
    most = std::max(most, bytes);
  if (!reader.intermediates.empty())
    os << formatv("  intermediates: {0} in all, {1} at once\n",
                  formatBytes(all), formatBytes(most));
}

static void explainKernel(llvm::raw_ostream &os, mlir::func::FuncOp function,
                          std::vector<StepCost> &costs) {
  KernelReader reader(function);
  os << "kernel " << function.getSymName();
  if (auto equation =
          function->getAttrOfType<mlir::StringAttr>("kernel.equation"))
    os << ": " << equation.getValue();
  os << "\n";
  std::vector<std::vector<std::string>> operands;
  for (auto [step, call] : llvm::enumerate(reader.calls)) {
    std::vector<std::string> &names = operands.emplace_back();
    for (mlir::Value operand : call.getOperands())
      names.push_back(reader.nameOf(operand));
    os << "  step " << step << ": "
       << llvm::join(llvm::ArrayRef(names).drop_back(), ", ") << " -> "
       << names.back() << "\n";
  }
  explainIntermediates(os, reader);
  auto module = function->getParentOfType<mlir::ModuleOp>();
  for (auto [step, call] : llvm::enumerate(reader.calls)) {
    auto callee = module.lookupSymbol<mlir::func::FuncOp>(call.getCallee());
    if (!callee)
      continue;
    os << "step " << step << "\n";
    bool hasRegion = false;
    callee.walk([&](RegionOp region) {
      hasRegion = true;
      // A step's arguments are its region's operands, in order.
      costs.push_back(explainRegion(os, region, operands[step]));
    });
    if (!hasRegion)
      os << "  loops as they were lowered by upstream: no schedule\n";
  }
}

Explanation einsumc::explainSchedules(mlir::ModuleOp module) {
  Explanation explanation;
  llvm::raw_string_ostream os(explanation.text);
  if (auto target = module->getAttrOfType<TargetAttr>(kTargetAttrName))
    os << formatv("cpu {0}: vectors of {1} bits, {2} registers; caches of {3}, "
                  "{4} and {5}\n",
                  target.getCpu(), target.getVectorBits(),
                  target.getRegisters(), formatBytes(double(target.getL1())),
                  formatBytes(double(target.getL2())),
                  formatBytes(double(target.getL3())));
  for (auto function : module.getOps<mlir::func::FuncOp>())
    if (function.isPublic())
      explainKernel(os, function, explanation.steps);
  return explanation;
}
