"""Writes the page of the comparison of all: docs/benchmarks/compare.md."""

import itertools

from page import table
from scenarios import (
    ALONE,
    BARE,
    DEADLINES,
    ENGINES,
    FERRY,
    FEW,
    FIFO,
    IN_FLIGHT,
    MIXED,
    PLAIN,
    PROCESSES,
    QUEUE,
    SEQUENTIAL,
)
from targets import ARTICLE_LIMIT, BATCHER_LIMIT, HOLDS, MISSES, OVERLOAD_LIMIT, targets

PAGE = """# Ferry beside others

{verdict}

{figures}

Medians of the rounds; a share is the median of each round's own. Everything runs on the same cores, the clients as
well. *plain Quarkus* answers the same JSON on a virtual thread and has no queue, no batch and no model; the *bare
loop* calls the engine and does nothing else.

## The article's experiment

{article}

Requests are sent at 250 a second, at random moments, to servers that share one pretend accelerator (a batch of n rows
takes 3.5 ms + n x 20 us and needs no processor). Milliseconds, from the moment a request was due; *saturated* is what
256 clients get who send again as soon as they have an answer.

The article has, at 250 requests a second on its own machine and model: sequential p50 160 ms and p95 400 ms, its
queue p50 100 ms and p95 240 ms, and 40 % more throughput. Here:

{article_ratios}

![Pretend accelerator: throughput and latency against load](compare-article.svg)

## A real model

{minilm}

Texts of 16 tokens, MiniLM's shape (6 layers of 384) with random weights. *saturated*: answers a second at 256
clients. The other columns are in milliseconds: medians for one, two and four clients that send again as soon as they
have an answer, and what 250 requests a second wait that are sent at random moments.

*pytorch* is `model.pt` (TorchScript) in all. The last rows are not one engine: Ferry has the model compiled by
AOTInductor, `model.pt2`, and its bare loop is PyTorch's own over that file
([`compiled_loop.py`](../../src/bench/python/compiled_loop.py)); the Python servers have PyTorch, `model.pt`, as whoever
follows the article does.

{few}

Medians in milliseconds, with batches and without: one server has the model twice, as `model.onnx`, and its clients turn
from one to the other. So both have the same JVM, the same threads and the same minute.

![A real model: throughput and latency against load](compare-onnxruntime.svg)

## HTTP, JSON, queue: nothing, or little, to compute

{path}

## Texts of all lengths

{mixed}

256 clients send texts of log-normal length: median 40 tokens, at least 8, at most 512 (MiniLM's shape: 128 clients,
at most 256 tokens). The pretend accelerator takes 3.5 ms + 20 us a row + 5 us a token, padding included. Padding is
the mean share of a batch.

## Twice the load, deadlines of 100 ms

{overload}

20 ms + 1 ms a row, batches of 32, so {overload_limit:.0f} answers a second; 1,230 a second are asked for. *in time*
is within 100 ms. Without deadlines Ferry takes what comes, first in, first out, until its queue of 1024 is full.

## Ten thousand requests in flight

{in_flight}

Each on a connection of its own, on an accelerator of 20 ms a batch of 32, in a JVM of 512 MB of heap. The heap is
what was seen in use at most, garbage included. *plain Quarkus* holds a request in a sleeping virtual thread for about as
long, and answers some together every 20 ms: what it costs more with 10,000 is the platform's.

## Not measured, or not to the end

{ends}

## How

Each server is started, warmed up by closed-loop load (for a fifth of the time where nothing is compiled while it
runs, in CPython), then sent one load after the other; the servers of a scenario take turns in each round. Points that
only make a curve, and servers of which no target speaks, are measured in fewer rounds. How often and how long is in
the table below. The clients ([`Clients.java`](../../src/bench/java/Clients.java)) are two threads; the processor time
they took, in cores, is in the tables. *Late* is by how many milliseconds they themselves sent a request after it was
due, because others had the cores: no latency is better known than that. A request that has no answer after 5 s is
lost; a server that loses more than half of what it is sent is sent no more.

The article's servers are written anew in [`src/bench/python`](../../src/bench/python): FastAPI on uvicorn. All have
the same pretend accelerator, which makes one pass at a time, and the same model files, two threads a pass. The queue
looks every 10 ms for an answer, as the article's does, and is kinder than it: its thread gives the interpreter away
between two looks at an empty queue. The process that serves a request alone is forked, so it has the model already;
its engine has one thread.

## Where

{machine}

## Run it

```
src/bench/compare.py
```

takes an hour and a half and writes this page, its charts and the figures ([`compare.json`](compare.json)) again; `--only
SCENARIO` measures one scenario again and keeps the rest; `--short` shows in ten minutes that it works. Absolute
figures move with the machine and with what else it does: trust ratios.
"""

