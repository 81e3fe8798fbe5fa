//===- Header.cpp - C headers of kernels ------------------------*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "einsumc/Target/Header.h"

#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace einsumc;
using namespace einsumc::kernel;
using mlir::ShapedType;

/// What one element is an array of in C.
static StringRef cType(ElementType element) {
  switch (element) {
  case ElementType::f32:
  case ElementType::c64:
    return "float";
  case ElementType::f64:
  case ElementType::c128:
    return "double";
  case ElementType::i8:
    return "int8_t";
  case ElementType::i16:
    return "int16_t";
  case ElementType::i32:
    return "int32_t";
  case ElementType::i64:
    return "int64_t";
  case ElementType::u8:
  case ElementType::boolean:
    return "uint8_t";
  case ElementType::f16:
  case ElementType::bf16:
  case ElementType::u16:
    return "uint16_t";
  case ElementType::u32:
    return "uint32_t";
  case ElementType::u64:
    return "uint64_t";
  }
  return "void";
}

static StringRef cTypeNote(ElementType element) {
  switch (element) {
  case ElementType::f16:
  case ElementType::bf16:
    return " (its 16 bits)";
  case ElementType::boolean:
    return " (0 or 1)";
  case ElementType::c64:
  case ElementType::c128:
    return " (re, im in turn)";
  default:
    return "";
  }
}

static void addPointers(const Signature &kernel,
                        SmallVectorImpl<std::string> &parameters) {
  for (const SignatureOperand &operand : kernel.operands)
    parameters.push_back(((operand.isOutput ? "" : "const ") +
                          cType(operand.element) + " *" + operand.name)
                             .str());
}

static void addExtents(const Signature &kernel,
                       SmallVectorImpl<std::string> &parameters) {
  for (const SignatureLabel &label : kernel.labels)
    if (label.parameter)
      parameters.push_back("int64_t n_" + label.name);
}

static void addStridesAndScalars(const Signature &kernel,
                                 SmallVectorImpl<std::string> &parameters) {
  for (const SignatureOperand &operand : kernel.operands)
    for (int64_t axis = 0; operand.strides && axis < operand.rank(); ++axis)
      if (ShapedType::isDynamic((*operand.strides)[axis]))
        parameters.push_back("int64_t s_" + operand.name + "_" +
                             std::to_string(axis));
  for (const SignatureScalar &scalar : kernel.scalars) {
    std::string type = cType(scalar.element).str() + " ";
    if (isComplex(scalar.element)) {
      parameters.push_back(type + scalar.name + "_re");
      parameters.push_back(type + scalar.name + "_im");
    } else {
      parameters.push_back(type + scalar.name);
    }
  }
}

static std::string prototype(StringRef result, const Twine &name,
                             ArrayRef<std::string> parameters) {
  return (result + " " + name + "(" +
          (parameters.empty() ? "void" : join(parameters, ", ")) + ");\n")
      .str();
}

/// Text for a comment, which it must not end.
static std::string forComment(StringRef text) {
  std::string result;
  for (char c : text) {
    if (!result.empty() && ((result.back() == '*' && c == '/') ||
                            (result.back() == '/' && c == '*')))
      result += ' ';
    result += c == '\n' || c == '\\' ? ' ' : c;
  }
  return result;
}

/// "in0     2 x n_i   f32 (float), strides [33, 1]".
static void describeOperand(raw_ostream &os, const Signature &kernel,
                            const SignatureOperand &operand) {
  os << "   " << left_justify(operand.name, 6) << " ";
  if (operand.rank() == 0)
    os << "scalar";
  for (int64_t axis = 0; axis < operand.rank(); ++axis) {
    os << (axis ? " x " : "");
    if (ShapedType::isDynamic(operand.shape[axis]))
      os << "n_" << kernel.labels[operand.labels[axis]].name;
    else
      os << operand.shape[axis];
  }
  os << ", " << elementTypeName(operand.element) << " as "
     << cType(operand.element) << cTypeNote(operand.element);
  if (operand.rank() != 0 && operand.strides) {
    os << ", strides ";
    for (int64_t axis = 0; axis < operand.rank(); ++axis) {
      int64_t stride = (*operand.strides)[axis];
      os << (axis ? ", " : "[");
      if (ShapedType::isDynamic(stride))
        os << "s_" << operand.name << "_" << axis;
      else
        os << stride;
    }
    os << "] in elements";
  } else if (operand.rank() != 0) {
    os << ", row-major";
  }
  if (operand.isInOut)
    os << ", read and overwritten";
  os << "\n";
}

static void describeOperands(raw_ostream &os, const Signature &kernel) {
  os << "/* " << kernel.name;
  if (!kernel.equation.empty())
    os << ": " << forComment(kernel.equation);
  os << "\n";
  for (const SignatureOperand &operand : kernel.operands)
    describeOperand(os, kernel, operand);
  for (const SignatureScalar &scalar : kernel.scalars)
    os << "   " << left_justify(scalar.name, 6) << " "
       << elementTypeName(scalar.element) << " as " << cType(scalar.element)
       << cTypeNote(scalar.element) << ", by value\n";
  bool hasFixed = false;
  for (const SignatureLabel &label : kernel.labels) {
    std::string name = "n_" + label.name;
    bool isFixed = label.parameter && !ShapedType::isDynamic(label.extent);
    if (!isFixed && !label.facts.any())
      continue;
    os << (hasFixed ? ", " : "   Required: ")
       << (isFixed ? name + " == " + std::to_string(label.extent)
                   : label.facts.str(name));
    hasFixed = true;
  }
  if (hasFixed)
    os << "\n";
}

