"""Runs what the documentation shows: every command of a ```console block must
succeed and print what stands below it (`…` stands for anything; commands with
nothing below may print what they like). A block that shows an error must fail
with exit code 1. Blocks of code that start with a comment that is a file's name
are written to it.

  doc-commands.py SOURCE BUILD FOLDER COMPILER…             all but the next
  doc-commands.py --testing SOURCE BUILD FOLDER COMPILER…   TestingYourCompiler.md

In the former commands that build, test or install (tools/…, cmake, lit) are left
to others; the latter runs them."""
import os
import pathlib
import re
import subprocess
import sys

testing = sys.argv[1] == "--testing"
if testing:
    del sys.argv[1]
source, build, folder = map(pathlib.Path, sys.argv[1:4])
compiler = sys.argv[4:]
DOCUMENTS = ["README.md", "docs/getting-started.md", "docs/language.md", "docs/GPU.md", "docs/abi.md",
             "docs/c-api.md"]
OTHERS = ("tools/", "cmake ", "lit ")
if testing:
    DOCUMENTS, OTHERS = ["docs/TestingYourCompiler.md"], ()

# What the README takes for granted.
ARRAYS = """import numpy
numpy.save("a.npy", numpy.ones((3, 4), "f4"))
numpy.save("b.npy", numpy.ones((4, 5), "f4"))
"""
MAIN = """#include "proj.h"
static float x[2 * 8 * 512], w[512 * 8 * 64], y[2 * 8 * 8 * 64];
int main(void) { return proj(x, w, y); }
"""


def blocks(text, language):
    """Code of the fenced blocks, with the fence's indentation taken off."""
    pattern = rf"^( *)```{language}\n(.*?)^ *```$"
    for match in re.finditer(pattern, text, re.M | re.S):
        indent = len(match[1])
        yield "\n".join(line[indent:] for line in match[2].splitlines())


def files(text):
    """Names and contents of blocks whose first line is a file's name."""
    comments = {"c": r"/\* (\S+\.\w+) \*/", "mlir": r"// (\S+\.\w+)", "python": r"# (\S+\.\w+)"}
    for language, comment in comments.items():
        for block in blocks(text, language):
            if name := re.match(rf"{comment}$", block, re.M):
                yield name[1], block + "\n"


def commands(block):
    """Pairs of a command and the output shown for it."""
    lines = block.splitlines()
    while lines:
        assert lines[0].startswith("$ "), f"no command: {lines[0]}"
        command = lines.pop(0)[2:]
        while command.endswith("\\"):
            command += "\n" + lines.pop(0)
        output = []
        while lines and not lines[0].startswith("$ "):
            output.append(lines.pop(0))
        yield command, "\n".join(output)


# `cc` and `python3` are those that the build found: a machine may have others,
# or none of that name.
bin = folder / "bin"
bin.mkdir()
(bin / "cc").write_text(f'#!/bin/sh\nexec {" ".join(compiler)} "$@"\n')
(bin / "cc").chmod(0o755)
(bin / "python3").symlink_to(sys.executable)
os.environ["PATH"] = f"{bin}:{os.environ['PATH']}"
# As if the library were installed.
os.environ["C_INCLUDE_PATH"] = str(source / "include")
os.environ["LIBRARY_PATH"] = os.environ["LD_LIBRARY_PATH"] = str(build / "lib")

if testing:
    os.environ["PREFIX"] = str(folder / "prefix")
    # Not the build's tools, but the installed ones.
    os.environ["PATH"] = f"{folder}/prefix/bin:{os.environ['PATH']}"

failures = checked = 0
for document in DOCUMENTS:
    text = (source / document).read_text()
    here = folder / pathlib.Path(document).stem
    here.mkdir(parents=True)
    subprocess.run([sys.executable, "-c", ARRAYS], cwd=here, check=True)
    (here / "main.c").write_text(MAIN)
    if testing:  # in a checkout
        (here / "build").symlink_to(build)
        (here / "test").symlink_to(source / "test")
    for name, contents in files(text):
        (here / name).parent.mkdir(exist_ok=True)
        (here / name).write_text(contents)
    for block in blocks(text, "console"):
        for command, expected in commands(block):
            if command.startswith(OTHERS):
                continue
            run = subprocess.run(
                ["bash", "-o", "pipefail", "-c", command],
                cwd=here, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            )
            checked += 1
            code = 1 if expected.startswith("error: ") else 0
            pattern = ".*".join(re.escape(part) for part in expected.split("…"))
            right = not expected or re.fullmatch(pattern, run.stdout.rstrip("\n"), re.S if testing else 0)
            if run.returncode != code or not right:
                failures += 1
                print(f"{document}: $ {command}\nexit code {run.returncode}\n{run.stdout}")
print(f"{checked} commands checked, {failures} failed")
sys.exit(1 if failures or checked < (10 if testing else 15) else 0)
