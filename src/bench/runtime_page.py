"""Writes the page about settings of the JVM and of Quarkus: docs/benchmarks/runtime.md."""

import statistics

from page import table
from told import Told
from variants import DEFAULT, VARIANTS

SCENARIO = "runtime"

MANY, ONE, RATE = "closed 128", "closed 1", "rate 250"

# Load, figure, digits, and the head of its column.
COLUMNS = [
    (MANY, "per_second", 0, "answers a second"),
    (MANY, "server_cpu_us_per_answer", 1, "us of processor time a request"),
    (RATE, "p50", 2, "250/s: p50"),
    (RATE, "p95", 2, "p95"),
    (RATE, "p99", 2, "p99"),
    (ONE, "p50", 3, "1 client: p50"),
    (ONE, "p99", 3, "p99"),
    (MANY, "heap_mb", 0, "heap, MB"),
    (MANY, "rss_mb", 0, "process, MB"),
]

PAGE = """# Settings of the JVM and of Quarkus

{figures}

In parentheses: the share of the default's figure in the same round, the median of the rounds. **Bold** is what differs
from the default by more than the rounds of the variant differ among themselves. What was decided from it is in
[ADR 21](../adr/0021-threads-and-sockets.md).

- *answers a second*, *processor time*: 128 clients that send again as soon as they have an answer, to a model that
  costs nothing. What is left is HTTP, JSON and the queue.
- *250/s*: requests at random moments, to a pretend accelerator that takes 3.5 ms + 20 us a row; milliseconds from the
  moment a request was due.
- *1 client*: one that sends again as soon as it has its answer, to a model that costs nothing; milliseconds.
- *heap* is what is in use after the load of 128 clients, garbage included; *process* is what the process holds then.

## The variants

{variants}

Each is one change against the default. In each round the variants are measured in turn. Each has two servers, one
after the other, for a pretend accelerator has one cost; each is warmed up by closed-loop load of 64 clients. The
default is what Java, Quarkus and Ferry choose without being told. The clients
([`Clients.java`](../../src/bench/java/Clients.java)) have the same cores as the server.

## Not measured, or not to the end

{ends}

## Where

{machine}

## Run it

```
src/bench/runtime.py
```

takes twenty minutes and writes this page and the figures ([`runtime.json`](runtime.json)) again; `--only VARIANT`
measures one variant again, beside the default, and keeps the rest; `--short` shows in four minutes that it works.
Absolute figures move with the machine and with what else it does: trust ratios.
"""

NOTHING = "–"


def write(runs):
    return PAGE.format(figures=figures(runs), variants=variants(), ends=ends(runs), machine=machines(runs))


def figures(runs):
    """The default is the one of the first run that has others, which is the one of most variants."""
    found = {}
    for run in runs:
        told = Told({"scenarios": {SCENARIO: run}})
        for name in told.servers(SCENARIO):
            found.setdefault(name, told)
    rows = [row(found[name], name) for name in VARIANTS if name in found]
    return table([["", *(head for *_, head in COLUMNS)], *rows])


def row(told, name):
    return [VARIANTS[name].title, *(cell(told, name, *column) for *column, _ in COLUMNS)]


def cell(told, name, load, figure, digits):
    middle = told.median(SCENARIO, name, load, figure)
    if middle is None:
        return NOTHING
    ratios = told.ratios(SCENARIO, (name, load), (DEFAULT, load), figure)
    if name == DEFAULT or not ratios:
        return f"{middle:,.{digits}f}"
    ratio = f"{statistics.median(ratios):.2f}"
    return f"{middle:,.{digits}f} ({f'**{ratio}**' if differs(ratios) else ratio})"


def differs(ratios):
    """By more than the rounds among themselves; a single round cannot tell."""
    return len(ratios) > 1 and abs(statistics.median(ratios) - 1) > max(ratios) - min(ratios)


def variants():
    return table([["", "on the command line"], *([it.title, f"`{it.told}`"] for it in VARIANTS.values() if it.told)])


def ends(runs):
    found = [f"- {VARIANTS[name].title}: {reason}" for run in runs for name, reason in run["ends"].items()]
    return "\n".join(found) or "Nothing."


def machines(runs):
    """A line for each run: variants can be measured on different days."""
    head = ["day", "machine", "system", "JDK", "Ferry", "rounds", "measured for", "warm-up of a server", "variants"]
    rows = []
    for run in runs:
        facts = [run["machine"][name] for name in ("processor", "system", "java", "ferry")]
        settings = run["settings"]
        lengths = [str(settings["rounds"]), f"{settings['seconds']:g} s", f"{settings['warm_seconds']:g} s"]
        measured = [it for it in VARIANTS if any(figure["server"] == it for figure in run["figures"])]
        rows.append([run["day"], *facts, *lengths, ", ".join(measured)])
    return table([head, *rows])
