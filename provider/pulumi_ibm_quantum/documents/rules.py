"""What must hold between the fields of a block, each of them being valid."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final, Self, TypeAlias, TypeVar

from pydantic import BaseModel, ValidationInfo, model_validator
from pydantic_core import PydanticCustomError

from pulumi_ibm_quantum.documents.blocks import Block, blocks_of, blocks_within
from pulumi_ibm_quantum.documents.problems import Path, path_text

RULES_DEFERRED: Final = "rules_deferred"
"""The key of a validation context that says that broken rules are asked for later, at their places."""

Context: TypeAlias = Mapping[str, Any]
"""What validators and rules are told of the document, such as its dialect; empty for models made in Python."""


INVALID: Final[Any] = object()
"""In place of a value that is missing or not valid, for the rules: it equals nothing, and is of no type they know."""


_T = TypeVar("_T")


def valid_items(items: Sequence[_T]) -> list[tuple[int, _T]]:
    """Return the items of a field that are valid, with their positions."""
    return [] if items is INVALID else [(at, item) for at, item in enumerate(items) if item is not INVALID]


@dataclass(frozen=True, slots=True)
class BrokenRule:
    """A rule that does not hold.

    Attributes:
        path: where, from the block that was asked; keys as they are written.
        message: what does not hold and what to do.
        first: the place that the message ends with, for something given twice.
    """

    path: Path
    message: str
    first: Path | None = None

    def sentence(self, place: Callable[[Path], str] = path_text) -> str:
        """Return the message in full; `place` names the place that it ends with."""
        return self.message if self.first is None else f"{self.message} {place(self.first)}"

    def below(self, *steps: str | int) -> "BrokenRule":
        """Return it as seen from further up."""
        first = None if self.first is None else (*steps, *self.first)
        return replace(self, path=(*steps, *self.path), first=first)


class RuledBlock(Block):
    """A block whose fields must fit together.

    Each rule is asked once: here for a model that is made in Python, by `validate` for one that is read.
    """

    def broken_rules(self, context: Context) -> Iterator[BrokenRule]:
        """Yield every rule that does not hold.

        Other parts of the document may be wrong: any field may be `INVALID`, of which a rule says nothing.
        """
        raise NotImplementedError

    @model_validator(mode="after")
    def _demand_rules(self, info: ValidationInfo) -> Self:
        context: Context = info.context or {}
        if RULES_DEFERRED not in context:
            broken = [": ".join(filter(None, (path_text(b.path), b.sentence()))) for b in self.broken_rules(context)]
            if broken:
                raise PydanticCustomError("rule", "{sentences}", {"sentences": "; ".join(broken)})
        return self


def broken_rules(block: object, context: Context) -> Iterator[BrokenRule]:
    """Yield every broken rule of a block and of those below it; none for what is not a block."""
    if not isinstance(block, BaseModel):
        return
    if isinstance(block, RuledBlock):
        yield from block.broken_rules(context)
    for name, key in _ruled_fields(type(block)):
        for steps, item in _items(getattr(block, name)):
            for broken in broken_rules(item, context):
                yield broken.below(key, *steps)


def has_rules(model: type[BaseModel]) -> bool:
    """Whether a block, or one below it, has rules."""
    return any(issubclass(block, RuledBlock) for block in blocks_within(model))


@cache
def _ruled_fields(model: type[BaseModel]) -> tuple[tuple[str, str], ...]:
    """Return name and key of each field with blocks that have rules."""
    keys = ((name, field.alias or name) for name, field in model.model_fields.items())
    return tuple((name, key) for name, key in keys if any(map(has_rules, blocks_of(model).get(key, ()))))


def _items(value: object) -> Iterator[tuple[Path, object]]:
    if isinstance(value, tuple):
        yield from (((position,), item) for position, item in enumerate(value))
    elif isinstance(value, Mapping):
        yield from (((key,), item) for key, item in value.items())
    else:
        yield (), value
