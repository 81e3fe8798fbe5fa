/*===- Einsum.h - Compile and run einsum equations ----------------*- C -*-===*\
|*                                                                            *|
|* Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.       *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
|*===----------------------------------------------------------------------===*|
|*                                                                            *|
|* The C API of libeinsumc.so: C99 and C++17. An equation and the types of    *|
|* its operands go in; a function in this process comes out, or an object     *|
|* file and its header, or any stage in between. docs/c-api.md has a          *|
|* program to start from.                                                     *|
|*                                                                            *|
|* Conventions                                                                *|
|*                                                                            *|
|* Status. What can fail returns an EinsumStatus. On success results are      *|
|* stored and `*error` is NULL; on failure results are NULL (or unchanged,    *|
|* where they are numbers) and `*error` is a new object that says in words    *|
|* what is wrong. `error` itself may be NULL. `*error` is not read.           *|
|*                                                                            *|
|* Ownership. `einsumXCreate` and every `EinsumX **` parameter give the       *|
|* caller an object, to be destroyed with `einsumXDestroy`, which takes NULL. *|
|* Objects do not depend on each other: a kernel outlives its compiler.       *|
|* `char **` gives a string, to be destroyed with einsumStringDestroy. A      *|
|* returned `const char *` or array belongs to the object that was asked and  *|
|* lives as long. What is passed in is copied or no longer needed on return.  *|
|*                                                                            *|
|* Null. A null object, or null where a value is needed, is an                *|
|* EINSUM_INVALID_ARGUMENT; of functions that return a value it is NULL, 0,   *|
|* or -1 where 0 means something.                                             *|
|*                                                                            *|
|* Threads. Different objects may be used by different threads at once.       *|
|* Equations, kernels, artifacts and errors never change: any number of       *|
|* threads may share one. A compiler is locked inside: threads that share one *|
|* take turns.                                                                *|
|*                                                                            *|
|* ABI. Structures that may grow begin with their size. Enumerations may gain *|
|* values at their ends; they are integers of 32 bits with every compiler, and*|
|* any value may be passed: what is no enumerator is refused.                 *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

#ifndef EINSUM_C_EINSUM_H
#define EINSUM_C_EINSUM_H

#include <stddef.h>
#include <stdint.h>

#define EINSUM_VERSION_MAJOR 0
#define EINSUM_VERSION_MINOR 1
#define EINSUM_VERSION_PATCH 0

#ifdef __cplusplus
extern "C" {
#endif

/* What became of a call. The first four are the codes that kernels return
   themselves (docs/abi.md). */
typedef int32_t EinsumStatus;
enum {
  EINSUM_OK = 0,
  /* An extent, a stride, a count or an overlap that the kernel refuses. */
  EINSUM_ILLEGAL = 1,
  EINSUM_OUT_OF_MEMORY = 2,
  /* A null pointer to a tensor that is not empty. */
  EINSUM_NULL_POINTER = 3,
  /* The call itself is wrong: a null object, an unknown stage, ... */
  EINSUM_INVALID_ARGUMENT = 4,
  /* An equation, a type, a factor or a module that means nothing. */
  EINSUM_INVALID_INPUT = 5,
  /* It means something, but cannot be compiled as asked. */
  EINSUM_COMPILE_FAILED = 6
};

typedef int32_t EinsumElementType;
enum {
  EINSUM_NO_ELEMENT_TYPE = -1,
  EINSUM_F16 = 0,
  EINSUM_BF16 = 1,
  EINSUM_F32 = 2,
  EINSUM_F64 = 3,
  EINSUM_I8 = 4,
  EINSUM_I16 = 5,
  EINSUM_I32 = 6,
  EINSUM_I64 = 7,
  EINSUM_U8 = 8,
  EINSUM_U16 = 9,
  EINSUM_U32 = 10,
  EINSUM_U64 = 11,
  EINSUM_BOOL = 12,
  EINSUM_C64 = 13,
  EINSUM_C128 = 14
};

