"""Draws the latencies side by side, as an SVG that needs no script and no font of its own."""

import math
from html import escape

from results import PERCENTILES, RATES

WIDTH = 860
LEFT = 90
RIGHT = 90
TOP = 92
LINE = 19
GROUP_GAP = 11
PANEL_GAP = 50

COLOURS = ["#0b6bcb", "#d9480f", "#8a8f98"]
INK = "#1f2328"
SOFT = "#59636e"
GRID = "#e4e7eb"


def draw(results):
    servers = results.compared()
    values = [results.median(s, r, p) for s in servers for r in RATES for p in PERCENTILES]
    scale = Scale(min(values), max(values))
    group = len(servers) * LINE + GROUP_GAP
    panel = len(PERCENTILES) * group
    height = TOP + len(RATES) * (panel + PANEL_GAP) + 12

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
        ' font-family="system-ui, -apple-system, Segoe UI, Helvetica, Arial, sans-serif" font-size="13" role="img">',
        "<title>Latency of Ferry and of the article's Python queue</title>",
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        text(20, 30, "Latency, from the moment a request was due to its answer", size=17, weight=600),
        text(20, 50, "milliseconds, logarithmic; further left is better", fill=SOFT),
        *legend(servers),
    ]
    top = TOP
    for rate in RATES:
        parts.append(text(20, top + 16, f"{rate} requests a second", weight=600))
        rows = top + 30
        parts += axis(scale, rows - 4, rows + panel - GROUP_GAP + 4)
        for number, percentile in enumerate(PERCENTILES):
            y = rows + number * group
            parts.append(text(LEFT - 14, y + len(servers) * LINE / 2 + 4, percentile, anchor="end", fill=SOFT))
            for place, server in enumerate(servers):
                value = results.median(server, rate, percentile)
                parts += mark(scale, y + (place + 0.5) * LINE, value, COLOURS[place])
        top += panel + PANEL_GAP
    return "\n".join([*parts, "</svg>", ""])


class Scale:
    """Milliseconds to pixels, by powers of ten."""

    def __init__(self, least, most):
        self._from = math.floor(math.log10(least))
        self._to = math.ceil(math.log10(most))

    def x(self, millis):
        share = (math.log10(millis) - self._from) / (self._to - self._from)
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def ticks(self):
        return [10**power for power in range(self._from, self._to + 1)]


def legend(servers):
    x = 20
    for colour, server in zip(COLOURS, servers):
        yield f'<circle cx="{x + 5}" cy="70" r="5" fill="{colour}"/>'
        yield text(x + 16, 74.5, server)
        x += 44 + 7.2 * len(server)


def axis(scale, top, bottom):
    for tick in scale.ticks():
        x = scale.x(tick)
        yield f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{top}" y2="{bottom}" stroke="{GRID}"/>'
        yield text(x, bottom + 15, f"{tick:,g}", anchor="middle", fill=SOFT, size=12)


def mark(scale, y, millis, colour):
    x = scale.x(millis)
    yield f'<line x1="{LEFT}" x2="{x:.1f}" y1="{y}" y2="{y}" stroke="{colour}" stroke-width="2" opacity="0.35"/>'
    yield f'<circle cx="{x:.1f}" cy="{y}" r="5" fill="{colour}"/>'
    yield text(x + 11, y + 4.5, f"{millis:,.1f}" if millis < 100 else f"{millis:,.0f}")


def text(x, y, words, size=13, weight=400, anchor="start", fill=INK):
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" font-weight="{weight}" text-anchor="{anchor}"'
        f' fill="{fill}">{escape(words)}</text>'
    )
