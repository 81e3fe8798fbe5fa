"""Every registered pass has a test and an error test, or a reason why not.

Usage: pass-tests.py TBLGEN EINSUM_OPT TEST_DIR INCLUDE_DIR... -- PASSES_TD...
NAME of a test is the pass's flag without its dialect prefix.
"""
import pathlib
import re
import subprocess
import sys

import passes

# Passes that cannot fail on IR that verifies, and why.
CANNOT_FAIL = {
    "kernel-assume-extents": "of a loop of which nothing is known nothing is assumed",
    "kernel-classify-loops": "every region on memrefs has a normal form",
    "kernel-fuse-epilogues": "what is no epilogue stays a region of its own",
    "kernel-fuse-maps": "what cannot be fused stays as it is",
    "kernel-lower-pack": "every kernel.pack can be copied element by element",
}

tblgen, opt, tests = sys.argv[1:4]
split = sys.argv.index("--")
help_text = subprocess.run([opt, "--help"], capture_output=True, text=True).stdout
files = {path.name for path in pathlib.Path(tests).rglob("*.mlir")}
flags = [flag for flag, _ in passes.load(tblgen, sys.argv[4:split], sys.argv[split + 1:])]
failures = []
for flag in flags:
    if not re.search(rf"--{flag}\b", help_text):
        failures.append(f"{flag}: not registered in {opt}")
    name = re.sub(r"^(einsum|kernel)-", "", flag)
    if f"{name}.mlir" not in files:
        failures.append(f"{flag}: no {name}.mlir")
    if (f"{name}-errors.mlir" in files) == (flag in CANNOT_FAIL):
        failures.append(f"{flag}: {name}-errors.mlir or a reason in CANNOT_FAIL, one of the two")
failures += [f"{flag}: in CANNOT_FAIL but no pass" for flag in CANNOT_FAIL if flag not in flags]
print("\n".join(failures))
print(f"{len(flags)} passes checked")
sys.exit(1 if failures or len(flags) < 10 else 0)
