"""Writes the ONNX files that engine tests use: each shows one thing, and computes what can be checked by hand.

Run with the package onnx: python src/test/python/onnx_models.py
"""

import pathlib

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper

FOLDER = pathlib.Path(__file__).parent.parent / "resources" / "onnx"
OPSET = 17
IR_VERSION = 8

FLOAT = TensorProto.FLOAT
INT64 = TensorProto.INT64
ROWS_TOKENS = ["rows", "tokens"]
EVERY_DATATYPE = {
    "bool": TensorProto.BOOL,
    "uint8": TensorProto.UINT8,
    "int8": TensorProto.INT8,
    "int32": TensorProto.INT32,
    "int64": TensorProto.INT64,
    "fp16": TensorProto.FLOAT16,
    "fp32": TensorProto.FLOAT,
    "fp64": TensorProto.DOUBLE,
}

value = helper.make_tensor_value_info
node = helper.make_node


def constant(name: str, numbers, dtype) -> onnx.TensorProto:
    return numpy_helper.from_array(numpy.asarray(numbers, dtype=dtype), name)


def save(name: str, nodes, inputs, outputs, constants=(), opset=OPSET, ir=IR_VERSION, checked=True) -> None:
    graph = helper.make_graph(list(nodes), name, list(inputs), list(outputs), list(constants))
    model = helper.make_model(
        graph,
        producer_name="ferry",
        ir_version=ir,
        opset_imports=[helper.make_opsetid("", opset)],
    )
    if checked:
        onnx.checker.check_model(model)
    (FOLDER / f"{name}.onnx").write_bytes(model.SerializeToString(deterministic=True))


def identity(name: str, shape, into: int = FLOAT, out: int = FLOAT) -> None:
    """Gives what it takes, cast where the kinds differ."""
    operator = (
        node("Identity", ["x"], ["y"]) if into == out else node("Cast", ["x"], ["y"], to=out)
    )
    save(name, [operator], [value("x", into, shape)], [value("y", out, shape)])


def tokens_inputs(shape=ROWS_TOKENS, names=("input_ids", "attention_mask"), kind: int = INT64):
    return [value(name, kind, shape) for name in names]


def every_datatype() -> None:
    save(
        "every-datatype",
        [node("Identity", [name], [name + "_out"]) for name in EVERY_DATATYPE],
        [value(name, kind, ["rows", 3]) for name, kind in EVERY_DATATYPE.items()],
        [value(name + "_out", kind, ["rows", 3]) for name, kind in EVERY_DATATYPE.items()],
    )


def several() -> None:
    """Two inputs of different ranks, three outputs: their sum, their product and the larger."""
    save(
        "several",
        [
            node("Add", ["matrix", "vector"], ["sum"]),
            node("Mul", ["matrix", "vector"], ["product"]),
            node("Max", ["matrix", "vector"], ["larger"]),
        ],
        [value("matrix", FLOAT, ["rows", "any", 2]), value("vector", FLOAT, ["rows", 1, 2])],
        [value(name, FLOAT, ["rows", "any", 2]) for name in ("sum", "product", "larger")],
    )


def sums_nodes():
    """[number of tokens, sum of ids]; fails if any id is 7, after it has allocated memory."""
    return [
        node("Unsqueeze", ["input_ids", "last"], ["wide"]),
        node("Cast", ["wide"], ["wide_float"], to=FLOAT),
        node("Tile", ["wide_float", "times"], ["scratch"]),
        node("ReduceMax", ["scratch"], ["again_float"], axes=[2], keepdims=0),
        node("Cast", ["again_float"], ["again"], to=INT64),
        node("Gather", ["numbers", "again"], ["looked_up"]),
        node("Cast", ["attention_mask"], ["mask"], to=FLOAT),
        node("Mul", ["looked_up", "mask"], ["masked"]),
        node("ReduceSum", ["masked", "second"], ["total"], keepdims=1),
        node("ReduceSum", ["mask", "second"], ["tokens"], keepdims=1),
        node("Concat", ["tokens", "total"], ["logits"], axis=1),
    ]


def sums() -> None:
    save(
        "sums",
        sums_nodes(),
        tokens_inputs(),
        [value("logits", FLOAT, ["rows", 2])],
        [
            constant("last", [2], numpy.int64),
            constant("second", [1], numpy.int64),
            constant("times", [1, 1, 16], numpy.int64),
            constant("numbers", range(7), numpy.float32),
        ],
    )


