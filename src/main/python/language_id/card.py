"""Writes the figures as Markdown into the model card."""

from corpus import LANGUAGES, Corpus
from evaluation import LENGTHS, PIECE, Figures, expected_calibration_error
from outcomes import CHANGES, Outcomes, confusion_matrix
from paths import CARD, CONFUSION_PICTURE, RELIABILITY_PICTURE

BEGIN, END = "<!-- figures: written by train.py -->", "<!-- end of figures -->"


def percent(share: float) -> str:
    return f"{100 * share:.1f}"


def table(header: list[str], rows: list[list[str]]) -> str:
    aligned = ["---"] + ["---:"] * (len(header) - 1)
    return "\n".join("| " + " | ".join(row) + " |" for row in [header, aligned, *rows])


def most_confused(outcomes: Outcomes, language: int) -> str:
    row = confusion_matrix(outcomes)[language].clone()
    total = row.sum().item()
    row[language] = 0
    worst = [(count, LANGUAGES[k]) for k, count in enumerate(row.tolist()) if 100 * count >= total * 0.5]
    return ", ".join(f"{name} {percent(count / total)}" for count, name in sorted(worst, reverse=True)[:3])


def language_table(figures: Figures, train_lines: Corpus) -> str:
    sentences, cut = figures.sentences["as written"], figures.pieces["as written"]
    rows = []
    for k, language in enumerate(LANGUAGES):
        of_language = sentences.truth == k
        rows.append(
            [
                language,
                f"{len(train_lines[language])}",
                f"{int(sentences.right[of_language].sum())} of {int(of_language.sum())}",
                percent(cut.accuracy_of(k)),
                percent(figures.pieces["UPPER CASE"].accuracy_of(k)),
                percent(figures.pieces["accents stripped"].accuracy_of(k)),
                most_confused(cut, k),
            ]
        )
    rows.append(
        [
            "**all**",
            f"{sum(map(len, train_lines.values()))}",
            f"{int(sentences.right.sum())} of {len(sentences.texts)}",
            percent(cut.accuracy()),
            percent(figures.pieces["UPPER CASE"].accuracy()),
            percent(figures.pieces["accents stripped"].accuracy()),
            "",
        ]
    )
    header = ["language", "training lines", "sentences right", "pieces, %", "UPPER, %", "no accents, %", "taken for, %"]
    return table(header, rows)


def wrong_sentences(outcomes: Outcomes) -> str:
    lines = [
        f"- {LANGUAGES[truth]}, taken for {LANGUAGES[label]} ({score:.2f}): {text}"
        for text, truth, label, score, right in zip(
            outcomes.texts,
            outcomes.truth.tolist(),
            outcomes.labels.tolist(),
            outcomes.scores.tolist(),
            outcomes.right.tolist(),
            strict=True,
        )
        if not right
    ]
    return "\n".join(lines) if lines else "None."


def shown(text: str) -> str:
    return f"`{text}`" if text.strip() else f"{len(text)} blanks" if text else "(empty)"


def figures_markdown(figures: Figures, train_lines: Corpus, not_a_language: list[str]) -> str:
    listed = set(not_a_language)
    changes = [
        [name, percent(figures.sentences[name].accuracy()), percent(figures.pieces[name].accuracy())]
        for name in CHANGES
    ]
    bins = [
        [f"{b.low:.2f} to {b.high:.2f}", str(b.count), f"{b.score:.3f}", f"{b.accuracy:.3f}"]
        for b in figures.reliability
    ]
    short = [
        [shown(text), "yes" if text.strip() in listed else "no", label, f"{score:.2f}"]
        for text, label, score in figures.short_inputs
    ]
    quiet = figures.not_a_language_scores
    return "\n".join(
        [
            "### By language",
            "",
            (
                f"`pieces` are all {len(figures.pieces['as written'].texts):,} pieces of {PIECE} characters of the "
                "held-out sentences, cut at every character."
            ),
            "",
            language_table(figures, train_lines),
            "",
            "Held-out sentences that it gets wrong:",
            "",
            wrong_sentences(figures.sentences["as written"]),
            "",
            "### Who is taken for whom",
            "",
            f"![Confusion matrix of the pieces of {PIECE} characters]({CONFUSION_PICTURE.name})",
            "",
            "### Text that is not clean",
            "",
            table(["change", "sentences, %", f"pieces of {PIECE}, %"], changes),
            "",
            "### By length of the piece",
            "",
            table(["characters", *map(str, figures.lengths)], [["right, %", *map(percent, figures.lengths.values())]]),
            "",
            "### Is the score honest?",
            "",
            (
                f"Held-out lines, whole and cut into pieces of {', '.join(map(str, LENGTHS))} characters, by top "
                f"score. Expected calibration error: {expected_calibration_error(figures.reliability):.3f}."
            ),
            "",
            table(["top score", "texts", "mean score", "accuracy"], bins),
            "",
            f"![Reliability: accuracy against top score]({RELIABILITY_PICTURE.name})",
            "",
            "### Short inputs and text of no language",
            "",
            table(["input", "in not_a_language.txt", "top label", "top score"], short),
            "",
            (
                f"Of the {len(not_a_language)} lines of `not_a_language.txt`, which training saw, the highest top "
                f"score is {quiet.max().item():.2f} and the mean {quiet.mean().item():.2f}."
            ),
        ]
    )


def write_card(markdown: str) -> None:
    before, rest = CARD.read_text(encoding="utf-8").split(BEGIN)
    after = rest.split(END)[1]
    CARD.write_text(f"{before}{BEGIN}\n\n{markdown}\n\n{END}{after}", encoding="utf-8")
