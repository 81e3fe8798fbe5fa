"""Runs equations in an array library for einsum-bench.

Started as `python -c THIS numpy|torch|jax THREADS`. Speaks JSON, one object a
line: requests on the standard input, answers on the descriptor that was the
standard output. Operands lie in a file that both processes map; the seconds
reported are around the library's call alone.
"""

import gc
import json
import math
import mmap
import os
import sys
import time

library, threads = sys.argv[1], int(sys.argv[2])

# Whatever libraries print must not get between the answers.
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)

TOO_SLOW = 4.0  # seconds a call; such a variant is no rival
WARM_UP_BELOW = 0.01
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

import numpy as np  # torch and jax need it too, to share memory

try:
    import ml_dtypes

    BFLOAT16 = np.dtype(ml_dtypes.bfloat16)
except ImportError:
    BFLOAT16 = None

NUMPY_TYPES = {
    "f16": np.float16, "f32": np.float32, "f64": np.float64,
    "c64": np.complex64, "c128": np.complex128, "bool": np.bool_,
    "i8": np.int8, "i16": np.int16, "i32": np.int32, "i64": np.int64,
    "u8": np.uint8, "u16": np.uint16, "u32": np.uint32, "u64": np.uint64,
    "bf16": np.uint16,  # the bits
}


class Unsupported(Exception):
    pass


def letters(labels):
    return "".join(LETTERS[label] for label in labels)


class Request:
    """An equation, its operands in shared memory, and where the result goes."""

    def __init__(self, message):
        self.kind = message["kind"]
        self.inputs = message["inputs"]
        self.output = message["output"]
        self.equation = (
            ",".join(letters(labels) for labels in self.inputs) + "->" + letters(self.output))
        with open(message["file"], "r+b") as file:
            self.memory = mmap.mmap(file.fileno(), 0)
        self.types = [tensor["type"] for tensor in message["operands"]]
        self.operands = [self.view(tensor) for tensor in message["operands"]]
        self.result_type = message["result"]["type"]
        self.result = self.view(message["result"])
        self.call, self.seconds = None, 0.0

    def view(self, tensor):
        return np.ndarray(
            tensor["shape"], NUMPY_TYPES[tensor["type"]], buffer=self.memory,
            offset=tensor["offset"], strides=tensor["strides"])

    def narrow(self):
        return any(kind in ("bf16", "f16") for kind in self.types)

    def is_elementwise(self):
        """Two operands or more, every label in the result, none twice."""
        return len(self.inputs) > 1 and all(
            len(set(labels)) == len(labels) and set(labels) <= set(self.output)
            for labels in self.inputs)

    def aligned(self, view, labels, shape_of, permute):
        """An operand as a view with the result's axes, 1 where it has none."""
        order = [labels.index(label) for label in self.output if label in labels]
        view = permute(view, order)
        extents = iter(shape_of(view))
        return view.reshape([next(extents) if label in labels else 1 for label in self.output])

    def reduction(self):
        """Axes that a single operand sums, and the order of the others; None
        when it has a diagonal."""
        labels = self.inputs[0]
        if len(self.inputs) != 1 or len(set(labels)) != len(labels):
            return None
        axes = tuple(i for i, label in enumerate(labels) if label not in self.output)
        kept = [label for label in labels if label in self.output]
        return axes, [kept.index(label) for label in self.output]


