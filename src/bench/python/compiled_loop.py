"""Runs a compiled text model in Python as fast as it goes: what a server on the same machine can reach at most. Prints
a line of JSON for each number of rows.

    python src/bench/python/compiled_loop.py FOLDER cuda|cpu ROWS[,ROWS...] TOKENS SECONDS [THREADS]
"""

import json
import sys
import time
from pathlib import Path

import torch

def passes(run, seconds: float) -> int:
    end = time.perf_counter() + seconds
    count = 0
    while time.perf_counter() < end:
        run()
        count += 1
    return count


def texts_per_second(package, device: str, rows: int, tokens: int, seconds: float) -> float:
    host = {
        "input_ids": torch.full((rows, tokens), 1000),
        "attention_mask": torch.ones(rows, tokens, dtype=torch.int64),
        "token_type_ids": torch.zeros(rows, tokens, dtype=torch.int64),
    }

    def run() -> None:
        given = package({name: tensor.to(device) for name, tensor in host.items()})
        next(iter(given.values())).cpu()

    passes(run, seconds / 3)
    start = time.perf_counter()
    count = passes(run, seconds)
    return count * rows / (time.perf_counter() - start)


def main() -> None:
    folder, device = Path(sys.argv[1]), sys.argv[2]
    tokens, seconds = int(sys.argv[4]), float(sys.argv[5])
    if len(sys.argv) > 6:
        torch.set_num_threads(int(sys.argv[6]))
    package = torch._inductor.aoti_load_package(str(folder / "model.pt2"))
    name = torch.cuda.get_device_name() if device == "cuda" else "cpu"
    for rows in map(int, sys.argv[3].split(",")):
        with torch.inference_mode():
            found = texts_per_second(package, device, rows, tokens, seconds)
        print(json.dumps({"device": name, "rows": rows, "texts_per_second": found}), flush=True)


if __name__ == "__main__":
    main()
