"""The tokenizer: characters of the alphabets, bytes for all others (Han, Hangul)."""

import unicodedata

import torch
from tokenizers import Regex, Tokenizer
from tokenizers.models import BPE
from tokenizers.normalizers import NFC, Lowercase, Replace, Sequence, Strip
from tokenizers.processors import TemplateProcessing
from torch import Tensor

PAD, BORDER = "[PAD]", "▁"
ALPHABETS = [
    (0x0021, 0x024F),  # Latin
    (0x0370, 0x05FF),  # Greek, Cyrillic, Armenian, Hebrew
    (0x0600, 0x06FF),  # Arabic
    (0x0900, 0x097F),  # Devanagari
    (0x1E00, 0x1FFF),  # Latin of Vietnamese, Greek with accents
    (0x2010, 0x203F),  # punctuation
    (0x3001, 0x30FF),  # CJK punctuation, kana
    (0xFF00, 0xFF65),  # full-width forms
]
# Each looks behind itself: an address begins where a run of its characters begins. Tried from every character of
# a long run, an expression that fails at its end would take time with the square of the length.
ADDRESS = (
    r"(?:https?|ftp)://[!-~]+|www\.[!-~]+|(?<![\w.+-])[\w.+-]+@[\w-]+\.[\w.-]+"
    r"|(?<![A-Za-z0-9.-])[A-Za-z0-9.-]+\.(?:com|org|net|io|dev)\b(?:/[!-~]*)?"
)


def survives_normalization(character: str) -> bool:
    return (
        unicodedata.category(character)[0] in "LMP"
        and character.lower() == character
        and unicodedata.normalize("NFC", character) == character
    )


def build_tokenizer() -> Tokenizer:
    alphabet = [c for first, last in ALPHABETS for c in map(chr, range(first, last + 1)) if survives_normalization(c)]
    tokens = [PAD, BORDER] + [f"<0x{byte:02X}>" for byte in range(256)] + alphabet
    vocabulary = {token: i for i, token in enumerate(tokens)}
    tokenizer = Tokenizer(BPE(vocab=vocabulary, merges=[], byte_fallback=True))
    tokenizer.normalizer = Sequence(
        [
            NFC(),
            Replace(Regex(ADDRESS), " "),
            Lowercase(),
            # Digits, joiners, emoji selectors and the dot that lower-casing İ leaves behind
            Replace(Regex(r"[\p{N}\p{Cf}\x{FE00}-\x{FE0F}\x{20E3}\x{0307}]+"), ""),
            Replace("ς", "σ"),
            Replace(Regex(r"[\p{S}\p{Cc}\s]+"), " "),
            Strip(),
            Replace(" ", BORDER),
        ]
    )
    tokenizer.post_processor = TemplateProcessing(
        single=f"{BORDER} $A {BORDER}",
        pair=f"{BORDER} $A {BORDER} $B {BORDER}",
        special_tokens=[(BORDER, vocabulary[BORDER])],
    )
    return tokenizer


def encode(tokenizer: Tokenizer, texts: list[str]) -> list[list[int]]:
    return [encoding.ids for encoding in tokenizer.encode_batch(texts)]


def pad(rows: list[list[int]]) -> tuple[Tensor, Tensor]:
    longest = max(map(len, rows))
    input_ids = torch.tensor([row + [0] * (longest - len(row)) for row in rows])
    attention_mask = torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in rows])
    return input_ids, attention_mask
