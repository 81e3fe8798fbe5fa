"""Compares what einsumc makes of equations for a CPU and for a GPU until the
target is chosen. Usage: midpoint.py EINSUMC DIR"""
import os
import subprocess
import sys

EQUATIONS = [
    ("i->i", ["9xf32"]),
    ("i->", ["9xi8"]),
    ("ii->i", ["5x5xf64"]),
    ("ii", ["5x5xu8"]),
    ("ij->ji", ["0x7xf32"]),
    ("i,i->", ["9xbool", "9xbool"]),
    ("i,j->ij", ["3xc64", "4xc64"]),
    ("ij,jk->ik", ["5x7xf32", "7x9xf32"]),
    ("ij,jk->ki", ["5x7xf16", "7x9xf16"]),
    ("ij,kj->ik", ["?x7xbf16", "?x7xbf16"]),
    ("bij,bjk->bik", ["2x5x7xf32", "2x7x9xf32"]),
    ("bij,bjk->bik", ["1x5x7xi32", "4x7x9xi32"]),
    ("abc,cde->abde", ["2x8x16xf32", "16x8x4xf32"]),
    ("...ij,...jk->...ik", ["2x3x4x5xf64", "3x5x6xf64"]),
    ("ij,jk,kl->il", ["3x4xf16", "4x50xf16", "50x6xf16"]),
    ("ij,jk,kl,lm->im", ["3x4xf32", "4x5xf32", "5x6xf32", "6x7xf32"]),
    ("ij,j->i", ["4x?xf32,strided<[?,-1]>", "?xf32"]),
    ("βγ,γ->β", ["4x?xu64", "?xu64"]),
    ("ij,j->i", ["4x5xc128", "5xc128"]),
    ("ijk->", ["?x?x?xi64"]),
]
STAGES = ["einsum", "linalg", "kernel"]

einsumc, folder = sys.argv[1:]
different = 0
for equation, operands in EQUATIONS:
    for stage in STAGES:
        outputs = []
        for target in [["--target=cpu"], ["--target=nvptx"],
                       ["--target=nvptx", "--gpu=h100"]]:
            path = os.path.join(folder, "out.mlir")
            command = [einsumc, equation, "--emit=" + stage, "-o", path]
            command += [f"--operand={operand}" for operand in operands]
            subprocess.run(command + target, check=True)
            with open(path, "rb") as file:
                outputs.append(file.read())
        if not outputs[0] or any(output != outputs[0] for output in outputs):
            different += 1
            print(f"{stage} of {equation} differs")
print(f"{len(EQUATIONS)} equations, {len(STAGES)} stages, {different} differ")
