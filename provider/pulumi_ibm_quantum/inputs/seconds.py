"""Times in the files of a simulation: exact, of either sign, as numbers of seconds or durations."""

import re
from fractions import Fraction
from math import isfinite
from typing import Final

from pulumi_ibm_quantum.queue import Number
from pulumi_ibm_quantum.vocabulary import SECONDS_PER_UNIT, format_value

_DURATION: Final = re.compile(r"([+-]?[0-9]{1,12}(?:\.[0-9]{1,12})?) ?([a-z]*)", re.IGNORECASE | re.ASCII)
_WANTED: Final = "wants a number of seconds or a duration such as 90, 0.5, 45s, 90m, 10h, 2.5d or 1qau"


def exact_seconds(value: object) -> Number:
    """Read a number of seconds, or a duration.

    Raises:
        ValueError: it is neither, or not finite.
    """
    if type(value) is int or (isinstance(value, float) and isfinite(value)):
        return value
    if isinstance(value, str) and (match := _DURATION.fullmatch(value.strip())):
        unit = SECONDS_PER_UNIT.get(match[2].lower())
        if unit is not None:
            return Fraction(match[1]) * unit
    raise ValueError(f"{_WANTED}, found {format_value(value)}")
