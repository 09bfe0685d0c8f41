"""Durations as people write and read them, in whole seconds."""

import math
import re
from collections.abc import Callable
from fractions import Fraction
from typing import Final

from pulumi_ibm_quantum.vocabulary.wording import format_value, quote

SECONDS_PER_QAU: Final = 96_000
"""A quantum allocation unit is 1600 minutes (documented)."""

LARGEST_SECONDS: Final = 2**53
"""The engine keeps numbers as doubles, which hold whole numbers exactly up to here."""

SECONDS_PER_UNIT: Final = {"": 1, "s": 1, "m": 60, "h": 3_600, "d": 86_400, "qau": SECONDS_PER_QAU}
"""Seconds by the unit of a duration, in small letters."""
_ONE: Final = re.compile(r"([0-9]{1,20}(?:\.[0-9]{1,20})?) ?([a-z]*)", re.IGNORECASE | re.ASCII)
_SEVERAL: Final = re.compile(
    r"(?=.)" + " ?".join(rf"(?:([0-9]{{1,20}}) ?{unit})?" for unit in "dhms"), re.IGNORECASE | re.ASCII
)
_WANTED: Final = 'wants whole seconds or a duration such as 96000, "45s", "1h 30m", "10h", "2.5d" or "1qau"'


def parse_duration(text: str) -> int:
    """Read a duration such as ``96000``, ``10h``, ``1h 30m``, ``2.5d``, ``90m``, ``45s`` or ``1qau``.

    Args:
        text: a number, whole or decimal, and a unit: s, m, h, d or qau (96 000 s); no unit means seconds. Or several
            whole numbers, each with a smaller unit than the one before, as `format_duration` writes them.

    Returns:
        Whole seconds, zero or more.

    Raises:
        ValueError: not a duration, negative, not a whole number of seconds, or beyond 2**53 seconds.
    """
    stripped = text.strip()
    seconds = _seconds_in(stripped[1:] if stripped[:1] in {"+", "-"} else stripped)
    if seconds is None:
        raise ValueError(f"{_WANTED}, found {quote(text)}")
    if stripped[0] == "-" and seconds:
        raise ValueError(f"must not be negative, found {quote(text)}")
    if seconds.denominator != 1:
        raise ValueError(f"must be a whole number of seconds, found {quote(text)}, which is {float(seconds)} seconds")
    return _within_reach(int(seconds), quote(text))


def parse_seconds(value: object) -> int:
    """Read a duration from a configuration: a number of seconds, or a text as in `parse_duration`.

    Raises:
        ValueError: as `parse_duration`; or neither a number nor a text.
    """
    return parse_duration(value) if isinstance(value, str) else whole_seconds(value, wanted=_WANTED)


def whole_seconds(value: object, *, wanted: str = "wants a whole number of seconds") -> int:
    """Read a number of seconds, whole though perhaps stored as a double, zero or more.

    Raises:
        ValueError: not a number, negative, not whole, or beyond 2**53; `wanted` opens the sentence if it is no number.
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or not _is_finite(value):
        raise ValueError(f"{wanted}, found {format_value(value)}")
    if value < 0:
        raise ValueError(f"must not be negative, found {format_value(value)}")
    if value != int(value):
        raise ValueError(f"must be a whole number of seconds, found {format_value(value)}")
    return _within_reach(int(value), format_value(value))


def format_duration(seconds: float, *, brief: bool = False) -> str:
    """Write seconds as people read them: ``0.25s``, ``45s``, ``1h 30m``, ``266h 40m``; infinity is ``never``.

    Args:
        seconds: How many; below a minute fractions are written, above it they are rounded.
        brief: Whether to round: to whole seconds below a minute, to minutes below a day, to hours above.
    """
    if math.isinf(seconds):
        return "never"
    size = _rounded(abs(seconds), brief=brief)
    minutes, rest = divmod(size, 60)
    hours, minutes = divmod(minutes, 60)
    parts = [f"{_digits(number)}{unit}" for number, unit in ((hours, "h"), (minutes, "m"), (rest, "s")) if number]
    return ("-" if seconds < 0 and size else "") + (" ".join(parts) or "0s")


def format_signed(seconds: int, write: Callable[[float], str] = format_duration) -> str:
    """Write a difference with its sign, ``+1h 30m`` or ``-5s``, as ``write`` writes what it is of; none has no sign."""
    return f"+{write(seconds)}" if seconds > 0 else write(seconds)


def _seconds_in(text: str) -> Fraction | None:
    if (one := _ONE.fullmatch(text)) and one[2].lower() in SECONDS_PER_UNIT:
        return Fraction(one[1]) * SECONDS_PER_UNIT[one[2].lower()]
    if several := _SEVERAL.fullmatch(text):
        numbers = zip(several.groups(default="0"), "dhms", strict=True)
        return Fraction(sum(int(number) * SECONDS_PER_UNIT[unit] for number, unit in numbers))
    return None


def _rounded(size: float, *, brief: bool) -> float:
    if brief:
        step = 1 if size < 60 else 60 if size < 86_400 else 3_600
        return round(size / step) * step
    return round(size) if size >= 60 else round(size, 2 if size >= 1 else 6)


def _digits(number: float) -> str:
    return f"{number:.6f}".rstrip("0").rstrip(".")


def _is_finite(value: float) -> bool:
    return isinstance(value, int) or math.isfinite(value)


def _within_reach(seconds: int, shown: str) -> int:
    if seconds > LARGEST_SECONDS:
        raise ValueError(f"is too large, found {shown}: more than {LARGEST_SECONDS} seconds cannot be kept exactly")
    return seconds
