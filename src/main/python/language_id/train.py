"""Trains, calibrates, exports and measures Ferry's embedded model `language-id`.

The model tells in which of 25 languages a text is written. It learns only from the sentences in `data/train`,
one file a language; `data/heldout` is used for nothing but the figures. `data/not_a_language.txt` holds inputs
that belong to no language and must get a low score.

From this folder, with the packages of `requirements.txt`:

    python train.py

writes `config.json`, `tokenizer.json` and `model.pt` under `src/main/resources/models/language-id`, the pictures and
the figures of `docs/models/language-id.md`, and prints those figures. The seed is fixed: the same machine gives the
same files again. `python train.py --check` trains nothing and writes nothing: it measures the files that are there.
Both stop with an error when the data or the model breaks a rule (see `check_data` and `check_figures`).
"""

import argparse
import io
import itertools
import json
import math
import random
import time
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import matplotlib
import torch
import torch.nn.functional as F
from matplotlib import pyplot
from tokenizers import Regex, Tokenizer
from tokenizers.models import BPE
from tokenizers.normalizers import NFC, Lowercase, Replace, Sequence, Strip
from tokenizers.processors import TemplateProcessing
from torch import Tensor, nn

LANGUAGES = "en de fr es it pt nl sv pl cs ro hu fi tr ru uk el ar he hi ja ko zh vi id".split()
LATIN_SCRIPT = frozenset("en de fr es it pt nl sv pl cs ro hu fi tr vi id".split())

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[3]
DATA = HERE / "data"
MODEL = ROOT / "src/main/resources/models/language-id"
CARD = ROOT / "docs/models/language-id.md"
CONFUSION_PICTURE = CARD.with_name("language-id-confusion.svg")
RELIABILITY_PICTURE = CARD.with_name("language-id-reliability.svg")

MAX_LENGTH = 8192
MAX_MODEL_BYTES = 6_000_000
SHARED_WINDOW = 15
PIECE = 20

Corpus = dict[str, list[str]]


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


# ---------------------------------------------------------------------------------------------------------------------
# Data


def read_corpus(split: str) -> Corpus:
    return {
        language: (DATA / split / f"{language}.txt").read_text(encoding="utf-8").splitlines() for language in LANGUAGES
    }


def read_not_a_language() -> list[str]:
    return (DATA / "not_a_language.txt").read_text(encoding="utf-8").splitlines()


def windows(line: str) -> Iterator[str]:
    """Every run of SHARED_WINDOW characters of a line, or the whole line where it is shorter."""
    lower = line.lower()
    for start in range(max(1, len(lower) - SHARED_WINDOW + 1)):
        yield lower[start : start + SHARED_WINDOW]


def check_data(train: Corpus, heldout: Corpus) -> None:
    """No held-out line may share a window with a training line, and every language has enough held-out lines."""
    seen = {window: line for lines in heldout.values() for line in lines for window in windows(line)}
    clashes = [
        f"{language}: {line!r} shares {window!r} with {seen[window]!r}"
        for language, lines in train.items()
        for line in lines
        for window in windows(line)
        if window in seen
    ]
    if clashes:
        raise SystemExit("held-out text in the training set:\n" + "\n".join(clashes))
    for language, lines in heldout.items():
        if len(lines) < 12:
            raise SystemExit(f"{language}: {len(lines)} held-out lines, 12 are needed")


def split_validation(corpus: Corpus, every: int = 8) -> tuple[Corpus, Corpus]:
    kept = {key: [line for i, line in enumerate(lines) if i % every] for key, lines in corpus.items()}
    validation = {key: lines[::every] for key, lines in corpus.items()}
    return kept, validation


def pieces(line: str, length: int, step: int = 1) -> list[str]:
    """All pieces of a length, or the whole line where it is no longer than that."""
    if len(line) <= length:
        return [line]
    return [line[start : start + length] for start in range(0, len(line) - length + 1, step)]


# ---------------------------------------------------------------------------------------------------------------------
# Augmentation

UNDECOMPOSED = str.maketrans({"ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ß": "ss", "ı": "i", "æ": "ae", "œ": "oe"})
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