/* The stages of a compilation, in order (`einsumc --emit=`). */
typedef int32_t EinsumStage;
enum {
  EINSUM_STAGE_EINSUM = 0,
  EINSUM_STAGE_LINALG = 1,
  EINSUM_STAGE_KERNEL = 2,
  EINSUM_STAGE_SCHEDULE = 3,
  EINSUM_STAGE_LOOPS = 4,
  EINSUM_STAGE_VECTOR = 5,
  EINSUM_STAGE_LLVM_DIALECT = 6,
  EINSUM_STAGE_GPU = 7, /* this one, the next, and PLAN to FATBIN: for a GPU */
  EINSUM_STAGE_NVVM = 8,
  EINSUM_STAGE_LLVM = 9,
  EINSUM_STAGE_ASM = 10,
  EINSUM_STAGE_PLAN = 11,
  EINSUM_STAGE_PTX = 12,
  EINSUM_STAGE_CUBIN = 13,
  EINSUM_STAGE_FATBIN = 14,
  EINSUM_STAGE_OBJECT = 15,
  EINSUM_STAGE_STATIC = 16, /* an archive */
  EINSUM_STAGE_SHARED = 17  /* linked by the C compiler */
};

/* What a kernel does with an operand's memory. */
typedef int32_t EinsumAccess;
enum {
  EINSUM_NO_ACCESS = -1,
  EINSUM_READ = 0,
  EINSUM_WRITE = 1,
  EINSUM_READ_WRITE = 2
};

/* An extent or stride that is known at run time only, `?` in types. */
#define EINSUM_DYNAMIC INT64_MIN

typedef struct EinsumError EinsumError;
typedef struct EinsumEquation EinsumEquation;
typedef struct EinsumCompiler EinsumCompiler;
typedef struct EinsumKernel EinsumKernel;
typedef struct EinsumArtifact EinsumArtifact;

/*===-- Versions and names ------------------------------------------------===*/

/* The library's version, which may be newer than this header's. Pointers may be
   NULL. */
void einsumGetVersion(int *major, int *minor, int *patch);
const char *einsumGetVersionString(void);
/* The version of the LLVM that makes code, and LLVM's name of this CPU. */
const char *einsumGetLLVMVersionString(void);
const char *einsumGetNativeCpu(void);

/* "illegal argument", ...; NULL for what is no status. */
const char *einsumStatusGetName(EinsumStatus status);
/* "f32", "bool", ...; NULL for what is no element type. */
const char *einsumElementTypeGetName(EinsumElementType type);
/* Bytes of one element, 0 for what is no element type. */
size_t einsumElementTypeGetSize(EinsumElementType type);
/* "linalg", "obj", ... as `--emit=` takes them; NULL for what is no stage. */
const char *einsumStageGetName(EinsumStage stage);
EinsumStatus einsumStageFromName(const char *name, EinsumStage *stage);

void einsumStringDestroy(char *string);

/*===-- Errors ------------------------------------------------------------===*/

void einsumErrorDestroy(EinsumError *error);
EinsumStatus einsumErrorGetStatus(const EinsumError *error);
/* In words, and with the text that is wrong and a caret under the place, over
   several lines without a newline behind the last. */
const char *einsumErrorGetMessage(const EinsumError *error);
/* For hosts that show errors in their own way: the first line alone, the text
   that is wrong (NULL where there is none), and the place in it, in bytes. */
const char *einsumErrorGetSummary(const EinsumError *error);
const char *einsumErrorGetText(const EinsumError *error);
size_t einsumErrorGetOffset(const EinsumError *error);
size_t einsumErrorGetLength(const EinsumError *error);

/*===-- Equations ---------------------------------------------------------===*/

/* Checks an equation against its operands' types. `text` is numpy.einsum's
   notation, `ij,jk->ik`, or sublists as written, `[0,1],[1,2]->[0,2]`. Types
   are written as on the command line: `2x8x512xf32`, `f64`,
   `?x33xf32,strided<[?,1]>`. `resultType` is NULL for the promoted type, an
   element type, or a whole type; see docs/language.md. */
EinsumStatus einsumEquationCreate(const char *text,
                                  const char *const *operandTypes,
                                  size_t numOperands, const char *resultType,
                                  EinsumEquation **equation,
                                  EinsumError **error);

/* numpy's sublist form: non-negative integers are labels. */
#define EINSUM_ELLIPSIS INT64_MIN
typedef struct EinsumSublist {
  const int64_t *labels;
  size_t numLabels;
} EinsumSublist;

