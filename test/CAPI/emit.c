/* Ahead of time, in process: every stage, objects with their headers, and
   modules as input.
   RUN: %c99 %s %libeinsumc -o %t
   RUN: rm -rf %t.dir && mkdir %t.dir
   RUN: %t %t.dir | FileCheck %s
   RUN: %c99 -c -include %t.dir/mm.h -x c /dev/null -o /dev/null
   RUN: nm %t.dir/mm.o | FileCheck --check-prefix=SYMBOLS %s
   The command makes the same bytes.
   RUN: einsumc 'ij,jk->ik' --operand 4x5xf32 --operand 5x6xf32 --name mm --cpu=x86-64-v3 -o %t.dir/tool.o
   RUN: cmp %t.dir/mm.o %t.dir/tool.o
   RUN: cmp %t.dir/mm.h %t.dir/tool.h
 */
// SYMBOLS: T mm
// SYMBOLS: T mm_entry
#include "einsum-c/Einsum.h"

#include <stdio.h>
#include <string.h>

static void write(const char *folder, const char *name, const char *data,
                  size_t size) {
  char path[4096];
  FILE *file;
  sprintf(path, "%.4000s/%s", folder, name);
  file = fopen(path, "wb");
  fwrite(data, 1, size, file);
  fclose(file);
}

