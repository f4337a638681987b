"""The model as its own library loads it, wrapped so that tensors go in by position and one tensor comes out."""

import contextlib
import inspect
from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from model_export.errors import ExportError
from model_export.source import Source


@dataclass(frozen=True)
class Original:
    """A module in float32 with the names of its parameters and of its outputs, in order."""

    module: nn.Module
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    text: "TextLimits | None" = None


@dataclass(frozen=True)
class TextLimits:
    """What token rows may hold: ids below vocabulary, at most longest tokens."""

    vocabulary: int
    longest: int
    pad_id: int


class Encoder(nn.Module):
    """Calls a transformers model by keyword and picks one field of its answer, as float32 whatever the weights are."""

    def __init__(self, model: nn.Module, output: str):
        super().__init__()
        self.model = model
        self.output = output

    def pick(self, **inputs: Tensor) -> Tensor:
        return self.model(**inputs, return_dict=True)[self.output].float()


class Pooled(nn.Module):
    """All modules of a sentence-transformer, up to the sentence vector."""

    def __init__(self, modules: nn.Module):
        super().__init__()
        self.model = modules

    def pick(self, **inputs: Tensor) -> Tensor:
        features = dict(inputs)
        for module in self.model:
            features = module(features)
        return features["sentence_embedding"].float()


class ByPosition(nn.Module):
    """The parameter names are what Ferry reads from the file: they are the same for every model."""

    def __init__(self, inner: nn.Module):
        super().__init__()
        self.inner = inner


class MaskedTokens(ByPosition):
    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        return self.inner.pick(input_ids=input_ids, attention_mask=attention_mask)


class TypedTokens(ByPosition):
    def forward(self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> Tensor:
        return self.inner.pick(input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids)


class Pixels(ByPosition):
    def forward(self, pixel_values: Tensor) -> Tensor:
        return self.inner.pick(pixel_values=pixel_values.to(self.inner.model.dtype))


def load_text_model(source: Source, task: str, pooled: bool, trust: bool, dtype: torch.dtype) -> Original:
    from transformers import AutoModel, AutoModelForSequenceClassification

    logits = task in ("classify", "rerank")
    loader = AutoModelForSequenceClassification if logits else AutoModel
    if pooled:
        modules = load_sentence_transformer(source, trust, dtype)
        model, inner, output = modules[0].auto_model, Pooled(modules), "sentence_embedding"
    else:
        model = load(loader, source, trust, dtype)
        output = "logits" if logits else "last_hidden_state"
        inner = Encoder(model, output)
    model.config.use_cache = False
    typed = takes_token_types(model)
    module = (TypedTokens if typed else MaskedTokens)(inner).eval()
    names = ("input_ids", "attention_mask") + (("token_type_ids",) if typed else ())
    return Original(module, names, (output,), text_limits(source, model, trust))


def load_image_model(source: Source, trust: bool, dtype: torch.dtype) -> Original:
    from transformers import AutoModelForImageClassification

    model = load(AutoModelForImageClassification, source, trust, dtype)
    return Original(Pixels(Encoder(model, "logits")).eval(), ("pixel_values",), ("logits",))


def load(loader: type, source: Source, trust: bool, dtype: torch.dtype) -> nn.Module:
    """Eager attention: plain matrix products, which every TorchScript and ONNX runtime has."""
    options = {"dtype": dtype, "attn_implementation": "eager", "trust_remote_code": trust}
    with told_of(source):
        model, found = loader.from_pretrained(source.folder, output_loading_info=True, **options)
    # The library fills what is missing with random numbers. A bare encoder's pooler is not used.
    headless = loader.__name__ == "AutoModel"
    missing = sorted(name for name in found["missing_keys"] if not (headless and name.startswith("pooler.")))
    if missing:
        raise ExportError(
            f"{source.name} has no weights for {missing[0]}"
            + (f" and {len(missing) - 1} more" if missing[1:] else "")
            + "; it was not trained for this task, or its files are not complete"
        )
    return model.eval()


def load_sentence_transformer(source: Source, trust: bool, dtype: torch.dtype) -> nn.Module:
    from sentence_transformers import SentenceTransformer

    if not source.is_sentence_transformer:
        raise ExportError(f"{source.name} has no modules.json, so nothing says how to pool; export without --pooled")
    options = {"dtype": dtype, "attn_implementation": "eager"}
    with told_of(source):
        model = SentenceTransformer(
            str(source.folder), device="cpu", model_kwargs=options, trust_remote_code=trust, local_files_only=True
        )
    return model.eval()


@contextlib.contextmanager
def told_of(source: Source) -> Iterator[None]:
    """What the libraries raise on broken, missing and unknown files, as a sentence."""
    try:
        yield
    except Exception as failed:  # of many kinds, from several libraries
        lines = str(failed).replace(str(source.folder), source.name).strip().splitlines()
        said = lines[0] if lines else type(failed).__name__
        raise ExportError(f"{source.name} cannot be loaded: {said}") from failed


def takes_token_types(model: nn.Module) -> bool:
    named = "token_type_ids" in inspect.signature(model.forward).parameters
    return named and getattr(model.config, "type_vocab_size", 0) > 1


def text_limits(source: Source, model: nn.Module, trust: bool) -> TextLimits:
    from transformers import AutoTokenizer

    with told_of(source):
        tokenizer = AutoTokenizer.from_pretrained(source.folder, trust_remote_code=trust)
    vocabulary = model.get_input_embeddings().num_embeddings
    # Tokens that were added may be beyond the model's: Ferry refuses the texts that have them.
    tokens = tokenizer.vocab_size
    if tokens > vocabulary:
        raise ExportError(
            f"{source.name} has a tokenizer of {tokens} tokens and a model of {vocabulary}; they are not a pair"
        )
    longest = min(positions(model), tokenizer.model_max_length)
    pad = tokenizer.pad_token_id or 0
    return TextLimits(vocabulary, longest, pad if pad < vocabulary else 0)


def positions(model: nn.Module) -> int:
    """Position tables of the RoBERTa family begin after the id of the padding token."""
    for name, table in model.named_modules():
        if name.endswith("position_embeddings") and isinstance(table, nn.Embedding):
            return table.num_embeddings - (0 if table.padding_idx is None else table.padding_idx + 1)
    return getattr(model.config, "max_position_embeddings", 512)
