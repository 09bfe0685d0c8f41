"""Elements of HTML and SVG as text. Whatever is not markup already is escaped, so that no name can become some."""

from collections.abc import Iterable
from html import escape
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


def table(columns: Iterable[str], rows: Iterable[Iterable[str]], style: str, /) -> Markup:
    """Return a table in a box of its own, which scrolls where it is too wide."""
    head = tag("tr", *(tag("th", name, scope="col") for name in columns))
    body = (tag("tr", *(tag("td", cell) for cell in row)) for row in rows)
    return tag("div", tag("table", tag("thead", head), tag("tbody", *body)), class_=style)


def svg(width: float, height: float, label: str, /, *children: str, **attributes: object) -> Markup:
    """Return a drawing that scales with the page; ``label`` is what a screen reader says of it."""
    return tag(
        "svg", *children, viewBox=f"0 0 {_text(width)} {_text(height)}", role="img", aria_label=label, **attributes
    )


def _text(value: object) -> str:
    return f"{round(value, 2):g}" if isinstance(value, float) else str(value)
