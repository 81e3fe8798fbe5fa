"""Every registered pass has a test and an error test, or a reason why not.

Usage: pass-tests.py EINSUM_OPT TEST_DIR. The pass list is what `einsum-opt
--help` shows; NAME of a test is the pass's flag without its dialect prefix.
"""
import pathlib
import re
import subprocess
import sys

# Passes that cannot fail on IR that verifies, and why.
CANNOT_FAIL = {
}

help_text = subprocess.run([sys.argv[1], "--help"], capture_output=True, text=True).stdout
passes = sorted(set(re.findall(
    r"--((?:einsum|kernel)-[a-z-]+|convert-einsum-to-linalg|verify-lowered)\b", help_text)))
tests = {path.name for path in pathlib.Path(sys.argv[2]).rglob("*.mlir")}
failures = []
for flag in passes:
    name = re.sub(r"^(einsum|kernel)-", "", flag)
    for file in (f"{name}.mlir", f"{name}-errors.mlir"):
        if file not in tests and not (file.endswith("-errors.mlir") and flag in CANNOT_FAIL):
            failures.append(f"{flag}: no {file}")
print("\n".join(failures))
print(f"{len(passes)} passes checked")
sys.exit(1 if failures or len(passes) < 10 else 0)
