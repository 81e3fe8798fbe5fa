#!/usr/bin/env python3
"""Writes the fuzzers' seeds: one file a row of the tables.

    seeds.py DIR   fills DIR/Equation and DIR/OperandType; DIR/Linalg and
                   DIR/Object get bytes that equations are drawn from;
                   DIR/PTX gets kernels of one or two instructions each,
                   DIR/Plan launch plans, each with another number in it
"""
import pathlib
import random
import sys

root = pathlib.Path(__file__).resolve().parent.parent
elements = ("f16 bf16 f32 f64 i8 i16 i32 i64 u8 u16 u32 u64 bool c64 c128").split()


def rows(name):
    lines = (root / "Cases" / name).read_text(encoding="utf-8").splitlines()
    names = lines[0].split("\t")
    for line in lines[1:]:
        yield dict(zip(names, line.split("\t")))


def type_of(shape, element):
    extents = [] if shape in ("", "()") else shape.split("x")
    return "x".join(extents + [element])


equations, types = set(), set()
for name in ("einsum_cases.tsv", "einsum_errors.tsv"):
    for number, row in enumerate(rows(name)):
        if row["form"] == "py":
            continue
        element = elements[number % len(elements)]
        text = row["equation"].replace("\\t", "\t")
        if "\\n" in text:
            continue
        operands = [type_of(shape, element) for shape in row["shapes"].split(";")]
        types.update(operands)
        result = element if number % 3 == 0 else ""
        if row.get("out_shape") and number % 3 == 1:
            result = type_of(row["out_shape"], element)
        equations.add(text + "\n" + ";".join(operands) + "\n" + result)
for row in rows("keras_equations.tsv"):
    inputs = dict(part.split("=") for part in row["inputs"].split() if "=" in part)
    if row["kind"] == "proj":
        equations.add("p:free=%s,bound=%s,output=%s" % tuple(
            inputs[key] for key in ("free_dims", "bound_dims", "output_dims")))
    if row["kind"] == "attn":
        equations.add("a:rank=" + inputs["projected_rank"] + ",axes=1:-2")
equations |= {
    "a:short,rank=4", "βα,中β->α中\n?x3xf32;2x?xf32\n?x?xf64,strided<[?,1]>",
    "ii,i->i\n?x1xi8;4xu8\ni32", "[0,...],[...,1]->[1,...,0]\n2x3xf32;3x4xf32\n",
}
types |= {
    "?x33xf32,strided<[?,1]>", "2x3xi8,strided<[ -3 , 1 ]>", "f32,strided<[]>",
    "9223372036854775807xi8", "4294967296x4294967296xf32", "2x?xf32, strided<[0,?]>",
    "0.5", "-128", "255", "true", "1.5-2i", "1e-3+2e+1j", "-i", "?",
}

for name, texts in (("Equation", equations), ("OperandType", types)):
    folder = pathlib.Path(sys.argv[1]) / name
    folder.mkdir(parents=True, exist_ok=True)
    for number, text in enumerate(sorted(texts)):
        (folder / f"seed{number:04}").write_text(text, encoding="utf-8")

numbers = random.Random(1)
for name in ("Linalg", "Object"):
    folder = pathlib.Path(sys.argv[1]) / name
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(200):
        (folder / f"seed{number:04}").write_bytes(numbers.randbytes(96))

KERNEL = """.version 8.6
.target sm_100
.address_size 64
.entry k(.param .u64 a){
.reg .pred %%p<4>;.reg .b16 %%h<4>;.reg .b32 %%r<4>;.reg .b64 %%d<4>;
ld.param.u64 %%d1,[a];mov.u32 %%r1,%%tid.x;
mad.wide.u32 %%d2,%%r1,4,%%d1;
ld.global.b32 %%r2,[%%d2];
%s
st.global.b32 [%%d2],%%r2;ret;}
"""
BODIES = """fma.rn.sat.f32 %r2,%r2,%r2,0f3F800000;
add.rz.ftz.f32 %r2,%r2,0fBF800000;
div.s32 %r2,%r2,%r1;
cvt.rni.s8.f32 %r2,%r2;
cvt.rn.bf16x2.f32 %r2,%r2,%r1;
L: sub.s32 %r2,%r2,1;setp.gt.s32 %p1|%p2,%r2,0;@%p1 bra L;
mov.b64 %d3,{%r1,%r2};mov.b64 {_,%r2},%d3;
bfe.s32 %r2,%r2,%r1,8;lop3.b32 %r2,%r2,%r1,%r1,0x96;
add.cc.u32 %r2,%r2,%r1;addc.u32 %r2,%r2,0;
{.reg .b32 t;mov.b32 t,7;prmt.b32.f4e %r2,%r2,t,%r1;}
cvt.u16.u32 %h1,%r2;fma.rn.relu.f16 %h2,%h1,%h1,%h1;
ld.global.v2.f32 {%r2,%r3},[%d1+8];set.ltu.f32.f32 %r2,%r2,%r3;""".split("\n")
folder = pathlib.Path(sys.argv[1]) / "PTX"
folder.mkdir(parents=True, exist_ok=True)
for number, body in enumerate(BODIES):
    (folder / f"seed{number:04}").write_text(KERNEL % body)

# Two halves: a whole plan would be longer than the fuzzers' inputs.
PLANS = ["""{"version":1,"kernel":"k","equation":"","gpu":"sm_75","ptx":"6.3",
"labels":[{"name":"i","extent":null}],"operands":[{"name":"a","element":"f32","bytes":4,
"shape":[{"size":0}],"strides":[{"stride":0}],"access":"read"}],"scalars":[],"buffers":[],
"entries":[{"name":"k","grid":[%s,1,1],"block":[8,1,1],"sharedBytes":0,
"parameters":[{"operand":0},{"value":%s,"type":"i64"}]}]}""",
"""{"version":1,"kernel":"k","equation":"","gpu":"sm_75","ptx":"6.3",
"labels":[{"name":"i","extent":3}],"operands":[],"scalars":[{"name":"s","element":"c64","bytes":8}],
"buffers":[{"name":"b","element":"f32","bytes":%s}],
"entries":[{"name":"k","grid":[1,1,1],"block":[%s,1,1],"sharedBytes":0,
"parameters":[{"buffer":0},{"scalar":0,"offset":4,"type":"f32"}]}]}"""]
folder = pathlib.Path(sys.argv[1]) / "Plan"
folder.mkdir(parents=True, exist_ok=True)
numbers = ["0", "4", "-1", "9223372036854775807", '{"size":0}', '{"stride":0}'] + [
    '["%s",{"size":0},3,{"stride":0}]' % name if name in ("add", "mul", "min", "max")
    else '["%s",{"size":0},3]' % name
    for name in ("add", "sub", "mul", "floordiv", "ceildiv", "mod", "min", "max")]
for number, text in enumerate(numbers):
    for half, plan in enumerate(PLANS):
        (folder / f"seed{number:04}-{half}").write_text(plan % (text, text))
