"""The figures of the shipped model, and the rules that they must keep."""

import itertools
import time
from dataclasses import dataclass

import torch
from torch import Tensor

from classifier import Classifier
from corpus import LANGUAGES, Corpus
from outcomes import CHANGES, Outcomes, judge, pieces_of, whole
from paths import MODEL

MAX_MODEL_BYTES = 6_000_000
PIECE = 20
LENGTHS = (5, 10, 15, 20, 30, 50)
BINS = (0.0, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 1.0)
SHORT_INPUTS = [
    "",
    "   ",
    "ok",
    "OK!",
    "42",
    "3.14159",
    "😀",
    "🚲🌧️",
    "?!",
    "https://example.com/a?b=1",
    "jane.doe@example.org",
    "taxi",
    "hotel",
    "no",
    "a",
    "WX-4711-B",
    "sauna",
    "okidoki",
    "zx81-b",
    "def area(r): return r",
    "docker compose up -d",
    "ภาษาไทย",
]


@dataclass(frozen=True)
class Bin:
    low: float
    high: float
    count: int
    score: float
    accuracy: float


@dataclass(frozen=True)
class Figures:
    sentences: dict[str, Outcomes]
    pieces: dict[str, Outcomes]
    lengths: dict[int, float]
    reliability: list[Bin]
    short_inputs: list[tuple[str, str, float]]
    not_a_language_scores: Tensor
    padding_difference: float
    milliseconds: float
    bytes: int


def reliability(classifier: Classifier, heldout: Corpus) -> list[Bin]:
    """Top score against accuracy, on whole lines and on their pieces of all LENGTHS, cut without overlap."""
    groups = [judge(classifier, heldout, pieces_of(length, length), CHANGES["as written"]) for length in LENGTHS]
    groups.append(judge(classifier, heldout, whole, CHANGES["as written"]))
    scores = torch.cat([group.scores for group in groups]).double()
    right = torch.cat([group.right for group in groups]).double()
    bins = []
    for low, high in itertools.pairwise(BINS):
        inside = (scores > low) & (scores <= high)
        if inside.any():
            bins.append(Bin(low, high, int(inside.sum()), scores[inside].mean().item(), right[inside].mean().item()))
    return bins


def expected_calibration_error(bins: list[Bin]) -> float:
    return sum(b.count * abs(b.score - b.accuracy) for b in bins) / sum(b.count for b in bins)


def padding_difference(classifier: Classifier, heldout: Corpus) -> float:
    """The largest difference between a text's logits alone and beside one of 2,000 characters and short ones."""
    texts = [lines[0] for lines in heldout.values()] + ["ok", "", " ".join(heldout["de"])[:2000]]
    together = classifier.logits(texts)
    alone = torch.cat([classifier.logits([text]) for text in texts])
    return (together - alone).abs().max().item()


def milliseconds(classifier: Classifier, rounds: int = 300) -> float:
    """Median time of one short text, tokenized and classified, on one thread."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        classifier.logits(["Where does this train stop next?"])
        times.append(time.perf_counter() - start)
    torch.set_num_threads(threads)
    return sorted(times)[rounds // 2] * 1000


def measure(classifier: Classifier, heldout: Corpus, not_a_language: list[str]) -> Figures:
    as_written = CHANGES["as written"]
    scores, labels = classifier.top(SHORT_INPUTS)
    return Figures(
        sentences={name: judge(classifier, heldout, whole, change) for name, change in CHANGES.items()},
        pieces={name: judge(classifier, heldout, pieces_of(PIECE), change) for name, change in CHANGES.items()},
        lengths={n: judge(classifier, heldout, pieces_of(n), as_written).accuracy() for n in LENGTHS},
        reliability=reliability(classifier, heldout),
        short_inputs=[
            (t, LANGUAGES[k], s) for t, k, s in zip(SHORT_INPUTS, labels.tolist(), scores.tolist(), strict=True)
        ],
        not_a_language_scores=classifier.top(not_a_language)[0],
        padding_difference=padding_difference(classifier, heldout),
        milliseconds=milliseconds(classifier),
        bytes=sum((MODEL / name).stat().st_size for name in ("config.json", "tokenizer.json", "model.pt")),
    )


def check_figures(figures: Figures) -> None:
    """The rules that the shipped model must keep."""
    rules = {
        "at least 97 % of the held-out sentences": figures.sentences["as written"].accuracy() >= 0.97,
        f"at least 90 % of their pieces of {PIECE} characters": figures.pieces["as written"].accuracy() >= 0.90,
        "upper-cased pieces within 2 points": figures.pieces["UPPER CASE"].accuracy()
        >= figures.pieces["as written"].accuracy() - 0.02,
        "no line of not_a_language.txt above 0.5": figures.not_a_language_scores.max().item() < 0.5,
        "padding and company change no logit by more than 1e-5": figures.padding_difference <= 1e-5,
        "a short text in under 2 ms": figures.milliseconds < 2,
        f"files under {MAX_MODEL_BYTES:,} bytes": figures.bytes < MAX_MODEL_BYTES,
    }
    broken = [rule for rule, kept in rules.items() if not kept]
    if broken:
        raise SystemExit("rules broken:\n" + "\n".join(broken))
