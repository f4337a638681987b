"""Writes the page about real models: docs/benchmarks/models.md."""

import statistics

from page import machine_table, table

TARGET = 0.90

PAGE = """# Real models: engines, lanes, reloads

{verdict}

## Ferry and the bare engine

{saturated}

Texts a second, medians of {rounds} rounds in turn, on a model of MiniLM's shape (6 layers of 384) and texts of 16 tokens.
*Bare* is a loop over the engine's own Java API with the same threads and nothing around it
([`BareLoop.java`](../../src/bench/java/BareLoop.java)): it makes its tensors once a pass, tokenizes nothing and reads
nothing back. A folder that has both files is served by ONNX Runtime on a CPU. On PyTorch, OpenMP's threads spin for the cores
that read and tokenize, which costs more than here ([ADR 17](../adr/0017-openmp-waits-as-it-does.md)). *Ferry* is the packaged server, saturated by 96 connections that send one text each as soon as they have
the last answer ([`ClosedLoop.java`](../../src/bench/java/ClosedLoop.java)); HTTP, JSON, tokenizing, pooling and the
generator have the same cores.

## Lanes

{lanes}

Texts a second, medians of {rounds} rounds. `ferry.device.lanes` runs so many passes at once, each with its share of the
cores. Two lanes pay where the work of a pass is too small to be shared by threads (the classifier has 2 layers of 128);
they bring little where all cores compute anyway (MiniLM's shape), and nothing where HTTP and not the model is the
limit (language-id). A pass takes longer with them, so one is the default. What they do on a GPU has not been measured; see
[On a GPU](../gpu.md).

## A model that is loaded while another serves

{reloads}

Milliseconds. A small classifier (2 layers of 128) gets 50 requests a second, first alone, then while the model of
MiniLM's shape (90 MB) is loaded {reload_count} times beside it, without a pause. Loading takes processor time from the
two cores; what may not happen is that a request waits for a load to end ({seconds_each}, warm-up included).

## Where

{machine}

## Run it

```
src/bench/models.py
```

takes twenty minutes and writes this page and the figures ([`models.json`](models.json)) again; `src/bench/models.py
--short` shows in a few minutes that it works. It exports its models with
[`minilm_shape.py`](../../src/bench/python/minilm_shape.py): random weights in real shapes. Each server is warmed up by
{warm_seconds:g} s of load, then measured for {seconds:g} s. Absolute figures move with the machine: trust ratios.
"""


class Told:
    """The figures of a run, by scenario and subject."""

    def __init__(self, told):
        self._figures = told["figures"]

    def values(self, scenario, subject):
        return [it["value"] for it in self._figures if (it["scenario"], it["subject"]) == (scenario, subject)]

    def median(self, scenario, subject):
        return statistics.median(self.values(scenario, subject))

    def subjects(self, scenario):
        return list(dict.fromkeys(it["subject"] for it in self._figures if it["scenario"] == scenario))


def write(told):
    figures = Told(told)
    return PAGE.format(
        verdict=verdict(told),
        saturated=part(figures, "ferry", saturated),
        lanes=part(figures, "lanes", lanes),
        reloads=part(figures, "reloads", reloads),
        reload_count=told["settings"]["reloads"],
        seconds_each=part(figures, "reloads", seconds_each),
        machine=machine_table(told["machine"], told["day"]),
        **{name: told["settings"][name] for name in ("rounds", "seconds", "warm_seconds")},
    )


def part(figures, scenario, tell):
    """What `tell` makes of the figures, if there are any: a run can measure one part alone."""
    return tell(figures) if figures.subjects(scenario) else "not measured"


def seconds_each(figures):
    return f"{figures.median('reloads', 'seconds each')} s each"


def share(figures, engine):
    """Of the bare loop at the batch that Ferry may make: the median of each round's own share."""
    pairs = zip(figures.values("ferry", engine), figures.values("bare", f"{engine} 32"), strict=True)
    return statistics.median(ferry / bare for ferry, bare in pairs)


def verdict(told):
    figures = Told(told)
    if not figures.subjects("ferry"):
        return "Ferry beside the bare engine was not measured."
    shares = {engine: share(figures, engine) for engine in figures.subjects("ferry")}
    words = ", ".join(f"{value:.2f} of the bare loop on {engine}" for engine, value in shares.items())
    missed = [engine for engine, value in shares.items() if value < TARGET]
    held = f"the target of {TARGET:.2f} is missed on {', '.join(missed)}" if missed else f"the target is {TARGET:.2f}"
    return f"Saturated, Ferry serves {words}; {held}."


def saturated(figures):
    head = ["engine", "bare, batch 1", "bare, batch 8", "bare, batch 32", "Ferry", "Ferry / bare 32"]
    rows = [
        [
            engine,
            *(f"{figures.median('bare', f'{engine} {batch}'):.0f}" for batch in (1, 8, 32)),
            f"{figures.median('ferry', engine):.0f}",
            f"{share(figures, engine):.2f}",
        ]
        for engine in figures.subjects("ferry")
    ]
    return table([head, *rows])


def lanes(figures):
    rows = [["model", "engine", "one lane", "two lanes", "two / one"]]
    for model, engine in dict.fromkeys(tuple(it.split()[:2]) for it in figures.subjects("lanes")):
        one, two = (figures.median("lanes", f"{model} {engine} {count}") for count in (1, 2))
        rows.append([model, engine, f"{one:.0f}", f"{two:.0f}", f"{two / one:.2f}"])
    return table(rows)


def reloads(figures):
    rows = [["", "p50", "p99", "max", "lost"]]
    for name, subject in (("alone", "undisturbed"), ("while the other is loaded", "reloading")):
        middle = [f"{figures.median('reloads', f'{subject} {p}'):.1f}" for p in ("p50", "p99")]
        most = max(figures.values("reloads", f"{subject} max"))
        lost = sum(figures.values("reloads", f"{subject} lost"))
        rows.append([name, *middle, f"{most:.1f}", f"{lost:g}"])
    return table(rows)
