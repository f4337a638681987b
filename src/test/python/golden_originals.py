"""The originals: tiny models with random weights, saved as transformers and sentence-transformers save theirs."""

import json
from pathlib import Path

import torch
import transformers as hf
from safetensors.torch import save_file
from torch import nn

from golden_tokenizers import BERT, ROBERTA, TYPED, UNTYPED, byte_pairs, unigram, word_piece

LIMIT = 64
SIZES = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 48,
    "attn_implementation": "eager",
}
LABELS = {"bad": 0, "fair": 1, "good": 2}
TOPICS = {"weather": 0, "travel": 1, "food": 2, "music": 3}


def labelled(labels: dict[str, int]) -> dict:
    return {"label2id": labels, "id2label": {i: label for label, i in labels.items()}, "num_labels": len(labels)}


def randomize(model: nn.Module, seed: int) -> None:
    """Larger than at the start of a training, so that a wrong mask, position or type shows in the outputs."""
    random = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, weights in model.named_parameters():
            noise = torch.randn(weights.shape, generator=random)
            if weights.dim() > 1:
                weights.copy_(noise * 0.2)
            else:
                weights.copy_(
                    noise * 0.1 + (1.0 if name.endswith("norm.weight") or "LayerNorm.weight" in name else 0.0)
                )


def save(model: nn.Module, tokenizer, folder: Path, seed: int) -> None:
    randomize(model, seed)
    model.eval().save_pretrained(folder)
    if tokenizer is not None:
        tokenizer.save_pretrained(folder)


