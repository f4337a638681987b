"""Tokenizer and model as shipped, read back from their files."""

import torch
from tokenizers import Tokenizer
from torch import Tensor

from corpus import LANGUAGES
from paths import MODEL
from tokenization import encode, pad


class Classifier:
    def __init__(self) -> None:
        self.tokenizer = Tokenizer.from_file(str(MODEL / "tokenizer.json"))
        self.model = torch.jit.load(str(MODEL / "model.pt"))

    @torch.inference_mode()
    def logits(self, texts: list[str], batch_size: int = 512) -> Tensor:
        rows = encode(self.tokenizer, texts)
        order = sorted(range(len(rows)), key=lambda i: len(rows[i]))
        logits = torch.zeros(len(rows), len(LANGUAGES))
        for start in range(0, len(order), batch_size):
            batch = order[start : start + batch_size]
            logits[batch] = self.model(*pad([rows[i] for i in batch]))
        return logits

    def top(self, texts: list[str]) -> tuple[Tensor, Tensor]:
        """The highest score and its label for each text."""
        scores, labels = self.logits(texts).softmax(1).max(1)
        return scores, labels
