"""Properties as they arrive from an engine, made into values: every number is a double there, and some are unknown."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pulumi_ibm_quantum.vocabulary import Limit, parse_crn

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""What stands for a value that is not known yet (Pulumi's protocol)."""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one property."""

    property: str
    reason: str


@dataclass(frozen=True, slots=True)
class Difference:
    """Which properties differ between what is and what is wanted, and which of them need a new resource."""

    changed: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()


def is_unknown(value: object) -> bool:
    """Tell whether a value is not known yet; some engines send an object in place of the string."""
    return value == UNKNOWN or type(value).__name__ == "Unknown"


def normalise(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Return the properties with whole doubles as integers, and without those that are None."""
    return {name: _whole(value) for name, value in properties.items() if value is not None}


def difference(
    old: Mapping[str, Any], new: Mapping[str, Any], *, compared: Iterable[str], replacing: Iterable[str] = ()
) -> Difference:
    """Compare some properties of two normalised sets; an unknown value differs from everything."""
    changed = tuple(name for name in compared if is_unknown(new.get(name)) or old.get(name) != new.get(name))
    return Difference(changed, tuple(name for name in changed if name in replacing))


def problems_of_crn(name: str, value: object) -> list[Problem]:
    """Check the CRN of a quantum instance."""
    if is_unknown(value):
        return []
    if not isinstance(value, str):
        return [Problem(name, f"must be the CRN of an instance, not {value!r}")]
    try:
        parse_crn(value)
    except ValueError as error:
        return [Problem(name, str(error))]
    return []


def problems_of_settings(properties: Mapping[str, Any]) -> list[Problem]:
    """Check allocation, limit and backends."""
    problems = []
    allocation = properties.get("allocation_seconds")
    if not is_unknown(allocation) and not _is_count(allocation, least=1):
        why = "; 0 would archive the instance" if allocation == 0 else ""
        problems.append(Problem("allocation_seconds", f"must be a whole number of seconds, at least 1{why}"))
    limit = properties.get("limit_seconds")
    if not (limit is None or limit == "none" or is_unknown(limit) or _is_count(limit, least=0)):
        problems.append(Problem("limit_seconds", 'must be a whole number of seconds, or "none"'))
    problems += problems_of_names("backends", properties.get("backends"))
    return problems


def problems_of_names(name: str, value: object) -> list[Problem]:
    """Check a list of names, which may be absent."""
    if value is None or is_unknown(value):
        return []
    if isinstance(value, list) and all(isinstance(item, str) and item for item in value):
        return []
    return [Problem(name, "must be a list of names")]


def problems_of_text(properties: Mapping[str, Any], names: Iterable[str]) -> list[Problem]:
    """Check properties that must be given as text."""
    return [
        Problem(name, "must be given, as text")
        for name in names
        if not is_unknown(properties.get(name)) and not (isinstance(properties.get(name), str) and properties[name])
    ]


def limit_of(properties: Mapping[str, Any]) -> Limit:
    """Return the limit that is wanted."""
    return Limit.from_setting(properties.get("limit_seconds"))


def backends_of(properties: Mapping[str, Any], live: tuple[str, ...]) -> tuple[str, ...]:
    """Return the backends that are wanted; ``live`` where none were given."""
    backends = properties.get("backends")
    return live if backends is None else tuple(backends)


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _is_count(value: object, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least
