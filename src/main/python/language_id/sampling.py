"""Draws training samples: excerpts of the corpus, changed at random, and text of no language."""

import random
from dataclasses import dataclass

from changes import drop_punctuation, misspell, strip_accents
from corpus import LANGUAGES, LATIN_SCRIPT, Corpus
from settings import Settings

OTHER_SCRIPTS = [
    (0x0531, 0x0587),  # Armenian
    (0x0980, 0x09FF),  # Bengali
    (0x0B80, 0x0BFF),  # Tamil
    (0x0C00, 0x0C7F),  # Telugu
    (0x0E00, 0x0E5B),  # Thai
    (0x10D0, 0x10FF),  # Georgian
    (0x1200, 0x137F),  # Ethiopic
    (0x1780, 0x17DD),  # Khmer
]
LOWER_LETTERS = "abcdefghijklmnopqrstuvwxyz"
CODE_CHARACTERS = LOWER_LETTERS + "    0123456789-_./:;(){}[]<>=+*&%$#@!?\"'"


def junk(rng: random.Random, not_a_language: list[str]) -> str:
    """Text of no language: a listed line, random letters, pretend code or a script that the model does not know."""
    length = rng.randint(1, 24)
    kind = rng.random()
    if kind < 0.60:
        text = rng.choice(not_a_language)
        if rng.random() < 0.2:
            text += rng.choice(["", " ", ", "]) + rng.choice(not_a_language)
        return text.upper() if rng.random() < 0.15 else text
    if kind < 0.75:
        return "".join(rng.choices(LOWER_LETTERS, k=length))
    if kind < 0.90:
        return "".join(rng.choices(CODE_CHARACTERS, k=length))
    first, last = rng.choice(OTHER_SCRIPTS)
    return "".join(chr(rng.randint(first, last)) if rng.random() < 0.85 else " " for _ in range(length))


def excerpt(rng: random.Random, lines: list[str], settings: Settings) -> str:
    """A line, a few joined lines, or a piece of a line cut at any character."""
    line = rng.choice(lines)
    if rng.random() < settings.whole_line:
        return " ".join([line] + rng.choices(lines, k=rng.randint(1, 4))) if rng.random() < 0.2 else line
    length = rng.randint(1, 7) if rng.random() < settings.short_piece else rng.randint(8, 48)
    start = rng.randint(0, max(0, len(line) - length))
    return line[start : start + length]


def augment(rng: random.Random, text: str, settings: Settings) -> str:
    if rng.random() < settings.strip_accents:
        text = strip_accents(text)
    if rng.random() < settings.upper_case:
        text = text.upper()
    if rng.random() < settings.typo:
        text = misspell(rng, text)
    if rng.random() < settings.drop_punctuation:
        text = drop_punctuation(text)
    return text


@dataclass(frozen=True)
class Sample:
    text: str
    label: int
    smoothing: float
    """The part of the target that is spread evenly over all languages: 1 for text of no language."""


def draw_sample(rng: random.Random, corpus: Corpus, not_a_language: list[str], settings: Settings) -> Sample:
    if rng.random() < settings.junk:
        return Sample(junk(rng, not_a_language), 0, 1.0)
    label = rng.randrange(len(LANGUAGES))
    language = LANGUAGES[label]
    text = augment(rng, excerpt(rng, corpus[language], settings), settings)
    length = len(text.strip())
    short = language in LATIN_SCRIPT and length < 7
    return Sample(text, label, settings.short_smoothing * (1 - length / 7) if short else 0.0)