def write(content, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def bert_embed(folder: Path) -> None:
    tokenizer = word_piece(LIMIT, BERT, TYPED)
    config = hf.BertConfig(**SIZES, vocab_size=len(tokenizer), max_position_embeddings=LIMIT)
    save(hf.BertModel(config, add_pooling_layer=False), tokenizer, folder, 1)
    sentence_transformer(folder, "mean", ["Normalize"], prompts={"query": "query: ", "passage": "passage: "})


def mpnet_embed(folder: Path) -> None:
    tokenizer = word_piece(LIMIT, ROBERTA, UNTYPED)
    config = hf.MPNetConfig(**SIZES, vocab_size=len(tokenizer), max_position_embeddings=LIMIT + 2)
    save(hf.MPNetModel(config, add_pooling_layer=False), tokenizer, folder, 2)
    sentence_transformer(folder, "cls", [])


def deberta_embed(folder: Path) -> None:
    tokenizer = unigram(LIMIT, BERT)
    config = hf.DebertaV2Config(
        **SIZES,
        vocab_size=len(tokenizer),
        max_position_embeddings=LIMIT,
        relative_attention=True,
        position_buckets=16,
        norm_rel_ebd="layer_norm",
        share_att_key=True,
        pos_att_type=["p2c", "c2p"],
        position_biased_input=False,
        type_vocab_size=0,
        pad_token_id=tokenizer.pad_token_id,
    )
    save(hf.DebertaV2Model(config), tokenizer, folder, 3)
    sentence_transformer(folder, "max", ["Dense"])


def modernbert_embed(folder: Path) -> None:
    tokenizer = byte_pairs(LIMIT, BERT, padding_side="left")
    cls, sep = tokenizer.cls_token_id, tokenizer.sep_token_id
    config = hf.ModernBertConfig(
        **SIZES,
        vocab_size=len(tokenizer),
        max_position_embeddings=LIMIT,
        local_attention=8,
        global_attn_every_n_layers=2,
        pad_token_id=tokenizer.pad_token_id,
        bos_token_id=cls,
        cls_token_id=cls,
        eos_token_id=sep,
        sep_token_id=sep,
    )
    save(hf.ModernBertModel(config), tokenizer, folder, 4)
    sentence_transformer(folder, "lasttoken", ["Normalize"], current=True)


def roberta_classify(folder: Path) -> None:
    tokenizer = byte_pairs(LIMIT, ROBERTA)
    config = hf.RobertaConfig(
        **SIZES,
        **labelled(LABELS),
        vocab_size=len(tokenizer),
        max_position_embeddings=LIMIT + 2,
        type_vocab_size=1,
        problem_type="single_label_classification",
    )
    save(hf.RobertaForSequenceClassification(config), tokenizer, folder, 5)


def distilbert_multilabel(folder: Path) -> None:
    tokenizer = word_piece(LIMIT, BERT, UNTYPED, lowercase=False)
    config = hf.DistilBertConfig(
        dim=32,
        n_layers=2,
        n_heads=4,
        hidden_dim=48,
        attn_implementation="eager",
        **labelled(TOPICS),
        vocab_size=len(tokenizer),
        max_position_embeddings=LIMIT,
        problem_type="multi_label_classification",
    )
    save(hf.DistilBertForSequenceClassification(config), tokenizer, folder, 6)


def electra_regression(folder: Path) -> None:
    tokenizer = word_piece(LIMIT, BERT, TYPED)
    config = hf.ElectraConfig(
        **SIZES,
        **labelled({"stars": 0}),
        embedding_size=16,
        vocab_size=len(tokenizer),
        max_position_embeddings=LIMIT,
        problem_type="regression",
    )
    save(hf.ElectraForSequenceClassification(config), tokenizer, folder, 7)


def xlmr_rerank(folder: Path) -> None:
    tokenizer = unigram(LIMIT, ROBERTA)
    config = hf.XLMRobertaConfig(
        **SIZES,
        **labelled({"LABEL_0": 0}),
        vocab_size=len(tokenizer),
        max_position_embeddings=LIMIT + 2,
        type_vocab_size=1,
    )
    save(hf.XLMRobertaForSequenceClassification(config), tokenizer, folder, 8)


def bert_rerank(folder: Path) -> None:
    tokenizer = word_piece(LIMIT, BERT, TYPED)
    config = hf.BertConfig(
        **SIZES, **labelled({"LABEL_0": 0}), vocab_size=len(tokenizer), max_position_embeddings=LIMIT
    )
    save(hf.BertForSequenceClassification(config), tokenizer, folder, 9)


def vit(folder: Path) -> None:
    config = hf.ViTConfig(**SIZES, **labelled(LABELS), image_size=32, patch_size=8)
    save(hf.ViTForImageClassification(config), None, folder, 10)


class Tabular(nn.Module):
    """Numbers, codes and a flag in; a price, the shares of three classes and the chosen class out."""

    def __init__(self):
        super().__init__()
        self.first = nn.Embedding(5, 4)
        self.second = nn.Embedding(7, 4)
        self.body = nn.Sequential(nn.Linear(4 + 8 + 1, 16), nn.Tanh())
        self.price = nn.Linear(16, 1)
        self.shares = nn.Linear(16, 3)
        randomize(self, 11)

    def forward(self, numbers, codes, member):
        codes = torch.cat([self.first(codes[:, 0]), self.second(codes[:, 1])], 1)
        body = self.body(torch.cat([numbers, codes, member.to(numbers.dtype)], 1))
        logits = self.shares(body)
        return self.price(body), logits.softmax(1).double(), logits.argmax(1)


def sentence_transformer(folder: Path, pooling: str, last: list[str], prompts=None, current: bool = False) -> None:
    """The files beside a transformer. Of the pooling and the module types there are two forms: the one that most
    published models have, and the current one."""
    modules = [
        ("", "Transformer", "base.modules.transformer"),
        ("1_Pooling", "Pooling", "sentence_transformer.modules.pooling"),
    ]
    modules += [(f"{2 + i}_{kind}", kind, f"base.modules.{kind.lower()}") for i, kind in enumerate(last)]
    listed = [
        {
            "idx": i,
            "name": str(i),
            "path": path,
            "type": f"sentence_transformers.{package if current else 'models'}.{kind}",
        }
        for i, (path, kind, package) in enumerate(modules)
    ]
    write(listed, folder / "modules.json")
    write(pooling_config(pooling, current), folder / "1_Pooling/config.json")
    for path, kind, _ in modules[2:]:
        if kind == "Dense":
            dense(folder / path)
    settings = {
        "__version__": {},
        "prompts": prompts or {},
        "default_prompt_name": None,
        "similarity_fn_name": "cosine",
    }
    write(settings, folder / "config_sentence_transformers.json")
    write({"max_seq_length": LIMIT, "do_lower_case": False}, folder / "sentence_bert_config.json")


def pooling_config(pooling: str, current: bool) -> dict:
    if current:
        return {"embedding_dimension": 32, "pooling_mode": pooling, "include_prompt": True}
    modes = {"cls": "cls_token", "mean": "mean_tokens", "max": "max_tokens", "lasttoken": "lasttoken"}
    flags = {f"pooling_mode_{name}": mode == pooling for mode, name in modes.items()}
    return {"word_embedding_dimension": 32, **flags, "include_prompt": True}


def dense(folder: Path) -> None:
    layer = nn.Linear(32, 16)
    randomize(layer, 12)
    write(
        {
            "in_features": 32,
            "out_features": 16,
            "bias": True,
            "activation_function": "torch.nn.modules.activation.Tanh",
        },
        folder / "config.json",
    )
    save_file(
        {f"linear.{name}": weights.detach() for name, weights in layer.named_parameters()}, folder / "model.safetensors"
    )