NOTHING = "–"


def write(told):
    return PAGE.format(
        verdict=verdict(told),
        figures=figures(told),
        article=article(told),
        article_ratios=article_ratios(told),
        minilm=minilm(told),
        few=few(told),
        path=path(told),
        mixed=mixed(told),
        overload=overload(told),
        overload_limit=OVERLOAD_LIMIT,
        in_flight=in_flight(told),
        ends=ends(told),
        machine=machines(told),
    )


def verdict(told):
    verdicts = [it.verdict for it in targets(told)]
    held, missed, unknown = (verdicts.count(it) for it in (HOLDS, MISSES, ""))
    return f"Of {len(verdicts)} figures {held} hold, {missed} miss, {unknown} were not measured."


def figures(told):
    rows = [[it.name, it.asked, it.told, it.verdict] for it in targets(told)]
    return table([["", "target", "figure", ""], *rows])


def number(value, digits=1):
    if value is None:
        return NOTHING
    return f"{value:,.0f}" if value >= 100 else f"{value:.{digits}f}"


def cell(told, scenario, server, load, name, digits=1):
    return number(told.median(scenario, server, load, name), digits)


def article(told):
    head = ["", "p50", "p95", "p99", "lost", "saturated", "clients late, p99", "clients' cores"]
    rows = [
        [
            server,
            *(cell(told, "article", server, "rate 250", name) for name in ("p50", "p95", "p99", "lost")),
            cell(told, "article", server, "closed 256", "per_second"),
            cell(told, "article", server, "rate 250", "late.p99"),
            cell(told, "article", server, "rate 250", "own_cpu", 2),
        ]
        for server in told.servers("article")
    ]
    return table([head, *rows, ["*the accelerator alone*", "", "", "", "", number(ARTICLE_LIMIT), "", ""]])


def article_ratios(told):
    """The article's comparison, its own figures first."""
    peers = [QUEUE, PROCESSES, FERRY, *(it for it in told.servers("article") if it.startswith(f"{FERRY},"))]
    theirs = {QUEUE: ["0.63", "0.60", "1.4"]}
    head = ["of the sequential server's", "p50", "p95", "throughput", "article: p50", "p95", "throughput"]
    rows = []
    for peer in peers:
        latencies = [share(told, peer, "rate 250", name) for name in ("p50", "p95")]
        throughput = share(told, peer, "closed 256", "per_second", 1)
        rows.append([peer, *latencies, throughput, *theirs.get(peer, ["", "", ""])])
    return table([head, *rows])


def share(told, peer, load, name, digits=3):
    ratio = told.share("article", (peer, load), (SEQUENTIAL, load), name)
    return NOTHING if ratio is None else f"{ratio:,.{digits}f}"


def minilm(told):
    rows = [["engine", "", "saturated", "1 client", "2", "4", "250/s: p50", "p95", "clients' cores, saturated"]]
    for scenario, (ours, theirs) in ENGINES.items():
        for server in told.servers(scenario):
            bare = server == BARE
            rows.append(
                [
                    ours if bare or server.startswith(FERRY) else theirs,
                    server,
                    cell(told, scenario, server, "batch 32" if bare else "closed 256", "per_second"),
                    cell(told, scenario, server, "batch 1" if bare else "closed 1", "p50", 2),
                    *(cell(told, scenario, server, f"closed {clients}", "p50", 2) for clients in (2, 4)),
                    *(cell(told, scenario, server, "rate 250", name, 2) for name in ("p50", "p95")),
                    cell(told, scenario, server, "closed 256", "own_cpu", 2),
                ]
            )
    return table(rows)


