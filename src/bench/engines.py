#!/usr/bin/env python3
"""Measures the three engines on the CPU, through the port that the server uses.

    src/bench/engines.py            ten minutes with the export; writes the table of docs/engines.md and
                                    docs/benchmarks/engines.json
    src/bench/engines.py --short    a few minutes, to see that it works; writes to target/bench

Needs Linux, Python 3.11 or newer, g++, a JDK 25 or newer (found by ./mvnw) and, the first time, pip's package index:
it exports a model of random weights in MiniLM's shape. Let the machine have nothing else to do.
"""

import argparse
import json
import re
import statistics
from datetime import date
from pathlib import Path

from real import THREADS, compiled, libtorch
from tools import EXPORT_REQUIREMENTS, ROOT, Tools, run

LOOP = ROOT / "src/bench/java/EngineLoop.java"
PAGE = ROOT / "docs/engines.md"
BEGIN, END = "<!-- Written by src/bench/engines.py -->\n", "<!-- As far as here -->\n"
ENGINES = {"ONNX Runtime": "onnxruntime", "PyTorch, TorchScript": "pytorch", "PyTorch, AOTInductor": "aotinductor"}
SHAPES = ["1x16", "8x16", "32x16", "8x64"]


def measured(tools, model, libraries, engine, seconds, shapes=SHAPES, device="cpu"):
    jars = ":".join(f"{ROOT}/target/quarkus-app/{folder}/*" for folder in ("lib/boot", "lib/main", "app"))
    told = run(
        tools.java,
        "--enable-native-access=ALL-UNNAMED",
        "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
        f"-Ddevice={device}",
        *("-cp", jars, str(LOOP), engine, str(model), libraries, str(THREADS), str(seconds), *shapes),
        seconds=4 * len(shapes) * seconds + 120,
    )
    lines = [json.loads(line) for line in told.splitlines() if line.startswith("{")]
    return {line["shape"]: line["texts_per_second"] for line in lines}


def table(found):
    rows = [f"| engine | {' | '.join(SHAPES)} |", "| --- |" + " --- |" * len(SHAPES)]
    for name, figures in found["texts_per_second"].items():
        rows.append(f"| {name} | {' | '.join(f'{figures[shape]:.0f}' for shape in SHAPES)} |")
    machine = found["machine"]
    return (
        "\n".join(rows)
        + f"\n\nTexts a second at rows x tokens, {THREADS} threads, medians of {found['rounds']} rounds in turn, "
        "on a model of MiniLM's shape\n(6 layers of 384), float32. "
        f"{machine['processor']}, {machine['system']}, JDK {machine['java']}, "
        f"PyTorch {found['torch']}, {found['day']}.\n"
    )


def say(line):
    print(line, flush=True)


def main():
    parser = argparse.ArgumentParser(description="Measures the three engines on the CPU.")
    parser.add_argument("--short", action="store_true", help="one short round, written to target/bench")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=3, help="of each shape")
    given = parser.parse_args()
    if given.short:
        given.rounds, given.seconds = 1, 1
    tools = Tools.prepare(say, EXPORT_REQUIREMENTS)
    model = compiled(tools.python, say)
    torch, libraries = libtorch(tools.python)
    rounds = {name: [] for name in ENGINES}
    for number in range(1, given.rounds + 1):
        for name, engine in ENGINES.items():
            rounds[name].append(measured(tools, model, libraries, engine, given.seconds))
            say(f"round {number}, {name}: {rounds[name][-1]}")
    found = {
        "day": date.today().isoformat(),
        "machine": tools.machine(),
        "torch": torch,
        "rounds": given.rounds,
        "texts_per_second": {
            name: {shape: statistics.median(each[shape] for each in several) for shape in SHAPES}
            for name, several in rounds.items()
        },
    }
    folder = ROOT / ("target/bench" if given.short else "docs/benchmarks")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "engines.json").write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    say(table(found))
    if not given.short:
        page = PAGE.read_text(encoding="utf-8")
        parts = re.escape(BEGIN) + ".*" + re.escape(END)
        PAGE.write_text(re.sub(parts, BEGIN + table(found) + END, page, flags=re.DOTALL), encoding="utf-8")


if __name__ == "__main__":
    main()
