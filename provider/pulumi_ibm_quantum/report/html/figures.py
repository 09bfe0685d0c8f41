"""Axes with round numbers, the grid that belongs to them, and marks: across in percent, downwards in pixels."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from pulumi_ibm_quantum.report.html.markup import Markup, join, tag
from pulumi_ibm_quantum.report.layout import display_width

HOUR: Final = 3600
_STEPS: Final = (1, 2, 5, 10)
_FAR_ABOVE: Final = 5.0
_TOO_SMALL: Final = 1000.0
"""What is smaller than the largest value by more than this factor cannot be drawn beside any other."""
_WIDE_SCREEN, _PHONE = 640.0, 210.0
"""How many pixels a drawing has at least on a wide screen, and on the narrowest phone."""
_LETTER: Final = 7.6
"""How wide a letter is at most, in pixels."""
_GAP: Final = 6.0


@dataclass(frozen=True, slots=True)
class Scale:
    """A linear axis from 0 to ``top`` drawn from ``start`` to ``end``: over the whole width, unless told otherwise."""

    top: float
    start: float = 0.0
    end: float = 100.0

    def __call__(self, value: float) -> float:
        """Return where ``value`` is drawn; what is beyond the top is drawn at the end."""
        share = min(value, self.top) / self.top if self.top > 0 else 0.0
        return self.start + share * (self.end - self.start)

    def ticks(self, most: int, unit: float = 1.0) -> list[float]:
        """Return at most ``most`` round values above 0, as multiples of ``unit``."""
        if self.top <= 0:
            return []
        rough = self.top / unit / most
        power = 10.0 ** math.floor(math.log10(rough))
        step = next(digit * power for digit in _STEPS if digit * power >= rough * 0.999) * unit
        return [step * number for number in range(1, int(self.top / step * 1.0001) + 1)]


def axis_top(values: Iterable[float]) -> float:
    """Return where an axis ends: at the largest value, unless it would press all others flat.

    One value, or a tenth of them, that is far above all others goes on beyond the end, a little after the others'
    largest. What is too small to be drawn in any case has no say.
    """
    ordered = sorted(values, reverse=True)
    ordered = [value for value in ordered if value * _TOO_SMALL >= ordered[0]]
    for count in range(min(max(1, len(ordered) // 10), len(ordered) - 1), 0, -1):
        if ordered[count - 1] > _FAR_ABOVE * ordered[count]:
            return ordered[count] * 1.15
    return ordered[0] if ordered else 0.0


def percent(share: float) -> str:
    """Write a place on an axis as SVG has it: part of the drawing's width."""
    return f"{share:.2f}%"


def bar(begin: float, end: float, y: float, height: float, style: str, *, rx: float | None = None) -> Markup:
    """Draw a bar from one place to another."""
    x, width = percent(begin), percent(max(0.0, end - begin))
    return tag("rect", x=x, y=y, width=width, height=height, rx=rx, class_=style)


def upright(x: float, top: float, bottom: float, style: str) -> Markup:
    """Draw a line from ``top`` to ``bottom``."""
    return tag("line", x1=percent(x), x2=percent(x), y1=top, y2=bottom, class_=style)


def level(y: float, style: str, begin: float = 0.0, end: float = 100.0) -> Markup:
    """Draw a line from left to right."""
    return tag("line", x1=percent(begin), x2=percent(end), y1=y, y2=y, class_=style)


def dot(x: float, y: float, radius: float, style: str) -> Markup:
    """Draw a circle, which stays round however wide the drawing is."""
    return tag("circle", cx=percent(x), cy=y, r=radius, class_=style)


def sign(x: float, path: str, style: str) -> Markup:
    """Draw a path around a place; its own measures are pixels."""
    return tag("svg", tag("path", d=path, class_=style), x=percent(x))


def cut(y: float, height: float) -> Markup:
    """Draw the sign that a bar goes on beyond the axis: two strokes across its end."""
    stroke = f"{y + height:g}l6 -{height:g}"
    return sign(100.0, f"M-20 {stroke}M-13 {stroke}", "cut")


def bar_label(text: str, begin: float, end: float, baseline: float, style: str) -> Markup:
    """Write into a bar where there is room: on wide screens alone, or on a phone too."""
    room, needed = (end - begin) / 100, _LETTER * display_width(text) + _GAP
    if room * _WIDE_SCREEN < needed:
        return join()
    where = "" if room * _PHONE >= needed else " roomy"
    return tag("text", text, x=percent((begin + end) / 2), y=baseline, class_=f"{style}{where}", text_anchor="middle")


def tick_names(ticks: Sequence[tuple[float, str]], baseline: float = 12.0) -> Markup:
    """Write names along an axis, those at its ends within them; on a phone without room about every other."""
    count = len(ticks)
    fit = sum(_LETTER * display_width(name) + _GAP for _, name in ticks) <= _PHONE
    kept = range(count) if fit else {*range(0, count - 2, 2), count - 1}
    return join(
        *(
            tag(
                "text",
                name,
                x=percent(x),
                y=baseline,
                class_="tick" if number in kept else "tick roomy",
                text_anchor="start" if x < 2 else "end" if x > 98 else "middle",
            )
            for number, (x, name) in enumerate(ticks)
        )
    )


def horizontal_tick(y: float, name: str) -> Markup:
    """Draw a line over the whole width, and its name before it."""
    return join(level(y, "grid"), tag("text", name, x=0, y=y + 4, dx=-8, class_="tick", text_anchor="end"))
