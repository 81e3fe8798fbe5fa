//===- LaunchPlan.cpp - How a GPU's kernels are launched ------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Target/LaunchPlan.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Complex/IR/Complex.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Utils/StaticValueUtils.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace llvm;
using namespace einsumc;
using namespace einsumc::kernel;
using mlir::MemRefType;
using mlir::ShapedType;

namespace {

/// Reads one function.
class PlanBuilder {
public:
  PlanBuilder(mlir::func::FuncOp function, const Signature &signature)
      : function(function), signature(signature) {
    int64_t axes = 0;
    for (auto [number, operand] : enumerate(signature.operands)) {
      numberOf[function.getArgument(operand.index)] = number;
      firstAxis.push_back(axes);
      axes += operand.rank();
    }
  }

  FailureOr<LaunchPlan> build(const GpuInfo &gpu);

private:
  using Expression = json::Value;
  static Expression combine(StringRef op, Expression x, Expression y);
  FailureOr<Expression> express(mlir::Value value);
  FailureOr<Expression> expressMetadata(mlir::Value memref, unsigned result);
  FailureOr<Expression> size(mlir::Value memref, unsigned axis);
  FailureOr<Expression> stride(mlir::Value memref, unsigned axis);
  FailureOr<Expression> offset(mlir::Value memref);
  LogicalResult fail(mlir::Value value);

  FailureOr<json::Array> describeOperands();
  FailureOr<json::Object> describeBuffer(mlir::memref::AllocOp op);
  FailureOr<json::Object> describeLaunch(mlir::gpu::LaunchFuncOp op);
  FailureOr<json::Object> describeParameter(mlir::Value value);

  mlir::func::FuncOp function;
  const Signature &signature;
  DenseMap<mlir::Value, unsigned> numberOf; ///< operands and buffers
  SmallVector<int64_t> firstAxis;           ///< one an operand
  LaunchPlan plan;
};

} // namespace

LogicalResult PlanBuilder::fail(mlir::Value value) {
  return mlir::emitError(value.getLoc(),
                         "a launch plan cannot express how this number of '")
         << signature.name << "' comes about";
}

//===----------------------------------------------------------------------===//
// Expressions
//===----------------------------------------------------------------------===//

json::Value PlanBuilder::combine(StringRef op, Expression x, Expression y) {
  std::optional<int64_t> a = x.getAsInteger(), b = y.getAsInteger();
  if (op == "mul" && (a == 0 || b == 0))
    return 0;
  if ((op == "mul" && a == 1) || (op == "add" && a == 0))
    return y;
  if ((op == "mul" && b == 1) || ((op == "add" || op == "sub") && b == 0))
    return x;
  if (op == "mul" && a && b)
    return *a * *b;
  return json::Array{op, std::move(x), std::move(y)};
}

FailureOr<json::Value> PlanBuilder::express(mlir::Value value) {
  if (std::optional<int64_t> constant = mlir::getConstantIntValue(value))
    return Expression(*constant);
  mlir::Operation *op = value.getDefiningOp();
  if (!op)
    return fail(value);
  if (auto cast = dyn_cast<mlir::arith::IndexCastOp>(op))
    return express(cast.getIn());
  if (auto dim = dyn_cast<mlir::memref::DimOp>(op)) {
    std::optional<int64_t> axis = dim.getConstantIndex();
    if (!axis)
      return fail(value);
    return size(dim.getSource(), *axis);
  }
  if (auto metadata = dyn_cast<mlir::memref::ExtractStridedMetadataOp>(op))
    return expressMetadata(metadata.getSource(),
                           cast<mlir::OpResult>(value).getResultNumber());
  StringRef name =
      TypeSwitch<mlir::Operation *, StringRef>(op)
          .Case([](mlir::arith::AddIOp) { return "add"; })
          .Case([](mlir::arith::SubIOp) { return "sub"; })
          .Case([](mlir::arith::MulIOp) { return "mul"; })
          .Case<mlir::arith::FloorDivSIOp, mlir::arith::DivUIOp>(
              [](auto) { return "floordiv"; })
          .Case<mlir::arith::CeilDivSIOp, mlir::arith::CeilDivUIOp>(
              [](auto) { return "ceildiv"; })
          .Case([](mlir::arith::RemUIOp) { return "mod"; })
          .Case<mlir::arith::MinSIOp, mlir::arith::MinUIOp>(
              [](auto) { return "min"; })
          .Case<mlir::arith::MaxSIOp, mlir::arith::MaxUIOp>(
              [](auto) { return "max"; })
          .Default([](mlir::Operation *) { return ""; });
  if (name.empty())
    return fail(value);
  FailureOr<Expression> x = express(op->getOperand(0));
  FailureOr<Expression> y = express(op->getOperand(1));
  if (failed(x) || failed(y))
    return failure();
  return combine(name, std::move(*x), std::move(*y));
}

