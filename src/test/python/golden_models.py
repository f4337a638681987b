"""Writes the golden model folders of the engine tests: tiny models of many architectures, exported by export_model.py,
each with golden.json: what transformers and sentence-transformers answer to some rows.

A row has "text", "query" and "text", or "inputs"; "token_ids" and, where the model knows types, "type_ids", with the
special tokens and the prompt; and "output": a sentence vector, scores by label, one score, the numbers of a regression,
or outputs by name. "raw" are the logits. Rows with "prompt_name", "dimensions" (cut and normalised again), "tokens"
(all token vectors) or "truncate" (the side on which a text that is too long loses tokens) are asked for so.

Needs requirements-export.txt: python src/test/python/golden_models.py [NAME ...]
"""

import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

SOURCES = Path(__file__).resolve().parents[2]
MODELS = SOURCES / "test/resources/models"
sys.path.insert(0, str(SOURCES / "main/python"))
os.environ["HF_HUB_OFFLINE"] = "1"

from model_export.quiet import quieten

quieten()

import torch
from model_export.choices import Choices
from model_export.export import export, export_module
from model_export.signature import Signature, TensorSpec

import golden_answers as answers
import golden_originals as originals
from golden_texts import LONG, SENTENCES

BERT_ROWS = (
    {"text": SENTENCES[1], "prompt_name": "query"},
    {"text": SENTENCES[3], "prompt_name": "passage"},
    {"text": SENTENCES[1], "dimensions": 8},
    {"text": SENTENCES[1], "prompt_name": "query", "dimensions": 16},
    {"text": SENTENCES[9], "tokens": True},
    {"text": LONG, "truncate": "right"},
    {"text": LONG, "truncate": "left"},
)

TABULAR = "tiny-tabular"
Writer = Callable[[Path], None]
Answers = Callable[[Path], dict]
TEXT_MODELS: dict[str, tuple[Writer, Answers]] = {
    "tiny-bert-embed": (originals.bert_embed, lambda folder: answers.embeddings(folder, True, BERT_ROWS)),
    "tiny-roberta-classify": (originals.roberta_classify, lambda folder: answers.classifications(folder, False, False)),
    "tiny-bert-rerank": (originals.bert_rerank, lambda folder: answers.classifications(folder, True, True)),
    "tiny-xlmr-rerank": (originals.xlmr_rerank, lambda folder: answers.classifications(folder, False, True)),
    "tiny-distilbert-multilabel": (
        originals.distilbert_multilabel,
        lambda folder: answers.classifications(folder, False, False),
    ),
    "tiny-mpnet-embed": (originals.mpnet_embed, lambda folder: answers.embeddings(folder, False)),
    "tiny-electra-regression": (
        originals.electra_regression,
        lambda folder: answers.classifications(folder, True, False),
    ),
    "tiny-deberta-embed": (originals.deberta_embed, lambda folder: answers.embeddings(folder, False)),
    "tiny-modernbert-embed": (originals.modernbert_embed, lambda folder: answers.embeddings(folder, False)),
    "tiny-vit": (originals.vit, answers.images),
}


def write_text_model(name: str, original: Path) -> None:
    write, answer = TEXT_MODELS[name]
    write(original)
    export(str(original), MODELS / name, Choices())
    write_golden(name, answer(original))


def write_tabular(name: str) -> None:
    module, examples, signature = export_tabular(MODELS / name)
    write_golden(name, answers.table_rows(module, examples, signature.names("outputs")))


def export_tabular(target: Path, choices: Choices = Choices()) -> tuple:
    random = torch.Generator().manual_seed(21)
    rows = 8
    examples = {
        "numbers": torch.randint(-8, 9, (rows, 4), generator=random) / 4,
        "codes": torch.stack([torch.randint(0, size, (rows,), generator=random) for size in (5, 7)], 1),
        "member": torch.randint(0, 2, (rows, 1), generator=random).bool(),
    }
    signature = Signature(
        (
            TensorSpec("numbers", "FP32", (-1, 4)),
            TensorSpec("codes", "INT64", (-1, 2)),
            TensorSpec("member", "BOOL", (-1, 1)),
        ),
        (
            TensorSpec("price", "FP32", (-1, 1)),
            TensorSpec("shares", "FP64", (-1, 3)),
            TensorSpec("choice", "INT64", (-1,)),
        ),
    )
    module = originals.Tabular()
    export_module(module, signature, tuple(examples.values()), target, TABULAR, choices)
    return module, examples, signature


def write_golden(name: str, golden: dict) -> None:
    rows = ",\n".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in golden["rows"])
    text = f'{{"task": "{golden["task"]}", "rows": [\n{rows}\n]}}\n'
    (MODELS / name / "golden.json").write_text(text, encoding="utf-8")


def fix_hash_seed() -> None:
    """Some models walk over sets of names; with one seed they do so in one order, and the files come out the same."""
    if os.environ.get("PYTHONHASHSEED") != "0":
        os.execve(sys.executable, [sys.executable, *sys.argv], os.environ | {"PYTHONHASHSEED": "0"})


def main() -> None:
    fix_hash_seed()
    torch.set_num_threads(1)
    for name in sys.argv[1:] or (*TEXT_MODELS, TABULAR):
        shutil.rmtree(MODELS / name, ignore_errors=True)
        with tempfile.TemporaryDirectory() as scratch:
            if name == TABULAR:
                write_tabular(name)
            else:
                write_text_model(name, Path(scratch) / name)


if __name__ == "__main__":
    main()
