"""Makes the models that gpu.py serves, compiled for a device: random weights in the shapes of models that people serve.

    python src/bench/python/gpu_models.py FOLDER cuda|cpu [--pooled] [NAME ...]

minilm-shape is minilm_shape.py's, in fp32; base-shape has BERT-base's layers, in fp16, on a CPU in fp32. Beside each is
NAME-original, as transformers saves it. With --pooled they give a vector a text, so that less is copied from the device.

Needs src/main/python/requirements-export.txt and a C++ compiler. Ends with 1 if a model could not be made, and makes the
others.
"""

import argparse
import multiprocessing
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

# Before the others: it says where the exporter is.
import minilm_shape as shapes

BASE_LIMIT = 512
BASE = {
    "vocab_size": shapes.VOCABULARY,
    "hidden_size": 768,
    "num_hidden_layers": 12,
    "num_attention_heads": 12,
    "intermediate_size": 3072,
    "max_position_embeddings": BASE_LIMIT,
}


def precision(name: str, device: str) -> str:
    """Processors have half precision for storage only, for the most part."""
    return "fp16" if name == "base-shape" and device == "cuda" else "fp32"


def export_base(folder: Path, choices: shapes.Choices) -> None:
    shapes.torch.manual_seed(7)
    shapes.embedder(folder / "base-shape-original", BASE, BASE_LIMIT)
    shapes.export(str(folder / "base-shape-original"), folder / "base-shape", choices)


EXPORTS = {"minilm-shape": shapes.export_minilm, "base-shape": export_base}


def make(folder: Path, device: str, pooled: bool, name: str) -> None:
    chosen = precision(name, device)
    EXPORTS[name](folder, shapes.Choices(formats=("pt2",), precision=chosen, pooled=pooled, device=device))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("device", choices=shapes.DEVICES)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--pooled", action="store_true")
    given = parser.parse_intermixed_args()
    names = given.names or list(EXPORTS)
    given.folder.mkdir(parents=True, exist_ok=True)
    failed = False
    # The compiler of one model uses one core for the most part. What CUDA has begun does not survive a fork.
    with ProcessPoolExecutor(len(names), multiprocessing.get_context("spawn")) as workers:
        running = {name: workers.submit(make, given.folder, given.device, given.pooled, name) for name in names}
        for name, made in running.items():
            reason = made.exception()
            failed = failed or reason is not None
            print(f"{name}: {reason or 'compiled'}", file=sys.stderr if reason else sys.stdout, flush=True)
    sys.exit(failed)


if __name__ == "__main__":
    main()
