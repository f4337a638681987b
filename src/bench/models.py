#!/usr/bin/env python3
"""Measures real models: Ferry against the bare engine, both engines, one lane and two, reloads under load.

    src/bench/models.py            twenty minutes; writes docs/benchmarks/models.{md,json}
    src/bench/models.py --short    a few minutes, to see that it works; writes to target/bench
    src/bench/models.py --only reloads   measures one part again, keeps the other figures
    src/bench/models.py --render   writes the page again from the figures that are there

Needs Linux or macOS, Python 3.11 or newer, a JDK 25 or newer (found by ./mvnw) and, the first time, pip's package
index: it exports models of random weights in the shapes of real ones. Let the machine have nothing else to do.
"""

import argparse
import json
import signal
import sys
import threading
import time
import urllib.request
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import models_page
from load import Generator
from real import bare_loop, exported, text
from servers import Ferry
from tools import EXPORT_REQUIREMENTS, ROOT, Tools, run

LOOPS = ROOT / "src/bench/java"

TOKENS = 16
BATCHES = [1, 8, 32]
CONNECTIONS = 96
ENGINES = ["onnxruntime", "pytorch"]
LANED = [("minilm-shape", "onnxruntime"), ("classifier", "onnxruntime"), ("language-id", "pytorch")]
RELOADS = 200
PARTS = {"saturated": ("bare", "ferry"), "lanes": ("lanes",), "reloads": ("reloads",)}
RELOAD_RATE = 50


@dataclass(frozen=True)
class Figure:
    """What one measurement found: `value` in the unit that the scenario has."""

    round: int
    scenario: str
    subject: str
    value: float