/// Results of memref.extract_strided_metadata: base, offset, sizes, strides.
FailureOr<json::Value> PlanBuilder::expressMetadata(mlir::Value memref,
                                                    unsigned result) {
  unsigned rank = cast<MemRefType>(memref.getType()).getRank();
  if (result == 0)
    return fail(memref);
  if (result == 1)
    return offset(memref);
  result -= 2;
  return result < rank ? size(memref, result) : stride(memref, result - rank);
}

FailureOr<json::Value> PlanBuilder::size(mlir::Value memref, unsigned axis) {
  auto type = cast<MemRefType>(memref.getType());
  if (!type.isDynamicDim(axis))
    return Expression(type.getDimSize(axis));
  if (auto alloc = memref.getDefiningOp<mlir::memref::AllocOp>())
    return express(alloc.getDynamicSizes()[type.getDynamicDimIndex(axis)]);
  if (!isa<mlir::BlockArgument>(memref) || !numberOf.contains(memref))
    return fail(memref);
  const SignatureOperand &operand = signature.operands[numberOf[memref]];
  return Expression(json::Object{{"size", operand.labels[axis]}});
}

FailureOr<json::Value> PlanBuilder::stride(mlir::Value memref, unsigned axis) {
  auto type = cast<MemRefType>(memref.getType());
  auto [strides, start] = type.getStridesAndOffset();
  if (!ShapedType::isDynamic(strides[axis]))
    return Expression(strides[axis]);
  if (!type.getLayout().isIdentity()) {
    if (!isa<mlir::BlockArgument>(memref) || !numberOf.contains(memref))
      return fail(memref);
    return Expression(
        json::Object{{"stride", firstAxis[numberOf[memref]] + axis}});
  }
  Expression product = 1;
  for (unsigned inner = axis + 1; inner < type.getRank(); ++inner) {
    FailureOr<Expression> extent = size(memref, inner);
    if (failed(extent))
      return failure();
    product = combine("mul", std::move(product), std::move(*extent));
  }
  return product;
}

/// Elements from the lowest address to the first element: each negative stride
/// adds its part.
FailureOr<json::Value> PlanBuilder::offset(mlir::Value memref) {
  auto type = cast<MemRefType>(memref.getType());
  auto [strides, start] = type.getStridesAndOffset();
  if (!ShapedType::isDynamic(start))
    return Expression(start);
  Expression sum = 0;
  for (unsigned axis = 0; axis < type.getRank(); ++axis) {
    FailureOr<Expression> extent = size(memref, axis);
    FailureOr<Expression> step = stride(memref, axis);
    if (failed(extent) || failed(step))
      return failure();
    Expression part = combine("mul", combine("sub", 0, std::move(*step)),
                              combine("sub", std::move(*extent), 1));
    sum = combine("add", std::move(sum), json::Array{"max", 0, part});
  }
  return sum;
}

//===----------------------------------------------------------------------===//
// What is launched
//===----------------------------------------------------------------------===//

FailureOr<json::Array> PlanBuilder::describeOperands() {
  json::Array operands;
  for (const SignatureOperand &operand : signature.operands) {
    mlir::Value argument = function.getArgument(operand.index);
    json::Array shape, strides;
    for (unsigned axis = 0; axis < operand.rank(); ++axis) {
      FailureOr<Expression> extent = size(argument, axis);
      FailureOr<Expression> step = stride(argument, axis);
      if (failed(extent) || failed(step))
        return failure();
      shape.push_back(std::move(*extent));
      strides.push_back(std::move(*step));
    }
    operands.push_back(
        json::Object{{"name", operand.name},
                     {"element", elementTypeName(operand.element)},
                     {"bytes", int64_t(elementTypeSize(operand.element))},
                     {"shape", std::move(shape)},
                     {"strides", std::move(strides)},
                     {"access", operand.isInOut    ? "readwrite"
                                : operand.isOutput ? "write"
                                                   : "read"}});
  }
  return operands;
}

/// Bytes of an element as a GPU has it.
static int64_t bytesOf(mlir::Type type) {
  if (auto complex = dyn_cast<mlir::ComplexType>(type))
    return 2 * bytesOf(complex.getElementType());
  return divideCeil(type.getIntOrFloatBitWidth(), 8);
}

/// "i32", "f16", "c64".
static std::string elementName(mlir::Type type) {
  if (auto complex = dyn_cast<mlir::ComplexType>(type))
    return "c" + std::to_string(8 * bytesOf(complex));
  std::string text;
  raw_string_ostream os(text);
  type.print(os);
  return text;
}

FailureOr<json::Object> PlanBuilder::describeBuffer(mlir::memref::AllocOp op) {
  unsigned number = numberOf.size() - signature.operands.size();
  Expression bytes = bytesOf(op.getType().getElementType());
  for (unsigned axis = 0; axis < op.getType().getRank(); ++axis) {
    FailureOr<Expression> extent = size(op, axis);
    if (failed(extent))
      return failure();
    bytes = combine("mul", std::move(bytes), std::move(*extent));
  }
  numberOf[op] = number;
  return json::Object{{"name", "buffer" + std::to_string(number)},
                      {"bytes", std::move(bytes)},
                      {"element", elementName(op.getType().getElementType())}};
}

