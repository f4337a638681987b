#!/usr/bin/env python3
"""Compares Ferry with the article's Python queue on the same pretend accelerator.

    src/bench/article.py            twenty minutes; writes docs/benchmarks/article.{md,svg,json}
    src/bench/article.py --short    three minutes, to see that it works; writes to target/bench
    src/bench/article.py --render   writes page and chart again from the figures that are there

Needs Linux or macOS, Python 3.9 or newer, a JDK 25 or newer (found by ./mvnw) and, the first time, pip's package
index. Let the machine have nothing else to do.
"""

import argparse
import signal
import sys
from datetime import date

import chart
import page
from load import Generator
from results import PUBLISHED, PUBLISHED_RATES, RATES, Results, Round
from servers import Ferry, PythonServer, answers
from tools import ROOT, Tools, packages

BODY = b'{"input":"The ferry leaves every twenty minutes, even in winter."}'
SETTLE_SECONDS = 60


def arguments():
    parser = argparse.ArgumentParser(description="Compares Ferry with the article's Python queue.")
    parser.add_argument("--short", action="store_true", help="one short round, written to target/bench")
    parser.add_argument("--render", action="store_true", help="only write page and chart again")
    parser.add_argument("--uvloop", action="store_true", help="also with the event loop and HTTP parser in C")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=20, help="of each measurement")
    parser.add_argument("--warm-seconds", type=float, default=25, help="of closed-loop load before")
    parser.add_argument("--clients", type=int, default=16, help="of the closed loop")
    given = parser.parse_args()
    if given.short:
        given.rounds, given.seconds, given.warm_seconds = 1, 4, 5
    return given


def measure(given):
    tools = Tools.prepare(say)
    generator = Generator(tools.java)
    servers = [Ferry.pretend(tools), PythonServer.plain(tools), PythonServer.published(tools)]
    if given.uvloop:
        servers.append(PythonServer.uvloop(tools))
    rounds = []
    for number in range(1, given.rounds + 1):
        # In turn, so that a slow quarter of an hour of the machine is everyone's.
        for server in servers:
            with server.running() as running:
                url = f"{running.address}/process"
                say(f"round {number}, {server.name}: warming up for {given.warm_seconds:g} s")
                generator.warm(url, given.clients, given.warm_seconds)
                for rate in PUBLISHED_RATES if server.name == PUBLISHED else RATES:
                    # What waits in a server would be the next load's.
                    answers(url, BODY, SETTLE_SECONDS)
                    found = generator.load(url, rate, given.seconds, seed=number)
                    rounds.append(Round(number, server.name, rate, found))
                    say(f"  {rate}/s: p50 {found['p50']} ms, p95 {found['p95']} ms, lost {found['lost']}")
    settings = {name: getattr(given, name) for name in ("rounds", "seconds", "warm_seconds", "clients")}
    machine = tools.machine()
    machine["python"] += f", {packages()}"
    return Results(date.today().isoformat(), machine, settings, rounds)


def say(line):
    print(line, flush=True)


def main():
    # A run that is told to end stops its servers, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    given = arguments()
    folder = ROOT / ("target/bench" if given.short else "docs/benchmarks")
    folder.mkdir(parents=True, exist_ok=True)
    figures = folder / "article.json"
    if not given.render:
        measure(given).write(figures)
    results = Results.read(figures)
    (folder / "article.svg").write_text(chart.draw(results), encoding="utf-8")
    (folder / "article.md").write_text(page.write(results), encoding="utf-8")
    say(page.verdict(results))
    say(f"written: {folder.relative_to(ROOT)}/article.md, .svg, .json")


if __name__ == "__main__":
    main()