class Bench:
    def __init__(self, given):
        self._given = given
        self._tools = Tools.prepare(say, EXPORT_REQUIREMENTS)
        self._models = exported(self._tools.python, say)
        self._java = [self._tools.java, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"]
        self.figures = []

    def machine(self):
        return self._tools.machine()

    def note(self, number, scenario, subject, value):
        self.figures.append(Figure(number, scenario, subject, value))
        say(f"round {number}, {scenario}, {subject}: {value:g}")

    # ---- saturated: the bare engine and Ferry on it, in turn

    def saturated(self, number):
        for engine in ENGINES:
            for rows in BATCHES:
                found = bare_loop(self._tools.java, engine, self._models / "minilm-shape", rows, self._given.seconds)
                self.note(number, "bare", f"{engine} {rows}", found)
            self.note(number, "ferry", engine, self._ferry("minilm-shape", engine, 1, self._given.warm_seconds))

    def _ferry(self, model, engine, lanes, warm_seconds):
        settings = {"ferry.engine": engine, "ferry.device.lanes": lanes, "ferry.device": "cpu"}
        with self._serving([model], settings) as running:
            self._closed_loop(running.address, model, warm_seconds)
            return self._closed_loop(running.address, model, self._given.seconds)

    def _closed_loop(self, address, model, seconds):
        with TemporaryDirectory() as scratch:
            body = Path(scratch) / "body.json"
            body.write_text(json.dumps({"model": model, "input": text(TOKENS)}), encoding="utf-8")
            found = run(
                *self._java,
                str(LOOPS / "ClosedLoop.java"),
                *(f"{address}/process", str(CONNECTIONS), str(seconds), str(body)),
                seconds=3 * seconds + 60,
            )
        told = json.loads(found)
        if told["refused"]:
            raise RuntimeError(f"{told['refused']} requests were refused")
        return told["requests_per_second"]

    # ---- one lane and two, the cores shared between them

    def lanes(self, number):
        for model, engine in LANED:
            for lanes in (1, 2):
                found = self._ferry(model, engine, lanes, self._given.warm_seconds)
                self.note(number, "lanes", f"{model} {engine} {lanes}", found)

    # ---- a model is loaded again and again beside one that serves

    def reloads(self, number):
        settings = {"ferry.models.default": "classifier", "ferry.admin.enabled": "true"}
        generator = Generator(self._tools.java)
        with self._serving(["classifier", "minilm-shape"], settings) as running:
            url = f"{running.address}/process"
            generator.warm(url, 8, self._given.warm_seconds)
            self._latency(number, "undisturbed", generator.load(url, RELOAD_RATE, self._given.seconds, number))
            reloading = Reloading(running.address, self._given.reloads)
            reloading.start()
            while reloading.is_alive():
                part = generator.load(url, RELOAD_RATE, self._given.seconds, number)
                self._latency(number, "reloading", part)
            self.note(number, "reloads", "seconds each", round(reloading.seconds_each(), 3))

    def _latency(self, number, subject, found):
        for percentile in ("p50", "p99", "max"):
            self.note(number, "reloads", f"{subject} {percentile}", found[percentile])
        self.note(number, "reloads", f"{subject} lost", found["lost"])

    def _serving(self, models, settings):
        if models == ["language-id"]:
            return Ferry(self._tools, settings).running()
        directory = TemporaryDirectory()
        for model in models:
            (Path(directory.name) / model).symlink_to(self._models / model)
        return Kept(directory, Ferry(self._tools, {**settings, "ferry.models.directory": directory.name}).running())


class Kept:
    """A running server and the folder that it reads, which goes when the server has gone."""

    def __init__(self, directory, running):
        self._directory = directory
        self._running = running

    def __enter__(self):
        return self._running.__enter__()

    def __exit__(self, *failure):
        try:
            return self._running.__exit__(*failure)
        finally:
            self._directory.cleanup()


class Reloading(threading.Thread):
    """Loads minilm-shape anew, one time after the other."""

    def __init__(self, address, times):
        super().__init__(daemon=True)
        self._url = f"{address}/v2/repository/models/minilm-shape/load"
        self._times = times
        self._seconds = []
        self._failure = None

    def run(self):
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            for _ in range(self._times):
                start = time.monotonic()
                opener.open(urllib.request.Request(self._url, method="POST"), timeout=60).close()
                self._seconds.append(time.monotonic() - start)
        except OSError as failure:
            self._failure = failure

    def seconds_each(self):
        if self._failure:
            raise RuntimeError(f"reload {len(self._seconds) + 1} failed") from self._failure
        return sum(self._seconds) / len(self._seconds)


def arguments():
    parser = argparse.ArgumentParser(description="Measures real models.")
    parser.add_argument("--short", action="store_true", help="one short round, written to target/bench")
    parser.add_argument("--only", choices=PARTS, help="measure this part alone, keep the other figures")
    parser.add_argument("--render", action="store_true", help="only write the page again")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=10, help="of each measurement")
    parser.add_argument("--warm-seconds", type=float, default=25, help="of load before")
    parser.add_argument("--reloads", type=int, default=RELOADS)
    given = parser.parse_args()
    if given.short:
        given.rounds, given.seconds, given.warm_seconds, given.reloads = 1, 3, 3, 5
    return given


def say(line):
    print(line, flush=True)


def measure(given, before):
    bench = Bench(given)
    machine = bench.machine()
    parts = [given.only] if given.only else list(PARTS)
    for number in range(1, given.rounds + 1):
        if "saturated" in parts:
            bench.saturated(number)
        if "lanes" in parts:
            bench.lanes(number)
    if "reloads" in parts:
        # They are many already.
        bench.reloads(1)
    measured = [scenario for part in parts for scenario in PARTS[part]]
    kept = [figure for figure in before if figure["scenario"] not in measured]
    return {
        "day": date.today().isoformat(),
        "machine": machine,
        "settings": {name: getattr(given, name) for name in ("rounds", "seconds", "warm_seconds", "reloads")},
        "figures": kept + [asdict(figure) for figure in bench.figures],
    }


def main():
    # A run that is told to end stops its servers, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    given = arguments()
    folder = ROOT / ("target/bench" if given.short else "docs/benchmarks")
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "models.json"
    if not given.render:
        before = json.loads(file.read_text(encoding="utf-8"))["figures"] if file.exists() else []
        file.write_text(json.dumps(measure(given, before), indent=1) + "\n", encoding="utf-8")
    told = json.loads(file.read_text(encoding="utf-8"))
    (folder / "models.md").write_text(models_page.write(told), encoding="utf-8")
    say(models_page.verdict(told))
    say(f"written: {folder.relative_to(ROOT)}/models.md, .json")


if __name__ == "__main__":
    main()
