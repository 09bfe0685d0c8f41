"""The kinds of values that properties have: each reads a value into the one form in which it is kept and compared."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pulumi_ibm_quantum.vocabulary import (
    PLANS,
    REGIONS,
    LimitSetting,
    find_plan,
    parse_crn,
    parse_region,
    whole_seconds,
)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of value.

    Attributes:
        text: What it is, for the documentation.
        annotation: Its type in Python.
        parse: Returns a value in its one form, or raises ValueError with what is wrong. An engine sends every number
            as a double.
    """

    text: str
    annotation: Any
    parse: Callable[[Any], Any]


def _text(value: object) -> str:
    if not (isinstance(value, str) and value):
        raise ValueError("must be given, as text")
    return value


def _names(value: object) -> list[str]:
    if not (isinstance(value, list) and all(isinstance(name, str) and name for name in value)):
        raise ValueError("must be a list of names")
    return value


def _allocation(value: object) -> int:
    if (seconds := whole_seconds(value)) == 0:
        raise ValueError("must be at least 1 second: 0 would archive the instance")
    return seconds


def _limit(value: object) -> LimitSetting:
    return "none" if value == "none" else whole_seconds(value, wanted='wants a whole number of seconds or "none"')


TEXT: Final = Kind("text", str, _text)
NAMES: Final = Kind("list of names", Sequence[str], _names)
ALLOCATION: Final = Kind("whole seconds, at least 1", int, _allocation)
LIMIT: Final = Kind('whole seconds, or `"none"`', LimitSetting, _limit)
CRN: Final = Kind("CRN of an instance", str, lambda value: str(parse_crn(_text(value))))
PLAN: Final = Kind(
    f"plan: {', '.join(plan.name for plan in PLANS)}, or an id", str, lambda value: find_plan(_text(value)).name
)
REGION: Final = Kind(f"region: {' or '.join(REGIONS)}", str, lambda value: parse_region(_text(value)))
