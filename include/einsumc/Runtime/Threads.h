/*===- Threads.h - Run compiled kernels on several threads --------*- C -*-===*\
|*                                                                            *|
|* Part of einsumc, under the Apache License v2.0 with LLVM Exceptions.       *|
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception                    *|
|*                                                                            *|
|*===----------------------------------------------------------------------===*|
|*                                                                            *|
|* The runtime of objects that `einsumc --threads=N` makes: C99 and C++. Link *|
|* with libeinsumc_rt.a and -lpthread.                                        *|
|*                                                                            *|
|* The tasks of a kernel's step are independent, and what each of them does   *|
|* was fixed when it was compiled: results are the same bits whoever runs     *|
|* which task when. The calling thread takes part, and finishes the work      *|
|* alone where no other thread comes to help.                                 *|
|*                                                                            *|
|* The pool. Threads are started when they are first needed, as many as the   *|
|* largest request so far, and kept. They are pinned to nothing and block all *|
|* signals. Out of work, a thread looks for more for some 50 microseconds     *|
|* (not at all where the process has one core), then sleeps. It computes in   *|
|* the caller's floating-point environment; flags that it raises are raised   *|
|* in the caller's.                                                           *|
|*                                                                            *|
|* Any number of threads may call at once; they share the pool's threads. A   *|
|* call from within a task runs on the calling thread alone.                  *|
|*                                                                            *|
|* fork. The child starts without the pool's threads, and starts its own when *|
|* it needs some. A task must not fork. Work of other threads is not continued*|
|* in the child.                                                              *|
|*                                                                            *|
|* None of this prints, throws or ends the program. A thread that cannot be   *|
|* started is done without.                                                   *|
|*                                                                            *|
\*===----------------------------------------------------------------------===*/

#ifndef EINSUMC_RUNTIME_THREADS_H
#define EINSUMC_RUNTIME_THREADS_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The most threads that work on one call; more are taken as this many. */
enum { EINSUMC_MAX_THREADS = 1024 };

/* Runs tasks [begin, end) of `data`. */
typedef void (*einsumcTasks)(void *data, int64_t begin, int64_t end);

/* Runs tasks(data, begin, end) for ranges that together hold each of 0 ...
   count - 1 once, on at most `threads` threads at once, and returns when all
   of them have returned. What they have written is visible to the caller then.
 */
typedef void (*einsumcExecutor)(void *context, int64_t count, int64_t threads,
                                einsumcTasks tasks, void *data);

/* Lets `executor` run tasks from now on, in place of the pool; NULL: the pool.
   For hosts that have threads of their own. No call may be under way. Steps of
   one task do not come here: the calling thread runs them. */
void einsumcSetParallelFor(einsumcExecutor executor, void *context);

/* Runs `count` tasks as an executor does: by the host's, or by the pool. */
void einsumcParallelFor(int64_t count, int64_t threads, einsumcTasks tasks,
                        void *data);

/* NAME_entry and NAME_tasks of docs/abi.md. */
typedef int32_t (*einsumcEntry)(void *const *operands, const int64_t *sizes,
                                const int64_t *strides, void *scratch,
                                int64_t step, int64_t begin, int64_t end);
typedef int64_t (*einsumcTaskCount)(const int64_t *sizes, int64_t step);

/* Runs all steps of a kernel, one after the other, the tasks of each on at most
   `threads` threads. Objects of several threads call this. Returns 0, or the
   first code other than 0 of an entry, after the step in which it came. */
int32_t einsumcThreadsRun(einsumcEntry entry, einsumcTaskCount tasks,
                          void *const *operands, const int64_t *sizes,
                          const int64_t *strides, void *scratch,
                          int64_t threads);

/* How many cores this process may run on, 1 at least. */
int64_t einsumcThreadsAvailable(void);

/* How many threads the pool has now. */
int64_t einsumcThreadsStarted(void);

/* Ends the pool's threads when they have done what they are at, and waits for
   that; calls under way are finished by their callers. The next call that needs
   threads starts them again. Must not be called from within a task. Unloading a
   library that holds this runtime, and the end of the program, do the same. */
void einsumcThreadsShutdown(void);

#ifdef __cplusplus
}
#endif

#endif /* EINSUMC_RUNTIME_THREADS_H */
