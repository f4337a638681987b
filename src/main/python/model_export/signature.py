"""signature.json: the inputs and outputs of a model that has no tokenizer."""

from dataclasses import dataclass

import torch
from torch import Tensor

from model_export.errors import ExportError
from model_export.source import Source, load_object
from model_export.tasks import label_count

# Names of the Open Inference Protocol.
DATATYPES = {
    "BOOL": torch.bool,
    "UINT8": torch.uint8,
    "INT8": torch.int8,
    "INT32": torch.int32,
    "INT64": torch.int64,
    "FP16": torch.float16,
    "FP32": torch.float32,
    "FP64": torch.float64,
}


@dataclass(frozen=True)
class TensorSpec:
    """A shape's first axis is the batch; -1 stands for any size."""

    name: str
    datatype: str
    shape: tuple[int, ...]


@dataclass(frozen=True)
class Signature:
    """Inputs in the order of the module's parameters, outputs in the order of its results."""

    inputs: tuple[TensorSpec, ...]
    outputs: tuple[TensorSpec, ...]

    def names(self, side: str) -> tuple[str, ...]:
        return tuple(spec.name for spec in getattr(self, side))

    def as_json(self, examples: tuple[Tensor, ...] = ()) -> dict:
        """With examples, an input whose rows vary says the shape of one that the module takes."""
        content = {
            side: [
                {"name": spec.name, "datatype": spec.datatype, "shape": list(spec.shape)}
                for spec in getattr(self, side)
            ]
            for side in ("inputs", "outputs")
        }
        for spec, entry, example in zip(self.inputs, content["inputs"], examples, strict=False):
            if -1 in spec.shape[1:]:
                entry["example"] = list(example.shape[1:])
        return content

    def axes(self) -> dict[str, dict[int, str]]:
        return {
            spec.name: {axis: "batch" if axis == 0 else f"{spec.name}_{axis}" for axis in open_axes(spec)}
            for spec in (*self.inputs, *self.outputs)
        }

    def variable_axes(self) -> list[list[int]]:
        return [open_axes(spec)[1:] for spec in self.inputs]

    def random_rows(self, rows: int) -> tuple[Tensor, ...]:
        """Normally distributed values, for inputs of floating point and fixed shape."""
        random = torch.Generator().manual_seed(rows)
        return tuple(torch.randn((rows, *spec.shape[1:]), generator=random) for spec in self.inputs)

    def check(self, examples: tuple[Tensor, ...]) -> None:
        if len(examples) != len(self.inputs):
            raise ExportError(f"the signature has {len(self.inputs)} inputs and there are {len(examples)} examples")
        for spec, example in zip(self.inputs, examples, strict=True):
            fits = len(spec.shape) == example.dim() and all(
                wanted in (-1, size) for wanted, size in zip(spec.shape, example.shape, strict=True)
            )
            if not fits or example.dtype != DATATYPES.get(spec.datatype):
                raise ExportError(
                    f"input {spec.name} is {spec.datatype} {list(spec.shape)} in the signature, "
                    f"and its example is {example.dtype} {list(example.shape)}"
                )
            if spec.shape[0] != -1:
                raise ExportError(f"input {spec.name}: the first axis is the batch and must be -1")


def open_axes(spec: TensorSpec) -> list[int]:
    return [axis for axis, size in enumerate(spec.shape) if size == -1]


def image_signature(source: Source) -> Signature:
    """Channels first; height and width as config.json says them or else preprocessor_config.json."""
    height, width = image_size(source)
    channels = source.config.get("num_channels", 3)
    pixels = TensorSpec("pixel_values", "FP32", (-1, channels, height, width))
    return Signature((pixels,), (TensorSpec("logits", "FP32", (-1, label_count(source.config))),))


def image_size(source: Source) -> tuple[int, int]:
    prepared = source.folder / "preprocessor_config.json"
    settings = load_object(prepared) if prepared.is_file() else {}
    for size in (source.config.get("image_size"), settings.get("crop_size"), settings.get("size")):
        match size:
            case int():
                return size, size
            case [int(height), int(width)]:
                return height, width
            case {"height": int(height), "width": int(width)}:
                return height, width
            case {"shortest_edge": int(edge)}:
                return edge, edge
    raise ExportError(
        f"nothing in {source.name} says how large its images are; "
        'add "image_size": 224, or whatever it was trained with, to config.json'
    )
