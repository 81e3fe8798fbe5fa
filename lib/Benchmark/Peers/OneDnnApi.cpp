//===- OneDnnApi.cpp - oneDNN's C interface, versions 2 and 3 -------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OneDnnApi.h"

#include "llvm/ADT/STLExtras.h"
#include <cstddef>

using namespace einsumc::bench;

// Values and layouts from oneapi/dnnl/dnnl_types.h, which are the library's
// binary interface.
namespace {

constexpr int kSuccess = 0;
constexpr int kCpu = 1;          // dnnl_cpu
constexpr unsigned kInOrder = 1; // dnnl_stream_default_flags
constexpr int kArgSource = 1;    // DNNL_ARG_SRC, DNNL_ARG_FROM
constexpr int kArgResult = 17;   // DNNL_ARG_DST, DNNL_ARG_TO
constexpr int kArgWeights = 33;  // DNNL_ARG_WEIGHTS

struct Version {
  int major, minor, patch;
};
struct Argument {
  int index;
  void *memory;
};

std::string isaName(int isa) {
  switch (isa) {
  case 0x1:
    return "SSE4.1";
  case 0x3:
    return "AVX";
  case 0x7:
    return "AVX2";
  case 0x27:
    return "AVX-512";
  case 0x67:
    return "AVX-512 VNNI";
  case 0xe7:
    return "AVX-512 BF16";
  default:
    return "ISA " + std::to_string(isa);
  }
}

} // namespace

struct OneDnnApi::Functions {
  Version found = {};
  std::string isa;
  Handle engine = nullptr, stream = nullptr;

  // Version 2: descriptions are structures that the caller owns.
  int (*initByStrides)(void *md, int rank, const int64_t *extents, int type,
                       const int64_t *strides) = nullptr;
  int (*matmulInit)(void *op, const void *a, const void *b, const void *bias,
                    const void *c) = nullptr;
  int (*describe)(Handle *pd, const void *op, Handle attr, Handle engine,
                  Handle hint) = nullptr;
  // Version 3: they are handles.
  int (*createByStrides)(Handle *md, int rank, const int64_t *extents, int type,
                         const int64_t *strides) = nullptr;
  int (*matmulDescribe)(Handle *pd, Handle engine, const void *a, const void *b,
                        const void *bias, const void *c, Handle attr) = nullptr;
  int (*destroyMemoryDesc)(Handle md) = nullptr;
  // Both.
  int (*reorderDescribe)(Handle *pd, const void *from, Handle fromEngine,
                         const void *to, Handle toEngine,
                         Handle attr) = nullptr;
  int (*createPrimitive)(Handle *primitive, Handle pd) = nullptr;
  int (*destroyDescription)(Handle pd) = nullptr;
  int (*createMemory)(Handle *memory, const void *md, Handle engine,
                      void *data) = nullptr;
  int (*setData)(Handle memory, void *data) = nullptr;
  int (*execute)(Handle primitive, Handle stream, int count,
                 const Argument *arguments) = nullptr;
  int (*wait)(Handle stream) = nullptr;
  int (*destroyMemory)(Handle memory) = nullptr;
  int (*destroyPrimitive)(Handle primitive) = nullptr;
};

/// A dnnl_memory_desc_t: a structure of 696 bytes up to version 2.7, a handle
/// in version 3.
struct OneDnnApi::Description {
  Description(const Functions &functions, const Matrix &matrix)
      : functions(functions) {
    if (functions.createByStrides)
      valid = functions.createByStrides(&handle, matrix.extents.size(),
                                        matrix.extents.data(), matrix.type,
                                        matrix.strides.data()) == kSuccess;
    else
      valid = functions.initByStrides(structure, matrix.extents.size(),
                                      matrix.extents.data(), matrix.type,
                                      matrix.strides.data()) == kSuccess;
  }
  Description(const Description &) = delete;
  ~Description() {
    if (handle)
      functions.destroyMemoryDesc(handle);
  }
  const void *get() const { return handle ? handle : structure; }

  const Functions &functions;
  bool valid = false;
  Handle handle = nullptr;
  alignas(std::max_align_t) char structure[2048] = {};
};

struct OneDnnApi::Primitive {
  explicit Primitive(std::shared_ptr<Functions> owner)
      : functions(std::move(owner)) {}
  Primitive(const Primitive &) = delete;
  ~Primitive() {
    for (Handle memory : memories)
      if (memory)
        functions->destroyMemory(memory);
    if (primitive)
      functions->destroyPrimitive(primitive);
  }

  /// Takes what `pd` describes, and makes memory for its arguments.
  bool create(Handle pd, llvm::ArrayRef<const Description *> descriptions) {
    bool ok = functions->createPrimitive(&primitive, pd) == kSuccess;
    functions->destroyDescription(pd);
    for (auto [i, description] : llvm::enumerate(descriptions))
      ok =
          ok && functions->createMemory(&memories[i], description->get(),
                                        functions->engine, nullptr) == kSuccess;
    return ok;
  }

  std::shared_ptr<Functions> functions;
  Handle primitive = nullptr;
  /// Of the source, the weights (matmul alone) and the result.
  Handle memories[3] = {};
};

