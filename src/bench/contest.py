"""Runs servers through loads, in turn, and keeps what was found."""

import json
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import shorten

from load import Clients
from servers import NotStarted, answers

SETTLE_SECONDS = 20

# Characters of what a server says that does not start.
REASON_LENGTH = 200

# Of a client, before it takes a request for lost.
PATIENCE_SECONDS = 5

# Of what was sent at a rate: a server that loses more is not asked for a higher one.
BEARABLE_LOSS = 0.5


# How a request may end; anything else is no measurement.
EXPECTED = {"200", "429", "503", "504", "timed out", "broken off"}


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

    def serving(self, scenario, server, bodies, warm_clients=64):
        return Sending(self, self._clients, scenario, server, bodies, warm_clients)


class Sending:
    """A server that runs, is warm and is sent loads; one that fails is missing from there on."""

    def __init__(self, contest, clients, scenario, server, bodies, warm_clients):
        self._contest = contest
        self._clients = clients
        self._scenario = scenario
        self._server = server
        self._bodies = bodies
        self._warm_clients = warm_clients
        self._running = None
        self._gone = ""
        self.server = None

    def __enter__(self):
        self._running = self._server.running()
        try:
            self.server = self._running.__enter__()
        except NotStarted as absent:
            self.give_up(shorten(absent.reason.splitlines()[-1], REASON_LENGTH, placeholder=" …"))
            return self
        seconds = self._contest.given.warm_seconds
        self._contest.say(f"{self._scenario}, {self._server.name}: warming up for {seconds:g} s")
        self._send("closed", self._warm_clients, seconds if self._server.compiles else seconds / 5)
        return self

    def __exit__(self, kind, failure, trace):
        if self.server is None:
            return False
        try:
            return self._running.__exit__(kind, failure, trace)
        except RuntimeError as died:
            if died is failure:
                raise
            self._contest.end(self._scenario, self._server.name, str(died).splitlines()[0])
            return False

    def measure(self, number, load, capacity=None, name="", beside=None, **options):
        """What was found, or None; `capacity` in requests a second, `beside` gives figures when the load is over."""
        self._settle()
        if self._gone:
            return None
        amount = load.amount
        if load.kind == "percent":
            if not capacity:
                return None
            amount = round(capacity * load.amount / 100, 1)
        options = {"seed": number, "pid": self.server.pid, "patience": PATIENCE_SECONDS, **options}
        seconds = options.pop(
            "seconds", self._contest.given.curve_seconds if load.curve else self._contest.given.seconds
        )
        found = self._send(load.loop, amount, seconds, **options)
        if found is None:
            return None
        strange = found["endings"].keys() - EXPECTED
        if strange:
            self.give_up(f"at {load.name} it ended requests so: {found['endings']}")
            return None
        if load.loop == "open":
            found["rate"] = amount
        found |= beside() if beside else {}
        self._contest.note(self._scenario, number, name or self._server.name, load.name, found)
        return found

    def _send(self, loop, amount, seconds, **options):
        try:
            url = f"{self.server.address}/process"
            return self._clients.send(loop, url, self._bodies, amount, seconds, **options)
        except (subprocess.SubprocessError, ValueError) as failure:
            self.give_up(f"the load of {amount:g} could not be run ({type(failure).__name__})")
            return None

    def _settle(self):
        """What waits in a server would be the next load's."""
        if self._gone:
            return
        body = self._bodies.read_bytes().splitlines()[0]
        end = time.monotonic() + SETTLE_SECONDS
        while not answers(f"{self.server.address}/process", body, SETTLE_SECONDS):
            if time.monotonic() > end:
                self.give_up(f"it gave no answer within {SETTLE_SECONDS} s after a load")
                return
            time.sleep(0.2)

    def give_up(self, reason):
        """It is sent nothing more, and this is why."""
        self._gone = reason
        self._contest.end(self._scenario, self._server.name, reason)
