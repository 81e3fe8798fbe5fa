"""Extracts the before/after examples from pass descriptions and runs them.

Usage: pass-examples.py TBLGEN EINSUM_OPT INCLUDE_DIR... -- PASSES_TD...

Every pass's description holds two ```mlir blocks: the IR it takes and the IR it
gives. Running the pass on the first must give the second, both printed by
einsum-opt (so that names of values do not matter).
"""
import json
import re
import subprocess
import sys

tblgen, opt = sys.argv[1:3]
split = sys.argv.index("--")
includes = [flag for folder in sys.argv[3:split] for flag in ("-I", folder)]


def run_opt(ir, *flags):
    result = subprocess.run([opt, "-", "-allow-unregistered-dialect", *flags],
                            input=ir, capture_output=True, text=True)
    if result.returncode:
        raise RuntimeError(result.stderr.strip())
    return result.stdout.strip()


checked, failures = 0, []
for td in sys.argv[split + 1:]:
    records = json.loads(subprocess.run([tblgen, "--dump-json", *includes, td],
                                        capture_output=True, text=True, check=True).stdout)
    for name in records["!instanceof"].get("Pass", []) + records["!instanceof"].get("InterfacePass", []):
        record = records[name]
        flag = record["argument"]
        blocks = re.findall(r"```mlir\n(.*?)```", record["description"], re.S)
        if len(blocks) != 2:
            failures.append(f"{flag}: description has {len(blocks)} mlir blocks, not a before and an after")
            continue
        try:
            got = run_opt(blocks[0], f"--{flag}")
            want = run_opt(blocks[1])
        except RuntimeError as error:
            failures.append(f"{flag}: {error}")
            continue
        checked += 1
        if got != want:
            failures.append(f"{flag}: the after block is not what the pass gives:\n--- documented\n{want}\n--- given\n{got}")

print("\n".join(failures))
print(f"{checked} examples checked")
sys.exit(1 if failures or not checked else 0)
