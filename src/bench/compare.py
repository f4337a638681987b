#!/usr/bin/env python3
"""Compares Ferry with other ways to serve the same model on the same machine, side by side.

    src/bench/compare.py            an hour and a half; writes docs/benchmarks/compare.{md,json} and its charts
    src/bench/compare.py --short    ten minutes, to see that it works; writes to target/bench
    src/bench/compare.py --only overload   measures one scenario again, keeps the other figures
    src/bench/compare.py --render   writes page and charts again from the figures that are there

Needs Linux or macOS, Python 3.11 or newer, a JDK 25 or newer (found by ./mvnw) and, the first time, pip's package
index: it exports a model of random weights in the shape of a real one. The scenario aoti needs Linux and g++. Let the
machine have nothing else to do.
"""

import argparse
import json
import signal
import sys
from dataclasses import asdict
from datetime import date

import compare_page
import curves
from contest import Contest
from real import exported
from scenarios import BARE, Scenarios
from targets import ARTICLE_LIMIT
from told import Told
from tools import EXPORT_REQUIREMENTS, REQUIREMENTS, ROOT, Tools, packages, plain_quarkus

LONG = {"rounds": 3, "curve_rounds": 1, "seconds": 5, "curve_seconds": 3, "warm_seconds": 25}
SHORT = {"rounds": 1, "curve_rounds": 1, "seconds": 2, "curve_seconds": 1, "warm_seconds": 4}
NAMES = [
    "path",
    "batcher",
    "both",
    "article",
    "onnxruntime",
    "pytorch",
    "aoti",
    "few",
    "mixed",
    "mixed-minilm",
    "overload",
    "in-flight",
]
CHARTS = {
    "article": ("Pretend accelerator: throughput and latency against load", lambda told: ARTICLE_LIMIT),
    "onnxruntime": (
        "MiniLM's shape, ONNX Runtime: throughput and latency against load",
        lambda told: told.median("onnxruntime", BARE, "batch 32"),
    ),
}


def arguments():
    parser = argparse.ArgumentParser(description="Compares Ferry with other servers.")
    parser.add_argument("--short", action="store_true", help="one short round, written to target/bench")
    parser.add_argument("--only", choices=NAMES, action="append", help="keep what others found; may be repeated")
    parser.add_argument("--render", action="store_true", help="only write page and charts again")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--curve-rounds", type=int, help="of the loads that only make a curve")
    parser.add_argument("--seconds", type=float, help="of each measurement")
    parser.add_argument("--curve-seconds", type=float, help="of each that only makes a curve")
    parser.add_argument("--warm-seconds", type=float, help="of closed-loop load before")
    given = parser.parse_args()
    for name, value in (SHORT if given.short else LONG).items():
        if getattr(given, name) is None:
            setattr(given, name, value)
    return given


def say(line):
    print(line, flush=True)


def measure(given, file):
    tools = Tools.prepare(say, REQUIREMENTS, EXPORT_REQUIREMENTS)
    models = exported(tools.python, say)
    chosen = given.only or NAMES
    with Contest(given, tools, say) as contest:
        scenarios = Scenarios(contest, models, plain_quarkus(say))
        before = read(file) if file.exists() else {"scenarios": {}}
        for number in range(1, given.rounds + 1):
            for name in chosen:
                scenarios.all[name](number)
                # After each: a run that is cut off has not been for nothing.
                write(file, merged(given, tools, contest, before))


def merged(given, tools, contest, before):
    """Each scenario has the day, the machine and the settings of its own run."""
    machine = tools.machine()
    machine["python"] += f", {packages()}"
    run = {
        "day": date.today().isoformat(),
        "machine": machine,
        "settings": {name: getattr(given, name) for name in LONG},
    }
    scenarios = dict(before["scenarios"])
    for name in dict.fromkeys([*(it.scenario for it in contest.figures), *(it for it, _ in contest.ends)]):
        figures = [asdict(it) for it in contest.figures if it.scenario == name]
        ends = {server: reason for (scenario, server), reason in contest.ends.items() if scenario == name}
        scenarios[name] = {**run, "figures": figures, "ends": ends}
    return {"scenarios": {name: scenarios[name] for name in NAMES if name in scenarios}}


def read(file):
    return json.loads(file.read_text(encoding="utf-8"))


def write(file, told):
    file.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


def main():
    # A run that is told to end stops its servers, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    given = arguments()
    folder = ROOT / ("target/bench" if given.short else "docs/benchmarks")
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "compare.json"
    if not given.render:
        measure(given, file)
    told = Told(read(file))
    for name, (title, limit) in CHARTS.items():
        (folder / f"compare-{name}.svg").write_text(curves.draw(title, told, name, limit(told)), encoding="utf-8")
    (folder / "compare.md").write_text(compare_page.write(told), encoding="utf-8")
    say(compare_page.verdict(told))
    say(f"written: {folder.relative_to(ROOT)}/compare.md, .json and charts")


if __name__ == "__main__":
    main()