/* `output` NULL: the labels that occur once, in order. */
EinsumStatus einsumEquationCreateFromSublists(
    const EinsumSublist *lists, size_t numLists, const EinsumSublist *output,
    const char *const *operandTypes, size_t numOperands, const char *resultType,
    EinsumEquation **equation, EinsumError **error);

void einsumEquationDestroy(EinsumEquation *equation);

const char *einsumEquationGetText(const EinsumEquation *equation);
size_t einsumEquationGetNumOperands(const EinsumEquation *equation);
/* The type of an operand or of the result, in the notation above. */
const char *einsumEquationGetOperandType(const EinsumEquation *equation,
                                         size_t operand);
const char *einsumEquationGetResultType(const EinsumEquation *equation);

/* The equations of common layers, as text for einsumEquationCreate. Strings and
   numbers that are not wanted may be NULL. */

/* Keras' dense projection, over the last `boundDims` axes of the input:
   "abc,cde->abde", bias axes "de" and output rank 4 for 2, 1, 2. */
EinsumStatus einsumBuildProjection(int64_t freeDims, int64_t boundDims,
                                   int64_t outputDims, char **equation,
                                   char **biasAxes, int64_t *outputRank,
                                   EinsumError **error);
/* Keras' attention over `axes` of tensors of `rank`: "aecd,abcd->acbe",
   "acbe,aecd->abcd", scores of rank 4 and softmax over axis 3 for rank 4, axis
   1. Negative axes count as Keras >= 3.12 does, axis + rank - 1; `axes` NULL:
   all but the first and the last two. `softmaxAxes` has room for
   `softmaxAxesCapacity` numbers; `numSoftmaxAxes` is how many there are. */
EinsumStatus einsumBuildAttention(int64_t rank, const int64_t *axes,
                                  size_t numAxes, char **dotProduct,
                                  char **combine, int64_t *scoresRank,
                                  int64_t *softmaxAxes,
                                  size_t softmaxAxesCapacity,
                                  size_t *numSoftmaxAxes, EinsumError **error);
/* Scores of tensors of equal rank: "abce,abde->abcd" for 4. */
EinsumStatus einsumBuildShortAttention(int64_t rank, char **equation,
                                       EinsumError **error);

/*===-- Compiler ----------------------------------------------------------===*/

/* How to compile. Begin with EINSUM_OPTIONS_INIT, so that members of later
   versions get their defaults. NULL and 0 are defaults. */
typedef struct EinsumOptions {
  size_t size; /* sizeof(EinsumOptions) */
  /* The kernel's name in C, default "kernel". Of a module's kernels: which. */
  const char *name;
  /* out = alpha * product + beta * out: numbers, or "?" for a parameter at run
     time. If both are NULL, out = product; if one is, it is 1. */
  const char *alpha, *beta;
  /* CPU that code is made for: "native" (default), "znver4", "x86-64-v3", ...
   */
  const char *cpu;
  /* CPU that schedules are made for, default `cpu`. */
  const char *scheduleCpu;
  /* A `#kernel.cpu_schedule<...>` for every region instead of the formula's. */
  const char *schedule;
  /* Target triple, default this machine's. Kernels to run need the latter. */
  const char *triple;
  /* Largest intermediate of a product of several operands, in elements. */
  int64_t memoryLimit;
  /* 1: line tables in code. */
  int32_t lineTables;
  /* 1: MLIR stages as bytecode. */
  int32_t bytecode;
  /* NVIDIA's GPU to make code for, instead of a CPU: "sm_75", "h100", ... For
     einsumCompilerEmit alone: kernels to call run on the CPU. */
  const char *gpu;
  /* Threads that a call of a kernel runs on, the caller's among them: 0 and 1
     are one, EINSUM_ALL_THREADS is as many as this process has cores. Objects
     of more than one are linked with libeinsumc_rt.a (docs/abi.md). */
  int32_t threads;
  /* 1: the same bits with any number of threads. */
  int32_t deterministic;
  /* What a kernel may assume of extents written `?`, "q%16==0, k>=64"; calls
     that break it are refused (docs/language.md). For equations. */
  const char *assume;
} EinsumOptions;
#define EINSUM_ALL_THREADS (-1)
#define EINSUM_OPTIONS_INIT                                                    \
  {sizeof(EinsumOptions),                                                      \
   NULL,                                                                       \
   NULL,                                                                       \
   NULL,                                                                       \
   NULL,                                                                       \
   NULL,                                                                       \
   NULL,                                                                       \
   NULL,                                                                       \
   0,                                                                          \
   0,                                                                          \
   0,                                                                          \
   NULL,                                                                       \
   0,                                                                          \
   0,                                                                          \
   NULL}

