"""The differences between two sets of properties, by property path."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from pulumi_ibm_quantum.engine.diff.property_path import parse_path
from pulumi_ibm_quantum.engine.state.values import same

_IDENTIFIER: Final = re.compile(r"[A-Za-z_$][\w$]*\Z")


@dataclass(frozen=True, slots=True)
class Change:
    """One difference; ``old`` or ``new`` is None where there is none."""

    path: str
    kind: Literal["add", "delete", "update"]
    old: Any
    new: Any


def changes(olds: Mapping[str, Any], news: Mapping[str, Any]) -> Iterator[Change]:
    """Find all differences, sorted by property; what begins with two underscores is the SDK's own and not compared."""
    return _of_objects("", olds, news)


def top_level(path: str) -> str:
    """Return the property that a path begins with."""
    return str(parse_path(path)[0])


def _of_objects(prefix: str, olds: Mapping[str, Any], news: Mapping[str, Any]) -> Iterator[Change]:
    for key in sorted({*olds, *news}):
        if not key.startswith("__"):
            yield from _of_items(_join(prefix, key), olds, news, key)


def _of_items(path: str, olds: Any, news: Any, key: str) -> Iterator[Change]:
    if key not in news:
        yield Change(path, "delete", olds[key], None)
    elif key not in olds:
        yield Change(path, "add", None, news[key])
    else:
        yield from _of_values(path, olds[key], news[key])


def _of_values(path: str, old: Any, new: Any) -> Iterator[Change]:
    if isinstance(old, dict) and isinstance(new, dict):
        yield from _of_objects(path, old, new)
    elif isinstance(old, list) and isinstance(new, list):
        for index, (before, after) in enumerate(zip(old, new, strict=False)):
            yield from _of_values(f"{path}[{index}]", before, after)
        for index in range(len(new), len(old)):
            yield Change(f"{path}[{index}]", "delete", old[index], None)
        for index in range(len(old), len(new)):
            yield Change(f"{path}[{index}]", "add", None, new[index])
    elif not same(old, new):
        yield Change(path, "update", old, new)


def _join(prefix: str, key: str) -> str:
    if not _IDENTIFIER.match(key):
        quoted = key.replace('"', '\\"')
        return f'{prefix}["{quoted}"]'
    return f"{prefix}.{key}" if prefix else key