class Numpy:
    def __init__(self):
        self.version = np.__version__ + blas_of_numpy()

    def finish(self, result):
        return result

    def variants(self, request):
        if request.narrow():
            raise Unsupported("numpy computes no 16-bit products in 32 bits")
        operands = request.operands
        out = np.empty(request.result.shape, request.result.dtype)
        wide = request.result.dtype
        if request.kind == "primitive":
            yield from self.primitives(request, operands, out)
            return
        options = {} if all(op.dtype == wide for op in operands) else {"dtype": wide, "casting": "unsafe"}
        search = "optimal" if len(operands) < 7 else "greedy"
        terms, output = request.equation.split("->")
        terms = terms.split(",")
        # A view of another layout is no result yet: all leave row-major arrays.
        # Of two operands, their order decides which layout numpy arrives at.
        for name, turn in [("einsum", 1), ("einsum of swapped operands", -1)][:len(operands)]:
            equation, turned = f"{','.join(terms[::turn])}->{output}", operands[::turn]
            path, _ = np.einsum_path(equation, *turned, optimize=search)
            yield name, lambda equation=equation, turned=turned, path=path: np.ascontiguousarray(
                np.einsum(equation, *turned, optimize=path, **options))
        yield "einsum into out", lambda: np.einsum(equation, *turned, optimize=path, out=out, **options)

    def primitives(self, request, operands, out):
        reduction = request.reduction()
        if request.is_elementwise() and len(operands) == 2 and len(set(op.dtype for op in operands)) == 1:
            a, b = (request.aligned(op, labels, np.shape, np.transpose)
                    for op, labels in zip(operands, request.inputs))
            yield "multiply", lambda: np.multiply(a, b, out=out)
        elif reduction:
            axes, order = reduction
            if axes:
                yield "sum", lambda: np.ascontiguousarray(
                    np.sum(operands[0], axis=axes, dtype=out.dtype).transpose(order))
            else:
                view = operands[0].transpose(order)
                yield "copyto", lambda: (np.copyto(out, view), out)[1]


def blas_of_numpy():
    """The BLAS numpy was built with, and the kernel that chose."""
    try:
        blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
        text = f", {blas['name']} {blas['version']}"
    except Exception:
        return ""
    import ctypes
    with open("/proc/self/maps") as maps:
        files = {line.split()[-1] for line in maps if "openblas" in line}
    for file in files:
        handle = ctypes.CDLL(file)
        for name in ("scipy_openblas_get_corename64_", "scipy_openblas_get_corename", "openblas_get_corename"):
            try:
                function = getattr(handle, name)
            except AttributeError:
                continue
            function.restype = ctypes.c_char_p
            return f"{text} ({function().decode()})"
    return text


class Torch:
    def __init__(self):
        import torch
        self.torch = torch
        torch.set_num_threads(threads)
        torch.set_num_interop_threads(1)
        torch.set_grad_enabled(False)
        self.version = f"{torch.__version__} ({torch.backends.cpu.get_cpu_capability()})"

    def finish(self, result):
        torch = self.torch
        result = result.resolve_conj()
        return (result.view(torch.int16) if result.dtype == torch.bfloat16 else result).numpy()

    def tensor(self, view, kind):
        if view.dtype in (np.uint16, np.uint32, np.uint64) and kind != "bf16":
            raise Unsupported("torch has few operations on unsigned integers")
        tensor = self.torch.from_numpy(view.view(np.int16) if kind == "bf16" else view)
        return tensor.view(self.torch.bfloat16) if kind == "bf16" else tensor

    def variants(self, request):
        torch = self.torch
        operands = [self.tensor(view, kind) for view, kind in zip(request.operands, request.types)]
        if any(kind != request.result_type for kind in request.types):
            raise Unsupported("torch.einsum gives the operands' type")
        if request.kind != "primitive":
            # A view of another layout is no result yet: all leave row-major arrays.
            yield "einsum", lambda: torch.einsum(request.equation, *operands).contiguous()
            return
        out = self.tensor(np.empty(request.result.shape, request.result.dtype), request.result_type)
        reduction = request.reduction()
        if request.is_elementwise() and len(operands) == 2:
            a, b = (request.aligned(op, labels, lambda t: t.shape, lambda t, order: t.permute(order))
                    for op, labels in zip(operands, request.inputs))
            yield "mul", lambda: torch.mul(a, b, out=out)
        elif reduction:
            axes, order = reduction
            if axes:
                yield "sum", lambda: torch.sum(operands[0], dim=axes).permute(order).contiguous()
            else:
                view = operands[0].permute(order)
                yield "permute().contiguous()", lambda: view.contiguous()
                yield "copy_", lambda: out.copy_(view)


