"""Axes with round numbers."""

import math
from dataclasses import dataclass
from typing import Final

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
