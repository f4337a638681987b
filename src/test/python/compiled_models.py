"""Makes the golden model folders anew with model.pt2 alone, and golden.json beside it, and the packages of
compiled_cases.py, for the tests of that engine. Compiled code is for the machine that compiles it, so they are not kept
with the sources.

Needs requirements-export.txt and a C++ compiler: python src/test/python/compiled_models.py FOLDER cpu|cuda [NAME ...]
"""

import contextlib
import io
import multiprocessing
import os
import shutil
import sys
import tempfile
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

# Before the cases: it says where the exporter is.
import golden_models as golden

import compiled_cases


def make(name: str, folder: Path, device: str) -> str:
    golden.torch.set_num_threads(1)
    choices = golden.Choices(formats=("pt2",), device=device)
    with tempfile.TemporaryDirectory() as scratch, contextlib.redirect_stdout(io.StringIO()):
        if name in compiled_cases.CASES:
            compiled_cases.write(name, folder / name, device)
            return name
        if name == golden.TABULAR:
            golden.export_tabular(folder / name, choices)
        else:
            original = Path(scratch) / name
            golden.TEXT_MODELS[name][0](original)
            golden.export(str(original), folder / name, choices)
    shutil.copyfile(golden.MODELS / name / "golden.json", folder / name / "golden.json")
    return name


def complete(folder: Path) -> bool:
    return (folder / "model.pt2").exists() and (folder.name in compiled_cases.CASES or (folder / "golden.json").exists())


def main() -> None:
    golden.fix_hash_seed()
    folder, device = Path(sys.argv[1]), sys.argv[2]
    wanted = sys.argv[3:] or (*golden.TEXT_MODELS, golden.TABULAR, *compiled_cases.CASES)
    missing = [name for name in wanted if not complete(folder / name)]
    for name in missing:
        shutil.rmtree(folder / name, ignore_errors=True)
    # The compiler of one model uses one core for the most part. Threads of a parent do not survive a fork.
    workers = ProcessPoolExecutor(os.cpu_count(), multiprocessing.get_context("spawn"))
    with workers:
        for name in workers.map(make, missing, [folder] * len(missing), [device] * len(missing)):
            print(f"{name} is compiled", flush=True)


if __name__ == "__main__":
    main()
