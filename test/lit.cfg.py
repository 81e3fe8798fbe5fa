# How lit runs the text tests. Features of this machine are computed here, once.
import os
import platform
import shutil
import subprocess

import lit.formats

config.name = "einsumc"
config.test_format = lit.formats.ShTest(True)
config.suffixes = [".mlir", ".test"]
config.excludes = ["Unit", "Inputs", "Execution", "Benchmarks"]
config.test_source_root = os.path.join(config.einsumc_source_dir, "test")

bin_dir = os.path.join(config.einsumc_binary_dir, "bin")
config.environment["PATH"] = os.pathsep.join(
    [bin_dir, config.llvm_tools_dir, config.environment.get("PATH", "")])

# Strict compilers for what users compile. A program that loads a library built
# with sanitizers needs them too.
sanitize = "".join(f" -fsanitize={name}" for name in config.sanitize.split(";") if name)
strict = "-pedantic -Wall -Wextra -Werror" + sanitize
# The tools write their locals nowhere but %t.
config.substitutions += [
    ("%sanitize", sanitize.strip()),
    ("%c99", f"{config.c_compiler} -std=c99 {strict}"),
    ("%cpp17", f"{config.cxx_compiler} -std=c++17 {strict}"),
    ("%libeinsumc", "-I%source_dir/include -L%build_dir/lib -leinsumc -Wl,-rpath,%build_dir/lib"),
    ("%python", config.python),
    ("%cc", config.c_compiler),
    ("%cxx", config.cxx_compiler),
    ("%source_dir", config.einsumc_source_dir),
    ("%build_dir", config.einsumc_binary_dir),
    ("%llvm_lib_dir", os.path.join(os.path.dirname(config.llvm_tools_dir), "lib")),
]


def run(command):
    try:
        return subprocess.run(command, capture_output=True, text=True).stdout
    except OSError:
        return ""


if platform.machine() == "x86_64":
    config.available_features.add("x86_64")
    flags = open("/proc/cpuinfo").read() if os.path.exists("/proc/cpuinfo") else ""
    if "avx512f" in flags:
        config.available_features.add("avx512")
    if "avx2" in flags:
        config.available_features.add("avx2")
if shutil.which("mlir-runner", path=config.environment["PATH"]):
    config.available_features.add("mlir-runner")
# Where einsumc looks, too. Tests say themselves which toolkit they mean.
cuda_home = os.environ.get("CUDA_HOME") or os.environ.get("CUDA_PATH")
if cuda_home:
    config.environment["CUDA_HOME"] = cuda_home
cuda_bin = os.path.join(cuda_home or "/usr/local/cuda", "bin")
if all(shutil.which(tool, path=config.environment["PATH"] + os.pathsep + cuda_bin)
       for tool in ["ptxas", "fatbinary"]):
    config.available_features.add("ptxas")
if run([config.python, "-c", "import numpy; print('yes')"]).strip() == "yes":
    config.available_features.add("numpy")
cuda = os.environ.get("CUDA_HOME", "/usr/local/cuda")
for feature, path in (("cuda-headers", "include/cuda.h"), ("cuda-stub", "lib64/stubs/libcuda.so")):
    if os.path.exists(os.path.join(cuda, path)):
        config.available_features.add(feature)
config.substitutions += [("%cuda_include", f"{cuda}/include"),
                         ("%cuda_stub", f"{cuda}/lib64/stubs/libcuda.so")]
if config.sanitize:
    config.available_features.add("sanitizer")
    config.environment["ASAN_OPTIONS"] = "detect_container_overflow=0:allow_user_poisoning=0:detect_leaks=0"
