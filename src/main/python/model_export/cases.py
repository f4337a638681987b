"""Inputs on which an exported file is compared with its original: several batch sizes and lengths, padded ones, too."""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from model_export.originals import TextLimits

# Longer rows add time, not knowledge: what a trace freezes shows between any two lengths.
LONGEST = 512
TEXT_SIZES = ((1, 1), (1, 5), (2, 16), (5, 33), (8, 8), (2, LONGEST))
ROW_COUNTS = (1, 2, 7)
TYPICAL_ROWS = 8


@dataclass(frozen=True)
class Case:
    """Tensors in the order of the model's parameters. `counted` marks the places whose outputs mean something, of
    shape [rows, length]; absent, all do."""

    rows: int
    length: str
    padding: str
    tensors: tuple[Tensor, ...]
    counted: Tensor | None = None


def text_example(limits: TextLimits, names: tuple[str, ...]) -> tuple[Tensor, ...]:
    """What is traced: two rows of different lengths, of a size that no case has."""
    return text_case(limits, names, 3, min(7, limits.longest), "right").tensors


def text_typical(limits: TextLimits, names: tuple[str, ...]) -> tuple[Tensor, ...]:
    """A batch of the size that servers often run."""
    return text_case(limits, names, TYPICAL_ROWS, min(64, limits.longest), "right").tensors


def text_cases(limits: TextLimits, names: tuple[str, ...]) -> Iterator[Case]:
    sizes = sorted({(rows, min(length, limits.longest)) for rows, length in TEXT_SIZES})
    for rows, length in sizes:
        yield text_case(limits, names, rows, length, "none")
        if rows > 1 and length > 1:
            # Ferry pads there, whatever side the tokenizer names.
            yield text_case(limits, names, rows, length, "right")


def text_case(limits: TextLimits, names: tuple[str, ...], rows: int, length: int, padding: str) -> Case:
    random = torch.Generator().manual_seed(rows * 1000 + length)
    ids = torch.randint(0, limits.vocabulary, (rows, length), generator=random)
    # A padding id inside a text would shift the positions of some models.
    ids[ids == limits.pad_id] = (limits.pad_id + 1) % limits.vocabulary
    mask = torch.ones(rows, length, dtype=torch.int64)
    if padding != "none":
        for row in range(1, rows):
            unused = length - max(1, length * (rows - row) // rows)
            mask[row, length - unused :] = 0
    ids = torch.where(mask == 1, ids, limits.pad_id)
    types = torch.zeros_like(ids)
    types[:, length // 2 :] = 1
    values = {"input_ids": ids, "attention_mask": mask, "token_type_ids": types * mask}
    return Case(rows, str(length), padding, tuple(values[name] for name in names), mask.bool())


def tensor_cases(examples: tuple[Tensor, ...], variable: list[list[int]]) -> Iterator[Case]:
    """Rows drawn from the examples; `variable` lists, for each input, its axes that may have any size."""
    for rows in ROW_COUNTS:
        whole = cycled(examples, rows)
        yield Case(rows, "-", "none", whole)
        if any(variable):
            yield Case(rows, "half", "none", tuple(halved(t, axes) for t, axes in zip(whole, variable, strict=True)))


def cycled(examples: tuple[Tensor, ...], rows: int = TYPICAL_ROWS) -> tuple[Tensor, ...]:
    """So many rows, the examples' own over and over."""
    chosen = torch.arange(rows)
    return tuple(example[chosen % len(example)] for example in examples)


def halved(tensor: Tensor, axes: list[int]) -> Tensor:
    for axis in axes:
        tensor = tensor.narrow(axis, 0, max(1, tensor.shape[axis] // 2))
    return tensor.contiguous()
