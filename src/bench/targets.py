"""The figures that Ferry is to reach, each from what was measured."""

from dataclasses import dataclass

from scenarios import (
    ALONE,
    BARE,
    DEADLINES,
    ENGINES,
    FERRY,
    FEW,
    FIFO,
    MIXED,
    ONNX,
    PLAIN,
    QUEUE,
    SEQUENTIAL,
    TWO_LANES,
)
from servers import FIXED_MS, MAX_SIZE, ROW_MS

HOLDS = "holds"
MISSES = "**misses**"

# What two measurements of the same thing differ by.
NOISE = 1.02


@dataclass(frozen=True)
class Target:
    """`value` is None where something needed for it is missing; `limit` is the least or the most it may be."""

    name: str
    value: float
    limit: float
    least: bool
    unit: str = ""

    @property
    def asked(self):
        return f"{'at least' if self.least else 'at most'} {self.limit:g}{self.unit}"

    @property
    def told(self):
        return "not measured" if self.value is None else f"{self.value:.3g}{self.unit}"

    @property
    def verdict(self):
        if self.value is None:
            return ""
        return HOLDS if (self.value >= self.limit if self.least else self.value <= self.limit) else MISSES


def pretend_limit(fixed_ms, row_ms, rows):
    """Answers a second of the pretend accelerator with full batches."""
    return rows / (fixed_ms + row_ms * rows) * 1000


BATCHER_LIMIT = pretend_limit(10, 0.1, 32)
ARTICLE_LIMIT = pretend_limit(FIXED_MS, ROW_MS, MAX_SIZE)
OVERLOAD_LIMIT = pretend_limit(20, 1, 32)


def targets(told):
    return [*pretend(told), *real(told), *article(told), *mixed(told), *overload(told), *in_flight(told)]


def least(name, value, limit, unit=""):
    return Target(name, value, limit, True, unit)


def most(name, value, limit, unit=""):
    return Target(name, value, limit, False, unit)


def of(value, whole):
    return None if value is None or not whole else value / whole


def pretend(told):
    path = told.share("path", (FERRY, "closed 128"), (PLAIN, "closed 128"))
    yield least("a model that costs nothing, 128 clients: share of plain Quarkus", path, 0.8)
    batcher = of(told.median("batcher", FERRY, "closed 256"), BATCHER_LIMIT)
    yield least("10 ms + 100 us a row, batches of 32, 256 clients: share of the accelerator", batcher, 0.93)
    plain = told.median("both", PLAIN, "closed 256")
    limit = min(ARTICLE_LIMIT, plain) if plain else None
    both = of(told.median("both", FERRY, "closed 256"), limit)
    yield least(
        "3.5 ms + 20 us a row, batches of 64, 256 clients: share of the accelerator or of plain Quarkus", both, 0.85
    )


def real(told):
    for scenario, (ours, theirs) in ENGINES.items():
        both = ours if ours == theirs else f"Ferry with {ours}, Python with {theirs}"
        saturated = (FERRY, "closed 256")
        for limit, other, engine, name in (
            (0.9, (BARE, "batch 32"), ours, "share of the bare loop"),
            (2, (QUEUE, "closed 256"), both, "times the Python queue"),
            (4, (SEQUENTIAL, "closed 256"), both, "times the sequential server"),
        ):
            yield least(f"MiniLM's shape, {engine}, saturated: {name}", told.share(scenario, saturated, other), limit)
        lanes = told.share(scenario, (TWO_LANES, "closed 256"), (BARE, "batch 32"))
        yield least(f"MiniLM's shape, {ours}, saturated, two lanes: share of the bare loop", lanes, 0.9)
    engine = ONNX
    alone = told.median(engine, FERRY, "closed 1", "p50")
    bare = told.median(engine, BARE, "batch 1", "p50")
    over = None if alone is None or bare is None else alone - bare
    yield most(f"MiniLM's shape, {engine}, one client: median above a bare pass", over, 0.4, " ms")
    for clients in FEW:
        load = f"closed {clients}"
        ratio = told.share("few", (FERRY, load), (ALONE, load), "p50")
        yield most(f"the same, {clients} at once: median with batches, of that without (noise included)", ratio, NOISE)


def article(told):
    for rate, limit in ((250, 0.6), (1000, 0.05)):
        load = f"rate {rate}"
        ratio = told.share("article", (FERRY, load), (QUEUE, load), "p95")
        yield most(f"pretend accelerator, {rate}/s: 95th percentile, of the Python queue's", ratio, limit)


def mixed(told):
    for scenario, name in (("mixed", "pretend accelerator"), ("mixed-minilm", "MiniLM's shape")):
        load = f"closed {MIXED[scenario]}"
        gain = told.share(scenario, (FERRY, load), (FIFO, load))
        yield least(f"texts of all lengths, {name}: times first in, first out", gain, 1.5)
        yield most(
            f"texts of all lengths, {name}: share of padding", told.median(scenario, FERRY, load, "padding"), 0.1
        )


def overload(told):
    load = "rate 1230"
    goodput = told.median("overload", DEADLINES, load, "within_goal_per_second")
    yield least("twice the load, 100 ms deadlines: answers in time, of the capacity", of(goodput, OVERLOAD_LIMIT), 0.9)
    refusals = told.median("overload", DEADLINES, load, "refused.p99")
    yield most("the same: 99th percentile of a refusal", refusals, 5, " ms")


def in_flight(told):
    many = (FERRY, "closed 10000")
    yield most("10,000 requests in flight: heap", told.median("in-flight", *many, "heap_mb"), 512, " MB")
    yield most("10,000 requests in flight: lost", told.median("in-flight", *many, "lost"), 0)
    cost = told.share("in-flight", many, (FERRY, "closed 100"), "server_cpu_us_per_answer")
    yield most("10,000 requests in flight: processor time a request, of that at 100", cost, 1.1)
