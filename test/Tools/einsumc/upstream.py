#!/usr/bin/env python3
"""The printed midpoint through upstream's tools alone, against numpy.

  upstream.py CASES_TSV FOLDER

For 50 rows of the table `einsumc --emit=linalg` prints a module; upstream's
mlir-opt must take it as it is, with operations of upstream's dialects only. A
`main` that counts wrong elements goes in beside the kernel, and mlir-opt and
mlir-runner compile and run both. The last line sums up.
"""
import csv
import pathlib
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np

# Diagonals, traces, sublists, ellipses in front, between and behind, broadcast
# axes, scalars, empty tensors, transposes, sums, outer products, hyperedges,
# blanks, capitals, up to seven operands; the notebooks' projection and attention.
ROWS = """
    E0001 E0002 E0003 E0006 E0008 E0010 E0013 E0023 E0031 E0127
    E0134 E0135 E0136 E0146 E0147 E0151 E0173 E0185 E0187 E0190
    E0209 E0215 E0220 E0227 E0228 E0240 E0285 E0297 E0301 E0318
    E0348 E0360 E0361 E0378 E0384 E0390 E0398 E0400 E0408 E0451
    E0457 E0474 E0483 E0487 E0498 E0500 E0532 E0703 E0709 E0763
""".split()
# Beyond numpy: the diagonal of the result that einsum gives without the repeats.
REPEATED_OUTPUTS = [("ij,jk->iik", ["2x3", "3x4"], "ij,jk->ik", (0, 0, 1)),
                    ("a->aa", ["5"], "a->a", (0, 0))]
TYPES = {"f32": np.float32, "f64": np.float64, "i32": np.int32, "i64": np.int64, "c64": np.complex64}

DIALECTS = {"arith", "builtin", "complex", "func", "linalg", "tensor"}
LOWERING = [
    "-one-shot-bufferize=bufferize-function-boundaries function-boundary-type-conversion=identity-layout-map",
    "-convert-linalg-to-loops", "-expand-strided-metadata", "-lower-affine", "-convert-scf-to-cf",
    "-convert-complex-to-llvm", "-convert-index-to-llvm", "-convert-arith-to-llvm",
    "-finalize-memref-to-llvm", "-convert-cf-to-llvm", "-convert-func-to-llvm",
    "-convert-ub-to-llvm", "-reconcile-unrealized-casts",
]


def run(command, text=""):
    result = subprocess.run(command, input=text, capture_output=True, text=True)
    if result.returncode:
        raise AssertionError(f"{' '.join(command)}: exit code {result.returncode}\n{result.stderr[:2000]}")
    return result.stdout


def numpy_einsum(form, equation, operands):
    options = {"optimize": len(operands) > 2}
    if form == "str":
        return np.einsum(equation, *operands, **options)
    inputs, arrow, output = equation.partition("->")
    subscripts = [[Ellipsis if x == "..." else int(x) for x in part.strip("[]").split(",") if x]
                  for part in inputs.split(";") + ([output] if arrow else [])]
    arguments = [x for pair in zip(operands, subscripts) for x in pair]
    return np.einsum(*arguments, *([subscripts[-1]] if arrow else []), **options)


def tensor_type(array, element):
    element = {"c64": "complex<f32>"}.get(element, element)
    return f"tensor<{''.join(f'{extent}x' for extent in array.shape)}{element}>"


def dense(array, element):
    def number(value):
        if element == "c64":
            return f"({value.real:.1f}, {value.imag:.1f})"
        return f"{value:.1f}" if element[0] == "f" else str(value)

    def nested(values):
        return "[" + ", ".join(map(nested, values)) + "]" if values.ndim else number(values[()])
    return f"dense<{nested(array) if array.size else ''}> : {tensor_type(array, element)}"


DIFFERENT = {
    "f": "%wrong = arith.cmpf une, %g, %w : {element}",
    "i": "%wrong = arith.cmpi ne, %g, %w : {element}",
    "c": """%gr = complex.re %g : {element}
      %wr = complex.re %w : {element}
      %gi = complex.im %g : {element}
      %wi = complex.im %w : {element}
      %r = arith.cmpf une, %gr, %wr : f32
      %i = arith.cmpf une, %gi, %wi : f32
      %wrong = arith.ori %r, %i : i1""",
}


