"""model.pt2: compiled machine code, as torch.export and AOTInductor make it, for the kind of machine that exports."""

import json
import os
import re
import shutil
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from model_export.errors import ExportError
from model_export.signature import DATATYPES

# What runs and what tells of it. The rest is the C++ that it was made of, with paths of the machine that exported.
CODE = (".so", ".cubin", ".hsaco", ".bin", "_metadata.json")
KEPT = (*CODE, "/archive_format", "/archive_version", "/byteorder", "/.data/version")
# Python before PyTorch 2.13 finds the metadata by the name of the source, of which nothing else is needed.
SOURCE = ".wrapper.cpp"
# What a library names that shares the C++ library with PyTorch: GCC's, or Clang's.
SHARED_CPP = (b"libstdc++.so", b"libc++.so")
# What compilers make instructions of; the rest that the kernel lists is of no concern to them.
INSTRUCTIONS = re.compile(
    r"(abm|adx|aes|amx|avx|bmi|f16c|fma|gfni|movbe|pclmul|popcnt|sha|sse|ssse|vaes|vpclmul|xsave)\w*"
)
NAMES = {dtype: name for name, dtype in DATATYPES.items()} | {torch.bfloat16: "BF16"}


@dataclass(frozen=True)
class Axes:
    """The variable axes of each input and output by name, inputs first, and how long one may be at most."""

    of: dict[str, dict[int, str]]
    most: dict[str, int]

    def dimensions(self, least: int) -> dict[str, torch.export.Dim]:
        labels = dict.fromkeys(label for axes in self.of.values() for label in axes.values())
        return {label: torch.export.Dim(label, min=least, max=self.most.get(label)) for label in labels}

    def bounds(self, least: int) -> dict[str, dict[str, int]]:
        return {
            label: {"min": least} | ({"max": self.most[label]} if label in self.most else {})
            for label in self.dimensions(least)
        }


class Named(nn.Module):
    """Takes and gives tensors by name: the names are then in the compiled library's own call specification."""

    def __init__(self, module: nn.Module, inputs: tuple[str, ...], outputs: tuple[str, ...]):
        super().__init__()
        self.module = module
        self.inputs = inputs
        self.outputs = outputs

    def forward(self, inputs: dict[str, Tensor]) -> dict[str, Tensor]:
        given = self.module(*(inputs[name] for name in self.inputs))
        return dict(zip(self.outputs, (given,) if isinstance(given, Tensor) else given, strict=True))


def require_compiler(device: str) -> None:
    """Raises ExportError where the machine cannot compile for the device."""
    if sys.platform != "linux":
        raise ExportError("model.pt2 is made and served on Linux; export there, or leave pt2 out of --formats")
    if device == "cuda" and not torch.cuda.is_available():
        raise ExportError("--device cuda compiles on the GPU that it is for, and PyTorch sees none here")
    if shutil.which(compiler()) is None:
        raise ExportError("model.pt2 needs a C++ compiler; install g++, or set CXX to the one that is there")