# ---------------------------------------------------------------------------------------------------------------------
# Tokenizer: characters of the alphabets, bytes for all others (Han, Hangul)

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
ADDRESS = (
    r"(?:https?|ftp)://[!-~]+|www\.[!-~]+|[\w.+-]+@[\w-]+\.[\w.-]+"
    r"|[A-Za-z0-9.-]+\.(?:com|org|net|io|dev)\b(?:/[!-~]*)?"
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


# ---------------------------------------------------------------------------------------------------------------------
# Model


class LanguageIdForSequenceClassification(nn.Module):
    """A linear classifier over hashed n-grams of tokens, with a class for "no language".

    Each n-gram (orders 1 to `orders`) picks a row of `table`: its evidence for every language and for none. The rows of
    an order are summed and divided by a learned power of their number, so that the evidence grows with the text but
    slower than it. The probability of "no language" is shared out evenly, so that text without evidence scores low
    everywhere. N-grams that touch padding count nothing: padding and company do not change a row.
    """

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


def pad(rows: list[list[int]]) -> tuple[Tensor, Tensor]:
    longest = max(map(len, rows))
    input_ids = torch.tensor([row + [0] * (longest - len(row)) for row in rows])
    attention_mask = torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in rows])
    return input_ids, attention_mask


def encode(tokenizer: Tokenizer, texts: list[str]) -> list[list[int]]:
    return [encoding.ids for encoding in tokenizer.encode_batch(texts)]


# ---------------------------------------------------------------------------------------------------------------------
# Training


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


# ---------------------------------------------------------------------------------------------------------------------
# Export


def quantize(model: LanguageIdForSequenceClassification) -> None:
    """Eight-bit table with one step a column: a quarter of the size."""
    table = model.table.detach()
    step = table.abs().amax(0) / 127
    model.step.copy_(step)
    del model.table
    model.register_buffer("table", torch.round(table / step).to(torch.int8))


def config(tokenizer: Tokenizer) -> dict[str, object]:
    return {
        "architectures": ["LanguageIdForSequenceClassification"],
        "model_type": "language-id",
        "problem_type": "single_label_classification",
        "id2label": {str(i): language for i, language in enumerate(LANGUAGES)},
        "label2id": {language: i for i, language in enumerate(LANGUAGES)},
        "max_position_embeddings": MAX_LENGTH,
        "pad_token_id": tokenizer.token_to_id(PAD),
        "vocab_size": tokenizer.get_vocab_size(),
        "torch_dtype": "float32",
    }


def export(model: LanguageIdForSequenceClassification, tokenizer: Tokenizer) -> None:
    MODEL.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(MODEL / "tokenizer.json"))
    (MODEL / "config.json").write_text(json.dumps(config(tokenizer), indent=2) + "\n", encoding="utf-8")
    archive = io.BytesIO()
    torch.jit.save(torch.jit.freeze(torch.jit.script(model)), archive)
    write_without_debug_records(archive, MODEL / "model.pt")


def write_without_debug_records(archive: io.BytesIO, path: Path) -> None:
    """TorchScript keeps source lines and paths of this machine in its archive, and an identifier made from them; nothing
    reads them when serving, and without them the same weights give the same bytes."""
    with zipfile.ZipFile(archive) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as target:
        for record in source.infolist():
            if not record.filename.endswith((".debug_pkl", "/.data/serialization_id")):
                target.writestr(zipfile.ZipInfo(record.filename), source.read(record))


# ---------------------------------------------------------------------------------------------------------------------
# Measuring


class Classifier:
    """Tokenizer and model as shipped."""

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


Change = Callable[[random.Random, str], str]

CHANGES: dict[str, Change] = {
    "as written": lambda rng, text: text,
    "UPPER CASE": lambda rng, text: text.upper(),
    "accents stripped": lambda rng, text: strip_accents(text),
    "digits inserted": insert_digits,
    "no punctuation": lambda rng, text: drop_punctuation(text),
    "one misspelling": misspell,
}
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


# ---------------------------------------------------------------------------------------------------------------------
# The card


def percent(share: float) -> str:
    return f"{100 * share:.1f}"


def table(header: list[str], rows: list[list[str]]) -> str:
    aligned = ["---"] + ["---:"] * (len(header) - 1)
    return "\n".join("| " + " | ".join(row) + " |" for row in [header, aligned, *rows])


def confusion_matrix(outcomes: Outcomes) -> Tensor:
    size = len(LANGUAGES)
    return torch.bincount(outcomes.truth * size + outcomes.labels, minlength=size * size).reshape(size, size)


def most_confused(outcomes: Outcomes, language: int) -> str:
    row = confusion_matrix(outcomes)[language].clone()
    total = row.sum().item()
    row[language] = 0
    worst = [(count, LANGUAGES[k]) for k, count in enumerate(row.tolist()) if 100 * count >= total * 0.5]
    return ", ".join(f"{name} {percent(count / total)}" for count, name in sorted(worst, reverse=True)[:3])


