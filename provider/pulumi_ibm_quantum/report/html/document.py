"""A whole page around a body: what keeps it self-contained, readable on a phone, and light or dark."""

from importlib.resources import files

from pulumi_ibm_quantum.report.html.markup import Markup, tag

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""Even if something got into the page that asks for more, a browser would not load it."""


def document(title: str, body: Markup, *styles: Markup) -> str:
    """Return the page; ``styles`` come after those that all pages have."""
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=_POLICY),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", title),
        tag("style", style_sheet(__package__, "style.css"), *styles),
    )
    return f"<!doctype html>\n{tag('html', head, tag('body', body), lang='en')}\n"


def style_sheet(package: str, name: str) -> Markup:
    """Return a style sheet that is shipped in ``package``."""
    return Markup(files(package).joinpath(name).read_text(encoding="utf-8"))
