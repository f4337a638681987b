"""The servers that are compared: each starts on a free port of this machine and is stopped again."""

import os
import socket
import subprocess
import tempfile
import time
import urllib.request
from contextlib import contextmanager

from tools import ROOT

START_SECONDS = 60
STOP_SECONDS = 45

# The pretend accelerator, the same for all.
FIXED_MS = 3.5
ROW_MS = 0.02
MAX_SIZE = 64


class Server:
    name = ""

    @contextmanager
    def running(self):
        """Starts the server, gives the address to send to, stops the server."""
        with tempfile.TemporaryFile() as log:
            port = free_port()
            process, ready = self._start(port, log)
            try:
                wait_until(ready, process, log)
                yield f"http://127.0.0.1:{port}"
                if process.poll() is not None:
                    raise RuntimeError(f"{self.name} ended while it was measured:\n{tail(log)}")
            finally:
                stop(process)

    def _start(self, port, log):
        raise NotImplementedError


class Ferry(Server):
    def __init__(self, tools, settings, name="Ferry"):
        self.name = name
        self._tools = tools
        self._settings = settings

    @staticmethod
    def pretend(tools):
        """On the pretend accelerator."""
        settings = {
            "ferry.device": "simulated",
            "ferry.simulated.fixed": f"{FIXED_MS}ms",
            "ferry.simulated.per-row": f"{ROW_MS}ms",
            "ferry.batching.max-size": MAX_SIZE,
        }
        return Ferry(tools, settings)

    def _start(self, port, log):
        management = free_port()
        settings = {
            **self._settings,
            "quarkus.http.host": "127.0.0.1",
            "quarkus.http.port": port,
            "quarkus.management.host": "127.0.0.1",
            "quarkus.management.port": management,
            "ferry.grpc.port": free_port(),
        }
        command = [
            self._tools.java,
            *(f"-D{key}={value}" for key, value in settings.items()),
            "-jar",
            str(ROOT / "target/quarkus-app/quarkus-run.jar"),
        ]
        process = subprocess.Popen(command, stdout=log, stderr=log)
        return process, lambda: answers(f"http://127.0.0.1:{management}/q/health/ready")


class PythonQueue(Server):
    def __init__(self, name, tools, *options):
        self.name = name
        self._tools = tools
        self._options = options

    @staticmethod
    def plain(tools):
        """As `pip install fastapi uvicorn` gives it."""
        return PythonQueue("Python queue", tools, "--loop", "asyncio", "--http", "h11")

    @staticmethod
    def uvloop(tools):
        """With the event loop and the HTTP parser in C."""
        return PythonQueue("Python queue, uvloop", tools, "--loop", "uvloop", "--http", "httptools")

    def _start(self, port, log):
        command = [
            self._tools.python,
            *("-m", "uvicorn", "--app-dir", str(ROOT / "src/bench/python"), "article_queue:app"),
            *("--host", "127.0.0.1", "--port", str(port), "--no-access-log", "--log-level", "warning"),
            *self._options,
        ]
        environment = {**os.environ, "FIXED_MS": str(FIXED_MS), "ROW_MS": str(ROW_MS)}
        process = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
        return process, lambda: listens(port)


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def wait_until(ready, process, log):
    end = time.monotonic() + START_SECONDS
    while not ready():
        if process.poll() is not None:
            raise RuntimeError(f"a server ended before it was ready:\n{tail(log)}")
        if time.monotonic() > end:
            raise RuntimeError(f"a server was not ready after {START_SECONDS} s:\n{tail(log)}")
        time.sleep(0.1)


def stop(process):
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def answers(url):
    try:
        # Without the proxies of the environment: this is this machine.
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=5) as reply:
            return reply.status == 200
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