int main(int argc, char **argv) {
  const char *types[] = {"4x5xf32", "5x6xf32"};
  EinsumCompiler *compiler;
  EinsumEquation *equation;
  EinsumArtifact *artifact, *linalg = NULL;
  EinsumKernel *kernel;
  EinsumError *error;
  EinsumOptions options = EINSUM_OPTIONS_INIT;
  EinsumStage stage;
  size_t size;
  if (argc != 2 || einsumCompilerCreate(&compiler, NULL) ||
      einsumEquationCreate("ij,jk->ik", types, 2, NULL, &equation, NULL))
    return 1;
  options.name = "mm";
  options.cpu = "x86-64-v3";
  for (stage = EINSUM_STAGE_EINSUM; stage <= EINSUM_STAGE_SHARED;
       stage = (EinsumStage)(stage + 1)) {
    const char *data;
    if (einsumCompilerEmit(compiler, equation, stage, &options, &artifact,
                           &error)) {
      printf("%s: %s\n", einsumStageGetName(stage),
             einsumErrorGetMessage(error));
      einsumErrorDestroy(error);
      continue;
    }
    data = einsumArtifactGetData(artifact, &size);
    printf("%s: %s, %s\n", einsumStageGetName(stage),
           stage >= EINSUM_STAGE_OBJECT            ? "bytes"
           : strlen(data) != size                  ? "a 0 inside"
           : strstr(data, "einsum.contract")       ? "einsum.contract"
           : strstr(data, "linalg.generic")        ? "linalg.generic"
           : strstr(data, "#kernel.cpu_schedule<") ? "cpu_schedule"
           : strstr(data, "kernel.region")         ? "kernel.region"
           : strstr(data, "kernel.micro_kernel")   ? "micro_kernel"
           : strstr(data, "vector.fma")            ? "vector.fma"
           : strstr(data, "llvm.func @mm_entry")   ? "llvm.func"
           : strstr(data, "target triple = ")      ? "LLVM IR"
           : strstr(data, "vfmadd")                ? "vfmadd"
                                                   : "something else",
           einsumArtifactGetHeader(artifact)[0] ? "header" : "no header");
    if (stage == EINSUM_STAGE_OBJECT) {
      const char *header = einsumArtifactGetHeader(artifact);
      write(argv[1], "mm.o", data, size);
      write(argv[1], "mm.h", header, strlen(header));
    }
    if (stage == EINSUM_STAGE_LINALG)
      linalg = artifact;
    else
      einsumArtifactDestroy(artifact);
  }
  // CHECK: einsum: einsum.contract, no header
  // CHECK: linalg: linalg.generic, no header
  // CHECK: kernel: kernel.region, no header
  // CHECK: schedule: cpu_schedule, no header
  // CHECK: loops: micro_kernel, no header
  // CHECK: vector: vector.fma, no header
  // CHECK: llvm-dialect: llvm.func, no header
  // CHECK: gpu: code for cpu has no stage 'gpu'
  // CHECK: nvvm: code for cpu has no stage 'nvvm'
  // CHECK: llvm: LLVM IR, no header
  // CHECK: asm: vfmadd, no header
  // CHECK: plan: code for cpu has no stage 'plan'
  // CHECK: ptx: code for cpu has no stage 'ptx'
  // CHECK: cubin: code for cpu has no stage 'cubin'
  // CHECK: fatbin: code for cpu has no stage 'fatbin'
  // CHECK: obj: bytes, header
  // CHECK: static: bytes, header
  // CHECK: shared: bytes, header

  /* The same for a GPU; kernels to call run on the CPU. */
  {
    EinsumOptions device = EINSUM_OPTIONS_INIT;
    const char *data;
    device.name = "mm";
    device.gpu = "h100";
    for (stage = EINSUM_STAGE_GPU; stage <= EINSUM_STAGE_PTX; ++stage) {
      if (einsumCompilerEmit(compiler, equation, stage, &device, &artifact,
                             &error)) {
        printf("%s: %s\n", einsumStageGetName(stage),
               einsumErrorGetMessage(error));
        einsumErrorDestroy(error);
        continue;
      }
      data = einsumArtifactGetData(artifact, &size);
      printf("%s: %s\n", einsumStageGetName(stage),
             strstr(data, "gpu.launch_func") && strstr(data, "gpu.func @mm(")
                 ? "gpu.func"
             : strstr(data, "llvm.func @mm(")      ? "llvm.func"
             : strstr(data, "nvptx64-nvidia-cuda") ? "LLVM IR"
             : strstr(data, "\"entries\"")         ? "entries"
             : strstr(data, ".target sm_90\n") &&
                     strstr(data, ".visible .entry mm(")
                 ? "PTX"
                 : "something else");
      einsumArtifactDestroy(artifact);
    }
    if (!einsumCompilerCompile(compiler, equation, &device, &kernel, &error))
      return 1;
    printf("%s\n", einsumErrorGetMessage(error));
    einsumErrorDestroy(error);
  }
  // CHECK: gpu: gpu.func
  // CHECK: nvvm: llvm.func
  // CHECK: llvm: LLVM IR
  // CHECK: asm: code for nvptx has no stage 'asm'
  // CHECK: plan: entries
  // CHECK: ptx: PTX
  // CHECK: a kernel that runs in this process is for its CPU, not for GPU 'h100'

  /* The midpoint is an input, too: of the compiler ahead of time ... */
  {
    const char *module = einsumArtifactGetData(linalg, &size);
    EinsumOptions plain = EINSUM_OPTIONS_INIT;
    plain.bytecode = 1;
    if (einsumCompilerEmitModule(compiler, module, size, EINSUM_STAGE_KERNEL,
                                 &plain, &artifact, NULL))
      return 1;
    printf("bytecode: %.2s\n", einsumArtifactGetData(artifact, &size));
    einsumArtifactDestroy(artifact);
    // CHECK: bytecode: ML
    /* ... and just in time. */
    if (einsumCompilerCompileModule(compiler, module, strlen(module), NULL,
                                    &kernel, &error)) {
      printf("%s\n", einsumErrorGetMessage(error));
      return 1;
    }
    printf("kernel: %s %s\n", einsumKernelGetName(kernel),
           einsumKernelGetEquation(kernel));
    // CHECK: kernel: mm ij,jk->ik
    einsumKernelDestroy(kernel);
    options.name = "other";
    printf("%d",
           (int)einsumCompilerCompileModule(compiler, module, strlen(module),
                                            &options, &kernel, &error));
    printf(" %s\n", einsumErrorGetMessage(error));
    einsumErrorDestroy(error);
    // CHECK: 5 the module has no kernel 'other', but: mm
  }
  einsumArtifactDestroy(linalg);
  einsumEquationDestroy(equation);

  /* One of several kernels, by its name. */
  {
    const char *module =
        "func.func @twice(%a: tensor<4xf32>) -> tensor<4xf32> {\n"
        "  %e = tensor.empty() : tensor<4xf32>\n"
        "  %s = linalg.add ins(%a, %a : tensor<4xf32>, tensor<4xf32>)\n"
        "                  outs(%e : tensor<4xf32>) -> tensor<4xf32>\n"
        "  return %s : tensor<4xf32>\n"
        "}\n"
        "func.func @square(%a: tensor<4xf32>) -> tensor<4xf32> {\n"
        "  %e = tensor.empty() : tensor<4xf32>\n"
        "  %s = linalg.mul ins(%a, %a : tensor<4xf32>, tensor<4xf32>)\n"
        "                  outs(%e : tensor<4xf32>) -> tensor<4xf32>\n"
        "  return %s : tensor<4xf32>\n"
        "}\n";
    float x[4] = {1, 2, 3, 4}, y[4];
    EinsumTensor operands[2] = {{NULL, NULL, NULL}, {NULL, NULL, NULL}};
    EinsumOptions plain = EINSUM_OPTIONS_INIT;
    operands[0].data = x;
    operands[1].data = y;
    printf("%d", (int)einsumCompilerCompileModule(
                     compiler, module, strlen(module), NULL, &kernel, &error));
    printf(" %s\n", einsumErrorGetMessage(error));
    einsumErrorDestroy(error);
    // CHECK: 5 the module has 2 kernels, expected one, or a name: twice, square
    plain.name = "square";
    if (einsumCompilerCompileModule(compiler, module, strlen(module), &plain,
                                    &kernel, &error)) {
      printf("%s\n", einsumErrorGetMessage(error));
      return 1;
    }
    if (einsumKernelRun(kernel, operands, 2, NULL, 0, NULL))
      return 1;
    printf("%g %g %g %g\n", y[0], y[1], y[2], y[3]);
    // CHECK: 1 4 9 16
    einsumKernelDestroy(kernel);
  }
  einsumCompilerDestroy(compiler);
  return 0;
}
