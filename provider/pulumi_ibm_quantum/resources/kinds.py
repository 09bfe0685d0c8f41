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
    parse_seconds,
)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of value.

    Attributes:
        text: What it is, for the documentation.
        annotation: Its type in Python, in its one form.
        parse: Returns a value in its one form, or raises ValueError with what is wrong. An engine sends every number
            as a double.
        given: Its type as an input; None where that is the same.
    """

    text: str
    annotation: Any
    parse: Callable[[Any], Any]
    given: Any = None


def _text(value: object) -> str:
    if not (isinstance(value, str) and value):
        raise ValueError("must be given, as text")
    return value


def _names(value: object) -> list[str]:
    if not (isinstance(value, list) and all(isinstance(name, str) and name for name in value)):
        raise ValueError("must be a list of names")
    return value


def _allocation(value: object) -> int:
    if (seconds := parse_seconds(value)) == 0:
        raise ValueError("must be at least 1 second: 0 would archive the instance")
    return seconds


def _limit(value: object) -> LimitSetting:
    return "none" if value == "none" else parse_seconds(value)


def _truth(value: object) -> bool:
    if value is not True and value is not False:
        raise ValueError("must be true or false")
    return value


TEXT: Final = Kind("text", str, _text)
NAMES: Final = Kind("list of names", Sequence[str], _names)
SENTENCES: Final = Kind("list of sentences", Sequence[str], _names)
TRUTH: Final = Kind("true or false", bool, _truth)
ALLOCATION: Final = Kind('whole seconds, at least 1, or a duration such as `"1h 30m"`', int, _allocation, int | str)
LIMIT: Final = Kind(
    'whole seconds, a duration such as `"1h 30m"`, or `"none"`', LimitSetting, _limit, LimitSetting | str
)
CRN: Final = Kind("CRN of an instance", str, lambda value: str(parse_crn(_text(value))))
PLAN: Final = Kind(
    f"plan: {', '.join(plan.name for plan in PLANS)}, or an id", str, lambda value: find_plan(_text(value)).name
)
REGION: Final = Kind(f"region: {' or '.join(REGIONS)}", str, lambda value: parse_region(_text(value)))
