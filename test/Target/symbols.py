"""Compiles kernels of every element type, and of results narrower than their
products, for old and new CPUs, and checks with `nm -u` that the objects need
nothing but libc and libm."""
import os
import re
import subprocess
import sys

folder = sys.argv[1]
os.makedirs(folder, exist_ok=True)
TYPES = "f16 bf16 f32 f64 i8 i16 i32 i64 u8 u16 u32 u64 bool c64 c128".split()
CPUS = ["x86-64", "x86-64-v3", "znver4"]
# What kernels may call: libc's memory functions and allocation, libm.
ALLOWED = re.compile(r"malloc|free|mem(cpy|move|set)|fmaf?|(exp|log|sqrt|pow)f?")

cases = [(f"product {t}", ["ij,jk->ik", "--operand", f"?x33x{t}", "--operand", f"33x?x{t}"])
         for t in TYPES]
cases += [(f"sum and diagonal {t}", ["iij->i", "--operand", f"9x9x40x{t}"]) for t in TYPES]
cases += [(f"{t} to {result}",
           ["ij,j->i", "--operand", f"5x40x{t}", "--operand", f"40x{t}", "--result", result])
          for t, result in [("f64", "f16"), ("f64", "bf16"), ("f64", "f32"), ("f32", "f16"),
                            ("f32", "bf16"), ("f16", "bf16"), ("f16", "f64"), ("bf16", "f64"),
                            ("i8", "f16"), ("u64", "f32"), ("u64", "f64"), ("i64", "bf16"),
                            ("i8", "i64"), ("i64", "i8"), ("bool", "i32"), ("f16", "c64"),
                            ("c128", "c64"), ("c64", "c128")]]
cases += [(f"accumulated {t}",
           ["ij,j->i", "--operand", f"5x40x{t}", "--operand", f"40x{t}",
            "--accumulate", "--alpha", "?", "--beta", "?"]) for t in TYPES if t != "bool"]

failures = 0
for name, arguments in cases:
    for cpu in CPUS:
        path = os.path.join(folder, "kernel.o")
        compiled = subprocess.run(["einsumc", *arguments, "--cpu", cpu, "-o", path],
                                  capture_output=True, text=True)
        if compiled.returncode:
            print(f"{name}, {cpu}: {compiled.stderr}")
            failures += 1
            continue
        symbols = subprocess.run(["nm", "-u", path], capture_output=True, text=True,
                                 check=True).stdout.split()
        foreign = [s for s in symbols if s not in "Uw" and not ALLOWED.fullmatch(s)]
        if foreign:
            print(f"{name}, {cpu}: needs {', '.join(foreign)}")
            failures += 1
print(f"{len(cases) * len(CPUS)} objects, {failures} wrong")
sys.exit(failures != 0)
