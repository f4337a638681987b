"""Writes the files that Ferry serves: config.json, tokenizer.json and model.pt."""

import io
import json
import zipfile
from pathlib import Path

import torch
from tokenizers import Tokenizer

from corpus import LANGUAGES
from model import LanguageIdForSequenceClassification
from paths import MODEL
from tokenization import PAD

MAX_LENGTH = 8192


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
    """TorchScript keeps source lines and their paths in its archive, and an identifier made from them; nothing reads
    them when serving, and without them the same weights give the same bytes."""
    with zipfile.ZipFile(archive) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as target:
        for record in source.infolist():
            if not record.filename.endswith((".debug_pkl", "/.data/serialization_id")):
                target.writestr(zipfile.ZipInfo(record.filename), source.read(record))
