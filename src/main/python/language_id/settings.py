"""The settings of the training."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """Everything that shapes the training; chosen on a validation split of the training lines."""

    seed: int = 7
    buckets: int = 2**17
    orders: int = 5
    epochs: int = 8
    samples_per_epoch: int = 40_000
    batch_size: int = 256
    learning_rate: float = 2e-3
    ngram_dropout: float = 0.2
    whole_line: float = 0.2
    short_piece: float = 0.12
    junk: float = 0.10
    strip_accents: float = 0.12
    upper_case: float = 0.08
    typo: float = 0.08
    drop_punctuation: float = 0.12
    short_smoothing: float = 0.5
