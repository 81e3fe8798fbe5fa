/* One kernel and one compiler, shared by threads; and a kernel's tasks, driven
   by the host's own threads.
   RUN: %c99 -D_POSIX_C_SOURCE=200809L %s %libeinsumc -lpthread -o %t
   RUN: %t | FileCheck %s
 */
#include "einsum-c/Einsum.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { THREADS = 4, M = 61, N = 130, K = 300 };

static float a[M * K], b[K * N], expected[M * N];
static EinsumCompiler *compiler;
static EinsumKernel *kernel;
static const char *const types[] = {"?x300xf32", "300x130xf32"};
static const int64_t aSizes[] = {M, K}, cSizes[] = {M, N};

static void setOperands(EinsumTensor operands[3], float *c) {
  memset(operands, 0, 3 * sizeof *operands);
  operands[0].data = a;
  operands[0].sizes = aSizes;
  operands[1].data = b;
  operands[2].data = c;
  operands[2].sizes = cSizes;
}

/* Each thread has its own output. */
static void *runKernel(void *unused) {
  static const char wrong = 0;
  float *c = malloc(sizeof expected);
  EinsumTensor operands[3];
  const void *result = NULL;
  int i;
  (void)unused;
  setOperands(operands, c);
  for (i = 0; i < 20; ++i) {
    memset(c, 0xff, sizeof expected);
    if (einsumKernelRun(kernel, operands, 3, NULL, 0, NULL) != EINSUM_OK ||
        memcmp(c, expected, sizeof expected) != 0)
      result = &wrong;
  }
  free(c);
  return (void *)result;
}

/* Threads take turns at the compiler. */
static void *compile(void *number) {
  EinsumEquation *equation;
  EinsumOptions options = EINSUM_OPTIONS_INIT;
  EinsumKernel *mine = NULL;
  char name[16];
  sprintf(name, "kernel%d", *(int *)number);
  options.name = name;
  if (einsumEquationCreate("ij,jk->ik", types, 2, NULL, &equation, NULL) ==
      EINSUM_OK)
    einsumCompilerCompile(compiler, equation, &options, &mine, NULL);
  einsumEquationDestroy(equation);
  return mine;
}

/* A call, its arrays filled in, and the tasks of its current step. */
static struct {
  void *operands[3], *scratch;
  int64_t sizes[3], strides[6], step, tasks, next;
  int32_t status;
  pthread_mutex_t mutex;
} call;

static void *takeTasks(void *unused) {
  const EinsumEntryFunction entry = einsumKernelGetEntry(kernel);
  (void)unused;
  for (;;) {
    int64_t task;
    int32_t status;
    pthread_mutex_lock(&call.mutex);
    /* From the last to the first. */
    task = call.tasks - ++call.next;
    pthread_mutex_unlock(&call.mutex);
    if (task < 0)
      return NULL;
    status = entry(call.operands, call.sizes, call.strides, call.scratch,
                   call.step, task, task + 1);
    if (status != 0)
      call.status = status;
  }
}

static int runTasks(void) {
  const EinsumTasksFunction tasks = einsumKernelGetTasks(kernel);
  float *c = malloc(sizeof expected);
  EinsumTensor operands[3];
  pthread_t threads[THREADS];
  int64_t bytes;
  int i, same;
  setOperands(operands, c);
  memset(c, 0xff, sizeof expected);
  pthread_mutex_init(&call.mutex, NULL);
  if (einsumKernelBind(kernel, operands, 3, NULL, 0, call.operands, call.sizes,
                       call.strides, NULL))
    return 0;
  bytes = einsumKernelGetScratchBytes(kernel, call.sizes);
  if (bytes < 0 || posix_memalign(&call.scratch, 64, bytes ? bytes : 64))
    return 0;
  while ((call.tasks = tasks(call.sizes, call.step)) >= 0) {
    call.next = 0;
    for (i = 0; i < THREADS; ++i)
      pthread_create(&threads[i], NULL, takeTasks, NULL);
    for (i = 0; i < THREADS; ++i)
      pthread_join(threads[i], NULL);
    ++call.step;
  }
  same = memcmp(c, expected, sizeof expected) == 0;
  free(call.scratch);
  free(c);
  return same && call.status == 0 && call.step > 0;
}

int main(void) {
  pthread_t threads[THREADS];
  int numbers[THREADS], i, j, k, right = 1;
  /* Sums are exact. */
  for (i = 0; i < M * K; ++i)
    a[i] = (float)(i * 7 % 11 - 5);
  for (i = 0; i < K * N; ++i)
    b[i] = (float)(i * 5 % 13 - 6);
  for (i = 0; i < M; ++i)
    for (j = 0; j < K; ++j)
      for (k = 0; k < N; ++k)
        expected[i * N + k] += a[i * K + j] * b[j * N + k];

  if (einsumCompilerCreate(&compiler, NULL))
    return 1;
  for (i = 0; i < THREADS; ++i) {
    numbers[i] = i;
    pthread_create(&threads[i], NULL, compile, &numbers[i]);
  }
  for (i = 0; i < THREADS; ++i) {
    void *compiled;
    char name[16];
    sprintf(name, "kernel%d", i);
    pthread_join(threads[i], &compiled);
    right &= compiled && !strcmp(einsumKernelGetName(compiled), name);
    if (i == 0)
      kernel = compiled;
    else
      einsumKernelDestroy(compiled);
  }
  einsumCompilerDestroy(compiler);
  printf("compiled: %s\n", right ? "right" : "wrong");
  // CHECK: compiled: right

  for (i = 0; i < THREADS; ++i)
    pthread_create(&threads[i], NULL, runKernel, NULL);
  for (i = 0; i < THREADS; ++i) {
    void *wrong;
    pthread_join(threads[i], &wrong);
    right &= !wrong;
  }
  printf("runs: %s\n", right ? "right" : "wrong");
  // CHECK: runs: right
  printf("tasks: %s\n", runTasks() ? "right" : "wrong");
  // CHECK: tasks: right
  einsumKernelDestroy(kernel);
  return 0;
}
