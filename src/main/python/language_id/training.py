"""Trains a model on random samples of a corpus."""

import math
import random

import torch
import torch.nn.functional as F
from tokenizers import Tokenizer
from torch import Tensor

from corpus import LANGUAGES, Corpus
from model import LanguageIdForSequenceClassification
from sampling import draw_sample
from settings import Settings
from tokenization import encode, pad


def batches_of_like_length(rng: random.Random, rows: list[list[int]], size: int) -> list[list[int]]:
    """Indices of rows in batches; lengths are sorted within stretches of 16 batches, which keeps padding small."""
    order = list(range(len(rows)))
    rng.shuffle(order)
    batches = []
    for start in range(0, len(order), size * 16):
        stretch = sorted(order[start : start + size * 16], key=lambda i: len(rows[i]))
        batches += [stretch[i : i + size] for i in range(0, len(stretch), size)]
    rng.shuffle(batches)
    return batches


def smoothed_loss(logits: Tensor, labels: Tensor, smoothing: Tensor) -> Tensor:
    log_probabilities = F.log_softmax(logits, 1)
    true_label = F.nll_loss(log_probabilities, labels, reduction="none")
    return ((1 - smoothing) * true_label - smoothing * log_probabilities.mean(1)).mean()


def train(
    corpus: Corpus, not_a_language: list[str], tokenizer: Tokenizer, settings: Settings
) -> LanguageIdForSequenceClassification:
    torch.manual_seed(settings.seed)
    rng = random.Random(settings.seed)
    model = LanguageIdForSequenceClassification(
        settings.buckets, settings.orders, len(LANGUAGES), settings.ngram_dropout
    )
    model.train()
    optimizer = torch.optim.Adam(
        [parameter for parameter in model.parameters() if parameter.requires_grad],
        lr=settings.learning_rate,
        betas=(0.9, 0.99),
    )
    steps = settings.epochs * math.ceil(settings.samples_per_epoch / settings.batch_size)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    for epoch in range(settings.epochs):
        samples = [draw_sample(rng, corpus, not_a_language, settings) for _ in range(settings.samples_per_epoch)]
        rows = encode(tokenizer, [sample.text for sample in samples])
        total = 0.0
        for batch in batches_of_like_length(rng, rows, settings.batch_size):
            input_ids, attention_mask = pad([rows[i] for i in batch])
            labels = torch.tensor([samples[i].label for i in batch])
            smoothing = torch.tensor([samples[i].smoothing for i in batch])
            loss = smoothed_loss(model(input_ids, attention_mask), labels, smoothing)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total += loss.item() * len(batch)
        print(f"epoch {epoch + 1} of {settings.epochs}: loss {total / len(rows):.4f}", flush=True)
    return model.eval()
