"""Runs servers through loads, in turn, and keeps what was found."""

import json
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from load import Clients
from sending import Sending

# Of what was sent at a rate: a server that loses more is not asked for a higher one.
BEARABLE_LOSS = 0.5


@dataclass(frozen=True)
class Load:
    """`amount` is clients of the closed loop, requests a second or percent of the capacity of an open one."""

    kind: str
    amount: float

    # One point of a curve, which fewer rounds measure.
    curve: bool = False

    @property
    def loop(self):
        return "closed" if self.kind == "closed" else "open"

    @property
    def name(self):
        return f"{self.kind} {self.amount:g}"


def closed(*clients, curve=False):
    return [Load("closed", amount, curve) for amount in clients]


def rate(*rates, curve=False):
    return [Load("rate", amount, curve) for amount in rates]


def percent(*shares, curve=False):
    return [Load("percent", amount, curve) for amount in shares]


@dataclass(frozen=True)
class Figure:
    """One measurement: `found` is what Clients.java printed, and what was seen beside it."""

    round: int
    scenario: str
    server: str
    load: str
    found: dict


class Contest:
    """What all scenarios need to measure; `with` it, for its files go with it."""

    def __init__(self, given, tools, say):
        self.given = given
        self.tools = tools
        self.say = say
        self.figures = []
        self.ends = {}
        self._clients = Clients(tools.java)
        self._scratch = TemporaryDirectory()

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self._scratch.cleanup()

    def scratch(self, name):
        folder = Path(self._scratch.name) / name
        folder.mkdir(exist_ok=True)
        return folder

    def bodies(self, name, *inputs, **fields):
        """A file of requests, a line each."""
        file = self.scratch("bodies") / f"{name}.jsonl"
        lines = [json.dumps({"input": it, **fields}) for it in inputs]
        file.write_text("\n".join([*lines, ""]), encoding="utf-8")
        return file

    def note(self, scenario, number, server, load, found):
        self.figures.append(Figure(number, scenario, server, load, found))
        told = (f"{name} {found[name]:g}" for name in ("per_second", "p50", "p95", "lost", "own_cpu") if name in found)
        self.say(f"round {number}, {scenario}, {server}, {load}: {', '.join(told)}")

    def end(self, scenario, server, reason):
        """Why a server has no figures, or none for more load."""
        self.ends[(scenario, server)] = reason
        self.say(f"{scenario}, {server}: {reason}")

    def found(self, scenario, number, server, load, name="per_second"):
        """What this round found already; None where it has not."""
        for it in self.figures:
            if (it.scenario, it.round, it.server, it.load) == (scenario, number, server, load):
                return it.found[name]
        return None

    def compare(self, scenario, number, servers, loads, bodies, capacity=None, curve_only=()):
        """Each server, one after the other: start, warm-up, all loads; those of `curve_only` in fewer rounds."""
        for server in servers:
            if server.name in curve_only and number > self.given.curve_rounds:
                continue
            with self.serving(scenario, server, bodies) as sending:
                for load in loads:
                    if load.curve and number > self.given.curve_rounds:
                        continue
                    found = sending.measure(number, load, capacity() if load.kind == "percent" else None)
                    if found and load.loop == "open" and found["lost"] > BEARABLE_LOSS * found["sent"]:
                        sending.give_up(f"it lost more than half of {found['rate']:g}/s, and was sent no more")

    def serving(self, scenario, server, bodies):
        return Sending(self, self._clients, scenario, server, bodies)
