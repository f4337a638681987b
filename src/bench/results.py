"""The figures of a run: what was measured, and what follows from it."""

import json
import statistics
from dataclasses import asdict, dataclass

RATES = [250, 1000, 1500]
PERCENTILES = ["p50", "p95", "p99"]
FERRY = "Ferry"
ARTICLE = "Python queue"

# The queue with the article's own loop, and the rates that it is measured at: it is past its limit long before.
PUBLISHED = "Python queue, as published"
PUBLISHED_RATES = [250, 1000]

# What Ferry promises, as a share of the article's queue.
TARGETS = {(250, "p50"): 0.55, (250, "p95"): 0.6, (1000, "p95"): 0.05}


@dataclass(frozen=True)
class Round:
    """One measurement: `found` is what the load generator printed."""

    number: int
    server: str
    rate: int
    found: dict


@dataclass(frozen=True)
class Results:
    day: str
    machine: dict
    settings: dict
    rounds: list

    def servers(self):
        return list(dict.fromkeys(entry.server for entry in self.rounds))

    def compared(self):
        """All but the queue as published, which has a table of its own."""
        return [server for server in self.servers() if server != PUBLISHED]

    def of(self, server, rate):
        return [entry for entry in self.rounds if (entry.server, entry.rate) == (server, rate)]

    def median(self, server, rate, percentile):
        return statistics.median(entry.found[percentile] for entry in self.of(server, rate))

    def ratio(self, rate, percentile, peer=ARTICLE):
        return self.median(FERRY, rate, percentile) / self.median(peer, rate, percentile)

    def lost(self, server, rate):
        return sum(entry.found["lost"] for entry in self.of(server, rate))

    def sent(self, server, rate):
        return sum(entry.found["sent"] for entry in self.of(server, rate))

    def write(self, path):
        path.write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")

    @staticmethod
    def read(path):
        told = json.loads(path.read_text(encoding="utf-8"))
        return Results(**{**told, "rounds": [Round(**entry) for entry in told["rounds"]]})
