"""The loads of gpu.py, and how much the GPU computes meanwhile."""

import json
import subprocess
import threading

from load import FRUGAL, Clients
from tools import compiled, run

# Requests that are due are sent for so long before they count.
LEAD_IN_SECONDS = 1
PATIENCE_SECONDS = 10

# The JVM's start and the last answers.
MARGIN_SECONDS = 30
SAMPLE_SECONDS = 0.25


class Load:
    """What one model's clients send, `body`, a file with one request's JSON."""

    def __init__(self, java, body):
        self._closed = [java, *FRUGAL, "-cp", str(compiled(java, "ClosedLoop")), "ClosedLoop"]
        self._clients = Clients(java)
        self._body = body

    def closed(self, url, connections, seconds):
        """Requests a second, and how many were not answered."""
        arguments = (url, str(connections), str(seconds), str(self._body))
        return json.loads(run(*self._closed, *arguments, seconds=2 * seconds + MARGIN_SECONDS))

    def open(self, url, rate, seconds):
        """Latencies in milliseconds."""
        options = {"lead_in": LEAD_IN_SECONDS, "patience": PATIENCE_SECONDS}
        return self._clients.send("open", url, self._body, rate, seconds, **options)


class Busy(threading.Thread):
    """Asks the driver how much the GPU computes, while a block runs, from `after` seconds on."""

    def __init__(self, device, after=0):
        super().__init__(daemon=True)
        self._asked = device == "cuda"
        self._after = after
        self._shares = []
        self._ended = threading.Event()

    def run(self):
        query = ["nvidia-smi", "--query-gpu=utilization.gpu", "--format=csv,noheader,nounits", "--id=0"]
        self._ended.wait(self._after)
        while not self._ended.wait(SAMPLE_SECONDS):
            try:
                self._shares.append(float(run(*query)) / 100)
            except (OSError, ValueError, subprocess.SubprocessError):
                # Not every driver tells.
                return

    def __enter__(self):
        if self._asked:
            self.start()
        return self

    def __exit__(self, *failure):
        self._ended.set()
        if self._asked:
            self.join()

    def mean(self):
        return round(sum(self._shares) / len(self._shares), 3) if self._shares else None


class Once(threading.Timer):
    """Calls `ask` once while a block runs, after some seconds of it; `found` is its answer, or None."""

    def __init__(self, after, ask):
        super().__init__(after, self._keep)
        self._ask = ask
        self.found = None

    def _keep(self):
        self.found = self._ask()

    def __enter__(self):
        self.start()
        return self

    def __exit__(self, *failure):
        self.cancel()
        self.join()