EinsumStatus einsumCompilerCreate(EinsumCompiler **compiler,
                                  EinsumError **error);
void einsumCompilerDestroy(EinsumCompiler *compiler);

/* Just in time: a kernel to call. `options` may be NULL. */
EinsumStatus einsumCompilerCompile(EinsumCompiler *compiler,
                                   const EinsumEquation *equation,
                                   const EinsumOptions *options,
                                   EinsumKernel **kernel, EinsumError **error);
/* The same for a public function of a module of einsum or linalg on tensors,
   text or bytecode: `options->name`, or its only one. alpha and beta are NULL.
 */
EinsumStatus einsumCompilerCompileModule(EinsumCompiler *compiler,
                                         const char *module, size_t length,
                                         const EinsumOptions *options,
                                         EinsumKernel **kernel,
                                         EinsumError **error);

/* Ahead of time, or to look inside: the output of a stage. */
EinsumStatus einsumCompilerEmit(EinsumCompiler *compiler,
                                const EinsumEquation *equation,
                                EinsumStage stage, const EinsumOptions *options,
                                EinsumArtifact **artifact, EinsumError **error);
EinsumStatus einsumCompilerEmitModule(EinsumCompiler *compiler,
                                      const char *module, size_t length,
                                      EinsumStage stage,
                                      const EinsumOptions *options,
                                      EinsumArtifact **artifact,
                                      EinsumError **error);

void einsumArtifactDestroy(EinsumArtifact *artifact);
/* Text or bytes, `*size` of them (`size` may be NULL); a 0 follows. */
const char *einsumArtifactGetData(const EinsumArtifact *artifact, size_t *size);
/* The C header of an object, archive or shared library; "" otherwise. */
const char *einsumArtifactGetHeader(const EinsumArtifact *artifact);
/* What passes left alone, and why. */
size_t einsumArtifactGetNumRemarks(const EinsumArtifact *artifact);
const char *einsumArtifactGetRemark(const EinsumArtifact *artifact,
                                    size_t index);

/*===-- Kernels -----------------------------------------------------------===*/

void einsumKernelDestroy(EinsumKernel *kernel);

const char *einsumKernelGetName(const EinsumKernel *kernel);
/* For people: with alpha and beta around the equation, if there are any. */
const char *einsumKernelGetEquation(const EinsumKernel *kernel);
/* 1 if some extent or stride is `?`, 0 if none is, -1 for NULL. */
int einsumKernelIsDynamic(const EinsumKernel *kernel);

/* Operands are inputs in order, then outputs. */
size_t einsumKernelGetNumOperands(const EinsumKernel *kernel);
/* "in0", "out"; NULL where there is no such operand. */
const char *einsumKernelGetOperandName(const EinsumKernel *kernel,
                                       size_t operand);
/* In the notation of einsumEquationCreate. */
const char *einsumKernelGetOperandType(const EinsumKernel *kernel,
                                       size_t operand);
/* EINSUM_NO_ELEMENT_TYPE and EINSUM_NO_ACCESS where there is no such operand.
 */
EinsumElementType einsumKernelGetOperandElementType(const EinsumKernel *kernel,
                                                    size_t operand);
EinsumAccess einsumKernelGetOperandAccess(const EinsumKernel *kernel,
                                          size_t operand);
size_t einsumKernelGetOperandRank(const EinsumKernel *kernel, size_t operand);
/* One number an axis: extents and strides in elements, which may be
   EINSUM_DYNAMIC, and labels, which are -1 for an axis without one. No strides
   (NULL): row-major. */
const int64_t *einsumKernelGetOperandShape(const EinsumKernel *kernel,
                                           size_t operand);
const int64_t *einsumKernelGetOperandStrides(const EinsumKernel *kernel,
                                             size_t operand);
const int32_t *einsumKernelGetOperandLabels(const EinsumKernel *kernel,
                                            size_t operand);

