#!/usr/bin/env python3
"""How long Ferry takes from the start of its process until it is ready, with and without the AOT cache.

    src/bench/startup.py               five rounds in turn; prints a table in Markdown
    src/bench/startup.py --rounds 9

The embedded model; its native libraries are unpacked already. The first answer counts, too: it must not be slow. Let the
machine have nothing else to do.
"""

import argparse
import os
import statistics
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

from servers import answers, free_ports, stop, tail
from tools import ROOT, Tools

LOOK_SECONDS = 0.005
START_SECONDS = 60
BODY = b'{"input":"Wo faehrt der Zug nach Bremen ab?"}'
REQUESTS = 10


def main():
    parser = argparse.ArgumentParser(description="Times Ferry's start, with and without the AOT cache.")
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    tools = Tools.prepare(print)
    application = ROOT / "target/quarkus-app"
    with tempfile.TemporaryDirectory() as folder:
        cache = Path(folder) / "ferry.aot"
        environment = {**os.environ, "JAVA": tools.java}
        script = str(ROOT / "src/main/docker/aot-cache.sh")
        subprocess.run([script, str(application), str(cache)], env=environment, check=True)
        ways = {"without": [], "with the AOT cache": [f"-XX:AOTCache={cache}"]}
        found = {name: [] for name in ways}
        once(tools.java, [], application)
        for _ in range(given.rounds):
            for name, options in ways.items():
                found[name].append(once(tools.java, options, application))
    print("| | ready, s | CPU until then, s | first answer, ms | tenth, ms |")
    print("| --- | --- | --- | --- | --- |")
    for name, rounds in found.items():
        ready, cpu, first, tenth = (statistics.median(column) for column in zip(*rounds))
        print(f"| {name} | {ready:.2f} | {cpu:.2f} | {first:.0f} | {tenth:.1f} |")


def once(java, options, application):
    """Seconds until ready, CPU seconds until then, milliseconds of the first and the tenth answer."""
    port, management, grpc = free_ports(3)
    settings = {
        "quarkus.http.host": "127.0.0.1",
        "quarkus.http.port": port,
        "quarkus.management.host": "127.0.0.1",
        "quarkus.management.port": management,
        "ferry.grpc.port": grpc,
        "ferry.shutdown.grace": "0ms",
    }
    command = [java, *options, *(f"-D{key}={value}" for key, value in settings.items())]
    with tempfile.TemporaryFile() as log:
        start = time.monotonic()
        process = subprocess.Popen(
            [*command, "-jar", str(application / "quarkus-run.jar")], stdout=log, stderr=log, start_new_session=True
        )
        try:
            while not answers(f"http://127.0.0.1:{management}/q/health/ready"):
                if process.poll() is not None or time.monotonic() > start + START_SECONDS:
                    raise RuntimeError(f"Ferry does not start:\n{tail(log)}")
                time.sleep(LOOK_SECONDS)
            ready = time.monotonic() - start
            cpu = processor_seconds(process.pid)
            times = [answer_ms(f"http://127.0.0.1:{port}/process") for _ in range(REQUESTS)]
        finally:
            stop(process, START_SECONDS)
    return ready, cpu, times[0], times[-1]


def answer_ms(url):
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(url, BODY, headers)
    start = time.monotonic()
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=30) as reply:
        reply.read()
    return (time.monotonic() - start) * 1000


def processor_seconds(pid):
    """Of Linux; elsewhere not a number."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
    except OSError:
        return float("nan")
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
