"""The models of real shapes: how they are made, what their engine alone can do, texts of a known length."""

import itertools
import json
import string
import subprocess

from tools import ROOT, cache, digest, run

EXPORT = ROOT / "src/bench/python/minilm_shape.py"
EXPORT_SECONDS = 1200
THREADS = 2


def exported(python, say):
    """The models, in the user's cache: one set for each state of the script that makes them."""
    folder = cache() / f"bench-models-{digest(EXPORT)}"
    if not (folder / "complete").exists():
        say(f"exporting the models into {folder}")
        subprocess.run(
            [python, str(EXPORT), str(folder)], check=True, timeout=EXPORT_SECONDS, stdout=subprocess.DEVNULL
        )
        (folder / "complete").touch()
    return folder


def bare_loop(java, engine, model, rows, seconds, tokens=16):
    """Texts a second of the engine with nothing around it, see BareLoop.java."""
    jars = ":".join(f"{ROOT}/target/quarkus-app/lib/{folder}/*" for folder in ("boot", "main"))
    found = run(
        java,
        "--enable-native-access=ALL-UNNAMED",
        "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
        *("-cp", jars, str(ROOT / "src/bench/java/BareLoop.java")),
        *(engine, str(model), str(THREADS), str(rows), str(tokens), str(seconds)),
        seconds=3 * seconds + 60,
    )
    return json.loads(found.splitlines()[-1])["texts_per_second"]


def text(tokens):
    """Single letters are in the vocabulary of the exported models; [CLS] and [SEP] are tokens, too."""
    return " ".join(itertools.islice(itertools.cycle(string.ascii_lowercase), tokens - 2))
