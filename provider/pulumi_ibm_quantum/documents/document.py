"""A document as it was written: plain values, and the place of each in the text."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import yaml

from pulumi_ibm_quantum.documents.problems import Path, Problem, path_text

_LEVELS: Final = 6
"""How deeply a document is nested, from the top to a date in a net grant; what is deeper is wrong anyway."""

Entries = dict[Any, tuple[yaml.Node, yaml.Node]]
"""The key and the value of each entry of a mapping, merged ones included, by what the key says."""


class Placed(ABC):
    """Values that know where they are written: a document, or a view of one or of several.

    Attributes:
        value: dicts, lists and scalars.
        source: the file or folder, or what stands for it.
        problems: what is known to be wrong already.
        other_bases: a problem for each number that YAML does not read in base ten.
    """

    __slots__ = ()

    value: Any
    source: str
    problems: Sequence[Problem]
    other_bases: Sequence[Problem]

    @abstractmethod
    def written(self, path: Path) -> "tuple[Document, Path]":
        """Return the document that `path` is written in, and its path there."""

    def problem(self, path: Path, message: str) -> Problem:
        """Return a problem that says where `path` is; if that is missing, where what should hold it is."""
        document, inner = self.written(path)
        line, column = document.position(inner)
        return Problem(path_text(inner), message, line, column, document.source)

    def place(self, path: Path) -> str:
        """Name where `path` is: ``instances[0].crn (line 5)``, or with the file where that is one of several."""
        document, inner = self.written(path)
        line, _ = document.position(inner)
        if document.source != self.source:
            return f"{path_text(inner)} ({document.source}:{line})"
        return path_text(inner) + (f" (line {line})" if line else "")

    def spelling(self, path: Path) -> str | None:
        """Return a scalar as it is written, without quotes; None if there is no text, or no scalar."""
        document, inner = self.written(path)
        node = document.node(inner)
        return node.value if isinstance(node, yaml.ScalarNode) else None


@dataclass(frozen=True, slots=True)
class Document(Placed):
    """A document before it is judged.

    Attributes:
        value: dicts, lists and scalars.
        source: the file, or what stands for it.
        root: the node that `value` was made from; None if there was no text.
        entries: of each mapping node, by its identity.
        problems: what is wrong with the text although it could be read.
        other_bases: a problem for each number that YAML does not read in base ten.
    """

    value: Any
    source: str
    root: yaml.Node | None = None
    entries: dict[int, Entries] = field(default_factory=dict)
    problems: Sequence[Problem] = ()
    other_bases: Sequence[Problem] = ()

    def written(self, path: Path) -> "tuple[Document, Path]":
        """Return itself and the path as it is."""
        return self, path

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

    def node(self, path: Path) -> yaml.Node | None:
        """Return the node of the value at `path`; None if there is none."""
        node = self.root
        for step in path:
            below = None if node is None else self._step(node, step)
            node = None if below is None else below[1]
        return node

    def path_of(self, wanted: yaml.Node) -> Path:
        """Return the first path that leads to a node, as to the value of a key or an item."""
        pending: list[tuple[Path, yaml.Node | None]] = [((), self.root)]
        while pending:
            path, node = pending.pop()
            if node is wanted:
                return path
            if isinstance(node, yaml.MappingNode):
                below: Any = [(key, value) for key, (_, value) in self.entries[id(node)].items()]
            else:
                below = enumerate(node.value) if isinstance(node, yaml.SequenceNode) else ()
            pending += reversed([((*path, step), value) for step, value in below])
        return ()

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
