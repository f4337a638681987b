"""From a loaded model to files that answer as it does."""

import copy
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import Tensor, nn

from model_export import comparison, compiled, onnx_file, torchscript
from model_export.cases import Case
from model_export.choices import FORMATS, Choices
from model_export.comparison import Verdict
from model_export.errors import ExportError


@dataclass(frozen=True)
class Plan:
    """A model to write: the module in the wanted precision beside the original in float32, the names of inputs and
    outputs with their variable axes and how long these may be, what is traced, what is usual, and what is compared."""

    original: nn.Module
    module: nn.Module
    precision: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    axes: dict[str, dict[int, str]]
    longest: dict[str, int]
    example: tuple[Tensor, ...]
    typical: tuple[Tensor, ...]
    cases: list[Case]


def write_files(plan: Plan, choices: Choices, stage: Path) -> dict[str, Verdict]:
    """Verdicts by file name.

    Raises ExportError if a file cannot be written or answers differently."""
    writers = {
        "pt": write_torchscript,
        "onnx": write_onnx,
        "pt2": lambda plan, path: write_compiled(plan, path, choices.device),
    }
    return {FORMATS[kind]: writers[kind](plan, stage / FORMATS[kind]) for kind in choices.formats}


def write_torchscript(plan: Plan, path: Path) -> Verdict:
    module = plan.module
    if plan.precision == "int8":
        module = torch.ao.quantization.quantize_dynamic(copy.deepcopy(module), {nn.Linear}, dtype=torch.qint8)

    def attempt(recorded: torch.jit.ScriptModule) -> Verdict:
        torchscript.write(recorded, path)
        return judged(plan, path, comparison.torchscript_runner(path))

    return first_accepted(
        plan,
        path,
        trace_or_script(
            plan,
            lambda: attempt(torchscript.trace(module, plan.example)),
            lambda: attempt(torchscript.script(module)),
        ),
    )


def write_onnx(plan: Plan, path: Path) -> Verdict:
    def attempt(module: nn.Module) -> Verdict:
        onnx_file.write(module, plan.example, plan.axes, plan.outputs, path, eight_bit=plan.precision == "int8")
        return judged(plan, path, comparison.onnx_runner(path, plan.inputs))

    return first_accepted(
        plan,
        path,
        trace_or_script(plan, lambda: attempt(plan.module), lambda: attempt(torch.jit.script(plan.module))),
    )


def write_compiled(plan: Plan, path: Path, device: str) -> Verdict:
    """Axes go from 1 on; some models compile only from 2 on, and Ferry pads what is smaller."""
    compiled.require_compiler(device)
    if plan.precision == "int8":
        raise ExportError("model.pt2 is written in fp32 and fp16; for int8 take --formats onnx")
    axes = compiled.Axes(plan.axes, plan.longest)
    module = compiled.Named(copy.deepcopy(plan.module), plan.inputs, plan.outputs)

    def attempt(least: int) -> Verdict:
        compiled.write(module, plan.typical, axes, path, device, least, tokens="input_ids" in plan.inputs)
        taken = [case for case in plan.cases if all(size >= least for size in sizes(case, plan))]
        return judged(replace(plan, cases=taken), path, comparison.compiled_runner(path, plan.inputs, device))

    return first_accepted(plan, path, {"axes from 1": lambda: attempt(1), "axes from 2": lambda: attempt(2)})


def sizes(case: Case, plan: Plan) -> list[int]:
    """Of the variable axes of what goes in."""
    return [
        tensor.shape[axis] for name, tensor in zip(plan.inputs, case.tensors, strict=True) for axis in plan.axes[name]
    ]


def trace_or_script(plan: Plan, trace: Callable[[], Verdict], script: Callable[[], Verdict]) -> dict:
    """A trace is tried first, because it takes nearly every model; a script keeps the branches that a trace freezes,
    which does not help where a lower precision is what differs."""
    return {"trace": trace, "script": script} if plan.precision == "fp32" else {"trace": trace}


def first_accepted(plan: Plan, path: Path, attempts: dict[str, Callable[[], Verdict]]) -> Verdict:
    failures = []
    for name, attempt in attempts.items():
        try:
            with torch.no_grad():
                verdict = attempt()
        except ExportError:
            raise
        except Exception as failed:  # compilers, exporters and runtimes raise whatever the model's own code does
            failures.append(f"{name}: {reason(failed)}")
            continue
        if verdict.accepted:
            return verdict
        failures.append(f"{name}: {verdict.bound()}")
    raise ExportError(
        f"{path.name} in {plan.precision} does not answer as the original ({'; '.join(failures)}). "
        "Nothing was written. Another format (--formats) or precision may work"
    )


def judged(plan: Plan, path: Path, exported: Callable) -> Verdict:
    original = comparison.module_runner(plan.original)
    vectors = plan.outputs[0] in ("last_hidden_state", "sentence_embedding")
    verdict = comparison.compare(path.name, original, exported, plan.cases, plan.precision, vectors)
    if not verdict.accepted:
        comparison.print_table({path.name: verdict})
    return verdict


def reason(failed: Exception) -> str:
    lines = [line.strip() for line in str(failed).splitlines() if line.strip() and 'File "' not in line]
    return f"{type(failed).__name__}: {lines[-1][:300]}" if lines else type(failed).__name__
