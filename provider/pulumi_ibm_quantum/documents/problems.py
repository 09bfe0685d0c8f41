"""What is wrong with a document, and where."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from pulumi_ibm_quantum.vocabulary import quote

Path: TypeAlias = tuple[str | int, ...]
"""Where a value sits: keys and positions from the top, such as ``("instances", 2, "crn")``."""

_PLAIN_KEY = re.compile(r"[A-Za-z_][\w-]{0,79}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, on one line.

    Attributes:
        path: where in the document, such as ``instances[2].net_grants[0].end_date``; empty for the whole.
        message: what is wrong and what to do.
        line: counted from 1; None if the document was not read from text.
        column: counted from 1; None with ``line``.
        source: the file, or what stands for it.
    """

    path: str
    message: str
    line: int | None = None
    column: int | None = None
    source: str = "document"

    def __str__(self) -> str:
        place = self.source if self.line is None else f"{self.source}:{self.line}:{self.column}"
        return ": ".join(part for part in (place, self.path, self.message) if part)


class DocumentError(ValueError):
    """A document that cannot be used; its text has one line for each problem."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.problems)

    def __str__(self) -> str:
        return "\n".join(map(str, self.problems))

    @classmethod
    def in_order(cls, problems: Iterable[Problem]) -> "DocumentError":
        """Return an error with the problems in the order of the text."""
        return cls(sorted(problems, key=lambda problem: (problem.source, problem.line or 0, problem.column or 0)))


def path_text(path: Path) -> str:
    """Write a path as people read it: ``instances[2].net_grants[0].end_date``."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        else:
            key = step if _PLAIN_KEY.fullmatch(step) else quote(step)
            text += f".{key}" if text else key
    return text
