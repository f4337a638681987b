"""ONNX files that ONNX Runtime 1.20 and newer take."""

import tempfile
import warnings
from pathlib import Path

import torch
from torch import Tensor, nn

OPSET = 17
# Below the two GiB of a protocol buffer, with room for the graph.
WRITER_LIMIT = 2_000_000_000


def write(
    module: nn.Module,
    examples: tuple[Tensor, ...],
    axes: dict[str, dict[int, str]],
    outputs: tuple[str, ...],
    path: Path,
    eight_bit: bool = False,
) -> None:
    """Records one pass, like a trace; a scripted module keeps its branches. `axes` names the variable axes of each
    input and output, inputs first."""
    with tempfile.TemporaryDirectory(dir=path.parent) as scratch, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        recorded = Path(scratch) / path.name
        torch.onnx.export(
            module,
            examples,
            str(recorded),
            dynamo=False,
            opset_version=OPSET,
            input_names=[name for name in axes if name not in outputs],
            output_names=list(outputs),
            dynamic_axes=axes,
        )
        if eight_bit:
            recorded = quantized(recorded)
        gather(recorded, path)


def gather(recorded: Path, path: Path) -> None:
    """One file; only what protocol buffers cannot hold gets its weights beside it."""
    import onnx

    model = onnx.load(recorded)
    for node in model.graph.node:
        node.ClearField("doc_string")
    weights = sum(numbers.ByteSize() for numbers in model.graph.initializer)
    if weights < WRITER_LIMIT:
        onnx.save(model, path)
    else:
        onnx.save(model, path, save_as_external_data=True, location=path.name + ".data")


def quantized(recorded: Path) -> Path:
    """Eight-bit weights of matrix products and tables. Unsigned, because products of signed ones overflow on CPUs
    without VNNI."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    result = recorded.with_name("quantized.onnx")
    quantize_dynamic(recorded, result, weight_type=QuantType.QUInt8, op_types_to_quantize=["MatMul", "Gather"])
    return result
