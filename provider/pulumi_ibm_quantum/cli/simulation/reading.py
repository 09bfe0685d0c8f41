"""Plain data out of a YAML file, checked value by value; whatever is wrong is collected, each with its place."""

import re
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from math import isfinite
from pathlib import Path
from typing import Any, Final, TypeVar

from pulumi_ibm_quantum.config import ConfigurationError, Problem
from pulumi_ibm_quantum.documents import Document, read_yaml
from pulumi_ibm_quantum.queue import Number
from pulumi_ibm_quantum.vocabulary import SECONDS_PER_UNIT as UNITS
from pulumi_ibm_quantum.vocabulary import format_value as found
from pulumi_ibm_quantum.vocabulary import quote as quoted

Place = tuple[str | int, ...]
"""Where a value is: keys and positions from the top."""

_T = TypeVar("_T")
_DURATION: Final = re.compile(r"([+-]?[0-9]{1,12}(?:\.[0-9]{1,12})?) ?([a-z]*)", re.IGNORECASE | re.ASCII)


def read_document(path: Path) -> Document:
    """Read a YAML file, whatever it is about.

    Raises:
        ConfigurationError: not to be read, or not YAML.
    """
    try:
        text = path.read_bytes()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ConfigurationError([Problem("", f"cannot be read: {reason}", source=str(path))]) from None
    return read_yaml(text, str(path))


@dataclass
class Reading:
    """One pass over a document. What is asked for and wrong is noted, and something harmless returned."""

    document: Document
    problems: list[Problem] = field(init=False)

    def __post_init__(self) -> None:
        self.problems = list(self.document.problems)

    def finish(self) -> None:
        """Raise ConfigurationError if anything was wrong: a line for each problem, in the order of the file."""
        if self.problems:
            raise ConfigurationError(sorted(self.problems, key=lambda one: (one.line or 0, one.column or 0)))

    def mapping(
        self, path: Place, value: Any, required: AbstractSet[str], optional: AbstractSet[str] = frozenset()
    ) -> Mapping[Any, Any]:
        """Return a mapping without keys that are unknown; an empty one where there is none."""
        known = ", ".join(sorted(required | optional))
        if not isinstance(value, Mapping):
            self.refuse(path, f"wants a mapping{f' with {known}' if known else ''}, found {found(value)}")
            return {}
        for key in value:
            if key not in required | optional:
                self.refuse((*path, str(key)), f"unknown key; there are {known}")
        for key in sorted(required - value.keys()):
            self.refuse((*path, key), "is missing")
        return {key: value[key] for key in value if key in required | optional}

    def items(self, entry: Mapping[Any, Any], path: Place, key: str, one: Callable[[Place, Any], _T]) -> list[_T]:
        """Return what ``one`` makes of each item of a list; an empty list where there is none."""
        value = entry.get(key, [])
        if not isinstance(value, list):
            self.refuse((*path, key), f"wants a list, found {found(value)}")
            return []
        return [one((*path, key, index), item) for index, item in enumerate(value)]

    def text(self, entry: Mapping[Any, Any], path: Place, key: str) -> str:
        """Return a text that is not empty; an empty one where there is none."""
        value = entry.get(key, "")
        if not isinstance(value, str) or (key in entry and not value):
            self.refuse((*path, key), f"wants a text, found {found(value)}; put it in quotes")
            return ""
        return value

    def number(self, entry: Mapping[Any, Any], path: Place, key: Any) -> Number | None:
        """Return a number, or a duration in seconds; None where there is none."""
        value = entry.get(key)
        if isinstance(value, str) and (match := _DURATION.fullmatch(value.strip())) and match[2].lower() in UNITS:
            return Fraction(match[1]) * UNITS[match[2].lower()]
        if not isinstance(value, bool) and (isinstance(value, int) or (isinstance(value, float) and isfinite(value))):
            return value
        if key in entry:
            wanted = "wants a number of seconds or a duration such as 90, 0.5, 45s, 90m, 10h, 2.5d or 1qau"
            self.refuse((*path, key), f"{wanted}, found {quoted(value) if isinstance(value, str) else found(value)}")
        return None

    def count(self, entry: Mapping[Any, Any], path: Place, key: str, most: int) -> int:
        """Return a whole number from 1 to ``most``; 1 where there is none."""
        value = entry.get(key, 1)
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
            self.refuse((*path, key), f"wants a whole number from 1 to {most}, found {found(value)}")
            return 1
        return value

    def day(self, entry: Mapping[Any, Any], path: Place, key: str) -> date | None:
        """Return a date, which YAML may have read as one already; None where there is none."""
        value = entry.get(key)
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        if isinstance(value, str):
            try:
                return date.fromisoformat(value)
            except ValueError:
                pass
        if key in entry:
            self.refuse((*path, key), f"wants a date such as 2026-03-01, found {found(value)}")
        return None

    def refuse(self, path: Place, message: str) -> None:
        """Note what is wrong at a place."""
        self.problems.append(self.document.problem(path, message))
