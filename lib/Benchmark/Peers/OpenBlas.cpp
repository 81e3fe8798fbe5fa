//===- OpenBlas.cpp - OpenBLAS, Debian's and that of Python wheels --------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Cblas.h"
#include "Registry.h"

using namespace einsumc::bench;

namespace {

template <typename Int> class OpenBlas : public GemmLibrary {
public:
  OpenBlas(llvm::StringRef name, const Library &library, llvm::StringRef prefix,
           llvm::StringRef suffix, int threads)
      : peerName(name) {
    blas.load(library, prefix, suffix);
    if (auto *set = library.find<void(int)>(
            prefix + "openblas_set_num_threads" + suffix))
      set(threads);
    // "OpenBLAS 0.3.21 NO_AFFINITY … SkylakeX MAX_THREADS=64"
    if (auto *config =
            library.find<char *()>(prefix + "openblas_get_config" + suffix)) {
      llvm::StringRef text(config());
      text.consume_front("OpenBLAS ");
      text = text.take_until([](char c) { return c == ' '; });
      described = text.str();
    }
    if (auto *core =
            library.find<char *()>(prefix + "openblas_get_corename" + suffix))
      described += " (" + std::string(core()) + ")";
  }

  llvm::StringRef name() const override { return peerName; }
  std::string version() const override { return described; }
  GemmFunction prepareGemm(const GemmShape &shape) override {
    return blas.prepareGemm(shape);
  }
  TransposeFunction prepareTranspose(const TransposeShape &shape) override {
    return blas.prepareTranspose(shape);
  }
  bool works() const { return blas.s.gemm != nullptr; }

private:
  std::string peerName, described;
  Cblas<Int> blas;
};

template <typename Int>
void tryOpenBlas(PeerSearch &search, llvm::StringRef name,
                 llvm::ArrayRef<std::string> files, llvm::StringRef prefix,
                 llvm::StringRef suffix) {
  std::string why;
  auto library = Library::open(files, why);
  if (!library)
    return search.miss(name, why);
  auto peer = std::make_unique<OpenBlas<Int>>(name, *library, prefix, suffix,
                                              search.options.threads);
  if (!peer->works())
    return search.miss(name, library->path() + " has no cblas_sgemm");
  search.add(std::move(peer));
}

} // namespace

void einsumc::bench::findOpenBlas(PeerSearch &search) {
  if (search.isWanted("openblas")) {
    // The flavour with its own threads needs no other runtime's.
    std::vector<std::string> others =
        globFiles("/usr/lib/*/openblas-pthread/libopenblas.so.0");
    others.insert(others.end(), {"libopenblas.so.0", "libopenblas.so"});
    tryOpenBlas<int32_t>(search, "openblas",
                         search.candidates("libopenblas.so*", others), "", "");
  }
  if (!search.isWanted("scipy-openblas"))
    return;
  std::vector<std::string> files;
  for (const std::string &folder : search.pythonFolders)
    for (llvm::StringRef pattern :
         {"/scipy_openblas64/lib/libscipy_openblas64_.so",
          "/numpy.libs/libscipy_openblas64_*.so"})
      for (std::string &file : globFiles(folder + pattern))
        files.push_back(std::move(file));
  if (files.empty())
    return search.miss("scipy-openblas",
                       "no Python package scipy-openblas64 or numpy");
  tryOpenBlas<int64_t>(search, "scipy-openblas", files, "scipy_", "64_");
}
