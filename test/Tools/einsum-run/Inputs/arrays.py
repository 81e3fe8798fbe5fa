"""Writes the arrays of these tests into a folder."""
import os
import sys

import numpy as np

folder = sys.argv[1]
os.makedirs(folder, exist_ok=True)


def save(name, array):
    np.save(os.path.join(folder, name), array)


a = np.array([[2, 6, 5, 2], [2, -2, 2, 3], [1, 5, 4, 0]])
b = np.array([[2, 9, 0, 3, 0], [3, 6, 8, -2, 2], [1, 3, 5, 0, 1], [3, 0, 2, 0, 5]])
save("a", a)
save("b", b)
save("c", np.arange(15).reshape(3, 5))
save("a_f4", a.astype("<f4"))
save("b_f4", b.astype("<f4"))
save("c_f4", np.arange(15, dtype="<f4").reshape(3, 5))
save("c_nan", np.full((3, 5), np.nan, "<f4"))

# The same matrix in every layout and byte order.
save("fortran", np.asfortranarray(a.astype("<f4")))
save("big", a.astype(">f4"))
save("fortran_big", np.asfortranarray(a.astype(">f4")))
save("big_complex", (a + 1j * a[::-1]).astype(">c8"))

# bf16 are the upper halves of f32; numpy has no name for them.
save("bf16", (a.astype("<f4").view("<u4") >> 16).astype("<u2").view("V2"))
save("void", np.zeros(3, "V3"))
save("record", np.zeros(3, [("x", "<f4")]))
save("text", np.array(["a", "b"]))
