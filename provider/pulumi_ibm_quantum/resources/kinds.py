"""The kinds of values that properties have: each reads a value into the one form in which it is kept and compared."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pulumi_ibm_quantum.resources.unknown import is_unknown
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
    if value is True or value is False:
        return value
    raise ValueError("must be true or false")


def _texts(value: object) -> dict[str, str]:
    if not (isinstance(value, Mapping) and all(isinstance(one, str) or is_unknown(one) for one in value.values())):
        raise ValueError("must be a mapping of names to texts")
    return dict(value)


def _json_object(value: object) -> str:
    """Return a JSON object as a text in which order and spelling mean nothing; an engine makes doubles of numbers."""
    try:
        document = json.loads(value) if isinstance(value, str) else value
        text = json.dumps(_whole(document), sort_keys=True, ensure_ascii=False)
    except (RecursionError, TypeError, ValueError):
        text = ""
    if text.startswith("{"):
        return text
    raise ValueError("must be a JSON object, as a mapping or as text")


def _whole(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _whole(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_whole(one) for one in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def choice(*names: str) -> Kind:
    """Make a kind that has some values."""

    def parse(value: object) -> str:
        if value not in names:
            raise ValueError(f"must be {' or '.join(names)}")
        return str(value)

    return Kind(" or ".join(f"`{name}`" for name in names), str, parse)


def text_of(pattern: str, wanted: str) -> Kind:
    """Make a kind of texts that look like a pattern; ``wanted`` completes "must be ..."."""
    shape = re.compile(pattern, re.IGNORECASE | re.ASCII)

    def parse(value: object) -> str:
        if not shape.fullmatch(_text(value)):
            raise ValueError(f"must be {wanted}")
        return str(value)

    return Kind(wanted, str, parse)


TEXT: Final = Kind("text", str, _text)
NAMES: Final = Kind("list of names", Sequence[str], _names)
BYTES: Final = Kind("whole bytes", int, int)
TEXTS: Final = Kind("mapping of texts", Mapping[str, str], _texts)
JSON_OBJECT: Final = Kind("JSON object", str, _json_object, Mapping[str, Any] | str)
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
