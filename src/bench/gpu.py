#!/usr/bin/env python3
"""On a machine with a GPU: compiles models for it, checks the answers and measures Ferry beside the article's servers.

    src/bench/gpu.py             some ten minutes; writes docs/benchmarks/gpu.json and gpu.md
    src/bench/gpu.py --device cpu --short --models minilm-shape    the same steps without a GPU, to see that they work

Needs Linux, a JDK 25 or newer, g++, and a Python with PyTorch for the GPU, the packages of
src/main/python/requirements-export.txt, uvicorn and FastAPI, or Starlette in its place: --python names it, this one
otherwise. Ferry is built if it is not; with --java it must be, and neither Maven nor git is needed.
"""

import argparse
import json
import re
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import gpu_answers
import gpu_page
from gpu_load import Busy, Load, Once
from gpu_subjects import LOOPS, SUBJECTS, Model, Stage
from real import libtorch, text
from servers import NotStarted, fetch
from tools import BUILD_SECONDS, ROOT, Tools, built, find_java, java_at, run

MODELS = ROOT / "src/bench/python/gpu_models.py"
NAMES = [*LOOPS, *(subject.name for subject in SUBJECTS)]
TOKENS = {"minilm-shape": 16, "base-shape": 128}
RATE = 250
COMPILE_SECONDS = 1800
DEVICE_METRICS = ("ferry_device_memory_bytes", "ferry_device_utilization_ratio")


class Bench:
    """Measures one subject after the other; what was found is written after each."""

    def __init__(self, given, scratch):
        self._given = given
        self._scratch = scratch
        self._start = time.monotonic()
        self._tools = Tools(*java(given), given.python)
        version, libraries = libtorch(given.python)
        self._stage = Stage(self._tools, given.device, libraries, scratch)
        self.found = {
            "day": date.today().isoformat(),
            "machine": self._tools.machine() | ({"ferry": given.revision} if given.revision else {}),
            "device": device(given),
            "torch": version,
            "framework": self._stage.framework,
            "rate": RATE,
            "seconds": given.seconds,
            "warm_seconds": given.warm_seconds,
            "pooled": given.pooled,
        }
        self.found["models"] = earlier(given.out, self.found) if given.only else {}

    def run(self):
        models = self._compile()
        # Most of it is the start of PyTorch, so it is done at once.
        with ThreadPoolExecutor() as threads:
            wanted = dict(zip(models, threads.map(self._expected, models)))
        only = self._given.only or NAMES
        loops = {name: loop for name, loop in LOOPS.items() if name in only}
        subjects = [subject for subject in SUBJECTS if subject.name in only]
        for name, loop in loops.items():
            for model in models:
                self._note(model, name, lambda found: found.update(loop(self._stage, model, self._given.seconds)))
        for subject in subjects:
            for model in models:
                self._note(model, subject.name, lambda found: self._served(found, subject, model, wanted[model]))

    def _compile(self):
        """Those of the models that could be made; the others are told of as missing."""
        exported = self._given.exported or self._scratch
        if not self._given.exported:
            say(f"compiling {', '.join(self._given.models)} for {self._given.device}")
            command = [self._given.python, str(MODELS), str(exported), self._given.device, *self._given.models]
            command += ["--pooled"] if self._given.pooled else []
            made = subprocess.run(command, timeout=COMPILE_SECONDS, stdout=subprocess.DEVNULL, check=False)
            say(f"compiled with status {made.returncode}, {self._past():.0f} s after the start")
        models = []
        for name in self._given.models:
            folder = exported / name
            told = self.found["models"].setdefault(name, {"tokens": TOKENS[name], "subjects": {}})
            try:
                manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
            except OSError:
                told["missing"] = "it could not be compiled"
                say(f"{name}: missing, {told['missing']}")
            else:
                told.pop("missing", None)
                told["precision"] = manifest["files"]["model.pt2"]["precision"]
                models.append(Model(name, folder, told["precision"], TOKENS[name]))
            self.write()
        return models

    def _expected(self, model):
        """Python's answers, or None where they cannot be had: nothing is served unchecked then."""
        try:
            environment = self._stage.environment(model, "compiled")
            return gpu_answers.expected(self._given.python, environment, model.tokens)
        except (subprocess.SubprocessError, ValueError) as failed:
            say(f"{model.name}: no answers of Python's, {failed}")
            return None

    def _note(self, model, name, measure):
        """What ends a subject does not end the run, and leaves what was found until then."""
        found = self.found["models"][model.name]["subjects"][name] = {}
        budget = self._given.budget
        if budget and self._past() > budget:
            found["missing"] = f"not begun within {budget:g} s"
        else:
            attempt(measure, found)
        self.write()
        say(f"{self._past():4.0f} s  {model.name}, {name}: {json.dumps(found)}")

    def _served(self, found, subject, model, wanted):
        if wanted is None:
            raise NotStarted("there are no answers of Python's to check it by")
        body = self._scratch / f"{model.name}.json"
        body.write_text(json.dumps({"input": text(model.tokens)}), encoding="utf-8")
        load = Load(self._tools.java, body)
        with subject.server(self._stage, model).running() as running:
            try:
                self._measured(found, subject, model, wanted, running, load)
            except Exception:
                # The server's own words, which go with it.
                say(running.said())
                raise

    def _measured(self, found, subject, model, wanted, running, load):
        url = f"{running.address}/process"
        seconds = self._given.seconds
        found["rows"] = subject.rows
        found["differences"] = gpu_answers.checked(url, model.tokens, wanted, model.precision)
        load.closed(url, max(subject.connections), self._given.warm_seconds)
        found["closed"] = {}
        for connections in subject.connections:
            found["closed"][str(connections)] = self._closed(running, load, url, connections)
        latency = load.open(url, RATE, seconds)
        found[f"at_{RATE}"] = {name: latency[name] for name in ("p50", "p95", "p99", "sent", "lost", "endings")}

    def _closed(self, running, load, url, connections):
        """Requests a second, and what the device and Ferry say of it."""
        seconds = self._given.seconds
        before = rows_and_passes(running)
        # A third of the time is run before it counts.
        busy = Busy(self._given.device, seconds / 3 + 1)
        once = Once(0.8 * seconds, lambda: device_metrics(running))
        with busy, once:
            told = load.closed(url, connections, seconds)
        told["device_busy"] = busy.mean()
        if before:
            rows, passes = (after - earlier for after, earlier in zip(rows_and_passes(running), before))
            told["rows_per_pass"] = round(rows / passes, 2) if passes else None
            told |= once.found or {}
        return told

    def _past(self):
        return time.monotonic() - self._start

    def write(self):
        self._given.out.parent.mkdir(parents=True, exist_ok=True)
        beside = self._given.out.with_suffix(".part")
        beside.write_text(json.dumps(self.found, indent=1) + "\n", encoding="utf-8")
        beside.replace(self._given.out)


