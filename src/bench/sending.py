"""A server that runs and is sent loads, one after the other."""

import subprocess
import time
from textwrap import shorten

from servers import NotStarted, answers

WARM_CLIENTS = 64
SETTLE_SECONDS = 20

# Characters of what a server says that does not start.
REASON_LENGTH = 200

# Of a client, before it takes a request for lost.
PATIENCE_SECONDS = 5

# How a request may end; anything else is no measurement.
EXPECTED = {"200", "429", "503", "504", "timed out", "broken off"}


class Sending:
    """A server that runs, is warm and is sent loads; one that fails is missing from there on."""

    def __init__(self, contest, clients, scenario, server, bodies):
        self._contest = contest
        self._clients = clients
        self._scenario = scenario
        self._server = server
        self._bodies = bodies
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
        self._send("closed", WARM_CLIENTS, seconds if self._server.compiles else seconds / 5, self._bodies, lead_in=0)
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
        """What was found, or None; `capacity` in requests a second, `beside` gives figures when the load is over, `bodies`
        are sent instead of the server's."""
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
        found = self._send(load.loop, amount, seconds, options.pop("bodies", self._bodies), **options)
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

    def _send(self, loop, amount, seconds, bodies, **options):
        try:
            url = f"{self.server.address}/process"
            return self._clients.send(loop, url, bodies, amount, seconds, **options)
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
