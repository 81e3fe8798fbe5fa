"""Checks from the #include lines that every folder includes only what
docs/architecture.md allows ("Who may include whom")."""
import pathlib
import re
import sys

root = pathlib.Path(sys.argv[1])

IR = {"Dialect/Einsum/IR", "Dialect/Kernel/IR"}
TRANSFORMS = {"Dialect/Einsum/Transforms", "Dialect/Kernel/Transforms", "Conversion"}
ALLOWED = {
    "Support": set(),
    "Dialect/Einsum/IR": {"Support"},
    "Dialect/Kernel/IR": {"Support"},
    "TargetInfo": {"Support", "Dialect/Kernel/IR"},
    "Frontend": {"Support"} | IR,
    "Analysis": {"Support"} | IR,
    "Reference": {"Support", "Frontend"} | IR,
    "Conversion": {"Support", "Analysis", "TargetInfo"} | IR,
    "Dialect/Einsum/Transforms": {"Support", "Analysis", "TargetInfo"} | IR,
    "Dialect/Kernel/Transforms": {"Support", "Analysis", "TargetInfo"} | IR,
    "Pipelines": {"Support", "TargetInfo"} | IR | TRANSFORMS,
    "Target": {"Support", "TargetInfo"} | IR,
    "Compiler": {"Support", "Frontend", "Pipelines", "Target", "TargetInfo"} | IR,
    "ExecutionEngine": {"Support", "Compiler", "Frontend", "Target", "TargetInfo", "PTX", "Runtime"} | IR,
    "Benchmark": {"Support", "Compiler", "Runtime", "ExecutionEngine", "Frontend", "Reference", "TargetInfo"} | IR,
    "Benchmark/Peers": {"Support", "Analysis", "Benchmark", "Frontend", "Reference"},
    "CAPI": {"Support", "Compiler", "ExecutionEngine", "Frontend", "Runtime"},
    "Plugin": {"Pipelines"},
    "Runtime": set(),
    "PTX": {"Runtime"},
}
# What programs link that have no LLVM.
WITHOUT_LLVM = {"Runtime", "PTX"}

INCLUDE = re.compile(r'^\s*#\s*include\s*[<"](einsumc|einsum-c|mlir|llvm|llvm-c)/([^>"]+)[>"]')


def folder_of(path):
    parts = pathlib.PurePosixPath(path).parts[:-1]
    for length in range(len(parts), 0, -1):
        name = "/".join(parts[:length])
        if name in ALLOWED:
            return name
    return "/".join(parts)


failures = []
checked = 0
for base in (root / "include/einsumc", root / "lib", root / "include/einsum-c"):
    for path in sorted(base.rglob("*")):
        if path.suffix not in {".h", ".hpp", ".cpp", ".c"} or "cmake" in path.parts:
            continue
        public_c = base.name == "einsum-c"
        where = "einsum-c" if public_c else folder_of(path.relative_to(base).as_posix())
        if not public_c and where not in ALLOWED:
            failures.append(f"{path}: folder {where} has no row in the table")
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            match = INCLUDE.match(line)
            if not match:
                continue
            checked += 1
            kind, target = match.groups()
            if public_c:
                if kind != "einsum-c":
                    failures.append(f"{path}:{number}: a public C header includes {kind}/{target}")
            elif where in WITHOUT_LLVM and kind in {"mlir", "llvm", "llvm-c"}:
                failures.append(f"{path}:{number}: {where} may not include {kind}/{target}")
            elif kind == "einsumc":
                to = folder_of(target)
                if to != where and to not in ALLOWED[where]:
                    failures.append(f"{path}:{number}: {where} may not include {to}")
            elif kind == "einsum-c" and where != "CAPI":
                failures.append(f"{path}:{number}: only CAPI includes the C API")

print("\n".join(failures))
print(f"{checked} includes checked")
sys.exit(1 if failures or not checked else 0)
