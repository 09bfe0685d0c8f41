"""Elements of HTML and SVG as text. Whatever is not markup already is escaped, so that no name can become some."""

from collections.abc import Iterable, Sequence
from html import escape
from itertools import repeat
from typing import Final

_EMPTY: Final = frozenset({"meta", "line", "rect", "circle", "path", "polyline", "polygon"})


class Markup(str):
    """A text that is markup, and is taken as it is."""

    __slots__ = ()


def tag(name: str, /, *children: str, **attributes: object) -> Markup:
    """Return an element; in attribute names ``_`` stands for ``-``, and one at the end is dropped (``class_``).

    Attributes of None are left out; numbers are rounded to two digits. The result is well-formed as XML too.
    """
    start = name + "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(_text(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    if name in _EMPTY:
        return Markup(f"<{start}/>")
    return Markup(f"<{start}>{join(*children)}</{name}>")


def join(*children: str) -> Markup:
    """Return the children one after another, those that are plain text escaped."""
    return Markup("".join(child if isinstance(child, Markup) else escape(child) for child in children))


def titled(title: str, /, *children: str) -> Markup:
    """Return what is drawn together, and says ``title`` when a pointer rests on it."""
    return tag("g", tag("title", title), *children)


def table(
    columns: Sequence[str],
    rows: Iterable[Iterable[str]],
    style: str,
    /,
    anchors: Iterable[str | None] = repeat(None),
) -> Markup:
    """Return a table whose cells know their column's name: on a phone a row is a list of them below its first cell.

    ``anchors`` are what links lead to, one a row.
    """
    head = tag("tr", *(tag("th", name, scope="col") for name in columns))
    body = (
        tag("tr", *(tag("td", cell, data_label=name) for name, cell in zip(columns, row, strict=True)), id=anchor)
        for row, anchor in zip(rows, anchors, strict=False)
    )
    return tag("table", tag("thead", head), tag("tbody", *body), class_=style)


def svg(height: float, label: str, /, *children: str, **attributes: object) -> Markup:
    """Return a drawing as wide as its place; ``label`` is what a screen reader says of it.

    Across it is measured in percent, downwards in pixels: bars stretch, text and round marks keep their size.
    """
    return tag("svg", *children, height=height, role="img", aria_label=label, **attributes)


def stretched(height: float, *children: str) -> Markup:
    """Return paths whose x goes from 0 to 100 over the whole width of a drawing of this height."""
    return tag("svg", *children, viewBox=f"0 0 100 {_text(height)}", preserveAspectRatio="none", class_="stretched")


def _text(value: object) -> str:
    return f"{round(value, 2):g}" if isinstance(value, float) else str(value)
