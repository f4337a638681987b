"""The servers that are compared: each starts on a free port of this machine and is stopped again."""

import os
import re
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass

from tools import ROOT

START_SECONDS = 60
STOP_SECONDS = 45

# The pretend accelerator, the same for all.
FIXED_MS = 3.5
ROW_MS = 0.02
MAX_SIZE = 64


class NotStarted(RuntimeError):
    """A server that is not there: `reason` in a line."""

    def __init__(self, reason):
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Started:
    """A server's process; `ready` says whether it answers, `management` is where Ferry tells its metrics."""

    process: subprocess.Popen
    ready: object
    management: str = ""


@dataclass(frozen=True)
class Running:
    """A server that takes requests at `address`; `said` gives the end of its log."""

    address: str
    pid: int
    management: str
    said: object = str

    def metric(self, name, **labels):
        """The sum of a metric over all that have these labels."""
        told = fetch(f"{self.management}/q/metrics")
        lines = re.findall(rf"^{re.escape(name)}(?:\{{(.*)\}})? (\S+)$", told, re.MULTILINE)
        wanted = [f'{label}="{value}"' for label, value in labels.items()]
        return sum(float(value) for found, value in lines if all(label in found for label in wanted))


class Server:
    name = ""

    # Code that is compiled while it runs needs time to get warm.
    compiles = True

    stop_seconds = STOP_SECONDS

    @contextmanager
    def running(self):
        """Starts the server, gives what runs, stops the server."""
        with tempfile.TemporaryFile() as log:
            port, *others = free_ports(3)
            started = self._start(port, others, log)
            process = started.process
            try:
                wait_until(started.ready, process, log)
                yield Running(f"http://127.0.0.1:{port}", process.pid, started.management, lambda: tail(log))
                if process.poll() is not None:
                    raise RuntimeError(f"{self.name} ended while it was measured:\n{tail(log)}")
            finally:
                stop(process, self.stop_seconds)

    def _start(self, port, others, log):
        """`others` are two more ports that are free."""
        raise NotImplementedError


class Missing(Server):
    """One that cannot be measured here."""

    def __init__(self, name, reason):
        self.name = name
        self._reason = reason

    def _start(self, port, others, log):
        raise NotStarted(self._reason)


class Ferry(Server):
    def __init__(self, tools, settings, name="Ferry", java_options=()):
        self.name = name
        self._tools = tools
        self._settings = settings
        self._java_options = java_options

    @staticmethod
    def pretend(tools, fixed_ms=FIXED_MS, row_ms=ROW_MS, max_size=MAX_SIZE, name="Ferry", more=None, java_options=()):
        """On the pretend accelerator."""
        settings = {
            "ferry.device": "simulated",
            "ferry.simulated.fixed": f"{fixed_ms}ms",
            "ferry.simulated.per-row": f"{row_ms}ms",
            "ferry.batching.max-size": max_size,
            **(more or {}),
        }
        return Ferry(tools, settings, name, java_options)

    def _start(self, port, others, log):
        management, grpc = others
        settings = {
            **self._settings,
            **http(port),
            "quarkus.management.host": "127.0.0.1",
            "quarkus.management.port": management,
            "ferry.grpc.port": grpc,
        }
        jar = ROOT / "target/quarkus-app/quarkus-run.jar"
        process = subprocess.Popen(java_command(self._tools, settings, jar, self._java_options), stdout=log, stderr=log)
        address = f"http://127.0.0.1:{management}"
        return Started(process, lambda: answers(f"{address}/q/health/ready"), address)


class PlainQuarkus(Server):
    """What Ferry's Quarkus can do that answers the same and has no queue, no batch and no model."""

    name = "plain Quarkus"

    def __init__(self, tools, jar, java_options=()):
        self._tools = tools
        self._jar = jar
        self._java_options = java_options

    def _start(self, port, others, log):
        command = java_command(self._tools, http(port), self._jar, self._java_options)
        process = subprocess.Popen(command, stdout=log, stderr=log)
        return Started(process, lambda: listens(port))


class PythonServer(Server):
    """One of the article's, in FastAPI; what it runs is in the environment, see served_model.py."""

    compiles = False

    # What still waits when a measurement is over is nobody's any more.
    stop_seconds = 5

    def __init__(self, name, python, app, environment=None, options=("--loop", "asyncio", "--http", "h11")):
        self.name = name
        self._python = python
        self._app = app
        self._environment = environment or {"FIXED_MS": FIXED_MS, "ROW_MS": ROW_MS}
        self._options = options

    @staticmethod
    def plain(tools):
        """The article's queue as `pip install fastapi uvicorn` gives it."""
        return PythonServer("Python queue", tools.python, "article_queue")

    @staticmethod
    def published(tools):
        """The same with the article's own loop, which keeps the interpreter while it looks at an empty queue."""
        environment = {"FIXED_MS": FIXED_MS, "ROW_MS": ROW_MS, "SPIN": 1}
        return PythonServer("Python queue, as published", tools.python, "article_queue", environment)

    @staticmethod
    def uvloop(tools):
        """With the event loop and the HTTP parser in C."""
        options = ("--loop", "uvloop", "--http", "httptools")
        return PythonServer("Python queue, uvloop", tools.python, "article_queue", options=options)

    def _start(self, port, others, log):
        command = [
            self._python,
            *("-m", "uvicorn", "--app-dir", str(ROOT / "src/bench/python"), f"{self._app}:app"),
            *("--host", "127.0.0.1", "--port", str(port), "--no-access-log", "--log-level", "warning"),
            *("--timeout-graceful-shutdown", "1"),
            *self._options,
        ]
        environment = {**os.environ, **{name: str(value) for name, value in self._environment.items()}}
        # A group of its own: the processes that it starts end with it.
        process = subprocess.Popen(command, stdout=log, stderr=log, env=environment, start_new_session=True)
        return Started(process, lambda: listens(port))


def http(port):
    return {"quarkus.http.host": "127.0.0.1", "quarkus.http.port": port}


def java_command(tools, settings, jar, options=()):
    return [tools.java, *options, *(f"-D{key}={value}" for key, value in settings.items()), "-jar", str(jar)]


def free_ports(count):
    """Held all at once, so that they differ."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for free in sockets:
            free.bind(("127.0.0.1", 0))
        return [free.getsockname()[1] for free in sockets]


def wait_until(ready, process, log):
    end = time.monotonic() + START_SECONDS
    while not ready():
        if process.poll() is not None:
            raise NotStarted(f"it ended before it was ready: {tail(log).strip()}")
        if time.monotonic() > end:
            raise NotStarted(f"it was not ready after {START_SECONDS} s: {tail(log).strip()}")
        time.sleep(0.1)


def stop(process, seconds):
    process.terminate()
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def fetch(url, body=None, seconds=5):
    """The text that a GET, or a POST of the JSON, is answered with."""
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"} if body else {})
    # Without the proxies of the environment: this is this machine.
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=seconds) as reply:
        return reply.read().decode()


def answers(url, body=None, seconds=5):
    """Whether the status is a good one."""
    try:
        fetch(url, body, seconds)
        return True
    except OSError:
        return False


def listens(port):
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5):
            return True
    except OSError:
        return False


def tail(log):
    log.seek(0)
    return log.read()[-4000:].decode(errors="replace")
