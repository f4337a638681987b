"""Sentences in several languages: the tokenizers are trained on them and the golden rows are taken from them."""

from collections.abc import Callable

SENTENCES = [
    "ferry",
    "The ferry leaves at seven.",
    "A small boat crosses the wide river every morning, and nobody on board is ever in a hurry.",
    "Die Fähre fährt um sieben Uhr über den Fluss.",
    "Le bac traverse la rivière, même sous la pluie.",
    "El barco cruza el río antes del amanecer.",
    "Il traghetto parte ogni ora dal porto vecchio.",
    "Паром идёт через реку утром и вечером.",
    "渡船每天早上过河。",
    "フェリーは七時に出ます。",
    "العبارة تعبر النهر كل صباح",
    "नाव सुबह नदी पार करती है।",
    "Η βάρκα περνά το ποτάμι.",
    "Prom odpływa o siódmej, a rzeka jest spokojna.",
    "How long does the crossing take, and what does a ticket cost?",
    "Twelve cars, thirty bicycles and one very old bus fit on the lower deck.",
    "naïve café, 100 % — “quoted” …",
    "🚢 ⛴️ ahoy!",
    "The captain said: wait for whoever is on the pier, then go; do not wait for those who are not.",
    "Batching is what a ferry does.",
]

TEXTS = [SENTENCES[i] for i in (0, 1, 3, 7, 8, 10, 16, 17, 2)]

LONG = " ".join(SENTENCES)

PAIRS = [
    ("When does the ferry leave?", "The ferry leaves at seven."),
    ("When does the ferry leave?", "ferry"),
    ("When does the ferry leave?", "Twelve cars fit on the lower deck."),
    ("Wann fährt die Fähre?", "Die Fähre fährt um sieben Uhr über den Fluss."),
    ("渡船", "渡船每天早上过河。"),
    ("река", "Паром идёт через реку утром и вечером."),
    ("a", "b"),
    ("cost of a ticket", "How long does the crossing take?"),
]


def longest(count_tokens: Callable[[str], int], limit: int) -> str:
    """The longest beginning of LONG that has at most `limit` tokens."""
    return next(LONG[:end] for end in range(len(LONG), 0, -1) if count_tokens(LONG[:end]) <= limit)
