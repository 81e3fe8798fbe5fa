/* The C ABI of static, dynamic and strided kernels: names, prototypes, values
   and return codes, as docs/abi.md has them.
   RUN: rm -rf %t.dir && mkdir %t.dir
   RUN: einsumc 'ij,jk->ik' --operand 17x33xf32 --operand 33x19xf32 --name mm -o %t.dir/mm.o
   RUN: einsumc 'ij,jk->ik' --operand '?x?xf32' --operand '?x19xf32' --name md -o %t.dir/md.o
   RUN: einsumc 'ij,jk->ik' --operand '?x33xf32,strided<[?,1]>' --operand 33x19xf32 --result '?x19xf32,strided<[32,1]>' --name ms -o %t.dir/ms.o
   RUN: cat %t.dir/mm.h %t.dir/md.h %t.dir/ms.h | FileCheck --check-prefix=CHECK-ABI --match-full-lines %s
   RUN: grep -E '^int(32_t|64_t)? m[mds](_[a-z]+)*[(].*;$' %source_dir/docs/abi.md | sort > %t.dir/documented
   RUN: einsumc 'ij,jk->ik' --operand '?x?xf32' --operand '?x19xf32' --name md --target=nvptx -o %t.dir/gpu.o
   RUN: cat %t.dir/mm.h %t.dir/md.h %t.dir/ms.h %t.dir/gpu.h | sort | comm -23 %t.dir/documented - | count 0
   RUN: wc -l < %t.dir/documented | FileCheck --check-prefix=CHECK-DOC %s
   Programs link with the C compiler alone, as C99 and, for the headers, C++17.
   RUN: %c99 -I%t.dir %s %t.dir/mm.o %t.dir/md.o %t.dir/ms.o -lm -o %t
   RUN: %t
   RUN: %cpp17 -I%t.dir -x c++ -c %s -o %t.o
   RUN: %cxx %sanitize %t.o %t.dir/mm.o %t.dir/md.o %t.dir/ms.o -o %t.cpp
   RUN: %t.cpp
 */
// CHECK-DOC: {{^ *}}10
// CHECK-ABI: int mm(const float *in0, const float *in1, float *out);
// CHECK-ABI: int mm_ws(const float *in0, const float *in1, float *out, void *scratch);
// CHECK-ABI: int64_t mm_scratch_bytes(void);
// CHECK-ABI: int64_t mm_tasks(const int64_t *sizes, int64_t step);
// CHECK-ABI: int32_t mm_entry(void *const *operands, const int64_t *sizes, const int64_t *strides, void *scratch, int64_t step, int64_t begin, int64_t end);
// CHECK-ABI: int md(const float *in0, const float *in1, float *out, int64_t n_i, int64_t n_j);
// CHECK-ABI: int md_ws(const float *in0, const float *in1, float *out, int64_t n_i, int64_t n_j, void *scratch);
// CHECK-ABI: int64_t md_scratch_bytes(int64_t n_i, int64_t n_j);
// CHECK-ABI: int64_t md_tasks(const int64_t *sizes, int64_t step);
// CHECK-ABI: int32_t md_entry(void *const *operands, const int64_t *sizes, const int64_t *strides, void *scratch, int64_t step, int64_t begin, int64_t end);
// CHECK-ABI: int ms(const float *in0, const float *in1, float *out, int64_t n_i, int64_t s_in0_0);
// CHECK-ABI: int ms_ws(const float *in0, const float *in1, float *out, int64_t n_i, int64_t s_in0_0, void *scratch);
// CHECK-ABI: int64_t ms_scratch_bytes(int64_t n_i);
#include "md.h"
#include "mm.h"
#include "ms.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { M = 17, K = 33, N = 19, PITCH = 40 };

static float a[M * PITCH], b[K * N], out[M * 32 + 1];
static int failures;

