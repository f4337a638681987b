"""The model folder: what is copied, what is written, and that it appears whole or not at all."""

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from model_export.errors import ExportError
from model_export.source import Source, is_absolute, load_json

FILES = (
    "config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "modules.json",
    "config_sentence_transformers.json",
    "sentence_bert_config.json",
    "preprocessor_config.json",
)
# Libraries note where they loaded a model from.
ORIGINS = ("_name_or_path", "name_or_path", "tokenizer_file")


@contextlib.contextmanager
def staged(target: Path) -> Iterator[Path]:
    """A folder beside the target that takes its name when the block ends well and is removed when it does not."""
    target = target.absolute()
    stage = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise ExportError(f"{target.name} exists and is not empty; choose another target, or remove it first")
        target.parent.mkdir(parents=True, exist_ok=True)
        stage.mkdir()
        yield stage
        if target.exists():
            target.rmdir()
        stage.rename(target)
    except OSError as failed:
        raise ExportError(
            f"{target.name} cannot be written ({failed.strerror or failed}); "
            "is its parent a folder that you may write to, with space left?"
        ) from failed
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def require_fast_tokenizer(source: Source) -> None:
    if not (source.folder / "tokenizer.json").is_file():
        raise ExportError(
            f"{source.name} has no tokenizer.json. Where the library can make one: "
            "AutoTokenizer.from_pretrained(FOLDER).save_pretrained(FOLDER), then export FOLDER again"
        )


def copy_files(source: Source, into: Path, pooled: bool) -> None:
    """`pooled`: the modules are in the file, so that nothing must be done after it."""
    for name in FILES:
        if (source.folder / name).is_file() and not (pooled and name == "modules.json"):
            copy_json(source.folder / name, into / name)
    # A module without settings may lack its folder; two may share one.
    paths = {module["path"] for module in source.modules if module["path"]} if not pooled else set()
    for path in sorted(paths):
        if (source.folder / path).is_dir():
            copy_module(source.folder / path, into / path)


def copy_module(folder: Path, into: Path) -> None:
    into.mkdir(parents=True, exist_ok=True)
    if (folder / "config.json").is_file():
        copy_json(folder / "config.json", into / "config.json")
    if (folder / "model.safetensors").is_file():
        shutil.copyfile(folder / "model.safetensors", into / "model.safetensors")
    elif (folder / "pytorch_model.bin").is_file():
        convert_weights(folder / "pytorch_model.bin", into / "model.safetensors")


def convert_weights(pickled: Path, into: Path) -> None:
    import torch
    from safetensors.torch import save_file

    save_file(torch.load(pickled, map_location="cpu", weights_only=True), into)


def copy_json(file: Path, into: Path) -> None:
    """Byte for byte, unless the file names a place of the machine it was made on."""
    content = load_json(file)
    local = [key for key in ORIGINS if isinstance(content, dict) and is_place(content.get(key))]
    if not local:
        shutil.copyfile(file, into)
        return
    write_json({key: value for key, value in content.items() if key not in local}, into)


def is_place(value: object) -> bool:
    return isinstance(value, str) and is_absolute(value)


def write_json(content: dict, path: Path) -> None:
    path.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
