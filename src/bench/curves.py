"""Draws throughput and latency against load, a line a server, as an SVG that needs no script and no font of its own."""

import math

from chart import GRID, INK, SOFT, WIDTH, text

COLOURS = {
    "Ferry": "#0b6bcb",
    "Ferry, wait auto": "#0ca678",
    "Ferry, wait 5 ms": "#74c0fc",
    "Ferry, no batches": "#7048e8",
    "Ferry, 2 lanes, no batches": "#b197fc",
    "Python queue": "#d9480f",
    "Python queue, wait 5 ms": "#f59f00",
    "Python, sequential": "#8a8f98",
    "Python, process a request": "#343a40",
}
OTHER = "#c2255c"

LEFT = 64
GAP = 84
TOP = 128
PANEL_WIDTH = (WIDTH - LEFT - GAP - 20) // 2
PANEL_HEIGHT = 230
ROW = PANEL_HEIGHT + 88
LEGEND_COLUMN = 280

# A point from which more was lost or refused is hollow.
NOTABLE_LOSS = 0.01

PANELS = [
    ("closed", "per_second", "Answers a second", "clients, each sends when it has its answer", True),
    ("closed", "p95", "95th percentile, ms", "clients, each sends when it has its answer", False),
    ("open", "per_second", "Answers a second", "requests a second that were sent", True),
    ("open", "p95", "95th percentile of what was answered, ms", "requests a second that were sent", False),
]


def draw(title, told, scenario, limit):
    """`limit` in answers a second is what nothing can exceed."""
    servers = [it for it in told.servers(scenario) if told.points(scenario, it, "closed", "per_second")]
    height = TOP + 2 * ROW + 12
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
        ' font-family="system-ui, -apple-system, Segoe UI, Helvetica, Arial, sans-serif" font-size="13" role="img">',
        f"<title>{title}</title>",
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        text(20, 30, title, size=17, weight=600),
        *legend(servers),
        text(20, height - 12, "hollow: more than 1 in 100 requests were lost or refused", fill=SOFT, size=12),
    ]
    for place, (loop, figure, name, load, rising) in enumerate(PANELS):
        left = LEFT + place % 2 * (PANEL_WIDTH + GAP)
        top = TOP + place // 2 * ROW + 24
        lines = {it: told.points(scenario, it, loop, figure) for it in servers}
        if any(lines.values()):
            parts += panel(left, top, lines, name, load, limit if rising else None)
    return "\n".join([*parts, "</svg>", ""])


def legend(servers):
    for place, server in enumerate(servers):
        x, y = 20 + place % 3 * LEGEND_COLUMN, 54 + place // 3 * 20
        yield f'<circle cx="{x + 5}" cy="{y - 4}" r="5" fill="{colour(server)}"/>'
        yield text(x + 16, y, server)


def colour(server):
    return COLOURS.get(server, OTHER)


def panel(left, top, lines, name, load, limit):
    points = [point for line in lines.values() for point in line]
    across = Axis([it.x for it in points], left, left + PANEL_WIDTH)
    up = Axis([it.y for it in points] + ([limit] if limit else []), top + PANEL_HEIGHT, top)
    yield text(left - 44, top - 12, name, weight=600)
    yield text(left + PANEL_WIDTH, top + PANEL_HEIGHT + 38, load, anchor="end", fill=SOFT, size=12)
    for tick in across.ticks():
        x = across.place(tick)
        yield f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{top}" y2="{top + PANEL_HEIGHT}" stroke="{GRID}"/>'
        yield text(x, top + PANEL_HEIGHT + 18, short(tick), anchor="middle", fill=SOFT, size=12)
    for tick in up.ticks():
        y = up.place(tick)
        yield f'<line x1="{left}" x2="{left + PANEL_WIDTH}" y1="{y:.1f}" y2="{y:.1f}" stroke="{GRID}"/>'
        yield text(left - 8, y + 4, short(tick), anchor="end", fill=SOFT, size=12)
    if limit:
        y = up.place(limit)
        yield (
            f'<line x1="{left}" x2="{left + PANEL_WIDTH}" y1="{y:.1f}" y2="{y:.1f}" stroke="{INK}"'
            ' stroke-dasharray="5 4"/>'
        )
        yield text(left + 6, y + 14 if y < top + 18 else y - 5, "what the model alone can do", fill=SOFT, size=12)
    # Ferry comes first and is drawn last.
    for server, line in reversed(lines.items()):
        places = [(across.place(it.x), up.place(it.y), it.lost) for it in line]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y, _ in places)
        yield f'<polyline points="{path}" fill="none" stroke="{colour(server)}" stroke-width="2"/>'
        for x, y, lost in places:
            fill = "#ffffff" if lost > NOTABLE_LOSS else colour(server)
            yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5" fill="{fill}" stroke="{colour(server)}" stroke-width="1.5"/>'


def short(value):
    return f"{value / 1000:g}k" if value >= 1000 else f"{value:g}"


class Axis:
    """A logarithmic one, from pixel to pixel."""

    def __init__(self, values, start, end):
        least, most = min(values), max(values)
        self._low, self._high = math.log10(least / 1.15), math.log10(most * 1.15)
        self._start, self._end = start, end

    def place(self, value):
        return self._start + (math.log10(value) - self._low) / (self._high - self._low) * (self._end - self._start)

    def ticks(self):
        """Powers of ten and, where they are few, what lies between."""
        tens = range(math.floor(self._low), math.ceil(self._high) + 1)
        steps = (1, 3) if self._high - self._low > 1.5 else (1, 2, 5)
        ticks = [step * 10.0**ten for ten in tens for step in steps]
        return [tick for tick in ticks if self._low <= math.log10(tick) <= self._high]