def earlier(path, found):
    """The models with what was measured of them before, if all else that was found is the same as then."""
    if not path.exists():
        return {}
    kept = json.loads(path.read_text(encoding="utf-8"))
    models = kept.pop("models")
    different = [name for name in found if found[name] != kept.get(name)]
    if different:
        sys.exit(f"{path} has figures of another {' and '.join(different)}: they cannot stand beside new ones")
    return models


def attempt(measure, found):
    try:
        measure(found)
    except NotStarted as absent:
        say(absent.reason)
        lines = absent.reason.strip().splitlines() or ["it did not start"]
        found["missing"] = lines[0] if len(lines) == 1 else f"{lines[0]} … {lines[-1]}"
    except Exception as failed:  # Whatever it is, the others can still be measured.
        found["missing"] = f"{type(failed).__name__}: {failed}"


def rows_and_passes(running):
    """Ferry's so far; no one else counts them."""
    if not running.management:
        return None
    return [running.metric(f"ferry_batch_rows_{name}") for name in ("sum", "count")]


def device_metrics(running):
    """As the server tells them; what it does not tell is not there."""
    if not running.management:
        return {}
    told = fetch(f"{running.management}/q/metrics")
    lines = re.findall(rf"^({'|'.join(DEVICE_METRICS)})\{{(.*)\}} (\S+)$", told, re.MULTILINE)
    return {name: float(value) for name, labels, value in lines if 'kind="total"' not in labels}


def device(given):
    """Its name, by the driver: PyTorch would take seconds to tell."""
    if given.device == "cpu":
        return "cpu"
    try:
        return run("nvidia-smi", "--query-gpu=name", "--format=csv,noheader", "--id=0")
    except (OSError, subprocess.SubprocessError):
        return "cuda"


def java(given):
    """The JDK, and Ferry built."""
    if given.java:
        if not (ROOT / "target/quarkus-app/quarkus-run.jar").exists():
            sys.exit("with --java nothing is built, and target/quarkus-app is not there")
        return java_at(given.java)
    found = find_java()
    if not built():
        say("building Ferry")
        run("./mvnw", "-q", "-B", "package", "-DskipTests", seconds=BUILD_SECONDS)
    return found


def say(line):
    print(line, flush=True)


def arguments():
    folder = ROOT / "docs/benchmarks"
    parser = argparse.ArgumentParser(description="Checks and measures Ferry and the article's servers on a GPU.")
    parser.add_argument("--device", choices=("cuda", "cpu"), default="cuda")
    parser.add_argument("--python", default=sys.executable, help="a Python with PyTorch for the device")
    parser.add_argument("--java", help="a JDK's program; nothing is built then")
    parser.add_argument("--revision", help="of the sources, where there is no git to tell it")
    parser.add_argument("--models", nargs="+", choices=TOKENS, default=list(TOKENS))
    parser.add_argument("--pooled", action="store_true", help="models give a vector a text, not one a token")
    parser.add_argument("--exported", type=Path, help="a folder that gpu_models.py wrote before; nothing is compiled then")
    parser.add_argument("--only", nargs="+", choices=NAMES, help="these alone; other figures in --out stay")
    parser.add_argument("--seconds", type=float, default=20, help="of each measurement")
    parser.add_argument("--warm-seconds", type=float, default=25, help="of load before")
    parser.add_argument("--budget", type=float, help="seconds after which no other subject is begun")
    parser.add_argument("--out", type=Path, help="the figures' file")
    parser.add_argument("--short", action="store_true", help="a few seconds of each, written to target/bench")
    given = parser.parse_args()
    if given.short:
        given.seconds, given.warm_seconds = 3, 3
        folder = ROOT / "target/bench"
    given.out = (given.out or folder / "gpu.json").absolute()
    return given


def main():
    # A run that is told to end stops its servers, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    given = arguments()
    with TemporaryDirectory() as scratch:
        bench = Bench(given, Path(scratch))
        bench.run()
    say(f"written: {given.out}")
    if not given.short:
        page = given.out.with_suffix(".md")
        page.write_text(gpu_page.write(bench.found), encoding="utf-8")
        say(f"written: {page}")


if __name__ == "__main__":
    main()
