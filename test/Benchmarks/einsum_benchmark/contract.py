"""Prints a problem of the einsum benchmark as a function of one einsum.contract.

Usage: contract.py PROBLEM.json

Labels are numbered, for some of the published ones are no letters.
"""
import json
import sys

with open(sys.argv[1], encoding="utf-8") as file:
    problem = json.load(file)
inputs, output = problem["format_string"].split("->")
inputs = inputs.split(",")
numbers, extents = {}, {}
for labels, shape in zip(inputs, problem["shapes"]):
    for label, extent in zip(labels, shape):
        numbers.setdefault(label, len(numbers))
        extents[label] = extent
element = {"float64": "f64", "complex128": "complex<f64>"}[problem["dtype"]]


def subscripts(labels):
    return "".join(f"[{numbers[label]}]" for label in labels)


def tensor(shape):
    return "tensor<" + "".join(f"{extent}x" for extent in shape) + element + ">"


types = [tensor(shape) for shape in problem["shapes"]]
result = tensor([extents[label] for label in output])
names = [f"%a{i}" for i in range(len(inputs))]
equation = ",".join(map(subscripts, inputs)) + "->" + subscripts(output)
print(f"""func.func @problem({", ".join(map(": ".join, zip(names, types)))}) -> {result} {{
  %r = einsum.contract "{equation}" {", ".join(names)} {{accumulate = {element}}}
    : ({", ".join(types)}) -> {result}
  return %r : {result}
}}""")
