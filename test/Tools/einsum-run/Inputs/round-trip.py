"""Checks what npy.test wrote, element by element."""
import sys

import numpy as np

load = lambda name: np.load(f"{sys.argv[1]}/{name}.npy")

transposed = load("complex")
assert transposed.dtype == np.dtype("<c8"), transposed.dtype
assert transposed.flags.c_contiguous
assert (transposed == load("big_complex").T).all()

back = load("back")
assert back.dtype == np.dtype("V2"), back.dtype
assert (back.view("<u2") == load("bf16").view("<u2").T).all()
