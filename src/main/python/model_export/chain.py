"""Which chains of sentence-transformers' modules Ferry applies itself; the rest is refused, or must be in the file."""

import re
from pathlib import Path

from model_export.errors import ExportError
from model_export.source import Source, load_object

CHAIN = re.compile("Transformer(, Pooling(, Dense)*(, Normalize)?)?")
MODULES = {"Transformer", "Pooling", "Dense", "Normalize"}
POOLINGS = {"cls", "mean", "max", "lasttoken"}
FLAGS = {
    "pooling_mode_cls_token": "cls",
    "pooling_mode_max_tokens": "max",
    "pooling_mode_mean_tokens": "mean",
    "pooling_mode_mean_sqrt_len_tokens": "mean_sqrt_len_tokens",
    "pooling_mode_weightedmean_tokens": "weightedmean",
    "pooling_mode_lasttoken": "lasttoken",
}
ACTIVATIONS = {"Identity", "Tanh", "ReLU", "Sigmoid"}
VECTOR = "sentence_embedding"


def refuse_unservable(source: Source, task: str, pooled: bool) -> None:
    """Raises ExportError for a model that Ferry would refuse, or serve with other numbers than the library's."""
    if task == "rerank":
        refuse_activation(source)
    kinds = source.module_kinds()
    if not kinds:
        return
    if kinds[0] != "Transformer":
        raise ExportError(f"{source.name} begins with the module {kinds[0]}; only a Transformer can be exported")
    if source.modules[0]["path"]:
        raise ExportError(
            f"{source.name} keeps its transformer in {source.modules[0]['path']}, as old versions of the library did; "
            "SentenceTransformer(FOLDER).save(OTHER) writes the current layout"
        )
    made = source.library.get("model_type") or "SentenceTransformer"
    if made != "SentenceTransformer" and (made != "CrossEncoder" or len(kinds) > 1):
        raise ExportError(
            f"{source.name} is a {made} of the modules {', '.join(kinds)}; "
            "Ferry serves a SentenceTransformer, or a CrossEncoder that is a Transformer alone"
        )
    if task == "embed" and len(kinds) == 1:
        raise ExportError(f"{source.name} has no Pooling in modules.json, so nothing says how to pool")
    refuse_prompts_out_of_pooling(source)
    reason = unapplied(source, kinds)
    if reason and not pooled:
        raise ExportError(f"{source.name} has {reason}, which Ferry does not apply; --pooled puts it into the file")


def refuse_activation(source: Source) -> None:
    """As the library chooses it: of several places the newest."""
    places = (
        source.library.get("activation_fn"),
        (source.config.get("sentence_transformers") or {}).get("activation_fn"),
        source.config.get("sbert_ce_default_activation_function"),
    )
    name = next((place for place in places if place is not None), "torch.nn.Sigmoid")
    if function(name) not in ("Sigmoid", "Identity"):
        raise ExportError(f"{source.name} has the activation {name}; Ferry's rerankers have Sigmoid and Identity")


def refuse_prompts_out_of_pooling(source: Source) -> None:
    prompts = source.library.get("prompts") or {}
    if any(prompts.values()) and any(config.get("include_prompt") is False for config in configs(source, "Pooling")):
        raise ExportError(f"{source.name} leaves prompts out of pooling (include_prompt); Ferry pools all tokens")


def unapplied(source: Source, kinds: list[str]) -> str | None:
    """What of a chain Ferry does not apply; None if it applies it all."""
    unknown = [kind for kind in kinds if kind not in MODULES]
    if unknown:
        return f"the module {unknown[0]}"
    if not CHAIN.fullmatch(", ".join(kinds)):
        return f"its modules in the order {', '.join(kinds)}"
    for config in configs(source, "Pooling"):
        modes = pooling_modes(config)
        if len(modes) != 1 or modes[0] not in POOLINGS:
            return f"a pooling by {' and '.join(map(str, modes))}"
    for config in configs(source, "Dense"):
        activation = config.get("activation_function", "torch.nn.Tanh")
        if function(activation) not in ACTIVATIONS:
            return f"the activation {activation}"
        if config.get("use_residual"):
            return "a Dense with use_residual"
    for config in configs(source, "Dense") + configs(source, "Normalize"):
        names = [config.get("module_input_name"), config.get("module_output_name")]
        other = [name for name in names if name not in (None, VECTOR)]
        if other:
            return f"a module on {other[0]}"
    return None


def pooling_modes(config: dict) -> list:
    written = config.get("pooling_mode")
    if written is not None:
        return written if isinstance(written, list) else [written]
    return [mode for flag, mode in FLAGS.items() if config.get(flag)] or ["mean"]


def function(name: object) -> str:
    """Of PyTorch's own the class name; of others all of it."""
    text = str(name)
    return text.rsplit(".", 1)[-1] if text.startswith("torch.") else text


def configs(source: Source, kind: str) -> list[dict]:
    paths = [module["path"] for module, its in zip(source.modules, source.module_kinds(), strict=True) if its == kind]
    files: list[Path] = [source.folder / path / "config.json" for path in paths]
    return [load_object(file) for file in files if file.is_file()]
