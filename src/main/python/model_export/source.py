"""Where a model comes from: a folder of transformers or sentence-transformers, here or on the Hugging Face hub."""

import json
import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath

from model_export.errors import ExportError

PATTERNS = ["*.json", "*.txt", "*.model", "*.safetensors", "*.bin"]
OTHER_FRAMEWORKS = ["onnx/*", "openvino/*", "coreml/*", "*.msgpack", "*.h5", "*.ot", "training_args.bin"]
# Of the fields that are read here, what they must be.
KINDS = {dict: "an object", list: "a list", str: "a text", int: "a whole number"}
CONFIG = {
    "architectures": list,
    "auto_map": dict,
    "id2label": dict,
    "num_channels": int,
    "num_labels": int,
    "problem_type": str,
    "sentence_transformers": dict,
}
LIBRARY = {"activation_fn": str, "model_type": str, "prompts": dict}


@dataclass(frozen=True)
class Source:
    """A folder with config.json. `name` is what may be told to others: an id, or the folder's own name. `modules` are
    those of sentence-transformers, each with type and path, `library` is what it says of the model as a whole."""

    folder: Path
    name: str
    config: dict
    modules: tuple[dict, ...]
    library: dict

    @property
    def is_sentence_transformer(self) -> bool:
        return bool(self.modules)

    def module_kinds(self) -> list[str]:
        """Class names of modules.json; those of the library without its packages, which differ between versions."""
        types = [module["type"] for module in self.modules]
        return [kind.rsplit(".", 1)[-1] if kind.startswith("sentence_transformers.") else kind for kind in types]


def open_source(text: str, trust_remote_code: bool) -> Source:
    folder = Path(text)
    if folder.is_dir():
        return read(folder, folder.resolve().name)
    if folder.exists() or text.startswith((".", "/", "~")) or text.count("/") > 1:
        raise ExportError(f"there is no folder {text}; give a local model folder or an id such as owner/model")
    return read(download(text, trust_remote_code), text)


def read(folder: Path, name: str) -> Source:
    config = folder / "config.json"
    if not config.is_file():
        raise ExportError(f"{name} has no config.json; a folder written by save_pretrained() has one")
    library = folder / "config_sentence_transformers.json"
    return Source(
        folder,
        name,
        checked(load_object(config), CONFIG, "config.json"),
        read_modules(folder / "modules.json"),
        checked(load_object(library), LIBRARY, library.name) if library.is_file() else {},
    )


def checked(content: dict, kinds: dict[str, type], file: str) -> dict:
    for field, kind in kinds.items():
        value = content.get(field)
        if value is not None and (not isinstance(value, kind) or (kind is int and isinstance(value, bool))):
            raise ExportError(f"{file}: {field} must be {KINDS[kind]}; get the file again")
    if not all(isinstance(name, str) for name in content.get("architectures") or []):
        raise ExportError(f"{file}: architectures must be names; get the file again")
    return content


def read_modules(file: Path) -> tuple[dict, ...]:
    """Paths are inside the model's folder: they are read, and written below the target."""
    modules = load_json(file) if file.is_file() else []
    if not isinstance(modules, list) or not all(map(is_module, modules)):
        raise ExportError(
            f"{file.name} must be a list of modules, each with a type and a path inside the model's folder; "
            "get the file again"
        )
    return tuple(modules)


def is_module(entry: object) -> bool:
    if not isinstance(entry, dict) or not isinstance(entry.get("type"), str):
        return False
    path = entry.get("path")
    return isinstance(path, str) and not is_absolute(path) and ".." not in re.split(r"[/\\]", path)


def is_absolute(path: str) -> bool:
    windows = PureWindowsPath(path)
    return PurePosixPath(path).is_absolute() or bool(windows.drive or windows.root)


def load_object(path: Path) -> dict:
    content = load_json(path)
    if not isinstance(content, dict):
        raise ExportError(f"{path.name} holds no object; get the file again")
    return content


def load_json(path: Path):
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as broken:
        raise ExportError(f"{path.name} is not valid JSON ({broken}); get the file again") from broken
    except OSError as unreadable:
        raise ExportError(f"{path.name} cannot be read ({unreadable.strerror})") from unreadable


def download(repository: str, trust_remote_code: bool) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import GatedRepoError, RepositoryNotFoundError

    patterns = PATTERNS + (["*.py"] if trust_remote_code else [])
    try:
        return Path(snapshot_download(repository, allow_patterns=patterns, ignore_patterns=OTHER_FRAMEWORKS))
    except GatedRepoError as gated:
        raise ExportError(
            f"{repository} asks for its terms to be accepted: do so on its page, then `hf auth login`"
        ) from gated
    except RepositoryNotFoundError as unknown:
        raise ExportError(
            f"the hub knows no model {repository}; check the id (private models need `hf auth login`)"
        ) from unknown
    except Exception as unreachable:  # the client raises many kinds: no network, proxies, timeouts, offline mode
        raise ExportError(
            f"{repository} is no local folder and could not be downloaded ({type(unreachable).__name__}); "
            "check the network, or give a folder that you downloaded elsewhere"
        ) from unreachable
