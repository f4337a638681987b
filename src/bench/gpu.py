#!/usr/bin/env python3
"""On a machine with a GPU: builds Ferry, compiles a model for it, checks the answers and measures, in one go.

    src/bench/gpu.py             some ten minutes; writes docs/benchmarks/gpu.json and prints a table
    src/bench/gpu.py --device cpu --short    the same steps without a GPU, to see that they work

Needs Linux, a JDK 25 or newer, g++, and a Python with PyTorch for the GPU and the packages of
src/main/python/requirements-export.txt: --python names it, this one otherwise. Not run on a GPU yet.
"""

import argparse
import json
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from load import Generator
from servers import Ferry
from tools import ROOT, Tools, built, find_java, run

MODELS = ROOT / "src/bench/python/minilm_shape.py"
PYTHON_LOOP = ROOT / "src/bench/python/compiled_loop.py"
LOOPS = ROOT / "src/bench/java"
MODEL = "minilm-shape"
# Single letters are in the vocabulary of the exported models: with [CLS] and [SEP] 16 tokens.
TEXT = "a b c d e f g h i j k l m n"
TOKENS = 16
ROWS = 32
RATE = 250
CLOSE = 1e-3
COMPILE_SECONDS = 1800


@dataclass(frozen=True)
class Subject:
    """A way to serve: `lanes` streams, batches of `rows` at most."""

    name: str
    lanes: int
    rows: int


SUBJECTS = (
    Subject("sequential", 1, 1),
    Subject("batched, one stream", 1, ROWS),
    Subject("batched, two streams", 2, ROWS),
)


class Bench:
    def __init__(self, given):
        self._given = given
        java, version = find_java()
        if not built():
            say("building Ferry")
            run("./mvnw", "-q", "-B", "package", "-DskipTests", seconds=COMPILE_SECONDS)
        self._tools = Tools(java, version, given.python)
        self._java = [java, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"]
        self._device = "gpu:0" if given.device == "cuda" else "cpu"
        where = "import pathlib, torch; print(pathlib.Path(torch.__file__).parent / 'lib')"
        self._libtorch = run(given.python, "-c", where)

    def report(self, models):
        compiled_for = self._given.device
        command = [self._given.python, str(MODELS), str(models), "--compiled", compiled_for]
        say(f"compiling {MODEL} for {compiled_for}")
        subprocess.run(command, check=True, timeout=COMPILE_SECONDS, stdout=subprocess.DEVNULL)
        loop = json.loads(run(self._given.python, str(PYTHON_LOOP), str(models / MODEL), compiled_for, str(ROWS),
                              str(TOKENS), str(self._given.seconds), seconds=600).splitlines()[-1])
        say(f"Python loop, batch {ROWS}: {loop['texts_per_second']:.0f} texts/s")
        found = {"machine": self._tools.machine(), "device": loop["device"], "python_loop": loop["texts_per_second"]}
        found["served"] = {subject.name: self._served(subject, models, loop["vector"]) for subject in SUBJECTS}
        return found

    def _served(self, subject, models, expected):
        settings = {
            "ferry.models.directory": models,
            "ferry.models.default": MODEL,
            "ferry.aotinductor.libtorch": self._libtorch,
            "ferry.device": self._device,
            "ferry.device.lanes": subject.lanes,
            "ferry.batching.max-size": subject.rows,
            "ferry.request.timeout": "60s",
        }
        with Ferry(self._tools, settings).running() as address:
            self._check(address, expected)
            url = f"{address}/process"
            self._closed_loop(url, self._given.warm_seconds)
            busy = Busy(self._given.device)
            with busy:
                texts = self._closed_loop(url, self._given.seconds)
            latency = Generator(self._tools.java).load(url, RATE, self._given.seconds, 1)
            found = {
                "texts_per_second": texts,
                "device_busy": busy.mean(),
                f"at_{RATE}": {name: latency[name] for name in ("p50", "p95", "p99", "lost")},
            }
            say(f"{subject.name}: {json.dumps(found)}")
            return found

    def _check(self, address, expected):
        body = json.dumps({"input": TEXT})
        answer = run("curl", "-sf", "--noproxy", "*", "-H", "Content-Type: application/json", "-d", body,
                     f"{address}/process")
        vector = json.loads(answer)["output"]
        worst = max(abs(a - b) for a, b in zip(vector, expected, strict=True))
        if worst > CLOSE:
            raise RuntimeError(f"the answer differs from Python's by {worst}")

    def _closed_loop(self, url, seconds):
        with TemporaryDirectory() as scratch:
            body = Path(scratch) / "body.json"
            body.write_text(json.dumps({"input": TEXT}), encoding="utf-8")
            told = json.loads(run(*self._java, str(LOOPS / "ClosedLoop.java"), url, str(3 * ROWS), str(seconds),
                                  str(body), seconds=3 * seconds + 60))
        return told["requests_per_second"]


class Busy(threading.Thread):
    """Asks the driver how much the GPU computes, while a block runs."""

    def __init__(self, device):
        super().__init__(daemon=True)
        self._asked = device == "cuda"
        self._shares = []
        self._ended = threading.Event()

    def run(self):
        query = ["nvidia-smi", "--query-gpu=utilization.gpu", "--format=csv,noheader,nounits", "--id=0"]
        while not self._ended.wait(0.5):
            self._shares.append(float(run(*query)) / 100)

    def __enter__(self):
        if self._asked:
            self.start()
        return self

    def __exit__(self, *failure):
        self._ended.set()
        if self._asked:
            self.join()

    def mean(self):
        return round(sum(self._shares) / len(self._shares), 3) if self._shares else None


def say(line):
    print(line, flush=True)


def main():
    # A run that is told to end stops its servers, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    parser = argparse.ArgumentParser(description="Builds, checks and measures Ferry on a GPU.")
    parser.add_argument("--device", choices=("cuda", "cpu"), default="cuda")
    parser.add_argument("--python", default=sys.executable, help="a Python with PyTorch for the device")
    parser.add_argument("--seconds", type=float, default=20, help="of each measurement")
    parser.add_argument("--warm-seconds", type=float, default=25, help="of load before")
    parser.add_argument("--short", action="store_true", help="a few seconds of each, written to target/bench")
    given = parser.parse_args()
    if given.short:
        given.seconds, given.warm_seconds = 3, 3
    start = time.monotonic()
    with TemporaryDirectory() as models:
        found = Bench(given).report(Path(models))
    folder = ROOT / ("target/bench" if given.short else "docs/benchmarks")
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "gpu.json"
    file.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    say(f"written: {file.relative_to(ROOT)}, after {time.monotonic() - start:.0f} s")


if __name__ == "__main__":
    main()
