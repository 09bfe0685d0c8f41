"""What pydantic objects to, in words for people who have never seen a model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pydantic_core import ErrorDetails

from .wording import found, quoted

_WANTED: Final = {
    "string_type": "text",
    "bool_type": "true or false",
    "float_type": "a number",
    "finite_number": "a number that is finite",
    "tuple_type": "a list",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
}
_BOUNDS: Final = {
    "greater_than_equal": ("ge", "at least"),
    "greater_than": ("gt", "more than"),
    "less_than": ("lt", "less than"),
    "less_than_equal": ("le", "at most"),
}


def plain_words(error: ErrorDetails, spelling: str | None) -> str:
    """Say what is wrong with one value.

    Args:
        error: one of pydantic's.
        spelling: the value as it is written in the text, if it is a scalar and there is a text.
    """
    kind, value = error["type"], error["input"]
    context: Mapping[str, Any] = error.get("ctx", {})
    if kind == "missing":
        return "is missing"
    if kind == "value_error":
        return str(context["error"])
    if kind == "literal_error":
        return f"wants {context['expected'].replace(chr(39), '')}, found {_found(value, spelling)}"
    if kind in _BOUNDS:
        key, words = _BOUNDS[kind]
        return f"must be {words} {context[key]:g}, found {found(value)}"
    if kind in _WANTED:
        quotes = ": put it in quotes" if kind == "string_type" and spelling else ""
        return f"wants {_WANTED[kind]}, found {_found(value, spelling)}{quotes}"
    return f"{error['msg']}, found {found(value)}"


def _found(value: object, spelling: str | None) -> str:
    """Name a value; one that YAML 1.1 reads in its own way, such as `no`, also as it is written."""
    if spelling is None or isinstance(value, str) or spelling.lower() in found(value):
        return found(value)
    return f"{quoted(spelling)}, which YAML reads as {found(value)}"
