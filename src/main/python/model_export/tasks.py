"""Which task a model serves, read from its files, and which models Ferry does not serve."""

from model_export.errors import ExportError
from model_export.source import Source

SINGLE_PASS = "Ferry serves single-pass models: embedders, classifiers, rerankers, vision and tabular models"


def choose_task(source: Source, wanted: str) -> str:
    """The wanted task, or for "auto" the one that the files say.

    Raises ExportError for a model that the task does not fit, or that Ferry does not serve at all."""
    refuse_what_is_not_single_pass(source)
    found = task_of(source)
    if wanted in ("auto", found):
        return found
    classifiers, embedders = {"classify", "rerank"}, {"embed", "embed_all"}
    if {wanted, found} <= classifiers:
        if wanted == "rerank" and label_count(source.config) != 1:
            raise ExportError(
                f"{source.name} has {label_count(source.config)} labels; a reranker has one: use --task classify"
            )
        return wanted
    if {wanted, found} <= embedders:
        return wanted
    raise ExportError(f"{source.name} is a model for the task {found}, not {wanted}; leave out --task")


def task_of(source: Source) -> str:
    architecture = architecture_of(source.config)
    if architecture.endswith("ForSequenceClassification"):
        regression = source.config.get("problem_type") == "regression"
        return "rerank" if label_count(source.config) == 1 and not regression else "classify"
    return "tensors" if architecture.endswith("ForImageClassification") else "embed"


def architecture_of(config: dict) -> str:
    return (config.get("architectures") or [""])[0]


def label_count(config: dict) -> int:
    labels = config.get("id2label")
    return len(labels) if labels else config.get("num_labels", 2)


def refuse_what_is_not_single_pass(source: Source) -> None:
    config, architecture = source.config, architecture_of(source.config)
    if config.get("is_encoder_decoder"):
        raise ExportError(
            f"{source.name} is an encoder-decoder ({architecture}), which answers token by token. {SINGLE_PASS}"
        )
    generates = architecture.endswith(("ForCausalLM", "LMHeadModel", "ForConditionalGeneration"))
    if generates and not source.is_sentence_transformer:
        raise ExportError(
            f"{source.name} generates text ({architecture}). {SINGLE_PASS}; for text generation use vLLM or the like"
        )
    if architecture.endswith(("ForTokenClassification", "ForQuestionAnswering", "ForMultipleChoice")):
        raise ExportError(
            f"{source.name} labels tokens or spans ({architecture}), which is no task of Ferry. {SINGLE_PASS}"
        )


def refuse_needless_pooling(task: str, pooled: bool) -> None:
    if pooled and task != "embed":
        raise ExportError(f"--pooled makes one vector of a text, which the task {task} has no use for; leave it out")
