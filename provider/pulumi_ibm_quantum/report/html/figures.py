"""Axes with round numbers, and the grid that belongs to them."""

import math
from dataclasses import dataclass
from typing import Final

from pulumi_ibm_quantum.report.html.markup import Markup, join, tag

HOUR: Final = 3600
_STEPS: Final = (1, 2, 5, 10)


@dataclass(frozen=True, slots=True)
class Scale:
    """A linear axis from 0 to ``top`` drawn from ``start`` to ``end``."""

    top: float
    start: float
    end: float

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


def vertical_tick(x: float, name: str, top: float, bottom: float, baseline: float, *, style: str = "grid") -> Markup:
    """Draw a line from ``top`` to ``bottom``, and its name centred on ``baseline``."""
    line = tag("line", x1=x, x2=x, y1=top, y2=bottom, class_=style)
    return join(line, tag("text", name, x=x, y=baseline, class_="tick", text_anchor="middle"))


def horizontal_tick(y: float, name: str, left: float, right: float, gap: float) -> Markup:
    """Draw a line from ``left`` to ``right``, and its name ``gap`` before it."""
    line = tag("line", x1=left, x2=right, y1=y, y2=y, class_="grid")
    return join(line, tag("text", name, x=left - gap, y=y + 4, class_="tick", text_anchor="end"))
