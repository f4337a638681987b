"""The languages, their sentences, and the rules that the data must keep."""

from collections.abc import Iterator

from paths import DATA

LANGUAGES = [
    "en",
    "de",
    "fr",
    "es",
    "it",
    "pt",
    "nl",
    "sv",
    "pl",
    "cs",
    "ro",
    "hu",
    "fi",
    "tr",
    "ru",
    "uk",
    "el",
    "ar",
    "he",
    "hi",
    "ja",
    "ko",
    "zh",
    "vi",
    "id",
]
LATIN_SCRIPT = frozenset(LANGUAGES) - {"ru", "uk", "el", "ar", "he", "hi", "ja", "ko", "zh"}

SHARED_WINDOW = 15

Corpus = dict[str, list[str]]


def read_corpus(split: str) -> Corpus:
    return {
        language: (DATA / split / f"{language}.txt").read_text(encoding="utf-8").splitlines() for language in LANGUAGES
    }


def read_not_a_language() -> list[str]:
    return (DATA / "not_a_language.txt").read_text(encoding="utf-8").splitlines()


def windows(line: str) -> Iterator[str]:
    """Every run of SHARED_WINDOW characters of a line, or the whole line where it is shorter."""
    lower = line.lower()
    for start in range(max(1, len(lower) - SHARED_WINDOW + 1)):
        yield lower[start : start + SHARED_WINDOW]


def check_data(train: Corpus, heldout: Corpus) -> None:
    """No held-out line may share a window with a training line, and every language has enough held-out lines."""
    seen = {window: line for lines in heldout.values() for line in lines for window in windows(line)}
    clashes = [
        f"{language}: {line!r} shares {window!r} with {seen[window]!r}"
        for language, lines in train.items()
        for line in lines
        for window in windows(line)
        if window in seen
    ]
    if clashes:
        raise SystemExit("held-out text in the training set:\n" + "\n".join(clashes))
    for language, lines in heldout.items():
        if len(lines) < 12:
            raise SystemExit(f"{language}: {len(lines)} held-out lines, 12 are needed")


def split_validation(corpus: Corpus, every: int = 8) -> tuple[Corpus, Corpus]:
    kept = {key: [line for i, line in enumerate(lines) if i % every] for key, lines in corpus.items()}
    validation = {key: lines[::every] for key, lines in corpus.items()}
    return kept, validation


def pieces(line: str, length: int, step: int = 1) -> list[str]:
    """All pieces of a length, or the whole line where it is no longer than that."""
    if len(line) <= length:
        return [line]
    return [line[start : start + length] for start in range(0, len(line) - length + 1, step)]
