"""What pydantic objects to, in words for people who have never seen a model."""

from collections.abc import Mapping
from typing import Any, Final

from pydantic_core import ErrorDetails

from pulumi_ibm_quantum.vocabulary import format_value, quote

_WANTED: Final = {
    "string_type": "text",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "float_type": "a number",
    "finite_number": "a number that is finite",
    "tuple_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
}
_CHOICES: Final = ("literal_error", "enum")
_SENTENCES: Final = {
    "missing": "is missing",
    "extra_forbidden": "is not a known key",
    "string_too_short": "must not be empty",
}
_BOUNDS: Final = {
    "greater_than_equal": ("ge", "at least"),
    "greater_than": ("gt", "more than"),
    "less_than": ("lt", "less than"),
    "less_than_equal": ("le", "at most"),
}


def plain_words(error: ErrorDetails, spelling: str | None) -> str:
    """Say what is wrong with one value; ``spelling`` is how it is written, if it is a scalar and there is a text."""
    kind, value = error["type"], error["input"]
    context: Mapping[str, Any] = error.get("ctx", {})
    if kind in _SENTENCES:
        return _SENTENCES[kind]
    if kind == "value_error":
        return str(context["error"])
    if kind == "invalid_key":
        return f"has {format_value(value)} for a key: keys are text"
    if kind in _BOUNDS:
        key, words = _BOUNDS[kind]
        return f"must be {words} {context[key]:g}, found {format_value(value)}"
    wanted = str(context["expected"]).replace("'", "") if kind in _CHOICES else _WANTED.get(kind)
    if wanted is not None:
        quotes = ": put it in quotes" if kind == "string_type" and spelling else ""
        return f"wants {wanted}, found {_format_found(value, spelling)}{quotes}"
    return f"{error['msg']}, found {format_value(value)}"


def _format_found(value: object, spelling: str | None) -> str:
    """Name a value; one that YAML 1.1 reads in its own way, such as `no`, also as it is written."""
    if spelling is None or isinstance(value, str) or spelling.lower() in format_value(value):
        return format_value(value)
    return f"{quote(spelling)}, which YAML reads as {format_value(value)}"
