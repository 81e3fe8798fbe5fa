"""Compares the main loops of kernels with their schedules.

Usage: main-loop.py einsumc EQUATION OPTION…
       main-loop.py --products FILE einsumc OPTION…   one EQUATION OPTION… a line
       main-loop.py --files SCHEDULE ASSEMBLY         what einsumc has printed

Of all innermost loops that multiply and add, none may touch the stack, call, or
compute on scalars; where extents are dynamic, addresses may lie on the stack but
in the main loop. The one of the whole register tile, `mr` rows by `nv` vectors,
must consist of exactly these multiply-adds (once for each term that it is unrolled
by), the loads that they need, and little else. The numbers are those that
--emit=schedule prints: what the planner chooses does not matter here.
"""
import collections
import re
import shlex
import subprocess
import sys

# Instructions that multiply and add, by their names: each pattern matches once
# for each multiply-add.
FUSED = [r"vfn?m(?:add|sub)\d+p[sd]|fml[as]"]
APART = [r"v?mulp[sd]|fmul", r"v?(?:add|sub)p[sd]|fadd|fsub"]
INTEGERS = [r"v?pmull[dw]|mla|[su]mlal2?"]
DOTS = {"dot_bf16": [r"vdpbf16ps"], "dot_i8": [r"vpdpbusds?"], "dot_i16": [r"v?pmaddwd|vpdpwssd"]}
SCALARS = r"v?(?:fn?m(?:add|sub)\d+|mul|add|sub)s[sd]"
X86_REGISTERS = {128: "%xmm", 256: "%ymm", 512: "%zmm"}


