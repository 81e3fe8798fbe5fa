//===- Einsum.hpp - Compile and run einsum equations, in C++ ----*- C++ -*-===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The C API with owners and results, in C++17, header only: the library's ABI
// stays C. Throws nothing and needs no exceptions.
//
//   einsum::Result<einsum::Compiler> compiler = einsum::Compiler::create();
//   einsum::Result<einsum::Kernel> mm =
//       compiler->compile("ij,jk->ik", {"17x33xf32", "33x19xf32"});
//   if (!mm)
//     return report(mm.error().message());
//   if (einsum::Error error = mm->run({a, b, c}))
//     return report(error.message());
//
//===----------------------------------------------------------------------===//

#ifndef EINSUM_C_EINSUM_HPP
#define EINSUM_C_EINSUM_HPP

#include "einsum-c/Einsum.h"
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace einsum {

namespace detail {
struct Destroy {
  void operator()(EinsumError *x) const { einsumErrorDestroy(x); }
  void operator()(EinsumEquation *x) const { einsumEquationDestroy(x); }
  void operator()(EinsumCompiler *x) const { einsumCompilerDestroy(x); }
  void operator()(EinsumKernel *x) const { einsumKernelDestroy(x); }
  void operator()(EinsumArtifact *x) const { einsumArtifactDestroy(x); }
  void operator()(char *x) const { einsumStringDestroy(x); }
};
template <typename T> using Owner = std::unique_ptr<T, Destroy>;

inline std::string takeString(char *string) {
  Owner<char> owner(string);
  return string ? std::string(string) : std::string();
}
inline std::vector<const char *>
pointers(const std::vector<std::string> &strings) {
  std::vector<const char *> result;
  for (const std::string &string : strings)
    result.push_back(string.c_str());
  return result;
}
} // namespace detail

/// What went wrong; false where nothing did.
class [[nodiscard]] Error {
public:
  Error() = default;
  explicit Error(EinsumError *error) : error(error) {}

  explicit operator bool() const { return status() != EINSUM_OK; }
  EinsumStatus status() const { return einsumErrorGetStatus(error.get()); }
  /// With a caret under the place in the equation or type.
  const char *message() const {
    return error ? einsumErrorGetMessage(error.get()) : "";
  }
  const EinsumError *get() const { return error.get(); }

private:
  detail::Owner<EinsumError> error;
};

/// A value, or why there is none. `*` and `->` need a value.
template <typename T> class [[nodiscard]] Result {
public:
  Result(T value) : stored(std::move(value)) {}
  Result(Error error) : failure(std::move(error)) {}

  explicit operator bool() const { return stored.has_value(); }
  T &operator*() { return *stored; }
  const T &operator*() const { return *stored; }
  T *operator->() { return &*stored; }
  const T *operator->() const { return &*stored; }
  const Error &error() const { return failure; }
  Error takeError() { return std::move(failure); }

private:
  std::optional<T> stored;
  Error failure;
};

/// An equation with its operands' types, checked.
class Equation {
public:
  /// `resultType`: empty for the promoted type.
  static Result<Equation> create(const std::string &text,
                                 const std::vector<std::string> &operandTypes,
                                 const std::string &resultType = {}) {
    std::vector<const char *> types = detail::pointers(operandTypes);
    EinsumEquation *equation;
    EinsumError *error;
    einsumEquationCreate(text.c_str(), types.data(), types.size(),
                         resultType.empty() ? nullptr : resultType.c_str(),
                         &equation, &error);
    return wrap(equation, error);
  }
  /// numpy's sublist form; EINSUM_ELLIPSIS stands for `...`.
  static Result<Equation>
  create(const std::vector<std::vector<int64_t>> &operands,
         const std::vector<std::string> &operandTypes,
         const std::optional<std::vector<int64_t>> &output = std::nullopt,
         const std::string &resultType = {}) {
    std::vector<const char *> types = detail::pointers(operandTypes);
    std::vector<EinsumSublist> lists;
    for (const std::vector<int64_t> &list : operands)
      lists.push_back({list.data(), list.size()});
    EinsumSublist outputList{};
    if (output)
      outputList = {output->data(), output->size()};
    EinsumEquation *equation;
    EinsumError *error;
    einsumEquationCreateFromSublists(
        lists.data(), lists.size(), output ? &outputList : nullptr,
        types.data(), types.size(),
        resultType.empty() ? nullptr : resultType.c_str(), &equation, &error);
    return wrap(equation, error);
  }

  const char *text() const { return einsumEquationGetText(get()); }
  size_t numOperands() const { return einsumEquationGetNumOperands(get()); }
  const char *operandType(size_t operand) const {
    return einsumEquationGetOperandType(get(), operand);
  }
  const char *resultType() const { return einsumEquationGetResultType(get()); }
  const EinsumEquation *get() const { return equation.get(); }

private:
  static Result<Equation> wrap(EinsumEquation *equation, EinsumError *error) {
    if (!equation)
      return Error(error);
    return Equation(equation);
  }
  explicit Equation(EinsumEquation *equation) : equation(equation) {}
  detail::Owner<EinsumEquation> equation;
};

/// An operand of a call: pointers to what the caller keeps. Sizes and strides
/// have one number an axis; without them those of the type count.
struct Tensor : EinsumTensor {
  template <typename T>
  Tensor(T *elements, const int64_t *sizes = nullptr,
         const int64_t *strides = nullptr)
      : EinsumTensor{const_cast<void *>(static_cast<const void *>(elements)),
                     sizes, strides} {}
};
static_assert(sizeof(Tensor) == sizeof(EinsumTensor));

/// A function in this process. See einsumKernelRun.
class Kernel {
public:
  explicit Kernel(EinsumKernel *kernel) : kernel(kernel) {}

  Error run(std::initializer_list<Tensor> operands,
            std::initializer_list<const void *> scalars = {}) const {
    return run(operands.begin(), operands.size(), scalars.begin(),
               scalars.size());
  }
  Error run(const EinsumTensor *operands, size_t numOperands,
            const void *const *scalars = nullptr, size_t numScalars = 0) const {
    EinsumError *error;
    einsumKernelRun(get(), operands, numOperands, scalars, numScalars, &error);
    return Error(error);
  }

  const char *name() const { return einsumKernelGetName(get()); }
  const char *equation() const { return einsumKernelGetEquation(get()); }
  bool isDynamic() const { return einsumKernelIsDynamic(get()) == 1; }
  size_t numOperands() const { return einsumKernelGetNumOperands(get()); }
  const char *operandType(size_t operand) const {
    return einsumKernelGetOperandType(get(), operand);
  }
  /// For everything else that einsumKernelGet… can tell.
  const EinsumKernel *get() const { return kernel.get(); }

private:
  detail::Owner<EinsumKernel> kernel;
};

/// The output of a stage.
class Artifact {
public:
  explicit Artifact(EinsumArtifact *artifact) : artifact(artifact) {}

  std::string_view data() const {
    size_t size = 0;
    const char *bytes = einsumArtifactGetData(get(), &size);
    return {bytes, size};
  }
  std::string_view header() const { return einsumArtifactGetHeader(get()); }
  std::vector<std::string_view> remarks() const {
    std::vector<std::string_view> result;
    for (size_t i = 0; i < einsumArtifactGetNumRemarks(get()); ++i)
      result.push_back(einsumArtifactGetRemark(get(), i));
    return result;
  }
  const EinsumArtifact *get() const { return artifact.get(); }

private:
  detail::Owner<EinsumArtifact> artifact;
};

/// All defaults; its strings are the caller's.
struct Options : EinsumOptions {
  Options() : EinsumOptions(EINSUM_OPTIONS_INIT) {}
};

/// What it returns does not depend on it.
class Compiler {
public:
  static Result<Compiler> create() {
    EinsumCompiler *compiler;
    EinsumError *error;
    einsumCompilerCreate(&compiler, &error);
    if (!compiler)
      return Error(error);
    return Compiler(compiler);
  }

  Result<Kernel> compile(const Equation &equation,
                         const Options &options = {}) {
    EinsumKernel *kernel;
    EinsumError *error;
    einsumCompilerCompile(get(), equation.get(), &options, &kernel, &error);
    return wrap<Kernel>(kernel, error);
  }
  Result<Kernel> compile(const std::string &equation,
                         const std::vector<std::string> &operandTypes,
                         const Options &options = {}) {
    Result<Equation> checked = Equation::create(equation, operandTypes);
    if (!checked)
      return checked.takeError();
    return compile(*checked, options);
  }
  Result<Kernel> compileModule(std::string_view module,
                               const Options &options = {}) {
    EinsumKernel *kernel;
    EinsumError *error;
    einsumCompilerCompileModule(get(), module.data(), module.size(), &options,
                                &kernel, &error);
    return wrap<Kernel>(kernel, error);
  }

  Result<Artifact> emit(const Equation &equation, EinsumStage stage,
                        const Options &options = {}) {
    EinsumArtifact *artifact;
    EinsumError *error;
    einsumCompilerEmit(get(), equation.get(), stage, &options, &artifact,
                       &error);
    return wrap<Artifact>(artifact, error);
  }
  Result<Artifact> emitModule(std::string_view module, EinsumStage stage,
                              const Options &options = {}) {
    EinsumArtifact *artifact;
    EinsumError *error;
    einsumCompilerEmitModule(get(), module.data(), module.size(), stage,
                             &options, &artifact, &error);
    return wrap<Artifact>(artifact, error);
  }
  EinsumCompiler *get() const { return compiler.get(); }

private:
  explicit Compiler(EinsumCompiler *compiler) : compiler(compiler) {}
  template <typename T, typename Handle>
  static Result<T> wrap(Handle *handle, EinsumError *error) {
    if (!handle)
      return Error(error);
    return T(handle);
  }
  detail::Owner<EinsumCompiler> compiler;
};

/// The equations of common layers; see einsumBuildProjection and its
/// neighbours.
struct Projection {
  std::string equation, biasAxes;
  int64_t outputRank = 0;
};
inline Result<Projection> buildProjection(int64_t freeDims, int64_t boundDims,
                                          int64_t outputDims) {
  Projection result;
  char *equation, *biasAxes;
  EinsumError *error;
  if (einsumBuildProjection(freeDims, boundDims, outputDims, &equation,
                            &biasAxes, &result.outputRank, &error))
    return Error(error);
  result.equation = detail::takeString(equation);
  result.biasAxes = detail::takeString(biasAxes);
  return result;
}

struct Attention {
  std::string dotProduct, combine;
  int64_t scoresRank = 0;
  std::vector<int64_t> softmaxAxes;
};
/// Without axes: all but the first and the last two.
inline Result<Attention>
buildAttention(int64_t rank,
               const std::optional<std::vector<int64_t>> &axes = std::nullopt) {
  Attention result;
  // One softmax axis an attention axis, and no more of them than axes.
  result.softmaxAxes.resize(rank > 0 && rank <= 64 ? size_t(rank) : 0);
  const int64_t none = 0;
  char *dotProduct, *combine;
  size_t numSoftmaxAxes = 0;
  EinsumError *error;
  if (einsumBuildAttention(rank,
                           !axes           ? nullptr
                           : axes->empty() ? &none
                                           : axes->data(),
                           axes ? axes->size() : 0, &dotProduct, &combine,
                           &result.scoresRank, result.softmaxAxes.data(),
                           result.softmaxAxes.size(), &numSoftmaxAxes, &error))
    return Error(error);
  result.dotProduct = detail::takeString(dotProduct);
  result.combine = detail::takeString(combine);
  result.softmaxAxes.resize(numSoftmaxAxes);
  return result;
}

inline Result<std::string> buildShortAttention(int64_t rank) {
  char *equation;
  EinsumError *error;
  if (einsumBuildShortAttention(rank, &equation, &error))
    return Error(error);
  return detail::takeString(equation);
}

} // namespace einsum

#endif // EINSUM_C_EINSUM_HPP
