"""A document as it was written: plain values, and the place of each in the text."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import yaml

from pulumi_ibm_quantum.documents.problems import Path, Problem, path_text

_LEVELS: Final = 6
"""How deeply a configuration is nested, from the top to a date in a net grant; what is deeper is wrong anyway."""

Entries = dict[Any, tuple[yaml.Node, yaml.Node]]
"""The key and the value of each entry of a mapping, merged ones included, by what the key says."""


class Placed(Protocol):
    """Values that know where they are written: a document, or a view of one or of several."""

    @property
    def value(self) -> Any:
        """The plain values: dicts, lists and scalars."""

    @property
    def source(self) -> str:
        """The file, or what stands for it."""

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is known to be wrong already."""

    def problem(self, path: Path, message: str) -> Problem:
        """Return a problem that says where `path` is."""

    def place(self, path: Path) -> str:
        """Name where `path` is, with its line if that is known."""

    def spelling(self, path: Path) -> str | None:
        """Return a scalar as it is written, without quotes; None if there is none."""


@dataclass(frozen=True, slots=True)
class Document:
    """A document before it is judged.

    Attributes:
        value: dicts, lists and scalars.
        source: the file, or what stands for it.
        root: the node that `value` was made from; None if there was no text.
        entries: of each mapping node, by its identity.
        problems: what is wrong with the text although it could be read.
    """

    value: Any
    source: str
    root: yaml.Node | None = None
    entries: dict[int, Entries] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def problem(self, path: Path, message: str) -> Problem:
        """Return a problem that says where `path` is; if that is missing, where what should hold it is."""
        line, column = self.position(path)
        return Problem(path_text(path), message, line, column, self.source)

    def place(self, path: Path) -> str:
        """Name where `path` is, with its line if that is known: ``instances[0].crn (line 5)``."""
        line, _ = self.position(path)
        return path_text(path) + (f" (line {line})" if line else "")

    def position(self, path: Path) -> tuple[int, int] | tuple[None, None]:
        """Return line and column, from 1, of the key or item at `path`, or of what should hold it."""
        if self.root is None:
            return None, None
        node = place = self.root
        for step in path:
            below = self._step(node, step)
            if below is None:
                break
            place, node = below
        return place.start_mark.line + 1, place.start_mark.column + 1

    def spelling(self, path: Path) -> str | None:
        """Return a scalar as it is written, without quotes; None if there is no text, or no scalar."""
        node = self.root
        for step in path:
            below = None if node is None else self._step(node, step)
            node = None if below is None else below[1]
        return node.value if isinstance(node, yaml.ScalarNode) else None

    def _step(self, node: yaml.Node, step: str | int) -> tuple[yaml.Node, yaml.Node] | None:
        if isinstance(node, yaml.MappingNode):
            return self.entries[id(node)].get(step)
        if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            return node.value[step], node.value[step]
        return None


def document_of(value: Any, source: str) -> Document:
    """Take what is data already for a document; it has no lines and columns."""
    return Document(_plain(value, _LEVELS), source)


def _plain(value: Any, levels: int) -> Any:
    if levels < 0:
        return value
    if isinstance(value, Mapping):
        return {key: _plain(item, levels - 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item, levels - 1) for item in value]
    return value
