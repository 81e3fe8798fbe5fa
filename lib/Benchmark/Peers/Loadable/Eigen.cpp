//===- Eigen.cpp - Eigen behind a loadable library ------------------------===//
//
// Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Eigen.h"

#include <Eigen/Core>
#include <complex>
#include <cstdio>
#include <unsupported/Eigen/CXX11/Tensor>

template <typename T>
static void gemm(const EigenGemm &g, const void *a, const void *b, void *c) {
  using Matrix =
      Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  using Stride = Eigen::OuterStride<>;
  using Input = Eigen::Map<const Matrix, Eigen::Unaligned, Stride>;
  Input x(static_cast<const T *>(a), g.transA ? g.k : g.m, g.transA ? g.m : g.k,
          Stride(g.lda));
  Input y(static_cast<const T *>(b), g.transB ? g.n : g.k, g.transB ? g.k : g.n,
          Stride(g.ldb));
  Eigen::Map<Matrix, Eigen::Unaligned, Stride> z(static_cast<T *>(c), g.m, g.n,
                                                 Stride(g.ldc));
  auto multiply = [&](const auto &left, const auto &right) {
    if (g.accumulate)
      z.noalias() += left * right;
    else
      z.noalias() = left * right;
  };
  if (g.transA && g.transB)
    multiply(x.transpose(), y.transpose());
  else if (g.transA)
    multiply(x.transpose(), y);
  else if (g.transB)
    multiply(x, y.transpose());
  else
    multiply(x, y);
}

void einsumcEigenGemm(const EigenGemm *g, const void *a, const void *b,
                      void *c) {
  switch (g->scalar) {
  case eigenF32:
    return gemm<float>(*g, a, b, c);
  case eigenF64:
    return gemm<double>(*g, a, b, c);
  case eigenC64:
    return gemm<std::complex<float>>(*g, a, b, c);
  case eigenC128:
    return gemm<std::complex<double>>(*g, a, b, c);
  }
}

template <typename T, int RankA, int RankB, int Contracted>
static void contract(const EigenContraction *with, const void *a, const void *b,
                     void *c) {
  using Index = Eigen::Index;
  constexpr int rankC = RankA + RankB - 2 * Contracted;
  Eigen::array<Index, RankA> extentsA;
  Eigen::array<Index, RankB> extentsB;
  Eigen::array<Index, rankC> extentsC;
  Eigen::array<Eigen::IndexPair<int>, Contracted> pairs;
  for (int i = 0; i < Contracted; ++i)
    pairs[i] = {with->axesA[i], with->axesB[i]};
  int out = 0;
  auto take = [&](auto &extents, const int64_t *from, const int *contracted) {
    for (int axis = 0; axis < int(extents.size()); ++axis) {
      extents[axis] = from[axis];
      bool isSummed = false;
      for (int i = 0; i < Contracted; ++i)
        isSummed |= contracted[i] == axis;
      if (!isSummed)
        extentsC[out++] = from[axis];
    }
  };
  take(extentsA, with->extentsA, with->axesA);
  take(extentsB, with->extentsB, with->axesB);
  Eigen::TensorMap<Eigen::Tensor<const T, RankA>> x(static_cast<const T *>(a),
                                                    extentsA);
  Eigen::TensorMap<Eigen::Tensor<const T, RankB>> y(static_cast<const T *>(b),
                                                    extentsB);
  Eigen::TensorMap<Eigen::Tensor<T, rankC>> z(static_cast<T *>(c), extentsC);
  z = x.contract(y, pairs);
}

/// The ranks that equations of two operands have once neighbouring labels of
/// one class are one axis.
template <typename T>
static EigenContract *find(int rankA, int rankB, int contracted) {
  switch (rankA * 100 + rankB * 10 + contracted) {
  case 211:
    return contract<T, 2, 1, 1>;
  case 221:
    return contract<T, 2, 2, 1>;
  case 311:
    return contract<T, 3, 1, 1>;
  case 321:
    return contract<T, 3, 2, 1>;
  case 331:
    return contract<T, 3, 3, 1>;
  case 322:
    return contract<T, 3, 2, 2>;
  case 332:
    return contract<T, 3, 3, 2>;
  case 422:
    return contract<T, 4, 2, 2>;
  case 432:
    return contract<T, 4, 3, 2>;
  case 442:
    return contract<T, 4, 4, 2>;
  default:
    return nullptr;
  }
}

EigenContract *einsumcEigenFindContract(EigenScalar scalar, int rankA,
                                        int rankB, int contracted) {
  if (scalar == eigenF32)
    return find<float>(rankA, rankB, contracted);
  if (scalar == eigenF64)
    return find<double>(rankA, rankB, contracted);
  return nullptr;
}

const char *einsumcEigenVersion() {
  static char text[128];
  std::snprintf(text, sizeof(text), "%d.%d.%d (%s)", EIGEN_WORLD_VERSION,
                EIGEN_MAJOR_VERSION, EIGEN_MINOR_VERSION,
                Eigen::SimdInstructionSetsInUse());
  return text;
}
