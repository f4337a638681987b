"""From a loaded model to files that answer as it does."""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from model_export import comparison, onnx_file, torchscript
from model_export.cases import Case
from model_export.choices import FORMATS
from model_export.comparison import Verdict
from model_export.errors import ExportError


@dataclass(frozen=True)
class Plan:
    """A model to write: the module in the wanted precision beside the original in float32, what is traced, what is
    compared, and the names of inputs and outputs with their variable axes."""

    original: nn.Module
    module: nn.Module
    precision: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    axes: dict[str, dict[int, str]]
    example: tuple[Tensor, ...]
    cases: list[Case]


def write_files(plan: Plan, formats: tuple[str, ...], stage: Path) -> dict[str, Verdict]:
    """Verdicts by file name.

    Raises ExportError if a file cannot be written or answers differently."""
    writers = {"pt": write_torchscript, "onnx": write_onnx}
    return {FORMATS[kind]: writers[kind](plan, stage / FORMATS[kind]) for kind in formats}


def write_torchscript(plan: Plan, path: Path) -> Verdict:
    """Traced; scripted where the trace does not hold for other sizes than its own."""
    module = plan.module
    if plan.precision == "int8":
        module = torch.ao.quantization.quantize_dynamic(copy.deepcopy(module), {nn.Linear}, dtype=torch.qint8)
    failures = []
    for record in (torchscript.trace, torchscript.script):
        try:
            with torch.no_grad():
                torchscript.write(record(module, plan.example), path)
            verdict = judged(plan, path, comparison.torchscript_runner(path))
        except Exception as failed:  # the compilers raise whatever the model's own code does
            failures.append(f"{record.__name__}: {reason(failed)}")
            continue
        if verdict.accepted:
            return verdict
        failures.append(f"{record.__name__}: {verdict.bound()}")
    raise cannot(plan, path, failures, "onnx")


def write_onnx(plan: Plan, path: Path) -> Verdict:
    try:
        with torch.no_grad():
            onnx_file.write(plan.module, plan.example, plan.axes, plan.outputs, path)
        if plan.precision == "int8":
            onnx_file.quantize(path)
        verdict = judged(plan, path, comparison.onnx_runner(path, plan.inputs))
    except Exception as failed:  # the exporter and the runtime raise many kinds
        raise cannot(plan, path, [reason(failed)], "pt") from failed
    if not verdict.accepted:
        raise cannot(plan, path, [verdict.bound()], "pt")
    return verdict


def judged(plan: Plan, path: Path, exported: Callable) -> Verdict:
    verdict = comparison.compare(path.name, comparison.module_runner(plan.original), exported, plan.cases, plan.precision)
    if not verdict.accepted:
        comparison.print_table({path.name: verdict})
    return verdict


def cannot(plan: Plan, path: Path, failures: list[str], other: str) -> ExportError:
    return ExportError(
        f"{path.name} in {plan.precision} does not answer as the original ({'; '.join(failures)}). "
        f"Nothing was written. The other format may work: --formats {other}"
    )


def reason(failed: Exception) -> str:
    lines = [line.strip() for line in str(failed).splitlines() if line.strip() and 'File "' not in line]
    return f"{type(failed).__name__}: {lines[-1][:300]}" if lines else type(failed).__name__
