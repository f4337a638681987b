"""The figures of compare.json: medians, shares within a round, points of a curve."""

import statistics
from typing import NamedTuple


class Point(NamedTuple):
    """Of a curve: the load, the figure, the share of requests that were lost or refused."""

    x: float
    y: float
    lost: float


class Told:
    def __init__(self, told):
        self._scenarios = told["scenarios"]

    def scenarios(self):
        return list(self._scenarios)

    def run(self, scenario):
        """Day, machine and settings of a scenario's own run."""
        return self._scenarios[scenario]

    def ends(self, scenario):
        return self._scenarios.get(scenario, {}).get("ends", {})

    def figures(self, scenario, server=None, load=None):
        return [
            it
            for it in self._scenarios.get(scenario, {}).get("figures", [])
            if server in (None, it["server"]) and load in (None, it["load"])
        ]

    def servers(self, scenario):
        return list(dict.fromkeys(it["server"] for it in self.figures(scenario)))

    def loads(self, scenario, server=None):
        return list(dict.fromkeys(it["load"] for it in self.figures(scenario, server)))

    def values(self, scenario, server, load, name="per_second"):
        """One for each round: `name` may be a path, as refused.p99."""
        return [dig(it["found"], name) for it in self.figures(scenario, server, load)]

    def median(self, scenario, server, load, name="per_second"):
        """None where nothing was measured, or where nothing was answered."""
        values = [it for it in self.values(scenario, server, load, name) if it is not None and it >= 0]
        return statistics.median(values) if values else None

    def share(self, scenario, one, other, name="per_second"):
        """The median of each round's own ratio; `one` and `other` are a server and its load."""
        ratios = self.ratios(scenario, one, other, name)
        return statistics.median(ratios) if ratios else None

    def ratios(self, scenario, one, other, name="per_second"):
        """Of each round that has both figures."""
        ones, others = self._by_round(scenario, *one, name), self._by_round(scenario, *other, name)
        pairs = [(value, others.get(number)) for number, value in ones.items()]
        return [a / b for a, b in pairs if usable(a) and usable(b)]

    def _by_round(self, scenario, server, load, name):
        return {it["round"]: dig(it["found"], name) for it in self.figures(scenario, server, load)}

    def points(self, scenario, server, loop, name):
        """Load and figure, in the order of the load."""
        points = []
        for load in self.loads(scenario, server):
            kind, amount = load.split()[0], load.split()[-1]
            if kind not in (("closed",) if loop == "closed" else ("rate", "percent")):
                continue
            x = float(amount) if loop == "closed" else self.median(scenario, server, load, "rate")
            y = self.median(scenario, server, load, name)
            sent = self.median(scenario, server, load, "sent")
            if y and sent:
                points.append(Point(x, y, self.median(scenario, server, load, "lost") / sent))
        return sorted(points)


def usable(value):
    return value is not None and value > 0


def dig(found, path):
    for part in path.split("."):
        found = found.get(part) if found else None
    return found
