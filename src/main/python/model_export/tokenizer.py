"""tokenizer.json as transformers reads it: what tokenizer_config.json says counts more there than the file itself."""

import json
from pathlib import Path

from model_export.folder import write_json
from model_export.originals import told_of
from model_export.source import Source, load_object

PARTS = ("normalizer", "pre_tokenizer", "post_processor")
# A field of tokenizer_config.json, and where tokenizer.json has it.
SAID_TWICE = (
    ("do_lower_case", "normalizer", "BertNormalizer", "lowercase"),
    ("add_prefix_space", "pre_tokenizer", "ByteLevel", "add_prefix_space"),
)


def write_tokenizer(source: Source, stage: Path, trust: bool) -> None:
    """Replaces the copied files in the stage where they are not what the original's tokenizer does, and says so."""
    from transformers import AutoTokenizer

    with told_of(source):
        tokenizer = AutoTokenizer.from_pretrained(source.folder, trust_remote_code=trust)
    backend = getattr(tokenizer, "backend_tokenizer", None)
    if backend is None:
        return
    actual = json.loads(backend.to_str())
    copied = load_object(stage / "tokenizer.json")
    changed = [part for part in PARTS if actual.get(part) != copied.get(part)]
    if changed:
        backend.save(str(stage / "tokenizer.json"))
        print(f"tokenizer.json is written as transformers reads it; other than in the source: {', '.join(changed)}")
    settings = stage / "tokenizer_config.json"
    if settings.is_file():
        agree(settings, actual)


def agree(settings: Path, actual: dict) -> None:
    said = load_object(settings)
    does = {
        field: (actual.get(part) or {}).get(key)
        for field, part, kind, key in SAID_TWICE
        if field in said and (actual.get(part) or {}).get("type") == kind
    }
    if any(said[field] != value for field, value in does.items()):
        write_json(said | does, settings)
