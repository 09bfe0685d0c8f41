"""A drawing with a row an instance: its name to the left, its figures to the right, an axis above and a grid behind."""

from collections.abc import Callable, Iterable, Sequence
from typing import Final, TypeVar

from pulumi_ibm_quantum.report.html.figures import vertical_tick
from pulumi_ibm_quantum.report.html.markup import Markup, svg, tag
from pulumi_ibm_quantum.report.layout import shorten

LEFT, RIGHT, WIDTH = 210.0, 818.0, 1008.0
_LONGEST_NAME: Final = 25
"""As many columns of a name fit beside a drawing."""
_TOP: Final = 22.0
_T = TypeVar("_T")


def row_chart(
    label: str,
    ticks: Iterable[tuple[float, str, str]],
    instances: Sequence[_T],
    row_height: float,
    draw: Callable[[_T, float], Markup],
    **attributes: str,
) -> Markup:
    """Draw instances below one another, each from where its row begins; ``ticks`` have x, a name and a style."""
    height = _TOP + len(instances) * row_height + 4
    grid = [vertical_tick(x, name, _TOP - 6, height - 4, 11, style=style) for x, name, style in ticks]
    rows = [draw(instance, _TOP + index * row_height) for index, instance in enumerate(instances)]
    return svg(WIDTH, height, label, *grid, *rows, **attributes)


def row_label(name: str, y: float) -> Markup:
    """Write a name to the left, without its middle where it is too long."""
    return tag("text", shorten(name, _LONGEST_NAME), x=LEFT - 12, y=y, class_="row-label", text_anchor="end")


def row_figure(figures: str, y: float, style: str) -> Markup:
    """Write figures to the right."""
    return tag("text", figures, x=RIGHT + 14, y=y, class_=style)
