"""The quantum broker's ``parameters``: how a request is read and what it leaves behind."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from .catalog import OPEN_PLAN_LIMIT_SECONDS
from .errors import Refused

ANY_BACKEND: Final = ("ANY",)
_DIGITS: Final = re.compile(r"[0-9]+")
_ALLOCATION: Final = "usage_allocation_seconds"
_LIMIT: Final = "instance_limit_seconds"
_BACKENDS: Final = "backends"


class PatchMode(StrEnum):
    """What becomes of the keys that a PATCH leaves out; the sources disagree."""

    REPLACE = "replace"
    """They are wiped (from client source: the peer tool's regression tests)."""
    MERGE = "merge"
    """They stay (documented, in a draft)."""
    SPLIT = "split"
    """They stay in ``extensions``, yet the runtime enforces as if they were wiped (seen once, by IBM staff)."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """What an instance is set to.

    Attributes:
        allocation_seconds: Seconds that it is meant to use in the window; 0 is archived, None was never set.
        limit_seconds: Seconds at which it stops; None is no limit.
        backends: Names of the backends that it may use, ``("ANY",)`` for all.
    """

    allocation_seconds: int | None = None
    limit_seconds: int | None = None
    backends: tuple[str, ...] = ANY_BACKEND

    def extensions(self) -> dict[str, Any]:
        """Render as ``extensions``: integers or null, backends always there (documented)."""
        return {_ALLOCATION: self.allocation_seconds, _LIMIT: self.limit_seconds, _BACKENDS: list(self.backends)}


def configured(parameters: Mapping[str, Any], kept: Configuration | None, *, plan: str) -> Configuration:
    """Read ``parameters``; a key that is left out comes from ``kept``, or is wiped without one.

    Digit strings (documented) and integers (documented, newer) mean the same. Keys that the service does not know are
    tolerated (assumed).

    Raises:
        Refused: A value is not what the broker takes (400), or ``custom_functions`` is empty (422, observed).
    """
    base = kept or Configuration()
    _check_functions(parameters)
    limit = _seconds(parameters, _LIMIT, base.limit_seconds)
    if plan == "open" and limit is None:
        limit = OPEN_PLAN_LIMIT_SECONDS
    return Configuration(_seconds(parameters, _ALLOCATION, base.allocation_seconds), limit, _backends(parameters, base))


def _seconds(parameters: Mapping[str, Any], key: str, kept: int | None) -> int | None:
    if key not in parameters:
        return kept
    value = parameters[key]
    if value is None:
        return None
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    if isinstance(value, str) and _DIGITS.fullmatch(value):
        return int(value)
    raise Refused.by_broker(f"{key} must be a string of digits, an integer or null, not {value!r}")


def _backends(parameters: Mapping[str, Any], base: Configuration) -> tuple[str, ...]:
    if _BACKENDS not in parameters:
        return base.backends
    value = parameters[_BACKENDS]
    if value is None:
        return ANY_BACKEND
    if isinstance(value, list) and all(isinstance(name, str) for name in value):
        return tuple(value)
    raise Refused.by_broker(f"{_BACKENDS} must be a list of names, not {value!r}")


def _check_functions(parameters: Mapping[str, Any]) -> None:
    value = parameters.get("custom_functions")
    if value is not None and not (isinstance(value, dict) and value.get("permissions")):
        raise Refused.by_broker("custom_functions permissions must not be empty", status=422)