def language_table(figures: Figures, train_lines: Corpus) -> str:
    sentences, cut = figures.sentences["as written"], figures.pieces["as written"]
    rows = []
    for k, language in enumerate(LANGUAGES):
        of_language = sentences.truth == k
        rows.append(
            [
                language,
                f"{len(train_lines[language])}",
                f"{int(sentences.right[of_language].sum())} of {int(of_language.sum())}",
                percent(cut.accuracy_of(k)),
                percent(figures.pieces["UPPER CASE"].accuracy_of(k)),
                percent(figures.pieces["accents stripped"].accuracy_of(k)),
                most_confused(cut, k),
            ]
        )
    rows.append(
        [
            "**all**",
            f"{sum(map(len, train_lines.values()))}",
            f"{int(sentences.right.sum())} of {len(sentences.texts)}",
            percent(cut.accuracy()),
            percent(figures.pieces["UPPER CASE"].accuracy()),
            percent(figures.pieces["accents stripped"].accuracy()),
            "",
        ]
    )
    header = ["language", "training lines", "sentences right", "pieces, %", "UPPER, %", "no accents, %", "taken for, %"]
    return table(header, rows)


def wrong_sentences(outcomes: Outcomes) -> str:
    lines = [
        f"- {LANGUAGES[truth]}, taken for {LANGUAGES[label]} ({score:.2f}): {text}"
        for text, truth, label, score, right in zip(
            outcomes.texts,
            outcomes.truth.tolist(),
            outcomes.labels.tolist(),
            outcomes.scores.tolist(),
            outcomes.right.tolist(),
            strict=True,
        )
        if not right
    ]
    return "\n".join(lines) if lines else "None."


def shown(text: str) -> str:
    return f"`{text}`" if text.strip() else f"{len(text)} blanks" if text else "(empty)"


def figures_markdown(figures: Figures, train_lines: Corpus, not_a_language: list[str]) -> str:
    listed = set(not_a_language)
    changes = [
        [name, percent(figures.sentences[name].accuracy()), percent(figures.pieces[name].accuracy())]
        for name in CHANGES
    ]
    bins = [
        [f"{b.low:.2f} to {b.high:.2f}", str(b.count), f"{b.score:.3f}", f"{b.accuracy:.3f}"]
        for b in figures.reliability
    ]
    short = [
        [shown(text), "yes" if text.strip() in listed else "no", label, f"{score:.2f}"]
        for text, label, score in figures.short_inputs
    ]
    quiet = figures.not_a_language_scores
    return "\n".join(
        [
            "### By language",
            "",
            f"`pieces` are all {len(figures.pieces['as written'].texts):,} pieces of {PIECE} characters of the "
            "held-out sentences, cut at every character.",
            "",
            language_table(figures, train_lines),
            "",
            "Held-out sentences that it gets wrong:",
            "",
            wrong_sentences(figures.sentences["as written"]),
            "",
            "### Who is taken for whom",
            "",
            f"![Confusion matrix of the pieces of {PIECE} characters]({CONFUSION_PICTURE.name})",
            "",
            "### Text that is not clean",
            "",
            table(["change", "sentences, %", f"pieces of {PIECE}, %"], changes),
            "",
            "### By length of the piece",
            "",
            table(["characters", *map(str, figures.lengths)], [["right, %", *map(percent, figures.lengths.values())]]),
            "",
            "### Is the score honest?",
            "",
            f"Held-out lines, whole and cut into pieces of {', '.join(map(str, LENGTHS))} characters, by top score. "
            f"Expected calibration error: {expected_calibration_error(figures.reliability):.3f}.",
            "",
            table(["top score", "texts", "mean score", "accuracy"], bins),
            "",
            f"![Reliability: accuracy against top score]({RELIABILITY_PICTURE.name})",
            "",
            "### Short inputs and text of no language",
            "",
            table(["input", "in not_a_language.txt", "top label", "top score"], short),
            "",
            f"Of the {len(not_a_language)} lines of `not_a_language.txt`, which training saw, the highest top score is "
            f"{quiet.max().item():.2f} and the mean {quiet.mean().item():.2f}.",
        ]
    )


