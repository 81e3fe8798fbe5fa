"""Prints arrays through einsum-run and compares with numpy's own text."""
import subprocess
import sys

import numpy as np

file = sys.argv[1] + "/array.npy"
ones = np.arange(1, 7).reshape(2, 3)
arrays = [
    np.array([True, True]),
    np.array([[True, False], [False, False]]),
    *(ones.astype(code) for code in "bhilBHILefdFD"),
    np.array([-128, 127], np.int8),
    np.array([0, 2**64 - 1], np.uint64),
    np.array([[1.5, -0.25], [1e-3, 100]]),
    np.array([1e-9, 1.0, 3e12]),
    np.array([np.nan, np.inf, -np.inf, 0.0, -0.0], np.float32),
    np.array([1 / 3, 2 / 3], np.float16),
    np.array([1 + 2j, -0.5 - 1e-7j]),
    np.arange(120) / 7,
    np.arange(1100).reshape(11, 100),
    np.arange(48).reshape(2, 3, 2, 4),
    np.zeros((0, 3)),
]
for array in arrays:
    np.save(file, array)
    # A transposition copies: not one bit changes.
    run = subprocess.run(
        ["einsum-run", "a...->...a", file], capture_output=True, text=True
    )
    expected = np.array2string(np.moveaxis(array, 0, -1)) + "\n"
    if run.returncode or run.stdout != expected:
        sys.exit(f"{array.dtype} {array.shape}:\n{run.stdout}{run.stderr}numpy:\n{expected}")
