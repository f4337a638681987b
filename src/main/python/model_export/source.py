"""Where a model comes from: a folder of transformers or sentence-transformers, here or on the Hugging Face hub."""

import json
from dataclasses import dataclass
from pathlib import Path

from model_export.errors import ExportError

PATTERNS = ["*.json", "*.txt", "*.model", "*.safetensors", "*.bin"]
OTHER_FRAMEWORKS = ["onnx/*", "openvino/*", "coreml/*", "*.msgpack", "*.h5", "*.ot", "training_args.bin"]


@dataclass(frozen=True)
class Source:
    """A folder with config.json. `name` is what may be told to others: an id, or the folder's own name."""

    folder: Path
    name: str
    config: dict
    modules: tuple[dict, ...]

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
    modules = folder / "modules.json"
    if not config.is_file():
        raise ExportError(f"{name} has no config.json; a folder written by save_pretrained() has one")
    return Source(folder, name, load_json(config), tuple(load_json(modules)) if modules.is_file() else ())


def load_json(path: Path):
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as broken:
        raise ExportError(f"{path.name} is not valid JSON ({broken}); get the file again") from broken


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
