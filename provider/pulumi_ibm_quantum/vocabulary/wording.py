"""How values that were found are named in messages: short, on one line, without what they contain."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

_LONGEST = 60


def quote(text: str) -> str:
    """Quote a text from a file so that it stays on one line and is not longer than a line."""
    shown = text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
    return f'"{printable(shown)}"'


def printable(text: str) -> str:
    """Return a text from elsewhere with an escape for each character that a terminal, a log or a page would obey.

    Those are control characters, line ends, and marks that turn the direction of what follows.
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


_NAMES: Final[Sequence[tuple[type | tuple[type, ...], Callable[[Any], str]]]] = (
    (type(None), lambda _: "nothing"),
    (bool, lambda value: "true" if value else "false"),
    ((int, float), lambda value: f"the number {_digits(value)}"),
    (str, quote),
    (datetime, lambda value: f"the time {value.isoformat()}"),
    (date, lambda value: f"the date {value.isoformat()}"),
    (bytes, lambda _: "binary data"),
    (Mapping, lambda _: "a mapping"),
    (Sequence, lambda _: "a list"),
)


def format_value(value: object) -> str:
    """Name a value: ``the number 5``, ``"abc"``, ``a list``."""
    names = (name(value) for kind, name in _NAMES if isinstance(value, kind))
    return next(names, f"a Python {type(value).__name__}")


def _digits(number: float) -> str:
    if isinstance(number, int) and abs(number) >= 10**_LONGEST:
        return "of more than 60 digits"
    return str(number)
