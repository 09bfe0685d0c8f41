"""Property paths such as ``spec.ports[0].name`` or ``["a.b"]``, for `ignore_changes` and `replace_on_changes`."""

import re
from collections.abc import Sequence
from typing import Any, Final

from pulumi_ibm_quantum.engine.errors import EngineError
from pulumi_ibm_quantum.engine.state.values import Properties, Secret

Path = tuple[str | int, ...]
_PART: Final = re.compile(r'\.?([^.\[\]"]+)|\[(\d+|\*)\]|\["((?:[^"\\]|\\.)*)"\]')
_MISSING: Final = object()


def parse_path(text: str) -> Path:
    """Split a property path; ``*`` stands for every element.

    Raises:
        EngineError: If it is malformed.
    """
    parts: list[str | int] = []
    position = 0
    while position < len(text):
        match = _PART.match(text, position)
        if not match:
            raise EngineError(f"{text!r} is not a property path")
        name, index, quoted = match.groups()
        if index is not None:
            parts.append(index if index == "*" else int(index))
        else:
            parts.append(name if name is not None else quoted.replace('\\"', '"'))
        position = match.end()
    return tuple(parts)


def contains(pattern: Path, path: Path) -> bool:
    """Whether a path lies at or below one that a pattern names."""
    return len(path) >= len(pattern) and all(p in ("*", q) for p, q in zip(pattern, path, strict=False))


def put_back(news: Properties, olds: Properties, paths: Sequence[str]) -> tuple[Properties, list[str]]:
    """Give new inputs their old values wherever changes are to be ignored.

    Returns:
        The inputs, and the paths for which this is not possible: they go through something that was added or removed.
    """
    impossible: list[str] = []
    result: Any = dict(news)
    for text in paths:
        result, done = _put_back(result, olds, parse_path(text))
        if not done:
            impossible.append(text)
    return result, impossible


def _put_back(new: Any, old: Any, path: Path) -> tuple[Any, bool]:
    """Copy what a path names from old to new; return whether it could."""
    if isinstance(new, Secret):
        inner, done = _put_back(new.value, old, path)
        return Secret(inner), done
    old = old.value if isinstance(old, Secret) else old
    key, rest = path[0], path[1:]
    if key == "*":
        return _put_back_everywhere(new, old, rest)
    old_item, new_item = _get(old, key), _get(new, key)
    if rest and (new_item is _MISSING or old_item is _MISSING):
        return new, new_item is old_item
    if rest:
        item, done = _put_back(new_item, old_item, rest)
        return _set(new, key, item), done
    if isinstance(new, list) and (old_item is _MISSING or new_item is _MISSING):
        return new, new_item is old_item
    return (_set(new, key, old_item), True) if isinstance(new, dict | list) else (new, False)


def _put_back_everywhere(new: Any, old: Any, rest: Path) -> tuple[Any, bool]:
    keys: list[str | int]
    if isinstance(new, dict) and isinstance(old, dict):
        keys = list({**old, **new})
    elif isinstance(new, list) and isinstance(old, list) and len(new) == len(old):
        keys = list(range(len(new)))
    else:
        return new, False
    all_done = True
    for key in keys:
        new, done = _put_back(new, old, (key, *rest))
        all_done = all_done and done
    return new, all_done


def _get(container: Any, key: str | int) -> Any:
    if isinstance(container, dict):
        return container.get(str(key), _MISSING)
    if isinstance(container, list) and isinstance(key, int) and 0 <= key < len(container):
        return container[key]
    return _MISSING


def _set(container: Any, key: str | int, item: Any) -> Any:
    if isinstance(container, list):
        copied: Any = list(container)
        copied[key] = item
        return copied
    copied = dict(container)
    if item is _MISSING:
        copied.pop(str(key), None)
    else:
        copied[str(key)] = item
    return copied
