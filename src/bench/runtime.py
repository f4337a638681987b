#!/usr/bin/env python3
"""Measures what settings of the JVM and of Quarkus do to the way of a request.

    src/bench/runtime.py            twenty minutes; writes docs/benchmarks/runtime.{md,json}
    src/bench/runtime.py --short    four minutes, to see that it works; writes to target/bench
    src/bench/runtime.py --only zgc   measures one variant again, beside the default; keeps the other figures
    src/bench/runtime.py --render   writes the page again from the figures that are there

Needs Linux, Python 3.9 or newer and a JDK 25 or newer (found by ./mvnw). Let the machine have nothing else to do.
"""

import argparse
import json
import re
import signal
import sys
from dataclasses import asdict
from datetime import date
from pathlib import Path

import runtime_page
from contest import Contest, closed, rate
from servers import Ferry
from tools import ROOT, Tools
from variants import DEFAULT, VARIANTS

LONG = {"rounds": 3, "seconds": 5, "warm_seconds": 5}
SHORT = {"rounds": 1, "seconds": 2, "warm_seconds": 2}
TEXT = "The ferry leaves every twenty minutes, even in winter."
FREE = {"fixed_ms": 0, "row_ms": 0}


def arguments():
    parser = argparse.ArgumentParser(description="Measures settings of the JVM and of Quarkus.")
    parser.add_argument("--short", action="store_true", help="one short round, written to target/bench")
    parser.add_argument("--only", choices=[it for it in VARIANTS if it != DEFAULT], action="append")
    parser.add_argument("--render", action="store_true", help="only write the page again")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--seconds", type=float, help="of each measurement")
    parser.add_argument("--warm-seconds", type=float, help="of closed-loop load before, for each server")
    given = parser.parse_args()
    for name, value in (SHORT if given.short else LONG).items():
        if getattr(given, name) is None:
            setattr(given, name, value)
    return given


def say(line):
    print(line, flush=True)


class Bench:
    """Measures variants; each has two servers, for the pretend accelerator has one cost."""

    def __init__(self, contest):
        self._contest = contest
        self._sentence = contest.bodies("sentence", TEXT)

    def variant(self, number, name):
        with self._serving(name, **FREE) as sending:
            sending.measure(number, *closed(1))
            sending.measure(number, *closed(128), beside=lambda: memory(sending.server))
        with self._serving(name) as sending:
            sending.measure(number, *rate(250))

    def _serving(self, name, **costs):
        variant = VARIANTS[name]
        # What is stopped has no client any more.
        settings = {"ferry.shutdown.grace": "0ms", **variant.settings}
        options = variant.options
        server = Ferry.pretend(self._contest.tools, **costs, name=name, more=settings, java_options=options)
        return self._contest.serving(runtime_page.SCENARIO, server, self._sentence)


def memory(server):
    """Of the heap what is in use, garbage included, and of all memory what the process holds."""
    status = Path(f"/proc/{server.pid}/status").read_text(encoding="utf-8")
    kilobytes = int(re.search(r"^VmRSS:\s+(\d+) kB$", status, re.MULTILINE).group(1))
    heap = server.metric("jvm_memory_used_bytes", area="heap")
    return {"heap_mb": round(heap / 2**20, 1), "rss_mb": round(kilobytes / 2**10, 1)}


def measure(given, file):
    tools = Tools.prepare(say)
    before = json.loads(file.read_text(encoding="utf-8"))["runs"] if file.exists() else []
    chosen = [DEFAULT, *(given.only or (it for it in VARIANTS if it != DEFAULT))]
    with Contest(given, tools, say) as contest:
        bench = Bench(contest)
        for number in range(1, given.rounds + 1):
            # In turn, so that a slow minute of the machine is not one variant's.
            for name in chosen:
                bench.variant(number, name)
            # After each: a run that is cut off has not been for nothing.
            runs = [*without(before, chosen), run(given, tools, contest)]
            file.write_text(json.dumps({"runs": runs}, indent=1) + "\n", encoding="utf-8")


def run(given, tools, contest):
    """Each variant is compared with the default of its own run."""
    return {
        "day": date.today().isoformat(),
        "machine": tools.machine(),
        "settings": {name: getattr(given, name) for name in LONG},
        "figures": [asdict(it) for it in contest.figures],
        "ends": {server: reason for (_, server), reason in contest.ends.items()},
    }


def without(runs, measured):
    """The runs that are left when these variants are measured again; their default stays with the others."""
    gone = set(measured) - {DEFAULT}
    kept = [
        {
            **it,
            "figures": [figure for figure in it["figures"] if figure["server"] not in gone],
            "ends": {server: reason for server, reason in it["ends"].items() if server not in gone},
        }
        for it in runs
    ]
    return [it for it in kept if {figure["server"] for figure in it["figures"]} - {DEFAULT}]


def main():
    # A run that is told to end stops its servers, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    given = arguments()
    folder = ROOT / ("target/bench" if given.short else "docs/benchmarks")
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "runtime.json"
    if not given.render:
        measure(given, file)
    runs = json.loads(file.read_text(encoding="utf-8"))["runs"]
    (folder / "runtime.md").write_text(runtime_page.write(runs), encoding="utf-8")
    say(f"written: {folder.relative_to(ROOT)}/runtime.md, .json")


if __name__ == "__main__":
    main()
