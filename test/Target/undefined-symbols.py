"""Compiles kernels of every element type for CPUs with and without conversion
instructions and says what the objects need from elsewhere.

Usage: undefined-symbols.py EINSUMC NM LINALG OBJECT. LINALG is a file of
kernels that no equation makes.
"""
import subprocess
import sys

einsumc, nm, linalg, object_file = sys.argv[1:5]

FLOATS = ["f16", "bf16", "f32", "f64"]
COMPLEX = ["c64", "c128"]
INTEGERS = ["i8", "i16", "i32", "i64", "u8", "u16", "u32", "u64"]
CPUS = ["x86-64", "x86-64-v3", "znver4"]
# Of libc; kernels of equations need nothing from libm.
ALLOWED = {"malloc", "free", "memset", "memcpy", "memmove"}

kernels = [[linalg]]
for element in FLOATS + INTEGERS + COMPLEX + ["bool"]:
    operands = ["--operand", f"17x33x{element}", "--operand"]
    # A masked column edge; both operands' elements one by one.
    kernels.append(["ij,jk->ki", *operands, f"33x?x{element},strided<[?,?]>"])
    if element != "bool":
        kernels.append(["ij,jk->ik", *operands, f"33x19x{element}",
                        "--accumulate", "--alpha=?", "--beta=?"])
# Results that are rounded once more.
for source in FLOATS:
    for result in FLOATS[:2]:
        if source != result:
            kernels.append(["ij->ji", "--operand", f"17x33x{source}", f"--result={result}"])

needed, count = {}, 0
for kernel in kernels:
    for cpu in CPUS:
        command = [einsumc, *kernel, f"--cpu={cpu}", "--emit=obj", "-o", object_file]
        subprocess.run(command, check=True)
        listing = subprocess.run([nm, "-u", "--format=just-symbols", object_file],
                                 check=True, capture_output=True, text=True).stdout
        for symbol in set(listing.split()) - ALLOWED:
            needed.setdefault(symbol, " ".join(command))
        count += 1

for symbol, command in needed.items():
    print(f"{symbol} is needed by: {command}")
print(f"{count} objects checked")
sys.exit(1 if needed else 0)