class Jax:
    def __init__(self):
        import jax
        import jax.numpy
        jax.config.update("jax_enable_x64", True)
        self.jax = jax
        import jaxlib
        self.version = f"{jax.__version__}, jaxlib {jaxlib.__version__}"

    def finish(self, result):
        result = np.asarray(result)
        return result.view(np.uint16) if result.dtype == BFLOAT16 else result

    def variants(self, request):
        jax = self.jax
        if request.kind == "primitive" and not (request.is_elementwise() or request.reduction()):
            return
        if request.kind == "equation" and (request.is_elementwise() or len(request.inputs) == 1):
            return
        def array(view, kind):
            return jax.device_put(np.ascontiguousarray(view).view(BFLOAT16) if kind == "bf16" else np.array(view))
        if BFLOAT16 is None and "bf16" in request.types:
            raise Unsupported("no ml_dtypes")
        operands = [array(view, kind) for view, kind in zip(request.operands, request.types)]
        wanted = BFLOAT16 if request.result_type == "bf16" else request.result.dtype
        function = jax.jit(lambda *tensors: jax.numpy.einsum(
            request.equation, *tensors, precision="highest", preferred_element_type=wanted))
        yield "jit(einsum)", lambda: function(*operands).block_until_ready()


def seconds_of(call):
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


class Worker:
    def __init__(self):
        self.library = {"numpy": Numpy, "torch": Torch, "jax": Jax}[library]()
        self.requests = {}

    def prepare(self, message):
        """Warms up every variant and keeps the fastest."""
        request = Request(message)
        calls, failure = [], "nothing suits"
        for name, call in self.library.variants(request):
            try:
                call()
                seconds = seconds_of(call)
            except Exception as error:
                failure = f"{name}: {error}"
                continue
            if seconds > TOO_SLOW:
                failure = f"{name}: {seconds:.1f} s a call"
            else:
                calls.append([seconds, name, call])
        if not calls:
            raise Unsupported(failure)
        # Side by side, since the first to run pays for pages and clocks.
        end = time.perf_counter() + 0.3
        while len(calls) > 1 and time.perf_counter() < end:
            for entry in calls:
                entry[0] = min(entry[0], seconds_of(entry[2]))
        request.seconds, name, request.call = min(calls, key=lambda entry: entry[0])
        self.requests[message["id"]] = request
        return {"description": f"{library} {name} {request.equation}"}

    def run(self, message):
        request = self.requests[message["id"]]
        # The other process had the caches until now. What is measured in it
        # runs several times on end, and so does this.
        if request.seconds < WARM_UP_BELOW:
            request.call()
        start = time.perf_counter()
        result = request.call()
        seconds = time.perf_counter() - start
        result = self.library.finish(result)
        if result.dtype.itemsize != request.result.dtype.itemsize:
            raise Unsupported(f"the result is {result.dtype}")
        request.result.view(result.dtype)[...] = result
        return {"seconds": seconds}

    def drop(self, message):
        self.requests.pop(message["id"], None)
        gc.collect()
        return {}

    def answer(self, line):
        message = json.loads(line)
        try:
            return getattr(self, message["do"])(message)
        except Exception as error:
            return {"error": f"{type(error).__name__}: {error}"}


def say(message):
    answers.write(json.dumps(message) + "\n")
    answers.flush()


def serve():
    """Answers requests, a line each, until there are no more."""
    try:
        worker = Worker()
    except Exception as error:
        say({"error": f"{type(error).__name__}: {error}"})
        return
    say({"version": worker.library.version})
    gc.collect()
    gc.freeze()
    gc.disable()
    for line in sys.stdin:
        say(worker.answer(line))


serve()
