"""What the model says of the held-out lines: whole or in pieces, as written or changed."""

import random
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from changes import drop_punctuation, insert_digits, misspell, strip_accents
from classifier import Classifier
from corpus import LANGUAGES, Corpus, pieces

Change = Callable[[random.Random, str], str]

CHANGES: dict[str, Change] = {
    "as written": lambda rng, text: text,
    "UPPER CASE": lambda rng, text: text.upper(),
    "accents stripped": lambda rng, text: strip_accents(text),
    "digits inserted": insert_digits,
    "no punctuation": lambda rng, text: drop_punctuation(text),
    "one misspelling": misspell,
}


@dataclass(frozen=True)
class Outcomes:
    """What the model says of a list of texts, against the truth."""

    texts: list[str]
    truth: Tensor
    labels: Tensor
    scores: Tensor

    @property
    def right(self) -> Tensor:
        return self.labels == self.truth

    def accuracy(self) -> float:
        return self.right.double().mean().item()

    def accuracy_of(self, language: int) -> float:
        return self.right[self.truth == language].double().mean().item()


def judge(classifier: Classifier, heldout: Corpus, cut: Callable[[str], list[str]], change: Change) -> Outcomes:
    rng = random.Random(1)
    texts: list[str] = []
    truth: list[int] = []
    for label, language in enumerate(LANGUAGES):
        for line in heldout[language]:
            for piece in cut(line):
                texts.append(change(rng, piece))
                truth.append(label)
    scores, labels = classifier.top(texts)
    return Outcomes(texts, torch.tensor(truth), labels, scores)


def whole(line: str) -> list[str]:
    return [line]


def pieces_of(length: int, step: int = 1) -> Callable[[str], list[str]]:
    return lambda line: pieces(line, length, step)


def confusion_matrix(outcomes: Outcomes) -> Tensor:
    size = len(LANGUAGES)
    return torch.bincount(outcomes.truth * size + outcomes.labels, minlength=size * size).reshape(size, size)
