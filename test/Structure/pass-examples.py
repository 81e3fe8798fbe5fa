"""Extracts the before/after examples from pass descriptions and runs them.

Usage: pass-examples.py TBLGEN EINSUM_OPT INCLUDE_DIR... -- PASSES_TD...

Every pass's description holds two ```mlir blocks: the IR it takes and the IR it
gives. Running the pass on the first must give the second, both printed by
einsum-opt (so that names of values do not matter). Words before the second
block change what is compared:

  canonicalized      the pass's result and the block both are
  of its functions   the block shows some of the result's functions
"""
import re
import subprocess
import sys

import passes

tblgen, opt = sys.argv[1:3]
split = sys.argv.index("--")
includes = sys.argv[3:split]


def run_opt(ir, *flags):
    result = subprocess.run([opt, "-", "-allow-unregistered-dialect", *flags],
                            input=ir, capture_output=True, text=True)
    if result.returncode:
        raise RuntimeError(result.stderr.strip())
    return result.stdout.strip()


def functions(ir):
    """The operations of a printed module, by symbol."""
    starts = re.split(r"\n(?=  [a-z])", ir.rsplit("\n}", 1)[0])[1:]
    return {re.search(r"@([\w.]+)", text).group(1): text.rstrip() for text in starts}


checked, failures = 0, []
for flag, description in passes.load(tblgen, includes, sys.argv[split + 1:]):
    parts = re.split(r"```mlir\n(.*?)```", description, flags=re.S)
    if len(parts) != 5:
        failures.append(f"{flag}: description has {len(parts) // 2} mlir blocks, not a before and an after")
        continue
    _, before, words, after, _ = parts
    cleanup = ["--canonicalize", "--cse"] if "canonicalized" in words else []
    try:
        got = run_opt(before, f"--{flag}", *cleanup)
        want = run_opt(after, *cleanup)
    except RuntimeError as error:
        failures.append(f"{flag}: {error}")
        continue
    checked += 1
    if "of its functions" in words:
        every, shown = functions(got), functions(want)
        got = "\n".join(text for name, text in every.items() if name in shown)
        want = "\n".join(shown.values())
    if got != want:
        failures.append(f"{flag}: the after block is not what the pass gives:\n--- documented\n{want}\n--- given\n{got}")

print("\n".join(failures))
print(f"{checked} examples checked")
sys.exit(1 if failures or not checked else 0)
