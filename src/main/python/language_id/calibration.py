"""Fits the temperature, so that the scores of a trained model are as high as it is often right."""

import random

import torch
import torch.nn.functional as F
from tokenizers import Tokenizer
from torch import Tensor

from corpus import LANGUAGES, Corpus, pieces
from model import LanguageIdForSequenceClassification
from sampling import augment
from settings import Settings
from tokenization import encode, pad

CALIBRATION_LENGTHS = (5, 8, 12, 20, 32, 50, 1000)


def calibrate(
    model: LanguageIdForSequenceClassification, validation: Corpus, tokenizer: Tokenizer, settings: Settings
) -> None:
    """Fits the temperature, as a function of length, on pieces of all lengths of lines that the model has not seen,
    changed as in training: text elsewhere is less clean than these lines."""
    rng = random.Random(settings.seed)
    texts: list[str] = []
    labels: list[int] = []
    for label, language in enumerate(LANGUAGES):
        for line in validation[language]:
            for length in CALIBRATION_LENGTHS:
                texts.append(augment(rng, rng.choice(pieces(line, length)), settings))
                labels.append(label)
    input_ids, attention_mask = pad(encode(tokenizer, texts))
    target = torch.tensor(labels)
    with torch.no_grad():
        evidence = model.evidence(input_ids, attention_mask)
    model.temperature.requires_grad_(True)
    optimizer = torch.optim.LBFGS([model.temperature], max_iter=100, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        optimizer.zero_grad()
        loss = F.cross_entropy(model.calibrated(evidence, attention_mask), target)
        loss.backward()
        return loss

    optimizer.step(closure)
    model.temperature.requires_grad_(False)
