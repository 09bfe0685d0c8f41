"""A drawing with a row an instance: name, figures, and bars over a grid; on a phone both stand above the bars."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Final, TypeVar

from pulumi_ibm_quantum.report.html.figures import tick_names
from pulumi_ibm_quantum.report.html.markup import Markup, join, stretched, svg, tag
from pulumi_ibm_quantum.report.layout import shorten

_MOST_ROWS: Final = 12
"""So many rows have an axis above them: it is in sight on a screen, and on each sheet of paper."""
_LONGEST_NAME: Final = 44
"""As many columns of a name stand beside bars, in two lines or three; the whole of it is in the tables."""
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Tick:
    """A place on an axis, 0 to 100, with its name and how its line looks."""

    x: float
    name: str
    style: str = "grid"


def row_chart(
    label: str, ticks: Sequence[Tick], instances: Sequence[_T], draw: Callable[[_T], Markup], style: str = ""
) -> Markup:
    """Draw rows below one another, each from what `row` returns, and above every dozen the axis."""
    axis = axis_row(tick_names([(tick.x, tick.name) for tick in ticks]))
    rows = ceil(len(instances) / ceil(len(instances) / _MOST_ROWS)) if instances else 1
    drawn = (join(join() if at % rows else axis, tag("li", draw(one))) for at, one in enumerate(instances))
    return tag("ul", *drawn, class_=f"rows {style}".strip(), aria_label=label)


def axis_row(*names: str) -> Markup:
    """Return a row of the names of an axis, which screen readers pass over."""
    return tag("li", tag("svg", *names, height=18), aria_hidden="true", class_="axis")


def row(name: Markup, figures: str, height: float, title: str, *marks: str, style: str = "") -> Markup:
    """Return what `row_name` makes, figures, and bars, which say ``title`` when a pointer rests on them."""
    return join(
        name,
        tag("span", figures, class_=f"figure {style}".strip()),
        svg(height, title, tag("title", title), *marks),
    )


def row_name(name: str, style: str = "name") -> Markup:
    """Return the name of a row, without its middle where it is too long."""
    return tag("span", shorten(name, _LONGEST_NAME), class_=style)


def grid(height: float, ticks: Iterable[Tick]) -> Iterator[Markup]:
    """Yield the lines of an axis behind a row, a path for each style."""
    places: dict[str, str] = {}
    for tick in ticks:
        places[tick.style] = f"{places.get(tick.style, '')}M{tick.x:.2f} 0V{height:g}"
    if places:
        yield stretched(height, *(tag("path", d=path, class_=style) for style, path in places.items()))
