"""Turns a model of transformers or sentence-transformers into a folder that Ferry serves.

    python src/main/python/export_model.py sentence-transformers/all-MiniLM-L6-v2 models/minilm

Ends with 0, or with 2 and a sentence that says what cannot be exported; then nothing is left at the target.
"""

import argparse
import importlib.util
import sys
from pathlib import Path

from model_export.choices import DEFAULT_FORMATS, DEVICES, FORMATS, PRECISIONS, TASKS, Choices
from model_export.errors import ExportError
from model_export.quiet import quieten

PACKAGES = ("torch", "transformers", "onnx", "onnxruntime", "safetensors")


def arguments(given: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("source", metavar="SOURCE", help="id on the Hugging Face hub, or a local folder")
    parser.add_argument(
        "target", metavar="TARGET", type=Path, help="model folder to make; its name is the model's name"
    )
    parser.add_argument(
        "--formats", type=formats, default=DEFAULT_FORMATS, help="some of pt, onnx and pt2 (default: pt,onnx)"
    )
    parser.add_argument("--device", choices=DEVICES, default="cpu", help="what model.pt2 is compiled for")
    parser.add_argument("--precision", choices=PRECISIONS, default="fp32", help="fp16 for GPUs, int8 for CPUs")
    parser.add_argument("--task", choices=TASKS, default="auto", help="default: what the model's files say")
    parser.add_argument("--pooled", action="store_true", help="put pooling and what follows into the file")
    parser.add_argument("--trust-remote-code", action="store_true", help="run Python code that comes with the model")
    return parser.parse_args(given)


def formats(text: str) -> tuple[str, ...]:
    chosen = tuple(dict.fromkeys(text.split(",")))
    if not set(chosen) <= set(FORMATS):
        raise argparse.ArgumentTypeError(f"formats are {', '.join(FORMATS)}, not {text}")
    return chosen


def require_packages(pooled: bool) -> None:
    wanted = PACKAGES + (("sentence_transformers",) if pooled else ())
    missing = [package for package in wanted if importlib.util.find_spec(package) is None]
    if missing:
        raise ExportError(
            f"missing packages: {', '.join(missing)}; pip install -r src/main/python/requirements-export.txt"
        )


def main(arguments_given: list[str] | None = None) -> int:
    given = arguments(arguments_given)
    choices = Choices(given.formats, given.precision, given.task, given.pooled, given.trust_remote_code, given.device)
    try:
        require_packages(choices.pooled)
        quieten()
        from model_export.export import export

        export(given.source, given.target, choices)
    except ExportError as refused:
        print(f"export_model: {refused}", file=sys.stderr)
        return 2
    print(f"{given.target} is ready")
    return 0


if __name__ == "__main__":
    sys.exit(main())
