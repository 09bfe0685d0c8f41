"""What a long page begins with: links to its sections, and to each of its many instances by name."""

from collections.abc import Iterable, Sequence
from typing import Final

from pulumi_ibm_quantum.report.html.markup import Markup, join, tag

FEWEST: Final = 30
"""From so many instances on a page has the list."""


def jump_list(kind: str, names: Sequence[str], headings: Iterable[str]) -> Markup:
    """Return the links, to instances in the order of their names; nothing where there are few of them.

    Args:
        kind: What is listed: ``instances``.
        names: In the order of their `instance_anchor`.
        headings: Of the sections, in the order of their `section_anchor`.
    """
    if len(names) < FEWEST:
        return join()
    by_name = sorted(enumerate(names), key=lambda numbered: (numbered[1].casefold(), numbered))
    return tag(
        "nav",
        tag("ul", *(_link(section_anchor(number), heading) for number, heading in enumerate(headings))),
        tag(
            "details",
            tag("summary", f"Find one of {len(names):,} {kind}"),
            tag("ul", *(_link(instance_anchor(number), name) for number, name in by_name), class_="names"),
        ),
        aria_label="On this page",
    )


def instance_anchor(number: int) -> str:
    """Return what leads to an instance; the first is number 0."""
    return f"instance-{number}"


def section_anchor(number: int) -> str:
    """Return what leads to a section; the first is number 0."""
    return f"section-{number}"


def _link(anchor: str, name: str) -> Markup:
    return tag("li", tag("a", name, href=f"#{anchor}"))
