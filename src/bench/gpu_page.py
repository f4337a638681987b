"""Writes the page of the measurement on a GPU: docs/benchmarks/gpu.md."""

import json
import sys
from pathlib import Path

from gpu_subjects import PORT, PYTHON_LOOP, QUEUE_COMPILED, QUEUE_EAGER
from page import table

NOTHING = "–"

PAGE = """# On a GPU

{device}. {day}.

{models}

A text is counted when its answer has come over HTTP: closed loops, each of so many connections sends its next request when it
has its answer. *port* is Ferry's own engine with no server around it ([`EngineLoop.java`](../../src/bench/java/EngineLoop.java)),
*Python loop* PyTorch's own over the same compiled file ([`compiled_loop.py`](../../src/bench/python/compiled_loop.py)); both
run full batches and nothing else. p50 and p95 are milliseconds at {rate} requests a second, sent at random moments, from the
moment a request was due; *lost* ones had no answer with status 200. *busy* is the share of the time in which the GPU
computed, as its driver says. Each was measured once; clients and servers share the machine.

- **Ferry** serves `model.pt2`. *Rows* is a batch's at most; of the Python queue, which has no bound, the loop's that it is held
  against.
- **Python queue** and **sequential** are the servers of the article that Ferry began from, on {framework}
  ([`article_queue.py`](../../src/bench/python/article_queue.py),
  [`article_sequential.py`](../../src/bench/python/article_sequential.py)). *eager* is transformers' own model, *compiled* the
  file that Ferry serves. The queue looks for answers every 10 ms.{kinder}

Each server's answers were checked before: 48 texts of all lengths against Python's, one by one and all at once.

## Where

{machine}

Measured for {seconds:g} s each, after {warm_seconds:g} s of load. `src/bench/gpu.py` writes this page and
[`gpu.json`](gpu.json) again.
"""

KINDER = """ FastAPI could not be brought to this machine: the same
  handlers run on Starlette, which FastAPI is built on and which does less, so these peers are faster than the article's."""


def write(found):
    return PAGE.format(
        device=found["device"],
        day=found["day"],
        rate=found["rate"],
        models="\n\n".join(model(name, told, found["rate"], found["pooled"]) for name, told in found["models"].items()),
        framework=found["framework"] or "FastAPI",
        kinder=KINDER if "without FastAPI" in found["framework"] else "",
        machine=machine(found),
        seconds=found["seconds"],
        warm_seconds=found["warm_seconds"],
    )


def model(name, told, rate, pooled):
    if "missing" in told:
        return f"## {name}\n\nNot measured: {told['missing']}."
    subjects = told["subjects"]
    parts = [
        f"## {name}",
        f"{told['precision']}, texts of {told['tokens']} tokens{', pooled by the compiled file' if pooled else ''}.",
        limits(subjects),
        servers(subjects, rate),
        checks(subjects),
        missing(subjects),
    ]
    return "\n\n".join(filter(None, parts))


def limits(subjects):
    """What the loops without a server reach."""
    loops = [subject for subject in (PORT, PYTHON_LOOP) if "texts_per_second" in subjects.get(subject, {})]
    if not loops:
        return ""
    rows = list(subjects[loops[0]]["texts_per_second"])
    body = [[name, *(number(loop_speed(subjects, name, each)) for each in rows)] for name in loops]
    return table([["texts a second, rows", *rows], *body])


def servers(subjects, rate):
    """A line for each number of connections: peers are compared at the same one."""
    peers = (QUEUE_COMPILED, QUEUE_EAGER)
    head = ["", "rows", "connections", "texts/s", "of the port's", "of the Python loop's"]
    head += [f"of the {kind} queue's" for kind in ("compiled", "eager")]
    head += ["refused", "rows a pass", "busy", f"{rate}/s: p50", "p95", "lost"]
    lines = []
    for subject, told in subjects.items():
        for connections, closed in told.get("closed", {}).items():
            speed = closed["requests_per_second"]
            loops = [loop_speed(subjects, loop, told["rows"]) for loop in (PORT, PYTHON_LOOP)]
            rivals = [queue_speed(subjects, peer, connections) for peer in peers]
            latency = told.get(f"at_{rate}", {})
            line = [subject, str(told["rows"]), connections, number(speed)]
            line += [ratio(speed, other) for other in (*loops, *rivals)]
            line += [str(closed["refused"]), number(closed.get("rows_per_pass"), 1), share(closed["device_busy"])]
            line += [number(latency.get(name), digits) for name, digits in (("p50", 2), ("p95", 2), ("lost", 0))]
            lines.append(line)
    return table([head, *lines]) if lines else ""


def checks(subjects):
    """The largest differences of any server."""
    found = [told["differences"] for told in subjects.values() if "differences" in told]
    if not found:
        return ""
    python, company = (max(it[name] for it in found) for name in ("from_python", "alone_from_together"))
    return f"No number of an answer was further than {python:.1e} from Python's, {company:.1e} from the text's alone."


def missing(subjects):
    return "\n".join(
        f"- {subject}: {' '.join(told['missing'].split())[:300]}"
        for subject, told in subjects.items()
        if "missing" in told
    )


def loop_speed(subjects, loop, rows):
    return subjects.get(loop, {}).get("texts_per_second", {}).get(str(rows))


def queue_speed(subjects, queue, connections):
    closed = subjects.get(queue, {}).get("closed", {})
    return closed.get(connections, {}).get("requests_per_second")


def machine(found):
    facts = found["machine"]
    return table(
        [
            ["", ""],
            ["GPU", found["device"]],
            ["machine", f"{facts['processor']}, {facts['system']}"],
            ["JDK", facts["java"]],
            ["Python", f"{facts['python']}, PyTorch {found['torch']}"],
            ["Ferry", facts["ferry"]],
        ]
    )


def number(value, digits=0):
    return NOTHING if value is None else f"{value:,.{digits}f}"


def ratio(value, other):
    return f"{value / other:.2f}" if other else NOTHING


def share(value):
    return NOTHING if value is None else f"{value:.2f}"


if __name__ == "__main__":
    # The page of figures that are there already.
    print(write(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))), end="")
