"""What the caller chooses, apart from the source and the target."""

from dataclasses import dataclass

FORMATS = {"pt": "model.pt", "onnx": "model.onnx"}
PRECISIONS = ("fp32", "fp16", "int8")
TASKS = ("auto", "embed", "embed_all", "classify", "rerank", "tensors")


@dataclass(frozen=True)
class Choices:
    """Formats are keys of FORMATS, in the order in which the files are written."""

    formats: tuple[str, ...] = ("pt", "onnx")
    precision: str = "fp32"
    task: str = "auto"
    pooled: bool = False
    trust_remote_code: bool = False
