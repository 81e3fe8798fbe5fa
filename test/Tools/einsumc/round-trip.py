"""The midpoint holds all there is: compiling an equation, and compiling the
linalg that was printed for it, give the same assembly, object and header."""
import pathlib
import subprocess
import sys

folder = pathlib.Path(sys.argv[1])
# The demo's equations, and one of each kind that carries more than shapes.
ROWS = """
ij, jk -> ik | 3x4xi64 4x5xi64
ij, ij -> ij | 3x4xi64 3x4xi64
ij -> ji | 3x4xi64
ij -> j | 3x4xi64
ij -> i | 3x4xi64
bij, bjk -> bik | 2x3x4xi64 2x4x5xi64
bij -> | 2x3x4xi64
bkm -> bmk | 32x128x512xf64
bqm, bmk -> bqk | 32x64x512xf64 32x512x128xf64
bqm, bkm -> bqk | 32x64x512xf64 32x128x512xf64
bcik -> bcki | 2x4x4x1xf64
bcik, bcij -> bckj | 2x4x4x1xf64 2x4x4x2xf64
bcki, bcij -> bckj | 2x4x1x4xf64 2x4x4x2xf64
abc,cde->abde | 2x8x512xf32 512x8x64xf32
bhqd,bhkd,->bhqk | 2x8x10x64xf32 2x8x10x64xf32 f32
abce,abde->abcd | 2x8x10x64xf32 2x8x10x64xf32
aecd,abcd->acbe | 2x10x8x64xf32 2x10x8x64xf32
acbe,aecd->abcd | 2x8x10x10xf32 2x10x8x64xf32
αβ,βγ->γα | ?x7xf32 ?x5xf32
...ij,...jk | ?x2x3xf16 4x3x?xbf16
ij,j->i | 3x4xu8 4xbool
ii->i | ?x?xc64
i->ii | 6xu16
ij,jk->ik | ?x33xf32,strided<[?,1]> 33x?xf32,strided<[1,?]> | --result=f64
ij,jk->ik | 3x4xf16 4x5xf16 | --accumulate --alpha=? --beta=0.5
ij,jk,kl,lm->im | 3x4xf32 4x50xf32 50x6xf32 6x7xf32
"""


def einsumc(*arguments, stdin=None):
    return subprocess.run(["einsumc", *arguments], input=stdin, capture_output=True,
                          check=True).stdout


different = 0
rows = [line.split(" | ") for line in ROWS.strip().splitlines()]
for equation, types, *flags in rows:
    base = [equation, "--name=k", *(f"--operand={t}" for t in types.split()),
            *(flags[0].split() if flags else [])]
    linalg = einsumc(*base, "--emit=linalg")
    direct = einsumc(*base, "--emit=asm")
    if direct != einsumc("-", "--emit=asm", stdin=linalg):
        print(f"{equation}: the assembly differs")
        different += 1
    einsumc(*base, "-o", folder / "a.o")
    einsumc("-", "-o", folder / "b.o", stdin=linalg)
    for suffix in ("o", "h"):
        if (folder / f"a.{suffix}").read_bytes() != (folder / f"b.{suffix}").read_bytes():
            print(f"{equation}: the .{suffix} differs")
            different += 1
print(f"{len(rows)} equations, {different} differences")
sys.exit(1 if different else 0)
