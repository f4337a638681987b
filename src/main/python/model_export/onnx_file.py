"""ONNX files that ONNX Runtime 1.20 and newer take."""

import warnings
from pathlib import Path

import torch
from torch import Tensor, nn

OPSET = 17
WRITER_LIMIT = 2**31


def write(module: nn.Module, examples: tuple[Tensor, ...], axes: dict, outputs: tuple[str, ...], path: Path) -> None:
    """Records one pass, like a trace. `axes` names the variable axes of each input and output."""
    scratch = path.with_suffix(".parts")
    scratch.mkdir()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            module,
            examples,
            str(scratch / path.name),
            dynamo=False,
            opset_version=OPSET,
            input_names=[name for name in axes if name not in outputs],
            output_names=list(outputs),
            dynamic_axes=axes,
        )
    gather(scratch / path.name, path)
    for part in scratch.iterdir():
        part.unlink()
    scratch.rmdir()


def gather(written: Path, path: Path) -> None:
    """One file; only what protocol buffers cannot hold gets its weights beside it."""
    import onnx

    size = sum(part.stat().st_size for part in written.parent.iterdir())
    model = onnx.load(written)
    for node in model.graph.node:
        node.ClearField("doc_string")
    if size < WRITER_LIMIT:
        onnx.save(model, path)
    else:
        onnx.save(model, path, save_as_external_data=True, location=path.name + ".data")


def quantize(path: Path) -> None:
    """Eight-bit weights of matrix products. Unsigned, because signed ones overflow on CPUs without VNNI."""
    import onnx
    from onnxruntime.quantization import QuantType, quantize_dynamic

    float_model = path.with_suffix(".float")
    path.rename(float_model)
    quantize_dynamic(float_model, path, weight_type=QuantType.QUInt8, op_types_to_quantize=["MatMul", "Gather"])
    float_model.unlink()
    model = onnx.load(path)
    onnx.checker.check_model(model)
