"""Compares the outputs of a written file with those of the original, on the same tensors."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from model_export.cases import Case

# fp32: the largest absolute difference allowed. Reduced precisions: the least cosine allowed.
LARGEST_DIFFERENCE = 1e-4
LEAST_COSINE = {"fp16": 0.999, "int8": 0.95}

Runner = Callable[[tuple[Tensor, ...]], list[Tensor]]


@dataclass(frozen=True)
class Line:
    """One case of the printed table."""

    file: str
    case: Case
    difference: float


@dataclass(frozen=True)
class Verdict:
    lines: list[Line]
    cosine: float
    precision: str

    @property
    def difference(self) -> float:
        return max(line.difference for line in self.lines)

    @property
    def accepted(self) -> bool:
        if self.precision == "fp32":
            return self.difference <= LARGEST_DIFFERENCE
        return self.cosine >= LEAST_COSINE[self.precision]

    def bound(self) -> str:
        if self.precision == "fp32":
            return f"largest difference {self.difference:.1e}, allowed {LARGEST_DIFFERENCE:.0e}"
        return f"least cosine {self.cosine:.5f}, needed {LEAST_COSINE[self.precision]}"


def torchscript_runner(path: Path) -> Runner:
    module = torch.jit.load(str(path), map_location="cpu")
    return lambda tensors: as_list(module(*tensors))


def onnx_runner(path: Path, names: tuple[str, ...]) -> Runner:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])

    def run(tensors: tuple[Tensor, ...]) -> list[Tensor]:
        fed = {name: tensor.numpy() for name, tensor in zip(names, tensors, strict=True)}
        return [torch.from_numpy(output) for output in session.run(None, fed)]

    return run


def compiled_runner(path: Path, names: tuple[str, ...], device: str) -> Runner:
    package = torch._inductor.aoti_load_package(str(path))

    def run(tensors: tuple[Tensor, ...]) -> list[Tensor]:
        given = {name: tensor.to(device) for name, tensor in zip(names, tensors, strict=True)}
        return [output.cpu() for output in package(given).values()]

    return run


def module_runner(module: nn.Module) -> Runner:
    return lambda tensors: as_list(module(*tensors))


def as_list(output: Tensor | tuple[Tensor, ...]) -> list[Tensor]:
    return [output] if isinstance(output, Tensor) else list(output)


@torch.inference_mode()
def compare(
    file: str, original: Runner, exported: Runner, cases: Iterable[Case], precision: str, vectors: bool
) -> Verdict:
    """`vectors`: the last axis of the outputs is a vector of its own, so that each has a cosine."""
    lines, cosines, scores = [], [], []
    for case in cases:
        difference = 0.0
        for expected, actual in zip(original(case.tensors), exported(case.tensors), strict=True):
            if expected.shape != actual.shape or expected.dtype != actual.dtype:
                return Verdict([*lines, Line(file, case, float("inf"))], -1.0, precision)
            expected, actual = counted(expected, case), counted(actual, case)
            difference = max(difference, largest(expected, actual))
            if vectors:
                cosines.append(cosine(expected, actual).min().item())
            scores.append((expected.flatten(), actual.flatten()))
        lines.append(Line(file, case, difference))
    # Few logits make no direction of their own; taken together they do.
    together = [torch.cat(side).double() for side in zip(*scores, strict=True)]
    cosines.append(cosine(together[0], together[1]).item())
    return Verdict(lines, min(cosines), precision)


def counted(output: Tensor, case: Case) -> Tensor:
    """Token vectors of padding mean nothing and differ between runtimes."""
    per_token = case.counted is not None and output.dim() == 3
    return (output[case.counted] if per_token else output).double()


def largest(expected: Tensor, actual: Tensor) -> float:
    difference = (expected - actual).abs().max().item()
    return difference if difference == difference else float("inf")


def cosine(expected: Tensor, actual: Tensor) -> Tensor:
    return nn.functional.cosine_similarity(expected.double(), actual.double(), dim=-1, eps=1e-12).nan_to_num(-1.0)


def print_table(verdicts: dict[str, Verdict]) -> None:
    print(f"{'file':<12}{'precision':<11}{'batch':>5}{'length':>8}  {'padding':<8}{'largest difference':>19}")
    for verdict in verdicts.values():
        for line in verdict.lines:
            case = line.case
            print(
                f"{line.file:<12}{verdict.precision:<11}{case.rows:>5}{case.length:>8}  {case.padding:<8}"
                f"{line.difference:>19.1e}"
            )
    for file, verdict in verdicts.items():
        print(f"{file}: {verdict.bound()}")