def write(
    module: Named, examples: tuple[Tensor, ...], axes: Axes, path: Path, device: str, least: int, tokens: bool = False
) -> None:
    """`examples` are of usual sizes, at least 2 on each variable axis (a 1 would be taken for a constant): by them the
    compiler decides which loops are worth several threads. `least`: of each variable axis. `tokens`: what goes in is
    below the model's vocabulary, which Ferry looks after."""
    module = module.to(device)
    given = {name: example.to(device) for name, example in zip(module.inputs, examples, strict=True)}
    dimensions = axes.dimensions(least)
    shapes = {name: {axis: dimensions[label] for axis, label in axes.of[name].items()} for name in module.inputs}
    program = torch.export.export(module, (given,), dynamic_shapes=(shapes,))
    facts = {
        "torch": torch.__version__.split("+")[0],
        "device": device,
        "cpu": cpu_features(),
        "inputs": described(given, axes),
        "outputs": described(given_back(program, module.outputs), axes),
        "axes": axes.bounds(least),
    }
    settings: dict[str, object] = {"aot_inductor.metadata": {"ferry": json.dumps(facts)}}
    with tempfile.TemporaryDirectory(dir=path.parent) as scratch:
        raw = str(Path(scratch) / path.name)
        # Weights become part of the program and are laid out for its matrix products, which doubles their speed on CPUs.
        settings["freezing"] = device == "cpu"
        # The machine that serves says how many threads there are.
        threads = {"cpp.dynamic_threads": True}
        torch._inductor.aoti_compile_and_package(program, package_path=raw, inductor_configs=settings | threads)
        if device == "cpu" and not tokens and checks_indices(raw):
            threads = {"cpp.threads": 1}
            torch._inductor.aoti_compile_and_package(program, package_path=raw, inductor_configs=settings | threads)
        refuse_own_cpp_library(raw)
        slim(raw, path)


def refuse_own_cpp_library(raw: str) -> None:
    """Raises ExportError for a library that has a C++ library built in: beside PyTorch's a second one takes its objects
    for its own, and the process ends when such a model is loaded."""
    with zipfile.ZipFile(raw) as source:
        for record in source.namelist():
            if not record.endswith(".wrapper.so"):
                continue
            library = source.read(record)
            if not any(name in library for name in SHARED_CPP):
                raise ExportError(
                    f"the C++ compiler ({compiler()}) builds its own C++ library into the model, which would crash "
                    "beside PyTorch's; set CXX to a compiler that does not, such as CXX=/usr/bin/g++"
                )


def compiler() -> str:
    return os.environ.get("CXX", "g++")


def checks_indices(raw: str) -> bool:
    """Whether a number that goes in may be an index that is out of bounds. The compiled loop throws then; where it is
    shared among threads, that ends the process, and where it is not, it is an error of the pass. Matrix products have
    threads of their own in both."""
    with zipfile.ZipFile(raw) as source:
        kernels = [record for record in source.namelist() if record.endswith(".cpp")]
        return any(b"index out of bounds" in source.read(kernel) for kernel in kernels)


def given_back(program: torch.export.ExportedProgram, names: tuple[str, ...]) -> dict[str, Tensor]:
    """Tensors without content, as the program says that it gives them; nothing is run for it."""
    nodes = {node.name: node for node in program.graph.nodes}
    outputs = program.graph_signature.user_outputs
    return {name: nodes[output].meta["val"] for name, output in zip(names, outputs, strict=True)}


def cpu_features() -> list[str]:
    """The compiler uses all that this processor has, so the one that serves must have it, too."""
    told = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    x86, arm = (re.search(rf"^{name}\s*:(.*)$", told, re.MULTILINE) for name in ("flags", "Features"))
    if x86:
        return sorted(filter(INSTRUCTIONS.fullmatch, x86[1].split()))
    return sorted(arm[1].split()) if arm else []


def described(tensors: dict[str, Tensor], axes: Axes) -> list[dict]:
    return [
        {
            "name": name,
            "datatype": NAMES.get(tensor.dtype, str(tensor.dtype)),
            "shape": [axes.of[name].get(axis) or int(size) for axis, size in enumerate(tensor.shape)],
        }
        for name, tensor in tensors.items()
    ]


def slim(raw: str, path: Path) -> None:
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as target:
        for record in source.infolist():
            _, _, inside = record.filename.partition("/")
            if record.filename.endswith(KEPT) or inside.startswith("data/constants/"):
                # All packages begin with one folder; the name of the file that was written first means nothing.
                with source.open(record) as data, target.open(zipfile.ZipInfo(f"model/{inside}"), "w") as kept:
                    shutil.copyfileobj(data, kept)
            elif inside.endswith(SOURCE):
                target.writestr(zipfile.ZipInfo(f"model/{inside}"), "// left out\n")
