"""Small compiled modules for the tests of the engine itself: kinds of numbers, gaps in memory, bounds, failures."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from model_export import compiled
from model_export.signature import DATATYPES
from torch import Tensor, nn

ROWS = 4


class Calls(nn.Module):
    def __init__(self, call: Callable):
        super().__init__()
        self.call = call

    def forward(self, *inputs: Tensor) -> tuple[Tensor, ...]:
        return self.call(*inputs)


class Lookup(nn.Module):
    """A code that the table has not makes the pass fail."""

    def __init__(self):
        super().__init__()
        self.table = nn.Embedding.from_pretrained(torch.arange(10.0).unsqueeze(1))

    def forward(self, codes: Tensor) -> tuple[Tensor, ...]:
        return (self.table(codes),)


@dataclass(frozen=True)
class Case:
    module: nn.Module
    inputs: dict[str, Tensor]
    outputs: dict[str, dict[int, str]]
    least: int = 1
    most: int | None = None


def kinds(*inputs: Tensor) -> tuple[Tensor, ...]:
    """Every input back, one with its axes swapped and not copied, and one as brain floats."""
    floats = inputs[-2]
    matrix = inputs[-1]
    return (*(tensor.clone() for tensor in inputs[:-1]), (matrix + 1).transpose(1, 2), floats.to(torch.bfloat16))


KINDS = {name.lower(): torch.ones(ROWS, 3).to(dtype) for name, dtype in DATATYPES.items() if name != "FP32"}
KINDS |= {"fp32": torch.ones(ROWS, 3), "matrix": torch.ones(ROWS, 2, 3)}
BATCH = {0: "batch"}
CASES = {
    "kinds": Case(Calls(kinds), KINDS, dict.fromkeys((*(f"{name}_out" for name in KINDS), "brain"), BATCH)),
    "bounds": Case(
        Calls(lambda x: (x * 2,)),
        {"x": torch.ones(ROWS, 3)},
        {"y": BATCH},
        least=2,
        most=ROWS,
    ),
    # One tensor under two names.
    "twice": Case(Calls(lambda x: (x.sin(),) * 2), {"x": torch.ones(ROWS, 3)}, {"y": BATCH, "z": BATCH}),
    "lookup": Case(Lookup(), {"x": torch.ones(ROWS, 3, dtype=torch.int64)}, {"y": BATCH}),
    # A tebibyte in a batch of 16,384 rows; compilers for GPUs run what they make, with the few rows of the example.
    "huge": Case(
        Calls(lambda x: (x[:, None, :1].expand(-1, x.shape[0], 1024).clone(),)),
        {"x": torch.ones(ROWS, 3)},
        {"y": {0: "batch", 1: "batch"}},
    ),
}


def write(name: str, folder: Path, device: str) -> None:
    case = CASES[name]
    folder.mkdir(parents=True, exist_ok=True)
    axes = compiled.Axes(
        dict.fromkeys(case.inputs, BATCH) | case.outputs, {"batch": case.most} if case.most is not None else {}
    )
    module = compiled.Named(case.module.eval(), tuple(case.inputs), tuple(case.outputs))
    written = folder / "model.pt2"
    compiled.write(module, tuple(case.inputs.values()), axes, written, device, case.least)