#define EXPECT(condition)                                                      \
  do {                                                                         \
    if (!(condition)) {                                                        \
      fprintf(stderr, "line %d: %s\n", __LINE__, #condition);                  \
      ++failures;                                                              \
    }                                                                          \
  } while (0)

static void poison(void) {
  int i;
  for (i = 0; i < M * 32 + 1; ++i)
    out[i] = NAN;
}

/* Whether out holds the product of m rows, and nothing else was written.
   `first` and `pitch` are of the first operand, outPitch of the result. */
static int isProduct(const float *first, int pitch, int m, int k,
                     int outPitch) {
  int i, j, l;
  for (i = 0; i < m; ++i)
    for (j = 0; j < outPitch; ++j) {
      float sum = 0;
      const float found = out[i * outPitch + j];
      for (l = 0; l < k && j < N; ++l)
        sum += first[i * pitch + l] * b[l * N + j];
      if (j < N ? found != sum : i + 1 < m && !isnan(found))
        return 0;
    }
  return isnan(out[m * outPitch]) != 0;
}

static void runStatic(void) {
  poison();
  EXPECT(mm(a, b, out) == 0);
  EXPECT(isProduct(a, K, M, K, N));
  EXPECT(mm(NULL, b, out) == 3);
  EXPECT(mm(a, NULL, out) == 3);
  EXPECT(mm(a, b, NULL) == 3);
  EXPECT(mm_ws(a, b, NULL, NULL) == 3);
  if (mm_scratch_bytes() == 0) {
    poison();
    EXPECT(mm_ws(a, b, out, NULL) == 0);
    EXPECT(isProduct(a, K, M, K, N));
  }
}

static void runDynamic(void) {
  int m, k;
  for (m = 1; m <= M; m += 4)
    for (k = 1; k <= K; k += 8) {
      poison();
      EXPECT(md(a, b, out, m, k) == 0);
      EXPECT(isProduct(a, k, m, k, N));
    }
  /* Nothing to sum: zeros, and nothing is read. */
  poison();
  EXPECT(md(NULL, NULL, out, M, 0) == 0);
  EXPECT(isProduct(a, 0, M, 0, N));
  /* Nothing to write. */
  poison();
  EXPECT(md(NULL, b, NULL, 0, K) == 0);
  EXPECT(isnan(out[0]));
  EXPECT(md(NULL, NULL, NULL, 0, 0) == 0);

  EXPECT(md(NULL, b, out, M, K) == 3);
  EXPECT(md(a, b, NULL, M, 0) == 3);
  EXPECT(md(a, b, out, -1, K) == 1);
  EXPECT(md(a, b, out, M, -K) == 1);
  EXPECT(md(a, b, out, INT64_MIN, K) == 1);
  EXPECT(md(a, b, out, INT64_MAX, K) == 1);
  EXPECT(md(a, b, out, INT64_C(1) << 40, INT64_C(1) << 40) == 1);
  EXPECT(md_ws(a, b, out, -1, K, NULL) == 1);
  EXPECT(md(a, b, out, 0, INT64_C(1) << 52) == 1);
  EXPECT(md_scratch_bytes(0, INT64_C(1) << 52) == -1);
  EXPECT(md_scratch_bytes(-1, K) == -1 && md_scratch_bytes(M, K) >= 0);
  /* What is illegal comes before what is null. */
  EXPECT(md(NULL, b, out, -1, K) == 1);
}

static void runStrided(void) {
  poison();
  EXPECT(ms(a, b, out, M, PITCH) == 0);
  EXPECT(isProduct(a, PITCH, M, K, 32));
  /* Every row the same one. */
  poison();
  EXPECT(ms(a, b, out, 5, 0) == 0);
  EXPECT(isProduct(a, 0, 5, K, 32));
  /* From the last row up. */
  poison();
  EXPECT(ms(a + (M - 1) * PITCH, b, out, M, -PITCH) == 0);
  EXPECT(isProduct(a + (M - 1) * PITCH, -PITCH, M, K, 32));
  /* Rows that overlap each other. */
  poison();
  EXPECT(ms(a, b, out, M, 1) == 0);
  EXPECT(isProduct(a, 1, M, K, 32));

  EXPECT(ms(a, b, out, M, INT64_MAX) == 1);
  EXPECT(ms(a, b, out, M, INT64_MIN) == 1);
  EXPECT(ms(a, b, out, -1, PITCH) == 1);
  EXPECT(ms(NULL, b, out, M, PITCH) == 3);
}

int main(void) {
  int i;
  /* Small integers: sums are exact. */
  for (i = 0; i < M * PITCH; ++i)
    a[i] = (float)(i * 7 % 11 - 5);
  for (i = 0; i < K * N; ++i)
    b[i] = (float)(i * 5 % 13 - 6);
  runStatic();
  runDynamic();
  runStrided();
  return failures != 0;
}
