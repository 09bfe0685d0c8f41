"""Kinds of values that documents of every kind have."""

from typing import Annotated, TypeAlias

from pydantic import AfterValidator, Field

from pulumi_ibm_quantum.vocabulary import quote


def _printable(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be empty")
    if not text.isprintable() or text != text.strip():
        raise ValueError(f"must have no blanks around it and no control characters, found {quote(text)}")
    return text


AnyText: TypeAlias = Annotated[str, Field(strict=True, min_length=1)]
"""A text that is not empty."""
Text: TypeAlias = Annotated[str, Field(strict=True, json_schema_extra={"minLength": 1}), AfterValidator(_printable)]
"""A text of characters that can be seen, without blanks around it."""
