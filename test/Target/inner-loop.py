"""Finds the innermost loop of a kernel in assembly (read from stdin) and checks
it: vectors only, no stack access, no call, at least so many multiply-adds.

Usage: inner-loop.py REGISTER MINIMUM [INSTRUCTION]   (zmm 24, ymm 12, xmm 12)

With INSTRUCTION, the start of a name, these count as the multiply-adds.
"""
import re
import sys

register, minimum = sys.argv[1], int(sys.argv[2])
lines = [line.split("#")[0].rstrip() for line in sys.stdin]
labels = {m.group(1): i for i, line in enumerate(lines) if (m := re.match(r"(\.L\w+):", line))}

# A loop that holds no other: from a label to a jump back to it.
loops = []
for i, line in enumerate(lines):
    if m := re.match(r"\s+j\w+\s+(\.L\w+)", line):
        start = labels.get(m.group(1), i)
        if start < i:
            loops.append((start, i))
innermost = [(a, b) for a, b in loops
             if not any((c, d) != (a, b) and a <= c and d <= b for c, d in loops)]
MULTIPLY = re.compile(r"\s+(vfmadd\d+|vfnmadd\d+|v?mul|v?pmull)(ps|pd|ss|sd|d)\s")
if len(sys.argv) > 3:
    MULTIPLY = re.compile(rf"\s+(?:\{{vex\}}\s+)?({sys.argv[3]}\w*)()\s")


def multiplies(loop):
    return [line for line in lines[loop[0]:loop[1]] if MULTIPLY.match(line)]


loop = max(innermost, key=lambda l: len(multiplies(l)))
body = lines[loop[0]:loop[1] + 1]
# Without a frame pointer, rbp is a register like others.
stack = r"%r?(sp|bp)" if any(re.match(r"\s+movq?\s+%rsp, %rbp", line) for line in lines) else r"%r?sp"
failures = []
found = multiplies(loop)
if len(found) < minimum:
    failures.append(f"{len(found)} multiply-adds, expected at least {minimum}")
for line in body:
    if re.search(rf"\({stack}\b", line) or re.search(r"%r?sp\b", line):
        failures.append(f"stack access: {line.strip()}")
    if re.match(r"\s+call", line):
        failures.append(f"call: {line.strip()}")
for line in found:
    if MULTIPLY.match(line).group(2) in ("ss", "sd"):
        failures.append(f"scalar arithmetic: {line.strip()}")
    if f"%{register}" not in line:
        failures.append(f"not in %{register}: {line.strip()}")
print(f"{len(found)} multiply-adds in {len(body)} instructions")
if failures:
    print("\n".join(failures + ["in the loop:"] + body))
sys.exit(1 if failures else 0)
