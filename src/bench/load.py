"""Runs the load generators, OpenLoop.java and Clients.java, each in a JVM of its own."""

import json
import subprocess

from tools import ROOT, compiled

# What a run may take beyond the time it sends: the JVM's start and the last answers.
MARGIN_SECONDS = 90

# Little compiling and collecting: the server needs the processors more.
FRUGAL = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")


class Generator:
    def __init__(self, java):
        self._command = [java, *FRUGAL, ROOT / "src/bench/java/OpenLoop.java"]

    def warm(self, url, clients, seconds):
        return self._run(seconds, "warm", url, clients, seconds)

    def load(self, url, rate, seconds, seed):
        return self._run(seconds, "load", url, rate, seconds, seed)

    def _run(self, seconds, *arguments):
        command = [str(part) for part in [*self._command, *arguments]]
        done = subprocess.run(command, stdout=subprocess.PIPE, check=True, timeout=seconds + MARGIN_SECONDS)
        return json.loads(done.stdout)


class Clients:
    """See Clients.java, which has the options as well."""

    def __init__(self, java):
        classes = compiled(java, "Clients")
        self._command = [java, *FRUGAL, "-cp", classes, "Clients"]

    def send(self, loop, url, bodies, amount, seconds, **options):
        """`amount` is clients of a closed loop, requests a second of an open one; `bodies` a file."""
        given = [f"{name.replace('_', '-')}={value}" for name, value in options.items()]
        command = [str(part) for part in [*self._command, loop, url, bodies, amount, seconds, *given]]
        limit = seconds + options.get("lead_in", 0) + options.get("patience", 0) + MARGIN_SECONDS
        done = subprocess.run(command, stdout=subprocess.PIPE, check=True, timeout=limit)
        return json.loads(done.stdout)
