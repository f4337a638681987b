"""TorchScript files: traced or scripted, frozen, free of a device, the same bytes for the same model."""

import io
import zipfile
from pathlib import Path

import torch
from torch import Tensor, nn

# Source lines with the paths of the machine that exported, and an identifier made from them. Nothing reads either.
LEFT_OUT = (".debug_pkl", "/.data/serialization_id")


def trace(module: nn.Module, examples: tuple[Tensor, ...]) -> torch.jit.ScriptModule:
    """Records one pass over the examples. What depends on Python values of that pass stays as it was then, so
    callers compare other sizes afterwards."""
    return frozen(torch.jit.trace(module, examples, check_trace=False))


def script(module: nn.Module) -> torch.jit.ScriptModule:
    """Compiles the Python source: keeps loops and branches, but takes only a subset of Python."""
    return frozen(torch.jit.script(module))


def frozen(module: torch.jit.ScriptModule) -> torch.jit.ScriptModule:
    module = torch.jit.freeze(module)
    follow_input_device(module.graph)
    return module


def follow_input_device(graph: torch.Graph) -> None:
    """Tracing writes down the device of tensors that the model makes (positions, masks): "cpu", which fails on a GPU.
    Each such constant becomes a question to the first input."""
    constants = [n for n in graph.findAllNodes("prim::Constant") if n.output().type().kind() == "DeviceObjType"]
    first_input = list(graph.inputs())[1]
    for constant in constants:
        asked = graph.create("prim::device", [first_input])
        asked.insertBefore(constant)
        asked.output().setType(constant.output().type())
        constant.output().replaceAllUsesWith(asked.output())
        constant.destroy()


def write(module: torch.jit.ScriptModule, path: Path) -> None:
    archive = io.BytesIO()
    torch.jit.save(module, archive)
    with zipfile.ZipFile(archive) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as target:
        for record in source.infolist():
            if not record.filename.endswith(LEFT_OUT):
                target.writestr(zipfile.ZipInfo(record.filename), source.read(record))
