"""Line charts as SVG, of a few series each: for the documents that a bench writes."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

Point = tuple[float, float]
Series = Mapping[str, Sequence[Point]]

WIDTH: Final = 560
HEIGHT: Final = 300
LEFT, RIGHT, TOP, BOTTOM = 64, 150, 34, 48
COLOURS: Final = ("#2563a8", "#c2571a", "#4a7c3a", "#7a4a9c", "#8a6d1b")
STYLE: Final = "text{font:12px sans-serif;fill:#333}.title{font-weight:bold}"


@dataclass(frozen=True)
class Axis:
    """A logarithmic scale from `low` to `high`, laid over `start` to `end` pixels."""

    label: str
    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """Give the pixel of a value."""
        low, high = math.log10(self.low), math.log10(self.high)
        share = (math.log10(max(value, self.low)) - low) / max(high - low, 1e-9)
        return self.start + share * (self.end - self.start)

    def ticks(self) -> list[float]:
        """Give the round values within."""
        first, last = math.floor(math.log10(self.low)), math.ceil(math.log10(self.high))
        steps = (1, 2, 5) if last - first <= 2 else (1,)
        marks = [
            step * 10.0**power for power in range(first, last + 1) for step in steps
        ]
        return [mark for mark in marks if self.low <= mark <= self.high * 1.0001]


def chart(title: str, across: str, up: str, series: Series) -> str:
    """Draw series over one another, both scales logarithmic.

    A point that has no place on such a scale, as where nothing arrived, is left out.
    """
    series = {name: list(filter(drawable, line)) for name, line in series.items()}
    points = [point for line in series.values() for point in line]
    x = _axis(across, [at for at, _ in points], LEFT, WIDTH - RIGHT)
    y = _axis(up, [value for _, value in points], HEIGHT - BOTTOM, TOP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">',
        f'<style>{STYLE}</style><rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
        f'<text class="title" x="{LEFT}" y="20">{escape(title)}</text>',
        *_grid(x, y),
    ]
    for number, (name, line) in enumerate(series.items()):
        parts += _line(name, line, x, y, number)
    return "\n".join([*parts, "</svg>\n"])


def drawable(point: Point) -> bool:
    """Tell whether a logarithm knows where both values lie."""
    return all(0 < value < math.inf for value in point)


def _axis(label: str, values: Sequence[float], start: float, end: float) -> Axis:
    low, high = min(values), max(values)
    return Axis(label, low / 1.25, high * 1.25, start, end)


def _grid(x: Axis, y: Axis) -> list[str]:
    bottom, right = HEIGHT - BOTTOM, WIDTH - RIGHT
    parts = []
    for mark in x.ticks():
        at = x.at(mark)
        parts.append(_stroke(at, bottom, at, TOP))
        parts.append(_text(at, bottom + 16, short(mark), "middle"))
    for mark in y.ticks():
        at = y.at(mark)
        parts.append(_stroke(LEFT, at, right, at))
        parts.append(_text(LEFT - 6, at + 4, short(mark), "end"))
    parts.append(_text((LEFT + right) / 2, HEIGHT - 10, x.label, "middle"))
    middle = (TOP + bottom) / 2
    turned = f'transform="rotate(-90 14 {middle:.0f})"'
    parts.append(_text(14, middle, y.label, "middle", turned))
    return parts


def _line(name: str, line: Sequence[Point], x: Axis, y: Axis, number: int) -> list[str]:
    colour = COLOURS[number % len(COLOURS)]
    places = [(x.at(at), y.at(value)) for at, value in sorted(line)]
    path = " ".join(f"{across:.1f},{up:.1f}" for across, up in places)
    across, up = WIDTH - RIGHT + 14, TOP + 12 + 18 * number
    return [
        f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>',
        *(
            f'<circle cx="{at:.1f}" cy="{value:.1f}" r="3" fill="{colour}"/>'
            for at, value in places
        ),
        f'<circle cx="{across}" cy="{up - 4}" r="4" fill="{colour}"/>',
        _text(across + 9, up, name, "start"),
    ]


def _stroke(x1: float, y1: float, x2: float, y2: float) -> str:
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="#ddd"/>'
    )


def _text(x: float, y: float, words: str, anchor: str, more: str = "") -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" {more}>'
        f"{escape(words)}</text>"
    )


def short(value: float) -> str:
    """Write a number in few letters."""
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{value / size:g}{letter}"
    return f"{value:g}"