def main_function(operands, want, element):
    names = ", ".join(f"%in{i}" for i in range(len(operands)))
    types = ", ".join(tensor_type(x, element) for x in operands)
    result, scalar = tensor_type(want, element), tensor_type(np.zeros(()), element)[7:-1]
    loops = ", ".join(f"d{i}" for i in range(want.ndim))
    same = f"affine_map<({loops}) -> ({loops})>"
    constants = "\n".join(f"    %in{i} = arith.constant {dense(x, element)}" for i, x in enumerate(operands))
    kinds = ", ".join(['"reduction"'] * want.ndim)
    return f"""  func.func @main() -> i32 {{
{constants}
    %want = arith.constant {dense(want, element)}
    %got = call @kernel({names}) : ({types}) -> {result}
    %start = arith.constant dense<0> : tensor<i32>
    %count = linalg.generic {{indexing_maps = [{same}, {same}, affine_map<({loops}) -> ()>], iterator_types = [{kinds}]}}
        ins(%got, %want : {result}, {result}) outs(%start : tensor<i32>) {{
    ^bb0(%g: {scalar}, %w: {scalar}, %n: i32):
      {DIFFERENT[element[0]].format(element=scalar)}
      %one = arith.extui %wrong : i1 to i32
      %sum = arith.addi %n, %one : i32
      linalg.yield %sum : i32
    }} -> tensor<i32>
    %wrongs = tensor.extract %count[] : tensor<i32>
    return %wrongs : i32
  }}
"""


def count_wrong(module, operands, want, element):
    """Upstream's tools on the kernel and a `main` for these values."""
    end = module.rstrip().rindex("}")
    text = module[:end] + main_function(operands, want, element) + "}\n"
    lowered = run(["mlir-opt", *LOWERING], text)
    return int(run(["mlir-runner", "-e", "main", "-entry-point-result=i32"], lowered))


def draw(generator, shapes, element):
    def integers(shape):
        return generator.integers(-3, 4, shape)
    shapes = [tuple(int(x) for x in shape.split("x")) if shape not in ("()", "") else () for shape in shapes]
    return [np.asarray(integers(s) + (1j * integers(s) if element == "c64" else 0), TYPES[element]) for s in shapes]


def check(number, equation, shapes, evaluate):
    element = list(TYPES)[number % len(TYPES)]
    operands = draw(np.random.default_rng(number), shapes, element)
    types = ["x".join(map(str, x.shape)) + ("x" if x.ndim else "") + element for x in operands]
    module = run(["einsumc", equation, *(f"--operand={t}" for t in types), "--emit=linalg"])
    statistics = subprocess.run(["mlir-opt", "--print-op-stats"], input=module, capture_output=True, text=True)
    assert statistics.returncode == 0, f"upstream refuses the printed linalg: {statistics.stderr}"
    dialects = set(re.findall(r"^\s+(\w+)\.\w+\s*,", statistics.stderr, re.M))
    assert "func" in dialects, "no operations counted"
    assert dialects <= DIALECTS, f"not upstream's: {dialects - DIALECTS}"
    exact = np.complex128 if element == "c64" else np.float64 if element[0] == "f" else np.int64
    want = np.asarray(evaluate([x.astype(exact) for x in operands]), TYPES[element])
    wrong = count_wrong(module, operands, want, element)
    assert wrong == 0, f"{wrong} of {want.size} elements wrong"
    if number == 1:  # and what is wrong is seen
        want = want + np.eye(1, want.size, dtype=want.dtype).reshape(want.shape)
        assert count_wrong(module, operands, want, element) == 1, "a wrong value goes unnoticed"


def diagonal(evaluate, axes):
    """Spreads a result over the axes of an output that repeats labels."""
    def spread(operands):
        value = evaluate(operands)
        result = np.zeros([value.shape[axis] for axis in axes], value.dtype)
        for index in np.ndindex(value.shape):
            result[tuple(index[axis] for axis in axes)] = value[index]
        return result
    return spread


def jobs(table):
    with open(table, encoding="utf-8", newline="") as file:
        rows = {row["id"]: row for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)}
    for name in ROWS:
        row = rows[name]
        evaluate = lambda operands, row=row: numpy_einsum(row["form"], row["equation"], operands)
        yield name, row["equation"], row["shapes"].split(";"), evaluate
    for equation, shapes, plain, axes in REPEATED_OUTPUTS:
        evaluate = diagonal(lambda operands, plain=plain: np.einsum(plain, *operands), axes)
        yield equation, equation, shapes, evaluate


def attempt(job):
    number, (name, *rest) = job
    try:
        check(number, *rest)
        return True
    except AssertionError as error:
        print(f"{name} {rest[0]!r} on {';'.join(rest[1])}: {error}")
        return False


assert len(set(ROWS)) == 50
with ThreadPoolExecutor(2) as pool:
    results = list(pool.map(attempt, enumerate(jobs(pathlib.Path(sys.argv[1])))))
print(f"{sum(results[:50])} of 50 rows agree, {sum(results[50:])} of {len(REPEATED_OUTPUTS)} with repeated output labels")
sys.exit(0 if all(results) else 1)
