"""Markdown as GitHub and GitLab render it: names and sentences from elsewhere stay text, and name no CRN."""

import html
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Final

_CRN: Final = re.compile(r" ?\(crn:[^()\s]*\)|\bcrn:[^()\s]*")
_MARKS: Final = re.compile(r"[\\`*_\[\]#|~$]")
_ZERO_WIDTH_SPACE: Final = "\N{ZERO WIDTH SPACE}"


def table(header: Sequence[str], rows: Iterable[Iterable[str]], figures: Collection[int] = ()) -> str:
    """Return a table of cells that are Markdown already; the columns at the positions of figures align to the right."""
    rule = ["---:" if position in figures else "---" for position in range(len(header))]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (header, rule, *rows))


def bullets(title: str, sentences: Iterable[str]) -> Iterator[str]:
    """Yield a list of sentences below its title, as one block; nothing where there are none."""
    items = [f"- {text(sentence)}" for sentence in sentences]
    if items:
        yield "\n".join([*([title, ""] if title else []), *items])


def details(summary: str, body: str) -> str:
    """Return a block that is folded behind a line."""
    # The blank lines make what is inside Markdown again.
    return f"<details><summary>{summary}</summary>\n\n{body}\n\n</details>"


def code(name: str) -> str:
    """Return a name as it is, in a type that mentions nobody and links nothing."""
    return f"<code>{_escaped(name)}</code>"


def text(sentence: str) -> str:
    """Return a sentence as it is, in which an @ calls nobody."""
    return _escaped(sentence).replace("@", f"@{_ZERO_WIDTH_SPACE}")


def _escaped(text: str) -> str:
    """Return a text on one line, without CRNs, in which nothing is markup.

    References to characters hold in tables too, where backslashes before a bar count for less than elsewhere.
    """
    line = " ".join(_CRN.sub("", text).split())
    return _MARKS.sub(lambda mark: f"&#{ord(mark[0])};", html.escape(line, quote=False))
