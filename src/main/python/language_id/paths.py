"""Where the files of the model and its card lie."""

from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[3]
DATA = HERE / "data"
MODEL = ROOT / "src/main/resources/models/language-id"
CARD = ROOT / "docs/models/language-id.md"
CONFUSION_PICTURE = CARD.with_name("language-id-confusion.svg")
RELIABILITY_PICTURE = CARD.with_name("language-id-reliability.svg")