FailureOr<json::Object> PlanBuilder::describeParameter(mlir::Value value) {
  if (auto address = value.getDefiningOp<AddressOp>()) {
    mlir::Value root = address.getMemref();
    auto found = numberOf.find(root);
    if (found == numberOf.end()) {
      mlir::emitError(value.getLoc(), "a launch plan has operands and buffers, "
                                      "but no other memory");
      return failure();
    }
    return json::Object{{isa<mlir::BlockArgument>(root) ? "operand" : "buffer",
                         int64_t(found->second)}};
  }
  mlir::Value scalar = value;
  int64_t part = 0;
  if (auto re = value.getDefiningOp<mlir::complex::ReOp>()) {
    scalar = re.getComplex();
  } else if (auto im = value.getDefiningOp<mlir::complex::ImOp>()) {
    scalar = im.getComplex();
    part = bytesOf(value.getType());
  }
  if (auto argument = dyn_cast<mlir::BlockArgument>(scalar))
    for (auto [number, its] : enumerate(signature.scalars))
      if (its.index == argument.getArgNumber())
        return json::Object{{"scalar", int64_t(number)},
                            {"offset", part},
                            {"type", elementName(value.getType())}};
  FailureOr<Expression> expression = express(value);
  if (failed(expression))
    return failure();
  return json::Object{{"value", std::move(*expression)},
                      {"type", elementName(value.getType())}};
}

FailureOr<json::Object>
PlanBuilder::describeLaunch(mlir::gpu::LaunchFuncOp op) {
  StaticLaunch launch;
  launch.entry = op.getKernelName().str();
  json::Array parameters;
  for (mlir::Value operand : op.getKernelOperands()) {
    FailureOr<json::Object> parameter = describeParameter(operand);
    if (failed(parameter))
      return failure();
    parameters.push_back(std::move(*parameter));
  }
  FailureOr<Expression> blocks = express(op.getGridSizeX());
  FailureOr<Expression> threads = express(op.getBlockSizeX());
  if (failed(blocks) || failed(threads))
    return failure();
  launch.blocks = blocks->getAsInteger().value_or(ShapedType::kDynamic);
  launch.threads = threads->getAsInteger().value_or(ShapedType::kDynamic);
  plan.launches.push_back(launch);
  return json::Object{{"name", launch.entry},
                      {"grid", json::Array{std::move(*blocks), 1, 1}},
                      {"block", json::Array{std::move(*threads), 1, 1}},
                      {"sharedBytes", 0},
                      {"parameters", std::move(parameters)}};
}

FailureOr<LaunchPlan> PlanBuilder::build(const GpuInfo &gpu) {
  json::Array labels, scalars, buffers, entries;
  for (const SignatureLabel &label : signature.labels)
    labels.push_back(json::Object{{"name", label.name},
                                  {"extent", ShapedType::isDynamic(label.extent)
                                                 ? json::Value(nullptr)
                                                 : json::Value(label.extent)}});
  for (const SignatureScalar &scalar : signature.scalars)
    scalars.push_back(
        json::Object{{"name", scalar.name},
                     {"element", elementTypeName(scalar.element)},
                     {"bytes", int64_t(elementTypeSize(scalar.element))}});
  FailureOr<json::Array> operands = describeOperands();
  if (failed(operands))
    return failure();
  for (mlir::Operation &op : function.getBody().front()) {
    if (auto alloc = dyn_cast<mlir::memref::AllocOp>(op)) {
      FailureOr<json::Object> buffer = describeBuffer(alloc);
      if (failed(buffer))
        return failure();
      buffers.push_back(std::move(*buffer));
    } else if (auto launch = dyn_cast<mlir::gpu::LaunchFuncOp>(op)) {
      FailureOr<json::Object> entry = describeLaunch(launch);
      if (failed(entry))
        return failure();
      entries.push_back(std::move(*entry));
    } else if (!mlir::isMemoryEffectFree(&op) &&
               !isa<mlir::func::ReturnOp>(op)) {
      return op.emitError("expected launches alone, but '")
             << op.getName() << "' is left";
    }
  }
  plan.json = json::Object{{"version", 1},
                           {"kernel", signature.name},
                           {"equation", json::fixUTF8(signature.equation)},
                           {"gpu", gpu.architecture},
                           {"ptx", gpu.ptxVersionText()},
                           {"labels", std::move(labels)},
                           {"operands", std::move(*operands)},
                           {"scalars", std::move(scalars)},
                           {"buffers", std::move(buffers)},
                           {"entries", std::move(entries)}};
  return std::move(plan);
}

FailureOr<LaunchPlan> einsumc::getLaunchPlan(mlir::func::FuncOp function,
                                             const Signature &signature,
                                             const GpuInfo &gpu) {
  return PlanBuilder(function, signature).build(gpu);
}

std::string LaunchPlan::text(bool pretty) const {
  std::string text;
  raw_string_ostream os(text);
  json::OStream stream(os, /*IndentSize=*/pretty ? 2 : 0);
  stream.value(json::Value(json::Object(json)));
  if (pretty)
    os << "\n";
  return text;
}
