"""Golden rows: what the original libraries answer, one text at a time."""

from pathlib import Path

import torch
from sentence_transformers import SentenceTransformer
from torch import Tensor
from transformers import AutoModelForImageClassification, AutoModelForSequenceClassification, AutoTokenizer

from golden_texts import PAIRS, TEXTS, longest


def exact(values: Tensor) -> list | float | int | bool:
    """Nine digits hold every float32."""
    return rounded(values.tolist())


def rounded(value):
    if isinstance(value, list):
        return [rounded(v) for v in value]
    return float(f"{value:.9g}") if isinstance(value, float) else value


def tokens_of(encoded, typed: bool) -> dict:
    tokens = {"token_ids": encoded["input_ids"][0].tolist()}
    return tokens | ({"type_ids": encoded["token_type_ids"][0].tolist()} if typed else {})


def embeddings(folder: Path, typed: bool, more: tuple[dict, ...] = ()) -> dict:
    """`more` are rows with options of their own: prompt_name, dimensions, tokens or truncate."""
    model = SentenceTransformer(str(folder), device="cpu")
    texts = [*TEXTS, longest(lambda text: len(model.tokenizer(text)["input_ids"]), model.max_seq_length)]
    return {"task": "embed", "rows": [embedding(model, row, typed) for row in [*({"text": t} for t in texts), *more]]}


def embedding(model: SentenceTransformer, row: dict, typed: bool) -> dict:
    tokenizer, text, prompt = model.tokenizer, row["text"], row.get("prompt_name")
    tokenizer.truncation_side = row.get("truncate", "right")
    options = {"convert_to_tensor": True, "prompt_name": prompt, "show_progress_bar": False}
    whole = (model.prompts[prompt] if prompt else "") + text
    encoded = tokenizer(whole, return_tensors="pt", truncation="truncate" in row, max_length=model.max_seq_length)
    assert encoded["input_ids"].shape[1] <= model.max_seq_length, f"too long without truncate: {whole}"
    dimensions = row.get("dimensions")
    output = model.encode(text, truncate_dim=dimensions, normalize_embeddings=dimensions is not None, **options)
    answer = row | tokens_of(encoded, typed) | {"output": exact(output)}
    if "tokens" in row:
        answer["tokens"] = exact(model.encode(text, output_value="token_embeddings", **options))
    return answer


@torch.inference_mode()
def classifications(folder: Path, typed: bool, pairs: bool) -> dict:
    model = AutoModelForSequenceClassification.from_pretrained(folder).eval()
    tokenizer = AutoTokenizer.from_pretrained(folder)
    query = {"query": PAIRS[0][0]} if pairs else {}
    longest_text = longest(lambda text: len(tokenizer(*query.values(), text)["input_ids"]), tokenizer.model_max_length)
    texts = [{"query": q, "text": t} for q, t in PAIRS] if pairs else [{"text": t} for t in TEXTS]
    rows = []
    for row in [*texts, query | {"text": longest_text}]:
        encoded = tokenizer(*row.values(), return_tensors="pt")
        logits = model(**encoded).logits[0]
        rows.append(
            row | tokens_of(encoded, typed) | {"output": activated(logits, model.config, pairs), "raw": exact(logits)}
        )
    return {"task": "rerank" if pairs else "classify", "rows": rows}


def activated(logits: Tensor, config, pairs: bool):
    if pairs:
        return exact(logits.sigmoid())[0]
    if config.problem_type == "regression":
        return exact(logits)
    scores = logits.softmax(0) if config.problem_type == "single_label_classification" else logits.sigmoid()
    return {config.id2label[i]: score for i, score in enumerate(exact(scores))}


@torch.inference_mode()
def images(folder: Path) -> dict:
    """Pixels are halves between -1 and 1: short in JSON, and exact."""
    model = AutoModelForImageClassification.from_pretrained(folder).eval()
    random = torch.Generator().manual_seed(20)
    rows = []
    for _ in range(4):
        pixels = torch.randint(-2, 3, (1, 3, 32, 32), generator=random) / 2
        logits = model(pixel_values=pixels).logits[0]
        rows.append({"inputs": {"pixel_values": exact(pixels[0])}, "output": {"logits": exact(logits)}})
    return {"task": "tensors", "rows": rows}


@torch.inference_mode()
def table_rows(module: torch.nn.Module, examples: dict[str, Tensor], outputs: tuple[str, ...]) -> dict:
    rows = []
    for i in range(len(next(iter(examples.values())))):
        answers = module(*(column[i : i + 1] for column in examples.values()))
        rows.append(
            {
                "inputs": {name: exact(column[i]) for name, column in examples.items()},
                "output": {name: exact(answer[0]) for name, answer in zip(outputs, answers, strict=True)},
            }
        )
    return {"task": "tensors", "rows": rows}
