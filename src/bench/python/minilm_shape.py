"""Makes the models of the benchmarks: random weights in the shapes of models that people serve; nothing is downloaded.

    python src/bench/python/minilm_shape.py FOLDER
    python src/bench/python/minilm_shape.py FOLDER --compiled cpu    minilm-shape alone, with model.pt2 for cpu or cuda

FOLDER then holds minilm-shape (6 layers of 384, as all-MiniLM-L6-v2), classifier and reranker (a small BERT) and vit,
exported by export_model.py, and minilm-shape-original, which sentence-transformers loads.
Needs src/main/python/requirements-export.txt.
"""

import argparse
import json
import sys
import tempfile
from collections import Counter
from pathlib import Path

SOURCES = Path(__file__).resolve().parents[2]
TEXTS = SOURCES / "main/python/language_id/data/train"
sys.path.insert(0, str(SOURCES / "main/python"))

from model_export.quiet import quieten

quieten()

import torch
import transformers as hf
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors

from model_export.choices import DEFAULT_FORMATS, DEVICES, Choices
from model_export.export import export

VOCABULARY = 30522
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
MINILM = {
    "vocab_size": VOCABULARY,
    "hidden_size": 384,
    "num_hidden_layers": 6,
    "num_attention_heads": 12,
    "intermediate_size": 1536,
}
SMALL = {
    "vocab_size": VOCABULARY,
    "hidden_size": 128,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "intermediate_size": 512,
    "initializer_range": 0.05,
}
VIT = {
    "image_size": 224,
    "patch_size": 16,
    "hidden_size": 192,
    "num_hidden_layers": 12,
    "num_attention_heads": 3,
    "intermediate_size": 768,
    "num_labels": 1000,
}
TOPICS = ["politics", "sport", "science", "culture", "travel"]


def vocabulary(words: Counter[str]) -> list[str]:
    """All letters alone and inside words, then the frequent words and endings; filled up as BERT's own list is."""
    letters = sorted({letter for word in words for letter in word})
    endings = Counter()
    for word, count in words.items():
        for length in range(2, min(6, len(word))):
            endings["##" + word[-length:]] += count
    frequent = sorted(((words | endings).items()), key=lambda item: (-item[1], item[0]))
    pieces = dict.fromkeys(
        [*SPECIAL, *letters, *("##" + letter for letter in letters), *(piece for piece, _ in frequent)]
    )
    chosen = list(pieces)[:VOCABULARY]
    return chosen + [f"[unused{i}]" for i in range(VOCABULARY - len(chosen))]


def tokenizer(limit: int) -> hf.PreTrainedTokenizerFast:
    normalizer, splitter = normalizers.BertNormalizer(lowercase=True), pre_tokenizers.BertPreTokenizer()
    words = Counter(
        word
        for file in sorted(TEXTS.glob("*.txt"))
        for word, _ in splitter.pre_tokenize_str(normalizer.normalize_str(file.read_text(encoding="utf-8")))
    )
    ids = {piece: i for i, piece in enumerate(vocabulary(words))}
    built = Tokenizer(models.WordPiece(ids, unk_token="[UNK]", max_input_chars_per_word=100))
    built.normalizer, built.pre_tokenizer = normalizer, splitter
    built.post_processor = processors.TemplateProcessing(
        single="[CLS]:0 $A:0 [SEP]:0",
        pair="[CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1",
        special_tokens=[(token, ids[token]) for token in ("[CLS]", "[SEP]")],
    )
    names = dict(zip(("pad_token", "unk_token", "cls_token", "sep_token", "mask_token"), SPECIAL, strict=True))
    inputs = ["input_ids", "token_type_ids", "attention_mask"]
    return hf.PreTrainedTokenizerFast(tokenizer_object=built, model_max_length=limit, model_input_names=inputs, **names)


def save(model: torch.nn.Module, folder: Path, limit: int = 0) -> None:
    model.eval().save_pretrained(folder)
    if limit:
        tokenizer(limit).save_pretrained(folder)


def minilm(folder: Path) -> None:
    embedder(folder, MINILM, 256)


def embedder(folder: Path, config: dict[str, int], limit: int) -> None:
    """As sentence-transformers saves it: the mean over the tokens, of length 1."""
    save(hf.BertModel(hf.BertConfig(**config), add_pooling_layer=False), folder, limit)
    kinds = {"": "Transformer", "1_Pooling": "Pooling", "2_Normalize": "Normalize"}
    modules = [
        {"idx": i, "name": str(i), "path": path, "type": f"sentence_transformers.models.{kind}"}
        for i, (path, kind) in enumerate(kinds.items())
    ]
    pooling = {
        "word_embedding_dimension": config["hidden_size"],
        "pooling_mode_cls_token": False,
        "pooling_mode_mean_tokens": True,
    }
    (folder / "1_Pooling").mkdir()
    (folder / "modules.json").write_text(json.dumps(modules, indent=2))
    (folder / "1_Pooling/config.json").write_text(json.dumps(pooling))
    (folder / "sentence_bert_config.json").write_text(json.dumps({"max_seq_length": limit, "do_lower_case": False}))


def classifier(folder: Path) -> None:
    labels = {"id2label": dict(enumerate(TOPICS)), "label2id": {topic: i for i, topic in enumerate(TOPICS)}}
    config = hf.BertConfig(**SMALL, **labels, problem_type="single_label_classification")
    save(hf.BertForSequenceClassification(config), folder, 512)


def reranker(folder: Path) -> None:
    save(hf.BertForSequenceClassification(hf.BertConfig(**SMALL, num_labels=1)), folder, 512)


def vit(folder: Path) -> None:
    save(hf.ViTForImageClassification(hf.ViTConfig(**VIT)), folder)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--compiled", choices=DEVICES)
    given = parser.parse_args()
    if given.compiled:
        formats = ("pt2",) if given.compiled == "cuda" else (*DEFAULT_FORMATS, "pt2")
        export_minilm(given.folder, Choices(formats=formats, device=given.compiled))
        return
    for seed, write in enumerate((classifier, reranker, vit)):
        torch.manual_seed(seed)
        with tempfile.TemporaryDirectory() as scratch:
            original = Path(scratch) / write.__name__
            write(original)
            export(str(original), given.folder / write.__name__, Choices())
    export_minilm(given.folder, Choices())


def export_minilm(folder: Path, choices: Choices) -> None:
    torch.manual_seed(6)
    minilm(folder / "minilm-shape-original")
    export(str(folder / "minilm-shape-original"), folder / "minilm-shape", choices)


if __name__ == "__main__":
    main()
