"""Whether a server gives each text the vector that it must have, alone and in company."""

import itertools
import json
import math
import operator
import os
import string
import subprocess
from concurrent.futures import ThreadPoolExecutor

from servers import fetch
from tools import ROOT

ANSWERS = ROOT / "src/bench/python/answers.py"
COUNT = 48
TIMES_TOGETHER = 2
SECONDS = 60
PYTHON_SECONDS = 180

# [CLS], a letter, [SEP].
SHORTEST = 3

# How far the numbers of a vector of length 1 may be off: from Python's, and from those that the text has alone.
PYTHON_BOUND = {"fp32": 1e-3, "fp16": 2e-2}
ALONE_BOUND = {"fp32": 1e-4, "fp16": 1e-2}


def texts(tokens):
    """Of all lengths up to this many tokens, each another text: single letters are in the vocabulary."""
    lengths = [SHORTEST + i * (tokens - SHORTEST) // (COUNT - 1) for i in range(COUNT)]
    return [
        " ".join(itertools.islice(itertools.cycle(letters(i)), length - 2))
        for i, length in enumerate(lengths)
    ]


def letters(i):
    """Few and others for each neighbour: the vectors of texts of all letters are hard to tell apart."""
    return [string.ascii_lowercase[(i + step) % 26] for step in (0, 1, 7 + i // 26)]


def expected(python, environment, tokens):
    """Python's own, of the model that this environment names to served_model.py."""
    done = subprocess.run(
        [python, str(ANSWERS)],
        input=json.dumps(texts(tokens)),
        env={**os.environ, **{name: str(value) for name, value in environment.items()}},
        stdout=subprocess.PIPE,
        check=True,
        timeout=PYTHON_SECONDS,
        text=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def checked(url, tokens, wanted, precision):
    """The largest differences.

    Raises RuntimeError where one is out of bounds."""
    given = texts(tokens)
    alone = [ask(url, text) for text in given]
    found = {"from_python": largest(alone, wanted)}
    with ThreadPoolExecutor(COUNT) as clients:
        together = [list(clients.map(lambda text: ask(url, text), given)) for _ in range(TIMES_TOGETHER)]
    found["alone_from_together"] = max(largest(alone, each) for each in together)
    mixed_up = [text for text, i in zip(given, range(COUNT)) if nearest(together[-1][i], wanted) != i]
    if mixed_up:
        raise RuntimeError(f"{len(mixed_up)} texts got the answer of another one, such as {mixed_up[0]!r}")
    for name, bound in (("from_python", PYTHON_BOUND), ("alone_from_together", ALONE_BOUND)):
        if found[name] > bound[precision]:
            raise RuntimeError(f"answers differ, {name}: {found[name]:.1e}, allowed {bound[precision]:.0e}")
    return found


def ask(url, text):
    return json.loads(fetch(url, json.dumps({"input": text}).encode(), SECONDS))["output"]


def nearest(vector, others):
    """The place of the one that differs least: bounds alone let texts through that are like each other."""
    return max(range(len(others)), key=lambda i: sum(map(operator.mul, vector, others[i])))


def largest(some, others):
    """Infinite where a number is none."""
    differences = [
        abs(a - b) for one, other in zip(some, others, strict=True) for a, b in zip(one, other, strict=True)
    ]
    return math.inf if any(map(math.isnan, differences)) else max(differences)
