"""Changes that text goes through outside: accents and punctuation lost, digits, misspellings."""

import random
import unicodedata

UNDECOMPOSED = str.maketrans({"ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ß": "ss", "ı": "i", "æ": "ae", "œ": "oe"})


def strip_accents(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text.translate(UNDECOMPOSED))
    return unicodedata.normalize("NFC", "".join(c for c in decomposed if not 0x300 <= ord(c) <= 0x36F))


def insert_digits(rng: random.Random, text: str) -> str:
    """One to three numbers at random places, inside words too."""
    for _ in range(rng.randint(1, 3)):
        place = rng.randint(0, len(text))
        text = text[:place] + str(rng.randint(0, 9999)) + text[place:]
    return text


def misspell(rng: random.Random, text: str) -> str:
    """A letter lost, doubled or swapped with the next."""
    if len(text) < 4:
        return text
    i = rng.randrange(len(text) - 1)
    return rng.choice(
        [text[:i] + text[i + 1 :], text[: i + 1] + text[i:], text[:i] + text[i + 1] + text[i] + text[i + 2 :]]
    )


def drop_punctuation(text: str) -> str:
    return "".join(c for c in text if c in "'’-" or not unicodedata.category(c).startswith("P"))
