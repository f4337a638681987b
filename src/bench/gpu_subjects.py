"""What gpu.py measures: Ferry, the article's servers, and the loops that are their limit."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from engines import measured
from real import COMPILED_LOOP
from servers import Ferry, Missing, PythonServer
from tools import ROOT, run

WITHOUT_FASTAPI = ROOT / "src/bench/python/without_fastapi"
FEW, MANY, MOST = 16, 96, 384
LOOP_ROWS = (1, 32, 128)
PYTHON_LOOP, PORT = "Python loop", "Ferry's port"
QUEUE_EAGER, QUEUE_COMPILED = "Python queue, eager", "Python queue, compiled"
LOOP_MARGIN_SECONDS = 120


@dataclass(frozen=True)
class Model:
    """A folder beside its original; texts of `tokens` are served."""

    name: str
    folder: Path
    precision: str
    tokens: int

    @property
    def original(self):
        return self.folder.with_name(f"{self.name}-original")


@dataclass(frozen=True)
class Subject:
    """A server of a model, by a function of the Stage and the model; `rows` are those of the loop that it is held
    against, `connections` those of the closed loops."""

    name: str
    rows: int
    connections: tuple
    server: object


def ferry(name, lanes, rows, connections):
    return Subject(name, rows, connections, lambda stage, model: stage.ferry(name, model, lanes, rows))


def python(name, app, engine, rows, connections):
    return Subject(name, rows, connections, lambda stage, model: stage.python(name, model, app, engine))


# The most telling ones first: a run may end early.
SUBJECTS = (
    ferry("Ferry, one lane", 1, 32, (MANY,)),
    python(QUEUE_COMPILED, "article_queue", "compiled", 32, (MANY, MOST)),
    python(QUEUE_EAGER, "article_queue", "eager", 32, (MANY, MOST)),
    ferry("Ferry, two lanes", 2, 32, (MANY,)),
    ferry("Ferry, one lane, batches of 128", 1, 128, (MOST,)),
    ferry("Ferry, sequential", 1, 1, (FEW,)),
    python("Python sequential, eager", "article_sequential", "eager", 1, (FEW,)),
)


class Stage:
    """Where all of them run: a device, a libtorch, a JDK and a Python."""

    def __init__(self, tools, device, libtorch, folder):
        self._tools = tools
        self._device = device
        self._gpu = "gpu:0" if device == "cuda" else "cpu"
        self._libtorch = libtorch
        self._folder = folder
        self.framework, self._path = framework(tools.python)
        self._options = options(tools.python)

    def ferry(self, name, model, lanes, rows):
        # A folder with this model alone: all that are in it are loaded.
        alone = self._folder / f"{model.name}-alone"
        alone.mkdir(exist_ok=True)
        link = alone / model.name
        if not link.exists():
            link.symlink_to(model.folder)
        settings = {
            "ferry.models.directory": alone,
            "ferry.aotinductor.libtorch": self._libtorch,
            "ferry.device": self._gpu,
            "ferry.device.lanes": lanes,
            "ferry.batching.max-size": rows,
            "ferry.request.timeout": "60s",
            "ferry.shutdown.grace": "0s",
        }
        return Ferry(self._tools, settings, name)

    def python(self, name, model, app, engine):
        if not self.framework:
            return Missing(name, "neither FastAPI with uvicorn nor Starlette with uvicorn is importable")
        environment = {**self.environment(model, engine), **self._path}
        return PythonServer(name, self._tools.python, app, environment, self._options)

    def environment(self, model, engine):
        """What served_model.py reads."""
        return {
            "MODEL": model.original if engine == "eager" else model.folder,
            "ENGINE": engine,
            "PRECISION": model.precision,
            "DEVICE": self._device,
        }

    def python_loop(self, model, seconds):
        rows = ",".join(map(str, LOOP_ROWS))
        command = (COMPILED_LOOP, model.folder, self._device, rows, model.tokens, seconds)
        limit = 3 * len(LOOP_ROWS) * seconds + LOOP_MARGIN_SECONDS
        told = run(self._tools.python, *map(str, command), seconds=limit).splitlines()
        lines = [json.loads(line) for line in told if line.startswith("{")]
        return {"texts_per_second": {str(line["rows"]): line["texts_per_second"] for line in lines}}

    def port(self, model, seconds):
        shapes = {f"{rows}x{model.tokens}": str(rows) for rows in LOOP_ROWS}
        found = measured(self._tools, model.folder, self._libtorch, "aotinductor", seconds, [*shapes], self._gpu)
        return {"texts_per_second": {rows: found[shape] for shape, rows in shapes.items()}}


LOOPS = {PORT: Stage.port, PYTHON_LOOP: Stage.python_loop}


def framework(python):
    """What the article's servers are built on here, and the environment that it takes."""
    if not importable(python, "uvicorn"):
        return "", {}
    if importable(python, "fastapi"):
        return "FastAPI", {}
    if not importable(python, "starlette"):
        return "", {}
    path = [str(WITHOUT_FASTAPI), *filter(None, [os.environ.get("PYTHONPATH")])]
    return "Starlette alone, without FastAPI", {"PYTHONPATH": os.pathsep.join(path)}


def options(python):
    """The fastest of uvicorn's loops and parsers that are there."""
    loop = "uvloop" if importable(python, "uvloop") else "asyncio"
    parser = "httptools" if importable(python, "httptools") else "h11"
    return "--loop", loop, "--http", parser


def importable(python, module):
    script = f"import importlib.util; print(importlib.util.find_spec({module!r}) is not None)"
    return run(python, "-c", script) == "True"
