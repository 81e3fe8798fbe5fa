/* alpha and beta at run time, by value, of every type; with beta = 0 the result
   is not read.
   RUN: rm -rf %t.dir && mkdir %t.dir
   RUN: for t in f16 bf16 f32 f64 i8 i16 i32 i64 u8 u16 u32 u64 c64 c128; do \
   RUN:   einsumc 'ij,j->i' --operand "?x3x$t" --operand "3x$t" --accumulate --alpha '?' --beta '?' --name "axpby_$t" -o %t.dir/$t.o && \
   RUN:   echo "#include \"$t.h\"" || exit 1; done > %t.dir/all.h
   RUN: %c99 -I%t.dir %s %t.dir/?*.o -lm -o %t
   RUN: %t
 */
#include "all.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>

static int failures;

/* out = alpha * (1 2 3) . (4 5 6) + beta * out, twice: rows of one operand. */
#define TEST(name, T, alpha, beta, before, after)                              \
  do {                                                                         \
    const T a[6] = {1, 2, 3, 1, 2, 3}, b[3] = {4, 5, 6};                       \
    T out[2] = {before, before};                                               \
    const int status = axpby_##name(a, b, out, 2, alpha, beta);                \
    if (status != 0 || out[0] != (T)(after) || out[1] != (T)(after)) {         \
      fprintf(stderr, #name ": %d, %g\n", status, (double)out[0]);             \
      ++failures;                                                              \
    }                                                                          \
  } while (0)

/* The same with one element's bits or parts given. */
static void test16(void) {
  /* 1, 2, 3, 0.5, -2, 10 in both formats. */
  static const uint16_t f16[] = {0x3c00, 0x4000, 0x4200,
                                 0x3800, 0xc000, 0x4900};
  static const uint16_t bf16[] = {0x3f80, 0x4000, 0x4040,
                                  0x3f00, 0xc000, 0x4120};
  /* 0.5 * (1 * 1 + 2 * 2 + 3 * 3) - 2 * 10 = -13. */
  uint16_t out = f16[5];
  if (axpby_f16(f16, f16, &out, 1, f16[3], f16[4]) != 0 || out != 0xca80) {
    fprintf(stderr, "f16: %04x\n", (unsigned)out);
    ++failures;
  }
  out = bf16[5];
  if (axpby_bf16(bf16, bf16, &out, 1, bf16[3], bf16[4]) != 0 || out != 0xc150) {
    fprintf(stderr, "bf16: %04x\n", (unsigned)out);
    ++failures;
  }
}

/* (1+i, 2, 3) . (2, 1, i) = 4 + 5i; times i, plus 2 (10 - i): 15 + 2i. */
#define TEST_COMPLEX(name, T)                                                  \
  do {                                                                         \
    const T a[6] = {1, 1, 2, 0, 3, 0}, b[6] = {2, 0, 1, 0, 0, 1};              \
    T out[2] = {10, -1};                                                       \
    const int status = axpby_##name(a, b, out, 1, 0, 1, 2, 0);                 \
    if (status != 0 || out[0] != 15 || out[1] != 2) {                          \
      fprintf(stderr, #name ": %d, %g %g\n", status, (double)out[0],           \
              (double)out[1]);                                                 \
      ++failures;                                                              \
    }                                                                          \
  } while (0)

int main(void) {
  TEST(f32, float, 0.5f, -2, 10, -4);
  TEST(f64, double, 0.5, -2, 10, -4);
  TEST(f32, float, 2, 0, NAN, 64);
  TEST(f64, double, 2, 0, INFINITY, 64);
  /* Narrow integers wrap around: -3 * 32 + 7 * 10 and so on. */
  TEST(i8, int8_t, -3, 7, 10, -26);
  TEST(i16, int16_t, -3, 7, 10, -26);
  TEST(i32, int32_t, -3, 7, 10, -26);
  TEST(i64, int64_t, -3, 7, 10, -26);
  TEST(u8, uint8_t, 200, 255, 10, 200 * 32 + 255 * 10);
  TEST(u16, uint16_t, 60000, 65535, 10, 60000u * 32 + 65535u * 10);
  TEST(u32, uint32_t, UINT32_MAX, 2, 10, 20u - 32u);
  TEST(u64, uint64_t, UINT64_MAX, 2, 10, UINT64_C(20) - 32);
  test16();
  TEST_COMPLEX(c64, float);
  TEST_COMPLEX(c128, double);
  return failures != 0;
}
