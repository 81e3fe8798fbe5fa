// The C++ wrapper: owners, results, errors. It needs neither exceptions nor
// run-time type information.
// RUN: %cpp17 -fno-exceptions -fno-rtti %s %libeinsumc -o %t
// RUN: %t | FileCheck %s
// And the C header is C++, too.
// RUN: %cpp17 -I%source_dir/include -fsyntax-only -x c++ %source_dir/include/einsum-c/Einsum.h
#include "einsum-c/Einsum.hpp"

#include <cstdio>

using namespace einsum;

static int report(const Error &error) {
  std::printf("error: %s\n", error.message());
  return 1;
}

int main() {
  Result<Compiler> compiler = Compiler::create();
  if (!compiler)
    return report(compiler.error());

  const float a[] = {1, 2, 3, 4, 5, 6}, b[] = {1, 0, 2, 1, 0, 3};
  float c[4];
  Result<Kernel> mm = compiler->compile("ij,jk->ik", {"2x3xf32", "3x2xf32"});
  if (!mm)
    return report(mm.error());
  if (Error error = mm->run({a, b, c}))
    return report(error);
  std::printf("%s: %g %g %g %g\n", mm->equation(), c[0], c[1], c[2], c[3]);
  // CHECK: ij,jk->ik: 5 11 14 23

  Result<Kernel> wrong = compiler->compile("ij,kj", {"2x3xf32", "3x2xf32"});
  std::printf("%d, %d: %s\n", bool(wrong), wrong.error().status(),
              wrong.error().message());
  // CHECK: 0, 5: index 'j' is 3 in operand 0 but 2 in operand 1
  // CHECK-NEXT: {{^}}  ij,kj
  // CHECK-NEXT: {{^}}      ^
  if (Error error = mm->run({a, b, a}))
    std::printf("%d: %s\n", error.status(), error.message());
  // CHECK: 1: out overlaps in0

  // Sizes at run time, and alpha.
  Options options;
  options.name = "scaled";
  options.alpha = "?";
  options.beta = "0";
  Result<Equation> rows = Equation::create({{0, 1}, {1}}, {"?x3xf32", "3xf32"},
                                           std::vector<int64_t>{0});
  if (!rows)
    return report(rows.error());
  std::printf("%s: %s\n", rows->text(), rows->resultType());
  // CHECK: [0,1],[1]->[0]: ?xf32
  Result<Kernel> mv = compiler->compile(*rows, options);
  if (!mv)
    return report(mv.error());
  {
    // Kernels move.
    Kernel moved = std::move(*mv);
    const int64_t sizes[] = {2, 3}, outSizes[] = {2};
    const float alpha = 2;
    if (Error error = moved.run({{a, sizes}, b, {c, outSizes}}, {&alpha}))
      return report(error);
    std::printf("%s: %g %g\n", moved.name(), c[0], c[1]);
    // CHECK: scaled: 14 32
  }

  Result<Artifact> linalg = compiler->emit(*rows, EINSUM_STAGE_LINALG, options);
  if (!linalg)
    return report(linalg.error());
  Result<Artifact> object =
      compiler->emitModule(linalg->data(), EINSUM_STAGE_OBJECT);
  if (!object)
    return report(object.error());
  std::printf("%.3s %d %d\n", object->data().data() + 1,
              object->header().find("int scaled(") != std::string_view::npos,
              int(object->remarks().size()));
  // CHECK: ELF 1 0

  Result<Attention> attention = buildAttention(4);
  if (!attention)
    return report(attention.error());
  std::printf("%s %s %d %d\n", attention->dotProduct.c_str(),
              attention->combine.c_str(), int(attention->scoresRank),
              int(attention->softmaxAxes[0]));
  // CHECK: aecd,abcd->acbe acbe,aecd->abcd 4 3
  Result<Projection> projection = buildProjection(2, 1, 2);
  std::printf("%s %s\n", projection->equation.c_str(),
              projection->biasAxes.c_str());
  // CHECK: abc,cde->abde de
  std::printf("%s\n", buildShortAttention(2).error().message());
  // CHECK: expected a rank from 3 to 64
  return 0;
}
