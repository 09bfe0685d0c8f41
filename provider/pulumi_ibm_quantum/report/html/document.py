"""A whole page: what keeps it self-contained, readable on a phone, light or dark, and in one order with the others."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import files

from pulumi_ibm_quantum.report.html.jump_list import jump_list, section_anchor
from pulumi_ibm_quantum.report.html.markup import Markup, join, tag

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""Even if something got into the page that asks for more, a browser would not load it."""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a page under a heading, with a sentence that says how to read it."""

    heading: str
    sentence: str
    content: Markup


def document(
    title: str,
    *,
    header: Sequence[str],
    tiles: Iterable[Markup],
    drawings: Iterable[Section],
    tables: Iterable[Section],
    footer: str,
    listed: tuple[str, Sequence[str]],
    notices: Markup = Markup(""),  # noqa: B008
    style: Markup = Markup(""),  # noqa: B008
) -> str:
    """Return the page: what it is about, what is wrong, the sums, where to find what, drawings, tables.

    Args:
        title: What a browser calls it.
        header: Its heading and sentences below.
        tiles: From `tile`.
        drawings: What is decided or has happened, drawn.
        tables: The same as figures.
        footer: Who wrote it.
        listed: What instances are called, and their names in the order of their anchors.
        notices: From `notice`.
        style: A style sheet that comes after the one that all pages have.
    """
    sections = [*drawings, *tables]
    heading, *sentences = header
    body = tag(
        "main",
        tag("header", tag("h1", heading), *(tag("p", sentence, class_="soft") for sentence in sentences)),
        notices,
        tag("section", *tiles, class_="tiles"),
        jump_list(*listed, [section.heading for section in sections]),
        *(_section(section, number) for number, section in enumerate(sections)),
        tag("footer", footer),
    )
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", title),
        tag("style", style_sheet(__package__, "style.css"), style),
    )
    return f"<!doctype html>\n{tag('html', head, tag('body', body), lang='en')}\n"


def tile(figure: str, name: str, exactly: str | None = None) -> Markup:
    """Return a sum in large letters; ``exactly`` is what it says when a pointer rests on it."""
    return tag("div", tag("b", figure, title=exactly), tag("span", name, class_="soft"))


def notice(title: str, sentences: Sequence[str], style: str = "") -> Markup:
    """Return sentences that must not be missed; nothing where there are none."""
    if not sentences:
        return join()
    listed = tag("ul", *(tag("li", sentence) for sentence in sentences))
    return tag("section", tag("h2", title), listed, class_=f"notice {style}".strip())


def style_sheet(package: str, name: str) -> Markup:
    """Return a style sheet that is shipped in ``package``."""
    return Markup(files(package).joinpath(name).read_text(encoding="utf-8"))


def _section(section: Section, number: int) -> Markup:
    sentence = tag("p", section.sentence, class_="soft") if section.sentence else join()
    return tag("section", tag("h2", section.heading), sentence, section.content, id=section_anchor(number))