/* Labels in order of first appearance: "i", "u03B2", "ell0", "37". */
size_t einsumKernelGetNumLabels(const EinsumKernel *kernel);
const char *einsumKernelGetLabelName(const EinsumKernel *kernel, size_t label);
/* May be EINSUM_DYNAMIC; -1 where there is no such label. */
int64_t einsumKernelGetLabelExtent(const EinsumKernel *kernel, size_t label);

/* Parameters at run time: alpha and beta, if they are "?". */
size_t einsumKernelGetNumScalars(const EinsumKernel *kernel);
const char *einsumKernelGetScalarName(const EinsumKernel *kernel,
                                      size_t scalar);
EinsumElementType einsumKernelGetScalarElementType(const EinsumKernel *kernel,
                                                   size_t scalar);

/* An operand of a call. */
typedef struct EinsumTensor {
  /* The element whose indices are all 0. Inputs are only read. */
  void *data;
  /* One an axis. NULL: the extents of the type, which are static then. */
  const int64_t *sizes;
  /* One an axis, in elements. NULL: those of the type, or else row-major. Those
     that the type states cannot differ. */
  const int64_t *strides;
} EinsumTensor;

/* Runs the kernel, on the calling thread and as many others as it was compiled
   for (EinsumOptions.threads), and returns when it is done. `scalars` are
   addresses, NULL if there are none. Counts, extents, strides and null pointers
   are checked, and outputs may overlap no input, no other output, nor
   themselves. Scratch memory is kept for the thread's next call. */
EinsumStatus einsumKernelRun(const EinsumKernel *kernel,
                             const EinsumTensor *operands, size_t numOperands,
                             const void *const *scalars, size_t numScalars,
                             EinsumError **error);

/* For hosts with threads of their own: the parts that einsumKernelRun is made
   of. See docs/abi.md for the steps and tasks of NAME_entry and NAME_tasks. */
typedef int32_t (*EinsumEntryFunction)(void *const *operands,
                                       const int64_t *sizes,
                                       const int64_t *strides, void *scratch,
                                       int64_t step, int64_t begin,
                                       int64_t end);
typedef int64_t (*EinsumTasksFunction)(const int64_t *sizes, int64_t step);

/* The number of axes of all operands together. */
size_t einsumKernelGetNumAxes(const EinsumKernel *kernel);
/* Checks as einsumKernelRun does and fills the arrays that an entry takes:
   `entryOperands` has room for operands and scalars, `sizes` for labels,
   `strides` for axes. They hold what they point to, not copies. */
EinsumStatus einsumKernelBind(const EinsumKernel *kernel,
                              const EinsumTensor *operands, size_t numOperands,
                              const void *const *scalars, size_t numScalars,
                              void **entryOperands, int64_t *sizes,
                              int64_t *strides, EinsumError **error);
/* Bytes of scratch, aligned to 64, that a call with these sizes needs; `sizes`
   may be NULL if the kernel is not dynamic. -1 if it is illegal or too much. */
int64_t einsumKernelGetScratchBytes(const EinsumKernel *kernel,
                                    const int64_t *sizes);
/* Valid as long as the kernel is. */
EinsumEntryFunction einsumKernelGetEntry(const EinsumKernel *kernel);
EinsumTasksFunction einsumKernelGetTasks(const EinsumKernel *kernel);

/*===-- Threads -----------------------------------------------------------===*/

/* Kernels of several threads run on a pool that the library starts when it is
   first needed and shares among all callers; einsumc/Runtime/Threads.h says how
   it behaves: fork, signals, rounding. */

/* How many threads a call of the kernel runs on, the caller's among them; -1
   for NULL. */
int64_t einsumKernelGetNumThreads(const EinsumKernel *kernel);

/* Runs tasks [begin, end) of `data`. */
typedef void (*EinsumTasks)(void *data, int64_t begin, int64_t end);
/* Runs tasks(data, begin, end) for ranges that together hold each of 0 ...
   count - 1 once, on at most `threads` threads at once, and returns when all
   have returned. */
typedef void (*EinsumExecutor)(void *context, int64_t count, int64_t threads,
                               EinsumTasks tasks, void *data);
/* Lets the host's `executor` run tasks in place of the pool; NULL: the pool
   again. No kernel may be running. */
void einsumSetParallelFor(EinsumExecutor executor, void *context);
/* Ends the pool's threads; the next kernel that needs some starts them again.
   Not from within a task. */
void einsumShutDownThreads(void);

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* EINSUM_C_EINSUM_H */