class Schedule:
    """The numbers of the one product in what --emit=schedule prints."""

    def __init__(self, text):
        found = re.findall(r"#kernel\.cpu_schedule<([^>]*)>", text)
        if len(found) != 1:
            raise ValueError(f"expected one #kernel.cpu_schedule, found {len(found)}")
        self.text = found[0]
        target = re.search(r"#kernel\.target<([^>]*)>", text).group(1)
        self.vector_bits = self.number("vector_bits", target)
        self.mr, self.nv = self.number("mr"), self.number("nv")
        kind = re.search(r"kind = (\w+)", self.text)
        self.kind = kind.group(1) if kind else "fma"
        # The second of the body's arguments from behind is an element, the last
        # one the accumulator.
        accumulator = re.search(r"\^bb0\(.*: ([^:]*)\):", text).group(1)
        # Operands that are read where they lie have a stride a row, which fill the
        # registers for addresses where a call alone tells them.
        self.is_dynamic = bool(re.search(r"kernel\.region ins.*memref<\?x", text))
        self.is_complex = accumulator.startswith("complex")
        self.is_integer = accumulator.startswith("i")
        bits = int(re.search(r"\d+", accumulator).group())
        self.registers = self.nv * max(self.number("width") * bits // self.vector_bits, 1)

    def number(self, name, text=None):
        return int(re.search(rf"\b{name} = (\d+)", text or self.text).group(1))

    def multiply_adds(self):
        """Instructions for a term, or for a group of terms."""
        return self.mr * self.registers * (4 if self.is_complex else 1)

    def most_others(self):
        """An element of each row, the columns' vectors, addresses and the jump. Complex
        numbers have two parts, for which vectors are taken apart."""
        parts, vectors = (2, 7) if self.is_complex else (1, 1)
        return parts * self.mr + vectors * self.registers + 8


class Assembly:
    """The instructions of all loops that hold no other, AT&T's or AArch64's."""

    def __init__(self, text):
        self.is_x86 = "%r" in text
        lines = [line.partition("#" if self.is_x86 else "//") for line in text.splitlines()]
        code = [line.rstrip() for line, _, _ in lines]
        labels = {m.group(1): i for i, line in enumerate(code)
                  if (m := re.match(r"(\.L\w+):", line))}
        jump = re.compile(r"\s+(?:j\w+|b(?:\.\w+)?|[ct]bn?z)\s+(?:.*,\s*)?(\.L\w+)$")
        loops = {(labels[m.group(1)], i) for i, line in enumerate(code)
                 if (m := jump.match(line)) and labels.get(m.group(1), i) < i}
        innermost = [(a, b) for a, b in loops
                     if not any((c, d) != (a, b) and a <= c and d <= b for c, d in loops)]
        instruction = re.compile(r"\s+(?:\{\w+\}\s+)?([a-z][\w.]*)\s*(.*)")
        self.loops = [[(*m.groups(), lines[i][2]) for i in range(a, b + 1)
                       if (m := instruction.match(code[i]))] for a, b in sorted(innermost)]
        # Without a frame pointer its register is one like others.
        stack = ["rsp", "esp"] if self.is_x86 else ["sp", "wsp"]
        frame = r"\s+movq?\s+%rsp, %rbp" if self.is_x86 else r"\s+(mov|add)\s+x29, sp\b"
        outside = set(range(len(code))) - {i for a, b in innermost for i in range(a, b + 1)}
        if any(re.match(frame, code[i]) for i in outside):
            stack.append("rbp" if self.is_x86 else "x29")
        self.stack = re.compile(rf"(?<![\w.%])%?(?:{'|'.join(stack)})\b")


def count(loop, pattern):
    return sum(bool(re.fullmatch(pattern, name)) for name, _, _ in loop)


def is_copy(name, operands):
    """From one vector register to another."""
    if re.fullmatch(r"v?mov[ua]p[sd]|v?movdq[ua]\d*", name):
        return "(" not in operands
    return name == "mov" and bool(re.match(r"v\d+\.\w+, v\d+\.\w+$", operands))


def check_loop(assembly, loop, addresses_may_wait):
    """Messages about what no loop of a tile may do."""
    for name, operands, comment in loop:
        is_address = not re.search(r"%[xyz]mm|\b[vqds]\d", operands)
        if is_address and addresses_may_wait:
            continue
        if assembly.stack.search(operands) or re.search("Spill|Reload", comment):
            yield f"stack access: {name} {operands}"
        if name.startswith("call") or name in ("bl", "blr"):
            yield f"call: {name} {operands}"
        if re.fullmatch(SCALARS, name):
            yield f"scalar arithmetic: {name} {operands}"


def check_main(schedule, assembly, patterns, loop):
    """Messages about the loop of the whole tile."""
    expected = schedule.multiply_adds()
    counts = [count(loop, pattern) for pattern in patterns]
    if counts[0] % expected or len(set(counts)) != 1:
        yield f"{' and '.join(map(str, counts))} multiply-adds, expected {expected} a term"
        return
    register = X86_REGISTERS[schedule.vector_bits] if assembly.is_x86 else "v"
    for name, operands, _ in loop:
        if re.fullmatch(patterns[0], name) and register not in operands:
            yield f"not in {register}: {name} {operands}"
    # A product that is added by another instruction needs a register for itself;
    # what is widened in the loop takes instructions, too.
    if patterns is APART or patterns is INTEGERS or schedule.kind == "dot_i16":
        return
    terms = counts[0] // expected
    copies = sum(is_copy(name, operands) for name, operands, _ in loop)
    # Of two vectors, one is overwritten by the real parts taken from both.
    if copies > (terms * schedule.registers if schedule.is_complex else 0):
        yield f"{copies} copies of registers"
    fetches = count(loop, r"prefetch\w*|prfu?m")
    if fetches > terms * (schedule.mr + schedule.registers):
        yield f"{fetches} prefetches"
    others = len(loop) - counts[0] - fetches
    if others > terms * schedule.most_others():
        yield f"{others} other instructions, expected at most {terms * schedule.most_others()}"


def check(schedule, assembly):
    """What is wrong, and a line about the main loop."""
    if schedule.kind in DOTS:
        choices = [DOTS[schedule.kind]]
    else:
        choices = [INTEGERS] if schedule.is_integer else [FUSED, APART]
    most = lambda patterns: max((count(loop, patterns[0]) for loop in assembly.loops), default=0)
    patterns = max(choices, key=most)
    tiles = [loop for loop in assembly.loops if count(loop, patterns[0])]
    if not tiles:
        return ["no loop multiplies and adds"], ""
    main = max(tiles, key=lambda loop: count(loop, patterns[0]))
    wrong = list(check_main(schedule, assembly, patterns, main))
    if wrong:
        wrong += ["in the loop:"] + [f"  {name} {operands}" for name, operands, _ in main]
    wrong += [message for loop in tiles
              for message in check_loop(assembly, loop, schedule.is_dynamic and loop is not main)]
    names = collections.Counter(name for name, _, _ in main if re.fullmatch(patterns[0], name))
    return wrong, (f"{count(main, patterns[0])} {names.most_common(1)[0][0]} "
                   f"of {len(main)} instructions: {schedule.text}")


def run(command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def report(name, schedule, assembly):
    wrong, about = check(Schedule(schedule), Assembly(assembly))
    print(f"{name}: {about}")
    for message in wrong:
        print(f"  {message}")
    return not wrong


def main(arguments):
    if arguments[0] == "--files":
        schedule, assembly = (open(path).read() for path in arguments[1:])
        return report(arguments[1], schedule, assembly)
    products = [arguments[1:]]
    command = arguments[:1]
    if arguments[0] == "--products":
        command = arguments[2:]
        lines = (shlex.split(line, comments=True) for line in open(arguments[1]))
        products = [line for line in lines if line]
    good = True
    for product in products:
        whole = command[:1] + product + command[1:]
        try:
            texts = [run(whole + [f"--emit={stage}"]) for stage in ("schedule", "asm")]
        except subprocess.CalledProcessError as error:
            sys.exit(error.stderr)
        good &= report(" ".join(product), *texts)
    return good


if __name__ == "__main__":
    sys.exit(0 if main(sys.argv[1:]) else 1)