static void describeKernel(raw_ostream &os, const Signature &kernel,
                           int64_t threads) {
  describeOperands(os, kernel);
  os << "   Pointers are aligned as their element type is, and go to element "
        "(0, 0, ...).\n"
        "   The output must overlap no input. Strides of inputs may be zero or "
        "negative.\n"
        "   Thread safe: no state is kept between calls or shared by them.\n";
  if (threads > 1)
    os << "   Runs on up to " << threads
       << " threads (einsumc/Runtime/Threads.h): link with\n"
          "   libeinsumc_rt.a and -lpthread.\n";
  os << "   Returns 0: done; 1: an extent or stride is illegal, or an "
        "assumption unmet;\n"
        "   2: out of memory; 3: a null pointer to a tensor that is not "
        "empty. */\n";
}

static void describeGpuKernel(raw_ostream &os, const Signature &kernel) {
  describeOperands(os, kernel);
  os << "   Pointers are the device's, aligned as their element type is "
        "(complex "
        "numbers as\n   a whole), and go to element (0, 0, ...).\n"
        "   The output must overlap no input. Strides of inputs may be zero or "
        "negative.\n"
        "   Queued on `stream` (a CUstream or cudaStream_t; NULL: the default "
        "stream); returns\n   before it has run. Thread safe.\n"
        "   Returns 0: queued; 1: an extent or stride is illegal; 2: out of "
        "memory; 3: a null\n   pointer to a tensor that is not empty; 4: no "
        "usable GPU or driver; 5: an error of the\n   driver. "
        "After 2, 4 and 5 einsumcGpuGetLastError\n   "
        "(einsumc/Runtime/Gpu.h) says more.\n"
        "   Link with libeinsumc_rt.a, -lstdc++ and -ldl. */\n";
}

/// The lines before and after the prototypes.
static void openHeader(raw_ostream &os, ArrayRef<Signature> kernels) {
  // As it is written: `mm` and `MM` are two kernels.
  std::string guard = "EINSUMC_KERNEL_";
  if (!kernels.empty())
    guard += kernels.front().name;
  guard += "_H";
  os << "/* Made by einsumc. See docs/abi.md of einsumc for the whole ABI. */\n"
     << "#ifndef " << guard << "\n#define " << guard << "\n\n"
     << "#include <stdint.h>\n\n"
     << "#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n";
}

static void closeHeader(raw_ostream &os) {
  os << "#ifdef __cplusplus\n}\n#endif\n\n#endif\n";
}

std::string einsumc::emitHeader(ArrayRef<Signature> kernels, int64_t threads) {
  std::string text;
  raw_string_ostream os(text);
  openHeader(os, kernels);
  for (const Signature &kernel : kernels) {
    SmallVector<std::string> parameters, extents;
    addPointers(kernel, parameters);
    addExtents(kernel, parameters);
    addExtents(kernel, extents);
    addStridesAndScalars(kernel, parameters);
    describeKernel(os, kernel, threads);
    os << prototype("int", kernel.name, parameters);
    parameters.push_back("void *scratch");
    os << "/* The same in the caller's memory, aligned to 64 bytes: never "
          "allocates. */\n"
       << prototype("int", kernel.name + "_ws", parameters)
       << "/* How many bytes `scratch` must have; -1: an extent is illegal. "
          "*/\n"
       << prototype("int64_t", kernel.name + "_scratch_bytes", extents)
       << "/* For threads: steps run in order with a barrier between, the "
          "tasks of one step\n   in any order. sizes: ";
    if (kernel.labels.empty())
      os << "none";
    for (auto [number, label] : enumerate(kernel.labels))
      os << (number ? ", " : "") << label.name;
    os << "; strides: operand by operand, axis by\n   axis; both may be NULL "
          "when all is static. tasks < 0: no such step. */\n"
       << prototype("int64_t", kernel.name + "_tasks",
                    {"const int64_t *sizes", "int64_t step"})
       << prototype("int32_t", kernel.name + "_entry",
                    {"void *const *operands", "const int64_t *sizes",
                     "const int64_t *strides", "void *scratch", "int64_t step",
                     "int64_t begin", "int64_t end"})
       << "\n";
  }
  closeHeader(os);
  return text;
}

std::string einsumc::emitGpuHeader(ArrayRef<Signature> kernels) {
  std::string text;
  raw_string_ostream os(text);
  openHeader(os, kernels);
  for (const Signature &kernel : kernels) {
    SmallVector<std::string> parameters;
    addPointers(kernel, parameters);
    addExtents(kernel, parameters);
    addStridesAndScalars(kernel, parameters);
    parameters.push_back("void *stream");
    describeGpuKernel(os, kernel);
    os << prototype("int", kernel.name, parameters) << "\n";
  }
  closeHeader(os);
  return text;
}