def draw_confusion(outcomes: Outcomes) -> None:
    matrix = confusion_matrix(outcomes).double()
    shares = 100 * matrix / matrix.sum(1, keepdim=True)
    figure, axes = pyplot.subplots(figsize=(9.5, 9))
    colors = pyplot.get_cmap("Blues")
    for i, row in enumerate(shares.tolist()):
        for j, share in enumerate(row):
            if share >= 0.05:
                text = f"{share:.0f}" if share >= 9.95 else f"{share:.1f}"
                ink = "white" if share > 40 else "black"
                axes.add_patch(pyplot.Rectangle((j - 0.5, i - 0.5), 1, 1, color=colors(math.sqrt(share / 100))))
                axes.text(j, i, text, ha="center", va="center", fontsize=8, color=ink)
    ticks = range(len(LANGUAGES))
    axes.set_xlim(-0.5, len(LANGUAGES) - 0.5)
    axes.set_ylim(len(LANGUAGES) - 0.5, -0.5)
    axes.set_xticks([tick + 0.5 for tick in ticks], minor=True)
    axes.set_yticks([tick + 0.5 for tick in ticks], minor=True)
    axes.grid(which="minor", color="#e4e4e4", linewidth=0.5)
    axes.set_xticks(ticks, LANGUAGES)
    axes.set_yticks(ticks, LANGUAGES)
    axes.xaxis.tick_top()
    axes.xaxis.set_label_position("top")
    axes.tick_params(which="both", length=0)
    axes.set_xlabel(f"predicted, % of the pieces of {PIECE} characters")
    axes.set_ylabel("written in")
    save(figure, CONFUSION_PICTURE)


def draw_reliability(bins: list[Bin]) -> None:
    figure, axes = pyplot.subplots(figsize=(5.5, 5))
    axes.plot([0, 1], [0, 1], linestyle="--", color="#888888", linewidth=1, label="score = accuracy")
    axes.plot([b.score for b in bins], [b.accuracy for b in bins], marker="o", color="#1f5fa8", label="language-id")
    for b in bins:
        axes.annotate(f"{b.count:,}", (b.score, b.accuracy), textcoords="offset points", xytext=(8, -5), fontsize=8)
    axes.set_xlim(0, 1.13)
    axes.set_ylim(0, 1.05)
    axes.set_xlabel("mean top score in the bin")
    axes.set_ylabel("share that is right")
    axes.grid(color="#e4e4e4", linewidth=0.5)
    axes.legend(loc="upper left")
    save(figure, RELIABILITY_PICTURE)


def save(figure: pyplot.Figure, path: Path) -> None:
    figure.savefig(path, bbox_inches="tight", facecolor="white", metadata={"Date": None})
    pyplot.close(figure)
    path.write_text("\n".join(map(str.rstrip, path.read_text(encoding="utf-8").splitlines())) + "\n", encoding="utf-8")


BEGIN, END = "<!-- figures: written by train.py -->", "<!-- end of figures -->"


def write_card(markdown: str) -> None:
    before, rest = CARD.read_text(encoding="utf-8").split(BEGIN)
    after = rest.split(END)[1]
    CARD.write_text(f"{before}{BEGIN}\n\n{markdown}\n\n{END}{after}", encoding="utf-8")


# ---------------------------------------------------------------------------------------------------------------------


def train_and_export(corpus: Corpus, not_a_language: list[str], settings: Settings) -> None:
    """The temperature is fitted on a model that has not seen the validation lines; the shipped one has seen all."""
    tokenizer = build_tokenizer()
    kept, validation = split_validation(corpus)
    print("training on seven eighths, to calibrate on the rest")
    calibrated = train(kept, not_a_language, tokenizer, settings)
    calibrate(calibrated, validation, tokenizer, settings)
    print("training on all lines")
    model = train(corpus, not_a_language, tokenizer, settings)
    model.temperature.copy_(calibrated.temperature)
    quantize(model)
    export(model, tokenizer)


def main() -> None:
    parser = argparse.ArgumentParser(description="Trains, exports and measures the model language-id.")
    parser.add_argument("--check", action="store_true", help="measure the files that are there; write nothing")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    matplotlib.use("Agg")
    matplotlib.rcParams["svg.hashsalt"] = "language-id"
    matplotlib.rcParams["svg.fonttype"] = "none"

    corpus, heldout, not_a_language = read_corpus("train"), read_corpus("heldout"), read_not_a_language()
    check_data(corpus, heldout)
    if not arguments.check:
        start = time.monotonic()
        train_and_export(corpus, not_a_language, Settings())
        print(f"trained in {time.monotonic() - start:.0f} s")
    figures = measure(Classifier(), heldout, not_a_language)
    markdown = figures_markdown(figures, corpus, not_a_language)
    print(markdown)
    print(
        f"{figures.bytes:,} bytes, {figures.milliseconds:.2f} ms a short text, padding {figures.padding_difference:.1e}"
    )
    if not arguments.check:
        write_card(markdown)
        draw_confusion(figures.pieces["as written"])
        draw_reliability(figures.reliability)
    check_figures(figures)


if __name__ == "__main__":
    main()
