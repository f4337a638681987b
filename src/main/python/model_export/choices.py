"""What the caller chooses, apart from the source and the target."""

from dataclasses import dataclass

FORMATS = {"pt": "model.pt", "onnx": "model.onnx", "pt2": "model.pt2"}
DEFAULT_FORMATS = ("pt", "onnx")
PRECISIONS = ("fp32", "fp16", "int8")
DEVICES = ("cpu", "cuda")
TASKS = ("auto", "embed", "embed_all", "classify", "rerank", "tensors")


@dataclass(frozen=True)
class Choices:
    """Formats are keys of FORMATS, in the order in which the files are written; the device is that of model.pt2, the
    other files run on any."""

    formats: tuple[str, ...] = DEFAULT_FORMATS
    precision: str = "fp32"
    task: str = "auto"
    pooled: bool = False
    trust_remote_code: bool = False
    device: str = "cpu"