def few(told):
    rows = [["clients at once", "with batches", "without", "ratios of the rounds"]]
    for clients in FEW:
        load = f"closed {clients}"
        medians = [cell(told, "few", server, load, "p50", 2) for server in (FERRY, ALONE)]
        ratios = sorted(told.ratios("few", (FERRY, load), (ALONE, load), "p50"))
        rows.append([str(clients), *medians, ", ".join(f"{ratio:.2f}" for ratio in ratios)])
    return table(rows)


def path(told):
    limits = {"path": "", "batcher": number(BATCHER_LIMIT), "both": number(ARTICLE_LIMIT)}
    names = {
        "path": "costs nothing, 128 clients",
        "batcher": "10 ms + 100 us a row, batches of 32, 256 clients",
        "both": "3.5 ms + 20 us a row, batches of 64, 256 clients",
    }
    rows = [["pretend accelerator", FERRY, PLAIN, "the accelerator alone", "Ferry's cores", "clients' cores"]]
    for scenario, limit in limits.items():
        load = "closed 128" if scenario == "path" else "closed 256"
        served = [cell(told, scenario, server, load, "per_second") for server in (FERRY, PLAIN)]
        cores = [cell(told, scenario, FERRY, load, name, 2) for name in ("server_cpu", "own_cpu")]
        rows.append([names[scenario], *served, limit, *cores])
    return table(rows)


def mixed(told):
    rows = [["", "", "answers a second", "padding", "p50", "p99", "max"]]
    for scenario, name in (("mixed", "pretend accelerator"), ("mixed-minilm", "MiniLM's shape")):
        load = f"closed {MIXED[scenario]}"
        for server in (FERRY, FIFO):
            found = [cell(told, scenario, server, load, it) for it in ("p50", "p99", "max")]
            padding = cell(told, scenario, server, load, "padding", 3)
            rows.append([name, server, cell(told, scenario, server, load, "per_second"), padding, *found])
    return table(rows)


def overload(told):
    rows = [
        [
            "",
            "in time, a second",
            "of the capacity",
            "refused",
            "refusal p50, ms",
            "p99",
            "clients late, p99",
            "clients' cores",
        ]
    ]
    for server in (DEADLINES, FIFO):
        goodput = told.median("overload", server, "rate 1230", "within_goal_per_second")
        refused = [cell(told, "overload", server, "rate 1230", f"refused.{it}") for it in ("count", "p50", "p99")]
        late = cell(told, "overload", server, "rate 1230", "late.p99")
        own = cell(told, "overload", server, "rate 1230", "own_cpu", 2)
        part = None if goodput is None else goodput / OVERLOAD_LIMIT
        rows.append([server, number(goodput), number(part, 2), *refused, late, own])
    return table(rows)


def in_flight(told):
    head = ["answers a second", "lost", "heap, MB", "us of processor time a request", "clients' cores"]
    rows = [["", "in flight", *head]]
    names = (("per_second", 1), ("lost", 0), ("heap_mb", 1), ("server_cpu_us_per_answer", 1), ("own_cpu", 2))
    for server, clients in itertools.product((FERRY, PLAIN), IN_FLIGHT):
        found = [cell(told, "in-flight", server, f"closed {clients}", name, digits) for name, digits in names]
        rows.append([server, f"{clients:,}", *found])
    return table(rows)


def ends(told):
    found = [
        f"- {scenario}, {server}: {reason}"
        for scenario in told.scenarios()
        for server, reason in told.ends(scenario).items()
    ]
    return "\n".join(found) or "Nothing."


def machines(told):
    """A line for each run: scenarios can be measured on different days."""
    runs = {}
    for scenario in told.scenarios():
        run = told.run(scenario)
        settings = run["settings"]
        lengths = (
            f"{settings['rounds']} ({settings['curve_rounds']})",
            f"{settings['seconds']:g} s ({settings['curve_seconds']:g} s)",
            f"{settings['warm_seconds']:g} s",
        )
        runs.setdefault((run["day"], *run["machine"].values(), *lengths), []).append(scenario)
    head = ["day", "machine", "system", "JDK", "Python", "Ferry"]
    head += ["rounds (curves)", "measured for (curves)", "warm-up", "scenarios"]
    return table([head, *([*facts, ", ".join(names)] for facts, names in runs.items())])
