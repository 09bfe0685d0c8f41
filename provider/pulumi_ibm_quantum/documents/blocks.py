"""Parts of a document with keys of their own, as models.

Which key holds a block is told by the annotations of the models, so a new block is known wherever blocks are looked at.
"""

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from functools import cache
from typing import Any, get_args

from pydantic import BaseModel, ConfigDict

from pulumi_ibm_quantum.documents.problems import Path, path_text


class Block(BaseModel):
    """A part of a document with keys of its own; others are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_name=True, validate_by_alias=True)


def keys_of(model: type[BaseModel]) -> list[str]:
    """Return the keys of a block as they are written."""
    return [field.alias or name for name, field in model.model_fields.items()]


@cache
def blocks_of(model: type[BaseModel]) -> Mapping[str, tuple[type[BaseModel], ...]]:
    """Return the blocks below a block by key: what its value, or each item of it, may be."""
    fields = ((field.alias or name, field.annotation) for name, field in model.model_fields.items())
    blocks = {key: tuple(_blocks_in(annotation)) for key, annotation in fields}
    return {key: models for key, models in blocks.items() if models}


@cache
def blocks_within(model: type[BaseModel]) -> frozenset[type[BaseModel]]:
    """Return a block and all blocks below it, however deep."""
    within = {model}
    left = [model]
    while left:
        new = {block for blocks in blocks_of(left.pop()).values() for block in blocks} - within
        within |= new
        left += new
    return frozenset(within)


def keys_at(model: type[BaseModel], path: Path) -> list[str]:
    """Return the keys that the block at a path may have; where it may be one of several blocks, those of all."""
    models = [model]
    for step in path:
        below = [block for one in models for block in blocks_of(one).get(str(step), ())]
        models = below or models  # A position in a list and a key of a mapping of blocks lead no further down.
    return [key for one in models for key in keys_of(one)]


def suggestion(key: str, known: Iterable[str], former: Mapping[str, str]) -> str:
    """Name the known key that an unknown one was most likely meant to be; `former` tells how keys were called once."""
    keys = list(known)
    near = [name for name in keys if name == former.get(key)] or get_close_matches(key, keys, n=1)
    return f" (did you mean {path_text((near[0],))}?)" if near else ""


def _blocks_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _blocks_in(part)
