"""Runs the load generator, OpenLoop.java, in a JVM of its own."""

import json
import subprocess

from tools import ROOT

# What a run may take beyond the time it sends: the JVM's start and the last answers.
MARGIN_SECONDS = 90


class Generator:
    def __init__(self, java):
        # Little compiling and collecting: the server needs the processors more.
        source = ROOT / "src/bench/java/OpenLoop.java"
        self._command = [java, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", source]

    def warm(self, url, clients, seconds):
        return self._run(seconds, "warm", url, clients, seconds)

    def load(self, url, rate, seconds, seed):
        return self._run(seconds, "load", url, rate, seconds, seed)

    def _run(self, seconds, *arguments):
        command = [str(part) for part in [*self._command, *arguments]]
        done = subprocess.run(command, stdout=subprocess.PIPE, check=True, timeout=seconds + MARGIN_SECONDS)
        return json.loads(done.stdout)