def attention() -> None:
    """One layer of masked self-attention over random embeddings, and a mean of the tokens."""
    random = numpy.random.default_rng(25)
    width = 16

    def weights(name: str, *shape: int) -> onnx.TensorProto:
        return constant(name, random.normal(0, 0.5, shape), numpy.float32)

    save(
        "attention",
        [
            node("Gather", ["embeddings", "input_ids"], ["x"]),
            node("MatMul", ["x", "w_query"], ["query"]),
            node("MatMul", ["x", "w_key"], ["key"]),
            node("MatMul", ["x", "w_value"], ["value"]),
            node("Transpose", ["key"], ["key_t"], perm=[0, 2, 1]),
            node("MatMul", ["query", "key_t"], ["scores"]),
            node("Cast", ["attention_mask"], ["mask"], to=FLOAT),
            node("Sub", ["mask", "one"], ["hidden"]),
            node("Mul", ["hidden", "far"], ["penalty"]),
            node("Unsqueeze", ["penalty", "middle"], ["penalty_wide"]),
            node("Add", ["scores", "penalty_wide"], ["masked_scores"]),
            node("Softmax", ["masked_scores"], ["shares"], axis=-1),
            node("MatMul", ["shares", "value"], ["mixed"]),
            node("Tanh", ["mixed"], ["token_vectors"]),
            node("Unsqueeze", ["mask", "last"], ["mask_wide"]),
            node("Mul", ["token_vectors", "mask_wide"], ["kept"]),
            node("ReduceSum", ["kept", "middle"], ["sum"], keepdims=0),
            node("ReduceSum", ["mask", "middle"], ["count"], keepdims=1),
            node("Div", ["sum", "count"], ["mean"]),
        ],
        tokens_inputs(),
        [
            value("token_vectors", FLOAT, ["rows", "tokens", width]),
            value("mean", FLOAT, ["rows", width]),
        ],
        [
            weights("embeddings", 50, width),
            weights("w_query", width, width),
            weights("w_key", width, width),
            weights("w_value", width, width),
            constant("one", 1, numpy.float32),
            constant("far", 1e9, numpy.float32),
            constant("middle", [1], numpy.int64),
            constant("last", [2], numpy.int64),
        ],
    )


def refused() -> None:
    """What cannot be served, each for a reason of its own."""
    identity("fixed-batch", [1, 3])
    identity("no-batch-axis", [])
    identity("uint16-input", ["rows", 3], into=TensorProto.UINT16, out=FLOAT)
    identity("bf16-input", ["rows", 3], into=TensorProto.BFLOAT16, out=FLOAT)
    identity("uint64-output", ["rows", 3], out=TensorProto.UINT64)
    identity("string-output", ["rows", 3], out=TensorProto.STRING)
    save(
        "sequence-output",
        [node("SequenceConstruct", ["x"], ["y"])],
        [value("x", FLOAT, ["rows", 3])],
        [helper.make_tensor_sequence_value_info("y", FLOAT, ["rows", 3])],
    )
    for name, shape in (("fixed-sequence", ["rows", 16]), ("tokens-of-rank-3", ["rows", 1, "tokens"])):
        save(
            name,
            [node("Identity", ["input_ids"], ["y"])],
            tokens_inputs(shape, names=("input_ids",)),
            [value("y", INT64, shape)],
        )
    save(
        "unknown-operator",
        [node("NoSuchOperator", ["x"], ["y"])],
        [value("x", FLOAT, ["rows", 3])],
        [value("y", FLOAT, ["rows", 3])],
        checked=False,
    )
    save(
        "opset-of-the-future",
        [node("Identity", ["x"], ["y"])],
        [value("x", FLOAT, ["rows", 3])],
        [value("y", FLOAT, ["rows", 3])],
        opset=99,
        checked=False,
    )
    save(
        "format-of-the-future",
        [node("Identity", ["x"], ["y"])],
        [value("x", FLOAT, ["rows", 3])],
        [value("y", FLOAT, ["rows", 3])],
        ir=99,
        checked=False,
    )
    elsewhere = constant("weights", [1, 2, 3], numpy.float32)
    elsewhere.ClearField("raw_data")
    elsewhere.data_location = TensorProto.EXTERNAL
    elsewhere.external_data.add(key="location", value="weights.bin")
    save(
        "weights-elsewhere",
        [node("Add", ["x", "weights"], ["y"])],
        [value("x", FLOAT, ["rows", 3])],
        [value("y", FLOAT, ["rows", 3])],
        [elsewhere],
        checked=False,
    )


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    every_datatype()
    several()
    sums()
    attention()
    identity("bf16-output", ["rows", 3], out=TensorProto.BFLOAT16)
    # One row comes out, however many went in.
    save(
        "one-row",
        [node("ReduceSum", ["x", "first"], ["y"], keepdims=1)],
        [value("x", FLOAT, ["rows", 3])],
        [value("y", FLOAT, [1, 3])],
        [constant("first", [0], numpy.int64)],
    )
    # Of zeros, and warm-up sends zeros, the logarithm is not finite.
    save(
        "not-finite",
        [node("Log", ["x"], ["y"])],
        [value("x", FLOAT, ["rows", 3])],
        [value("y", FLOAT, ["rows", 3])],
    )
    # Images of any size that has room for a window.
    save(
        "images-of-any-size",
        [node("MaxPool", ["x"], ["y"], kernel_shape=[3, 3])],
        [value("x", FLOAT, ["rows", 1, "height", "width"])],
        [value("y", FLOAT, ["rows", 1, "height_out", "width_out"])],
    )
    # An output with as many axes as are not of length 1: the file cannot tell.
    save(
        "untold-output",
        [node("Squeeze", ["x"], ["y"])],
        [value("x", FLOAT, ["rows", 3])],
        [value("y", FLOAT, None)],
        checked=False,
    )
    refused()


if __name__ == "__main__":
    main()
