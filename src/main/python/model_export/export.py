"""The whole way of an export: open, refuse, load, write, compare, name the files, put the folder in its place."""

from pathlib import Path

import torch
from torch import Tensor, nn

from model_export import comparison
from model_export.cases import cycled, tensor_cases, text_cases, text_example, text_typical
from model_export.chain import refuse_unservable
from model_export.choices import FORMATS, Choices
from model_export.errors import ExportError
from model_export.folder import copy_files, require_fast_tokenizer, sha256, staged, write_json
from model_export.originals import load_image_model, load_text_model
from model_export.signature import Signature, image_signature
from model_export.source import Source, open_source
from model_export.tasks import choose_task, refuse_needless_pooling
from model_export.tokenizer import write_tokenizer
from model_export.writing import Plan, write_files


def export(source_text: str, target: Path, choices: Choices) -> None:
    """Writes the model folder and prints how far each file is from the original.

    Raises ExportError, and then leaves nothing at the target."""
    source = open_source(source_text, choices.trust_remote_code)
    task = choose_task(source, choices.task)
    refuse_needless_pooling(task, choices.pooled)
    if "auto_map" in source.config and not choices.trust_remote_code:
        raise ExportError(
            f"{source.name} brings Python code of its own, which loading it would run. "
            "Read that code; if you trust it, add --trust-remote-code"
        )
    with staged(target) as stage:
        if task == "tensors":
            plan = image_plan(source, choices, stage)
        else:
            require_fast_tokenizer(source)
            refuse_unservable(source, task, choices.pooled)
            plan = text_plan(source, task, choices)
        copy_files(source, stage, choices.pooled)
        if task != "tensors":
            write_tokenizer(source, stage, choices.trust_remote_code)
        finish(plan, choices, stage, source.name, task)


def export_module(
    module: nn.Module,
    signature: Signature,
    examples: tuple[Tensor, ...],
    target: Path,
    name: str,
    choices: Choices = Choices(),
) -> None:
    """Exports a plain module that takes the signature's inputs by position and returns a tensor or a tuple of them.

    `examples` are a few rows of every input, of values that the model may meet: ids below its vocabulary, and so on.
    `name` tells in manifest.json what it is; of the choices formats and device count. Raises ExportError as export() does."""
    signature.check(examples)
    with staged(target) as stage:
        write_json(signature.as_json(examples), stage / "signature.json")
        plan = tensor_plan(module.eval(), module.eval(), signature, examples, "fp32")
        finish(plan, choices, stage, name, "tensors")


def text_plan(source: Source, task: str, choices: Choices) -> Plan:
    original = load_text_model(source, task, choices.pooled, choices.trust_remote_code, torch.float32)
    module = original.module
    if choices.precision == "fp16":
        module = load_text_model(source, task, choices.pooled, choices.trust_remote_code, torch.float16).module
    rows = {0: "batch"}
    tokens = {0: "batch", 1: "sequence"}
    per_token = original.outputs == ("last_hidden_state",)
    axes = dict.fromkeys(original.inputs, tokens) | dict.fromkeys(original.outputs, tokens if per_token else rows)
    return Plan(
        original.module,
        module,
        choices.precision,
        original.inputs,
        original.outputs,
        axes,
        {"sequence": original.text.longest},
        text_example(original.text, original.inputs),
        text_typical(original.text, original.inputs),
        list(text_cases(original.text, original.inputs)),
    )


def image_plan(source: Source, choices: Choices, stage: Path) -> Plan:
    original = load_image_model(source, choices.trust_remote_code, torch.float32)
    module = original.module
    if choices.precision == "fp16":
        module = load_image_model(source, choices.trust_remote_code, torch.float16).module
    signature = image_signature(source)
    write_json(signature.as_json(), stage / "signature.json")
    return tensor_plan(original.module, module, signature, signature.random_rows(3), choices.precision)


def tensor_plan(
    original: nn.Module, module: nn.Module, signature: Signature, examples: tuple[Tensor, ...], precision: str
) -> Plan:
    return Plan(
        original,
        module,
        precision,
        signature.names("inputs"),
        signature.names("outputs"),
        signature.axes(),
        {},
        examples,
        cycled(examples),
        list(tensor_cases(examples, signature.variable_axes())),
    )


def finish(plan: Plan, choices: Choices, stage: Path, name: str, task: str) -> None:
    import transformers

    verdicts = write_files(plan, choices, stage)
    comparison.print_table(verdicts)
    pooled = {"output": plan.outputs[0], "dimensions": dimensions(plan)} if choices.pooled else {}
    written = {path.name for path in stage.glob("model.*")}
    write_json(
        {
            "files": {
                file: {
                    "sha256": sha256(stage / file),
                    "precision": choices.precision,
                    **device(file, choices),
                    **pooled,
                }
                for file in sorted(written)
            },
            "source": name,
            "task": task,
            "torch": torch.__version__,
            "transformers": transformers.__version__,
        },
        stage / "manifest.json",
    )


def device(file: str, choices: Choices) -> dict:
    return {"device": choices.device} if file == FORMATS["pt2"] else {}


def dimensions(plan: Plan) -> int:
    with torch.no_grad():
        return plan.original(*plan.example).shape[-1]
