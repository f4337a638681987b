"""Draws the pictures of the model card."""

import math
from pathlib import Path

import matplotlib
from matplotlib import pyplot
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from corpus import LANGUAGES
from evaluation import PIECE, Bin
from outcomes import Outcomes, confusion_matrix
from paths import CONFUSION_PICTURE, RELIABILITY_PICTURE

matplotlib.use("Agg")


def draw_confusion(outcomes: Outcomes) -> None:
    matrix = confusion_matrix(outcomes).double()
    shares = 100 * matrix / matrix.sum(1, keepdim=True)
    figure, axes = pyplot.subplots(figsize=(9.5, 9))
    colors = pyplot.get_cmap("Blues")
    for i, row in enumerate(shares.tolist()):
        for j, share in enumerate(row):
            if share >= 0.05:
                text = f"{share:.0f}" if share >= 9.95 else f"{share:.1f}"
                ink = "white" if share > 40 else "black"
                axes.add_patch(Rectangle((j - 0.5, i - 0.5), 1, 1, color=colors(math.sqrt(share / 100))))
                axes.text(j, i, text, ha="center", va="center", fontsize=8, color=ink)
    ticks = range(len(LANGUAGES))
    axes.set_xlim(-0.5, len(LANGUAGES) - 0.5)
    axes.set_ylim(len(LANGUAGES) - 0.5, -0.5)
    axes.set_xticks([tick + 0.5 for tick in ticks], minor=True)
    axes.set_yticks([tick + 0.5 for tick in ticks], minor=True)
    axes.grid(which="minor", color="#e4e4e4", linewidth=0.5)
    axes.set_xticks(ticks, LANGUAGES)
    axes.set_yticks(ticks, LANGUAGES)
    axes.xaxis.tick_top()
    axes.xaxis.set_label_position("top")
    axes.tick_params(which="both", length=0)
    axes.set_xlabel(f"predicted, % of the pieces of {PIECE} characters")
    axes.set_ylabel("written in")
    save(figure, CONFUSION_PICTURE)


def draw_reliability(bins: list[Bin]) -> None:
    figure, axes = pyplot.subplots(figsize=(5.5, 5))
    axes.plot([0, 1], [0, 1], linestyle="--", color="#888888", linewidth=1, label="score = accuracy")
    axes.plot([b.score for b in bins], [b.accuracy for b in bins], marker="o", color="#1f5fa8", label="language-id")
    for b in bins:
        axes.annotate(f"{b.count:,}", (b.score, b.accuracy), textcoords="offset points", xytext=(8, -5), fontsize=8)
    axes.set_xlim(0, 1.13)
    axes.set_ylim(0, 1.05)
    axes.set_xlabel("mean top score in the bin")
    axes.set_ylabel("share that is right")
    axes.grid(color="#e4e4e4", linewidth=0.5)
    axes.legend(loc="upper left")
    save(figure, RELIABILITY_PICTURE)


def save(figure: Figure, path: Path) -> None:
    """As SVG that is the same for the same figures: no date, no random identifiers, text as text."""
    with matplotlib.rc_context({"svg.hashsalt": "language-id", "svg.fonttype": "none"}):
        figure.savefig(path, bbox_inches="tight", facecolor="white", metadata={"Date": None})
    pyplot.close(figure)
    path.write_text("\n".join(map(str.rstrip, path.read_text(encoding="utf-8").splitlines())) + "\n", encoding="utf-8")
