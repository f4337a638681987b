"""The models of real shapes: how they are made, what their engine alone can do, texts of a known length."""

import itertools
import json
import string
import subprocess

from tools import ROOT, cache, digest, run

EXPORT = ROOT / "src/bench/python/minilm_shape.py"
COMPILED_LOOP = ROOT / "src/bench/python/compiled_loop.py"
EXPORT_SECONDS = 1800
THREADS = 2


def exported(python, say):
    """The models, in the user's cache: one set for each state of the script that makes them."""
    return _exported(python, say, "models")


def compiled(python, say):
    """minilm-shape with model.pt2, too. Compiled code is this machine's, and so is the cache."""
    return _exported(python, say, "compiled", "--compiled", "cpu") / "minilm-shape"


def _exported(python, say, name, *options):
    folder = cache() / f"bench-{name}-{digest(EXPORT)}"
    if not (folder / "complete").exists():
        say(f"exporting into {folder}")
        command = [python, str(EXPORT), str(folder), *options]
        subprocess.run(command, check=True, timeout=EXPORT_SECONDS, stdout=subprocess.DEVNULL)
        (folder / "complete").touch()
    return folder


def libtorch(python):
    """The version of Python's PyTorch, and the folder of its libraries; without its start, which can take a minute."""
    script = (
        "import importlib.metadata, importlib.util, pathlib;"
        "print(importlib.metadata.version('torch'), pathlib.Path(importlib.util.find_spec('torch').origin).parent / 'lib')"
    )
    return run(python, "-c", script).split(" ", 1)


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


def compiled_loop(python, model, rows, seconds, tokens=16):
    """Texts a second of the compiled model in PyTorch's own loop, see compiled_loop.py."""
    amounts = (str(it) for it in (rows, tokens, seconds, THREADS))
    found = run(python, str(COMPILED_LOOP), str(model), "cpu", *amounts, seconds=3 * seconds + 60)
    return json.loads(found.splitlines()[-1])["texts_per_second"]


def text(tokens):
    """Single letters are in the vocabulary of the exported models; [CLS] and [SEP] are tokens, too."""
    return " ".join(itertools.islice(itertools.cycle(string.ascii_lowercase), tokens - 2))
