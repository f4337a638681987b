"""The models of the Python servers, chosen by the environment.

Without MODEL it is the pretend accelerator that Ferry has as well: a batch of n rows takes FIXED_MS + n * ROW_MS,
needs next to no processor, ends within microseconds of its time, and answers each row with its number of characters. It does one pass at a time: processes that
share it wait for each other.

With MODEL, a folder that holds model.onnx or model.pt and tokenizer.json, it is that model: ENGINE is onnxruntime or
pytorch, THREADS what a pass may use. ENGINE=compiled runs model.pt2 and ENGINE=eager a folder as transformers saves it,
in PRECISION fp32 or fp16; both run on DEVICE, cpu or cuda. Vectors are the mean over the tokens, of length 1, as
Ferry's are.
"""

import multiprocessing
import os
import time
from pathlib import Path


# The kernel wakes a sleeper about 90 us late; Ferry's pretend accelerator spends the last part of a pass awake, too.
AWAKE_SECONDS = 0.0001


def model():
    """Takes a list of texts, gives a list of vectors."""
    folder = os.environ.get("MODEL")
    if not folder:
        return accelerator(float(os.environ.get("FIXED_MS", "3.5")), float(os.environ.get("ROW_MS", "0.02")))
    threads = int(os.environ.get("THREADS", "2"))
    engines = {"onnxruntime": onnx_runtime, "pytorch": pytorch, "compiled": compiled, "eager": eager}
    return engines[os.environ["ENGINE"]](Path(folder), threads)


def accelerator(fixed_ms, row_ms):
    free = multiprocessing.get_context("fork").Lock()

    def run(texts):
        with free:
            end = time.perf_counter() + (fixed_ms + row_ms * len(texts)) / 1000
            time.sleep(max(0, end - time.perf_counter() - AWAKE_SECONDS))
            while time.perf_counter() < end:
                time.sleep(0)
        return [[float(len(text))] for text in texts]

    return run


def tokenizer(folder):
    from tokenizers import Tokenizer

    built = Tokenizer.from_file(str(folder / "tokenizer.json"))
    built.enable_padding(pad_id=0)
    return built


def onnx_runtime(folder, threads):
    import numpy
    import onnxruntime

    # They have threads and a lock, which a process that is forked would find held for ever.
    onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    # Threads that spin would take the processors from what reads and tokenizes; Ferry's do not either.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    session = onnxruntime.InferenceSession(str(folder / "model.onnx"), options)
    wanted = [it.name for it in session.get_inputs()]
    encoder = tokenizer(folder)

    def run(texts):
        rows = encoder.encode_batch(texts)
        planes = {
            "input_ids": [row.ids for row in rows],
            "attention_mask": [row.attention_mask for row in rows],
            "token_type_ids": [row.type_ids for row in rows],
        }
        inputs = {name: numpy.array(planes[name], dtype=numpy.int64) for name in wanted}
        tokens = session.run(None, inputs)[0]
        mask = inputs["attention_mask"][:, :, None].astype(numpy.float32)
        vectors = (tokens * mask).sum(1) / mask.sum(1)
        return (vectors / numpy.linalg.norm(vectors, axis=1, keepdims=True)).tolist()

    return run


def pytorch(folder, threads):
    import torch

    module = torch.jit.load(str(folder / "model.pt")).eval()

    def forward(inputs):
        given = module(*inputs.values())
        return given if isinstance(given, torch.Tensor) else given[0]

    return on_device(folder, threads, forward)


def compiled(folder, threads):
    import torch

    package = torch._inductor.aoti_load_package(str(folder / "model.pt2"))
    return on_device(folder, threads, lambda inputs: next(iter(package(inputs).values())))


def eager(folder, threads):
    import torch
    from transformers import AutoModel

    dtype = {"fp32": torch.float32, "fp16": torch.float16}[os.environ.get("PRECISION", "fp32")]
    module = AutoModel.from_pretrained(folder, dtype=dtype, add_pooling_layer=False).eval().to(os.environ.get("DEVICE", "cpu"))
    return on_device(folder, threads, lambda inputs: module(**inputs).last_hidden_state)


def on_device(folder, threads, forward):
    """`forward` takes tensors by name and gives the tokens' vectors, or the texts'; all are on DEVICE."""
    import torch

    device = os.environ.get("DEVICE", "cpu")
    torch.set_num_threads(threads)
    encoder = tokenizer(folder)
    planes = {"input_ids": "ids", "attention_mask": "attention_mask", "token_type_ids": "type_ids"}

    def run(texts):
        rows = encoder.encode_batch(texts)
        inputs = {
            name: torch.tensor([getattr(row, plane) for row in rows]).to(device) for name, plane in planes.items()
        }
        with torch.inference_mode():
            vectors = forward(inputs).float()
            if vectors.dim() == 3:
                shares = inputs["attention_mask"][:, :, None].float()
                vectors = (vectors * shares).sum(1) / shares.sum(1)
            return torch.nn.functional.normalize(vectors).cpu().tolist()

    return run
