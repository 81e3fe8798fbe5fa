#!/usr/bin/env python3
"""The reference evaluator against numpy, value by value.

  numpy-check.py EXECUTION_TEST CASES_TSV

`execution-test dump` writes each row's operands and the reference's result
twice: normal floating-point data, compared within a bound, and small integers
of one element type or several, compared exactly. The last line sums up.
"""
import csv
import subprocess
import sys
import tempfile

try:
    import numpy as np
except ImportError:
    print("numpy is not installed (python3-numpy)")
    print("0 passed, 0 failed, 1 skipped")
    sys.exit(0)


def subscripts(text):
    """`[0,1];[1,...]->[0]` as numpy's sublists."""
    def one(part):
        inside = part.strip()[1:-1].strip()
        return [Ellipsis if x.strip() == "..." else int(x) for x in inside.split(",")] if inside else []
    left, arrow, right = text.partition("->")
    return [one(part) for part in left.split(";")], one(right) if arrow else None


def einsum(form, equation, operands):
    # numpy takes at most 32 operands and its own path for more than two.
    options = {"optimize": len(operands) > 2}
    if form == "str":
        return np.einsum(equation, *operands, **options)
    inputs, output = subscripts(equation)
    arguments = [x for pair in zip(operands, inputs) for x in pair]
    if output is not None:
        arguments.append(output)
    return np.einsum(*arguments, **options)


def is_bfloat(array):
    return array.dtype.kind == "V"


def widened(array):
    """bf16 as the f32 that it is the upper half of."""
    if not is_bfloat(array):
        return array
    bits = np.asarray(array.view(np.uint16).astype(np.uint32) << 16, dtype=np.uint32)
    return bits.view(np.float32)


def compute_type(arrays):
    """What is exact for all of them: bool, 64-bit integers, f64 or c128."""
    kinds = {array.dtype.kind for array in arrays}
    if "c" in kinds:
        return np.complex128
    if "f" in kinds:
        return np.float64
    if kinds == {"b"}:
        return np.bool_
    return np.int64


def promoted(arrays):
    """numpy's result type; bf16 counts as f16, with f16 it is f32."""
    types = [np.dtype(np.float16) if is_bfloat(a) else a.dtype for a in arrays]
    result = np.result_type(*types)
    bfloats = sum(map(is_bfloat, arrays))
    if bfloats == len(arrays):
        return None
    if bfloats and result == np.float16:
        others = [t for t, a in zip(types, arrays) if not is_bfloat(a)]
        return np.dtype(np.float32) if np.float16 in others else None
    return result


def rounded(exact, result):
    """Sums of small integers, exact in 64 bits, as the result's type has them."""
    with np.errstate(all="ignore"):
        if not is_bfloat(result):
            return exact.astype(result.dtype)
        bits = np.asarray(exact).astype(np.float32).view(np.uint32)
        # To nearest, ties to even.
        bits = bits.astype(np.int64)
        bits = bits + 0x7FFF + (bits >> 16 & 1) & 0xFFFF0000
        return np.asarray(bits, dtype=np.uint32).view(np.float32)


def check(form, equation, operands, result, exact):
    """What differs, or nothing."""
    wanted_type = promoted(operands)
    if wanted_type is None:
        if not is_bfloat(result):
            return f"type {result.dtype}, expected bf16"
    elif result.dtype != wanted_type:
        return f"type {result.dtype}, expected {wanted_type}"
    wide = compute_type([widened(a) for a in operands])
    operands = [widened(a).astype(wide) for a in operands]
    expected = np.asarray(einsum(form, equation, operands))
    if result.shape != expected.shape:
        return f"shape {result.shape}, expected {expected.shape}"
    actual = widened(result)
    if exact:
        wrong = actual != rounded(expected, result)
    else:
        magnitude = einsum(form, equation, [np.abs(a) for a in operands])
        terms = 100 + sum(a.size for a in operands)
        bound = terms * 2.0**-53 * magnitude + np.finfo(result.dtype).eps * np.abs(expected)
        wrong = ~(np.abs(actual - expected) <= bound)
    if not np.any(wrong):
        return None
    at = tuple(np.argwhere(wrong)[0])
    return f"{np.count_nonzero(wrong)} of {wrong.size} elements, at {at}: {actual[at]}, expected {expected[at]}"


def main():
    program, table = sys.argv[1:]
    with open(table, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    passed = failed = 0
    with tempfile.NamedTemporaryFile(suffix=".npy") as dump:
        code = subprocess.run([program, "dump", dump.name]).returncode
        if code:
            print(f"execution-test dump: exit code {code}")
            print("0 passed, 1 failed, 0 skipped")
            return 1
        for row in rows:
            for data in "normal data", "small integers":
                count = len(row["shapes"].split(";"))
                operands = [np.load(dump, allow_pickle=False) for _ in range(count)]
                result = np.load(dump, allow_pickle=False)
                difference = check(row["form"], row["equation"], operands, result, data == "small integers")
                if difference is None:
                    passed += 1
                    continue
                failed += 1
                if failed <= 20:
                    types = ", ".join(str(a.dtype) for a in operands)
                    print(f"{row['id']}: {row['equation']} on {types}, {data}: {difference}")
        if dump.read(1):
            print("execution-test dump wrote more than there are rows")
            failed += 1
    print(f"{passed} passed, {failed} failed, 0 skipped")
    return 1 if failed else 0


sys.exit(main())