std::optional<OneDnnApi> OneDnnApi::load(const Library &library, int threads) {
  OneDnnApi api;
  api.functions = std::make_shared<Functions>();
  Functions &f = *api.functions;
  bool all = true;
  auto get = [&](auto &function, const char *name) {
    using Function =
        std::remove_pointer_t<std::remove_reference_t<decltype(function)>>;
    function = library.find<Function>(name);
    all &= function != nullptr;
  };
  const Version *(*version)() = nullptr;
  int (*createEngine)(Handle *, int, size_t) = nullptr;
  int (*createStream)(Handle *, Handle, unsigned) = nullptr;
  get(version, "dnnl_version");
  if (!version)
    return std::nullopt;
  f.found = *version();
  if (f.found.major == 2) {
    get(f.initByStrides, "dnnl_memory_desc_init_by_strides");
    get(f.matmulInit, "dnnl_matmul_desc_init");
    get(f.describe, "dnnl_primitive_desc_create");
  } else if (f.found.major == 3) {
    get(f.createByStrides, "dnnl_memory_desc_create_with_strides");
    get(f.matmulDescribe, "dnnl_matmul_primitive_desc_create");
    get(f.destroyMemoryDesc, "dnnl_memory_desc_destroy");
  } else {
    return std::nullopt;
  }
  get(f.reorderDescribe, "dnnl_reorder_primitive_desc_create");
  get(f.createPrimitive, "dnnl_primitive_create");
  get(f.destroyDescription, "dnnl_primitive_desc_destroy");
  get(f.createMemory, "dnnl_memory_create");
  get(f.setData, "dnnl_memory_set_data_handle");
  get(f.execute, "dnnl_primitive_execute");
  get(f.wait, "dnnl_stream_wait");
  get(f.destroyMemory, "dnnl_memory_destroy");
  get(f.destroyPrimitive, "dnnl_primitive_destroy");
  get(createEngine, "dnnl_engine_create");
  get(createStream, "dnnl_stream_create");
  get(api.sgemm, "dnnl_sgemm");
  // Threads are its OpenMP runtime's, where it was built with one.
  if (auto *set = library.find<void(int)>("omp_set_num_threads"))
    set(threads);
  if (auto *isa = library.find<int()>("dnnl_get_effective_cpu_isa"))
    f.isa = isaName(isa());
  if (!all || createEngine(&f.engine, kCpu, 0) != kSuccess ||
      createStream(&f.stream, f.engine, kInOrder) != kSuccess)
    return std::nullopt;
  return api;
}

std::string OneDnnApi::version() const {
  const Version &v = functions->found;
  return std::to_string(v.major) + "." + std::to_string(v.minor) + "." +
         std::to_string(v.patch) + " (" + functions->isa + ")";
}

OneDnnApi::Run OneDnnApi::runner(std::unique_ptr<Primitive> primitive) {
  return [p = std::move(primitive)](const void *a, const void *b, void *c) {
    const Functions &f = *p->functions;
    Argument arguments[3];
    int count = 0;
    auto add = [&](int index, Handle memory, const void *data) {
      f.setData(memory, const_cast<void *>(data));
      arguments[count++] = {index, memory};
    };
    add(kArgSource, p->memories[0], a);
    if (b)
      add(kArgWeights, p->memories[1], b);
    add(kArgResult, p->memories[2], c);
    f.execute(p->primitive, f.stream, count, arguments);
    f.wait(f.stream);
  };
}

OneDnnApi::Run OneDnnApi::matmul(const Matrix &a, const Matrix &b,
                                 const Matrix &c) const {
  const Functions &f = *functions;
  Description da(f, a), db(f, b), dc(f, c);
  if (!da.valid || !db.valid || !dc.valid)
    return {};
  Handle pd = nullptr;
  if (f.matmulDescribe) {
    if (f.matmulDescribe(&pd, f.engine, da.get(), db.get(), nullptr, dc.get(),
                         nullptr) != kSuccess)
      return {};
  } else {
    // A dnnl_matmul_desc_t of 2800 bytes.
    alignas(std::max_align_t) char op[8192] = {};
    if (f.matmulInit(op, da.get(), db.get(), nullptr, dc.get()) != kSuccess ||
        f.describe(&pd, op, nullptr, f.engine, nullptr) != kSuccess)
      return {};
  }
  auto primitive = std::make_unique<Primitive>(functions);
  if (!primitive->create(pd, {&da, &db, &dc}))
    return {};
  return runner(std::move(primitive));
}

OneDnnApi::Run OneDnnApi::reorder(int type, llvm::ArrayRef<int64_t> extents,
                                  llvm::ArrayRef<int64_t> from,
                                  llvm::ArrayRef<int64_t> to) const {
  const Functions &f = *functions;
  auto matrix = [&](llvm::ArrayRef<int64_t> strides) {
    return Matrix{type,
                  {extents.begin(), extents.end()},
                  {strides.begin(), strides.end()}};
  };
  Description source(f, matrix(from)), target(f, matrix(to));
  Handle pd = nullptr;
  if (!source.valid || !target.valid ||
      f.reorderDescribe(&pd, source.get(), f.engine, target.get(), f.engine,
                        nullptr) != kSuccess)
    return {};
  auto primitive = std::make_unique<Primitive>(functions);
  // The middle one is the weights' place, which a reorder does not have.
  if (!primitive->create(pd, {&source, &source, &target}))
    return {};
  return runner(std::move(primitive));
}
