"""Writes the page of the comparison: docs/benchmarks/article.md."""

from results import ARTICLE, FERRY, PERCENTILES, PUBLISHED, PUBLISHED_RATES, RATES, TARGETS

PAGE = """# Ferry and the article's Python queue

{verdict}

![Latency side by side](article.svg)

{table}

Milliseconds, medians of {rounds} rounds; a latency runs from the moment a request was due to its answer. A request
without an answer is lost, and counts as the 30 s that are waited for it: lost ones are in the percentiles. The targets
are shares of the Python queue's figure.

## The queue as it was published

The article's own loop keeps Python's interpreter while it looks at an empty queue, and the handlers wait for it. The
queue above is kinder, it gives the interpreter away between two looks, and remains what Ferry is measured by.

{published}

## What is compared

Everybody has the same pretend accelerator: a batch of n rows takes 3.5 ms + n x 20 us and next to no processor. So the
figures are about queueing and the way of a request, not about a model. At 250 requests a second the accelerator alone makes a
request wait until the pass before its own has ended; that floor is p50 4.5 ms, p95 6.8 ms (at 1000 a second 5.4 and
7.0), and no server that runs what waits can be below it.

- **Ferry**: `java -Dferry.device=simulated -Dferry.batching.max-size=64 -jar target/quarkus-app/quarkus-run.jar`.
- **Python queue**: the server of the article that Ferry began from, written anew in
  [`article_queue.py`](../../src/bench/python/article_queue.py): FastAPI on uvicorn, an in-memory queue that a
  background thread drains whole, handlers that look for their answer every 10 ms. It has what `pip install fastapi
  uvicorn` gives; its access log is off.
  It is kinder than the article: its thread gives the interpreter away between two looks at an empty queue.
- **Python queue, as published**: the same with `SPIN=1`, which does not.

The target at 1000/s presumes a machine on which the Python queue is past its limit there. Where it still keeps up, its
tail is one poll of 10 ms and a pass, and a share of 0.05 would be less than the pass alone. 1500/s is measured as well,
without a target.

In each round each server is started, warmed up by {warm_seconds:g} s of closed-loop load from {clients} clients, then
measured for {seconds:g} s at each rate, the queue as published at two of them; the servers take turns. The load
generator ([`OpenLoop.java`](../../src/bench/java/OpenLoop.java)) runs on the same machine and sends on a Poisson
schedule whatever the server does, so a queue in front of a server is in the figures.

## Where

{machine}

## Each round

{rounds_table}

`lost` counts every request without a 200.

## Run it

```
src/bench/article.py
```

takes twenty minutes and writes this page, its chart and the figures ([`article.json`](article.json)) again;
`src/bench/article.py --short` shows in three minutes that it works. Both need a JDK 25 or newer and Python 3.9 or
newer; they build Ferry if it is not built and install the Python packages into the user's cache. Absolute figures move
with the machine and with what else it does: trust ratios.
"""


def write(results):
    return PAGE.format(
        verdict=verdict(results),
        table=comparison(results),
        published=published(results),
        machine=machine_table(results.machine, results.day),
        rounds_table=rounds(results),
        **results.settings,
    )


def verdict(results):
    return "\n".join(it for it in (kinder_verdict(results), published_verdict(results)) if it)


def kinder_verdict(results):
    broken = [
        f"{percentile} at {rate}/s is {results.ratio(rate, percentile):.2f} of it (target {target})"
        for (rate, percentile), target in TARGETS.items()
        if results.ratio(rate, percentile) > target
    ]
    lost = sum(results.lost(FERRY, rate) for rate in RATES)
    if lost:
        broken.append(f"{lost} requests were lost")
    if broken:
        return "Ferry misses a target: " + "; ".join(broken) + "."
    half, tail, overload = (f"{results.ratio(*key):.2g}" for key in TARGETS)
    return (
        f"At 250 requests a second Ferry's median latency is {half} and its 95th percentile {tail} of the Python"
        f" queue's; at 1000 a second its 95th percentile is {overload} of it. Ferry lost no request."
    )


def published_verdict(results):
    """The same figures of the queue as published."""
    if PUBLISHED not in results.servers():
        return ""
    told = [
        f"{percentile} at {rate}/s is {share(results.ratio(rate, percentile, PUBLISHED))} of it (target {target})"
        for (rate, percentile), target in TARGETS.items()
    ]
    return f"Of the queue as it was published: {'; '.join(told)}."


def published(results):
    """The article's own loop beside the kinder one."""
    if PUBLISHED not in results.servers():
        return "It was not measured."
    servers = [FERRY, ARTICLE, PUBLISHED]
    rows = [["", "", *servers, "Ferry / as published", "target"]]
    for rate in PUBLISHED_RATES:
        for percentile in PERCENTILES:
            target = TARGETS.get((rate, percentile))
            rows.append(
                [
                    f"{rate}/s",
                    percentile,
                    *(millis(results.median(server, rate, percentile)) for server in servers),
                    share(results.ratio(rate, percentile, PUBLISHED)),
                    f"at most {target}" if target else "",
                ]
            )
        lost = [f"{results.lost(server, rate):,} of {results.sent(server, rate):,}" for server in servers]
        rows.append([f"{rate}/s", "lost", *lost, "", ""])
    return table(rows)


def comparison(results):
    peers = [server for server in results.compared() if server != FERRY]
    rows = [["", "", FERRY, *peers, "Ferry / Python queue", "target"]]
    for rate in RATES:
        for percentile in PERCENTILES:
            target = TARGETS.get((rate, percentile))
            rows.append(
                [
                    f"{rate}/s",
                    percentile,
                    *(millis(results.median(server, rate, percentile)) for server in [FERRY, *peers]),
                    f"{results.ratio(rate, percentile):.3f}",
                    f"at most {target}" if target else "",
                ]
            )
        lost = [str(results.lost(server, rate)) for server in [FERRY, *peers]]
        rows.append([f"{rate}/s", "lost", *lost, "", "0"])
    return table(rows)


def rounds(results):
    head = ["round", "server", "rate", "sent", "lost", *PERCENTILES, "max"]
    body = [
        [
            str(entry.number),
            entry.server,
            f"{entry.rate}/s",
            str(entry.found["sent"]),
            str(entry.found["lost"]),
            *(millis(entry.found[figure]) for figure in [*PERCENTILES, "max"]),
        ]
        for entry in results.rounds
    ]
    return table([head, *body])


def machine_table(facts, day):
    return table(
        [
            ["", ""],
            ["machine", f"{facts['processor']}, {facts['system']}"],
            ["JDK", facts["java"]],
            ["Python", facts["python"]],
            ["Ferry", facts["ferry"]],
            ["day", day],
        ]
    )


def table(rows):
    head, *body = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([head, f"|{' --- |' * len(rows[0])}", *body])


def share(value):
    return f"{value:.3f}" if value >= 0.01 else f"{value:.1g}"


def millis(value):
    return f"{value:,.2f}" if value < 100 else f"{value:,.0f}"
