"""What a model's answers must be: reads a JSON list of texts and prints the list of their vectors, each text run alone.
The model is served_model.py's.

    MODEL=FOLDER ENGINE=compiled DEVICE=cuda python src/bench/python/answers.py < texts.json
"""

import json
import sys

import served_model


def main() -> None:
    texts = json.load(sys.stdin)
    model = served_model.model()
    print(json.dumps([model([text])[0] for text in texts]))


if __name__ == "__main__":
    main()
