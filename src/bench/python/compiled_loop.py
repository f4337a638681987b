"""Runs a compiled text model in Python as fast as it goes: what a server on the same machine can reach at most, and
what its answer must be. Prints a line of JSON.

    python src/bench/python/compiled_loop.py FOLDER cuda|cpu ROWS TOKENS SECONDS [THREADS]
"""

import json
import sys
import time
from pathlib import Path

import torch

TEXT = "a b c d e f g h i j k l m n"


def passes(run, seconds: float) -> int:
    end = time.perf_counter() + seconds
    count = 0
    while time.perf_counter() < end:
        run()
        count += 1
    return count


def answer(package, folder: Path, device: str) -> list[float]:
    """The text's vector: the mean over its tokens, scaled to length 1, as the model's folder says."""
    from tokenizers import Tokenizer

    encoded = Tokenizer.from_file(str(folder / "tokenizer.json")).encode(TEXT)
    given = {
        "input_ids": torch.tensor([encoded.ids], device=device),
        "attention_mask": torch.ones(1, len(encoded.ids), dtype=torch.int64, device=device),
        "token_type_ids": torch.tensor([encoded.type_ids], device=device),
    }
    vector = package(given)["last_hidden_state"][0].float().mean(0)
    return (vector / vector.norm()).cpu().tolist()


def main() -> None:
    folder, device = Path(sys.argv[1]), sys.argv[2]
    rows, tokens, seconds = int(sys.argv[3]), int(sys.argv[4]), float(sys.argv[5])
    if len(sys.argv) > 6:
        torch.set_num_threads(int(sys.argv[6]))
    package = torch._inductor.aoti_load_package(str(folder / "model.pt2"))
    host = {
        "input_ids": torch.full((rows, tokens), 1000),
        "attention_mask": torch.ones(rows, tokens, dtype=torch.int64),
        "token_type_ids": torch.zeros(rows, tokens, dtype=torch.int64),
    }

    def run() -> None:
        package({name: tensor.to(device) for name, tensor in host.items()})["last_hidden_state"].cpu()

    with torch.inference_mode():
        vector = answer(package, folder, device)
        passes(run, seconds / 3)
        start = time.perf_counter()
        count = passes(run, seconds)
        took = time.perf_counter() - start
    name = torch.cuda.get_device_name() if device == "cuda" else "cpu"
    print(json.dumps({"device": name, "texts_per_second": count * rows / took, "vector": vector}))


if __name__ == "__main__":
    main()
