"""Trains, calibrates, exports and measures Ferry's embedded model `language-id`.

The model tells in which of 25 languages a text is written. It learns only from the sentences in `data/train`,
one file a language; `data/heldout` is used for nothing but the figures. `data/not_a_language.txt` holds inputs
that belong to no language and must get a low score.

From this folder, with the packages of `requirements.txt`:

    python train.py

writes `config.json`, `tokenizer.json` and `model.pt` under `src/main/resources/models/language-id`, the pictures and
the figures of `docs/models/language-id.md`, and prints those figures. The seed is fixed: the same machine gives the
same files again. `python train.py --check` trains nothing and writes nothing: it measures the files that are there.
Both stop with an error when the data or the model breaks a rule (see `check_data` and `check_figures`).

Each module beside this one has one duty, and data flows one way through them: `corpus`, `sampling` (with `changes`),
`tokenization`, `training` (of the `model`), `calibration`, `export`; then, from the files just written, `classifier`,
`outcomes`, `evaluation`, and last `card` and `pictures`. `settings` and `paths` hold what they share.
"""

import argparse
import time

import torch

from calibration import calibrate
from card import figures_markdown, write_card
from classifier import Classifier
from corpus import Corpus, check_data, read_corpus, read_not_a_language, split_validation
from evaluation import check_figures, measure
from export import export, quantize
from pictures import draw_confusion, draw_reliability
from settings import Settings
from tokenization import build_tokenizer
from training import train


def train_and_export(corpus: Corpus, not_a_language: list[str], settings: Settings) -> None:
    """The temperature is fitted on a model that has not seen the validation lines; the shipped one has seen all."""
    tokenizer = build_tokenizer()
    kept, validation = split_validation(corpus)
    print("training on seven eighths, to calibrate on the rest")
    calibrated = train(kept, not_a_language, tokenizer, settings)
    calibrate(calibrated, validation, tokenizer, settings)
    print("training on all lines")
    model = train(corpus, not_a_language, tokenizer, settings)
    model.temperature.copy_(calibrated.temperature)
    quantize(model)
    export(model, tokenizer)


def main() -> None:
    parser = argparse.ArgumentParser(description="Trains, exports and measures the model language-id.")
    parser.add_argument("--check", action="store_true", help="measure the files that are there; write nothing")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)

    corpus, heldout, not_a_language = read_corpus("train"), read_corpus("heldout"), read_not_a_language()
    check_data(corpus, heldout)
    if not arguments.check:
        start = time.monotonic()
        train_and_export(corpus, not_a_language, Settings())
        print(f"trained in {time.monotonic() - start:.0f} s")
    figures = measure(Classifier(), heldout, not_a_language)
    markdown = figures_markdown(figures, corpus, not_a_language)
    print(markdown)
    print(
        f"{figures.bytes:,} bytes, {figures.milliseconds:.2f} ms a short text, padding {figures.padding_difference:.1e}"
    )
    if not arguments.check:
        write_card(markdown)
        draw_confusion(figures.pieces["as written"])
        draw_reliability(figures.reliability)
    check_figures(figures)


if __name__ == "__main__":
    main()
