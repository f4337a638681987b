"""The model, as TorchScript exports it."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class LanguageIdForSequenceClassification(nn.Module):
    """A linear classifier over hashed n-grams of tokens, with a class for "no language".

    Each n-gram (orders 1 to `orders`) picks a row of `table`: its evidence for every language and for none. The rows of
    an order are summed and divided by a learned power of their number, so that the evidence grows with the text but
    slower than it. The probability of "no language" is shared out evenly, so that text without evidence scores low
    everywhere. N-grams that touch padding count nothing: padding and company do not change a row.
    """

    # TorchScript writes the name of a class's Python module into model.pt; under this one it writes none.
    __module__ = "__main__"

    def __init__(self, buckets: int, orders: int, languages: int, ngram_dropout: float) -> None:
        super().__init__()
        self.buckets = buckets
        self.orders = orders
        self.languages = languages
        self.ngram_dropout = ngram_dropout
        self.table = nn.Parameter(torch.zeros(buckets, languages + 1))
        self.step = nn.Parameter(torch.ones(languages + 1), requires_grad=False)
        self.bias = nn.Parameter(torch.zeros(languages + 1))
        self.order_scale = nn.Parameter(torch.ones(orders))
        self.length_power = nn.Parameter(torch.full((orders,), 0.5))
        self.temperature = nn.Parameter(torch.zeros(2), requires_grad=False)

    def sum_rows(self, buckets: Tensor, weights: Tensor) -> Tensor:
        if self.training:
            return F.embedding_bag(buckets, self.table, mode="sum", per_sample_weights=weights)
        # embedding_bag takes no eight-bit table
        rows = self.table.index_select(0, buckets.reshape(-1)).to(torch.float32)
        rows = rows.reshape(buckets.size(0), buckets.size(1), self.languages + 1)
        return (rows * weights.unsqueeze(2)).sum(1) * self.step

    def evidence(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        present = attention_mask > 0
        valid = present
        key = input_ids
        total = self.bias.unsqueeze(0).expand(input_ids.size(0), self.languages + 1)
        for n in range(self.orders):
            if n < input_ids.size(1):
                if n > 0:
                    valid = valid[:, :-1] & present[:, n:]
                    key = key[:, :-1] * 6364136223846793005 + input_ids[:, n:]
                mixed = (key + n * 1442695040888963407) * -7046029254386353131
                buckets = (mixed >> 40) & (self.buckets - 1)
                weights = valid.to(torch.float32)
                count = weights.sum(1, keepdim=True) + 1.0
                if self.training:
                    weights = F.dropout(weights, self.ngram_dropout, True)
                scale = self.order_scale[n] / torch.pow(count, self.length_power[n])
                total = total + scale * self.sum_rows(buckets, weights)
        return total

    def calibrated(self, evidence: Tensor, attention_mask: Tensor) -> Tensor:
        length = (attention_mask > 0).sum(1, keepdim=True).to(torch.float32)
        sharpness = torch.exp(self.temperature[0] + self.temperature[1] * torch.log((length + 1.0) / 20.0))
        scores = evidence * sharpness
        none_each = scores[:, self.languages :] - math.log(self.languages)
        return torch.logaddexp(scores[:, : self.languages], none_each)

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        return self.calibrated(self.evidence(input_ids, attention_mask), attention_mask)
