"""Writes the model folder that engine tests use: its answers are plain sums, and it fails on demand.

Run with PyTorch and its TorchScript: python src/test/python/faulty_model.py
"""

import io
import json
import pathlib
import zipfile

import torch
from torch import Tensor, nn

FOLDER = pathlib.Path(__file__).parent.parent / "resources" / "models" / "faulty"
VOCABULARY = {"[PAD]": 0, "one": 1, "two": 2, "three": 3, "faulty": 7}


class FailsOnDemand(nn.Module):
    """Answers each row with [number of tokens, sum of ids]; fails if any id is 7."""

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        # Allocated before the failure, so that a leak would show.
        scratch = input_ids.to(torch.float32).unsqueeze(-1).repeat(1, 1, 16)
        if bool((input_ids == 7).any()):
            raise RuntimeError("asked to fail in /secret/path/of/the/model")
        tokens = attention_mask.sum(1).to(torch.float32)
        total = (scratch[:, :, 0] * attention_mask).sum(1)
        return torch.stack([tokens, total], dim=1)


def save(module: torch.jit.ScriptModule, target: pathlib.Path) -> None:
    """Leaves out what names the folder that this script ran in."""
    saved = io.BytesIO()
    torch.jit.save(module, saved)
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(target, "w") as copy:
        for entry in source.infolist():
            if not entry.filename.endswith(".debug_pkl"):
                copy.writestr(entry, source.read(entry))


def main() -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    save(torch.jit.script(FailsOnDemand().eval()), FOLDER / "model.pt")
    config = {
        "id2label": {"0": "tokens", "1": "sum"},
        "vocab_size": 8,
        "max_position_embeddings": 4096,
        "pad_token_id": 0,
    }
    tokenizer = {
        "version": "1.0",
        "added_tokens": [],
        "pre_tokenizer": {"type": "WhitespaceSplit"},
        "model": {"type": "WordLevel", "vocab": VOCABULARY, "unk_token": "one"},
    }
    for name, content in (("config.json", config), ("tokenizer.json", tokenizer)):
        (FOLDER / name).write_text(json.dumps(content, indent=2) + "\n")


if __name__ == "__main__":
    main()
