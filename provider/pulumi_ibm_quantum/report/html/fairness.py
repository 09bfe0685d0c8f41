"""Every instance's fairness before and after: what it used, over what it is meant to use."""

import math
from collections.abc import Sequence

from pulumi_ibm_quantum.report.html.allocations import LEFT, LONGEST_NAME, RIGHT, WIDTH
from pulumi_ibm_quantum.report.html.figures import Scale
from pulumi_ibm_quantum.report.html.markup import Markup, join, svg, tag
from pulumi_ibm_quantum.report.layout import shorten
from pulumi_ibm_quantum.report.report import InstanceReport

_ROW = 28.0
_TOP = 22.0
_HIGHEST = 4.0


def fairness_dots(instances: Sequence[InstanceReport]) -> Markup:
    """Draw a row an instance: a ring for now, a dot for after; what is above 4 stands at the edge."""
    values = [value for one in instances for value in (one.fairness.before, one.fairness.after) if math.isfinite(value)]
    scale = Scale(min(_HIGHEST, max([1.2, *values])), LEFT, RIGHT)
    height = _TOP + len(instances) * _ROW + 4
    grid = [
        join(
            tag(
                "line",
                x1=scale(tick),
                x2=scale(tick),
                y1=_TOP - 6,
                y2=height - 4,
                class_="one" if math.isclose(tick, 1) else "grid",
            ),
            tag("text", f"{tick:g}", x=scale(tick), y=11, class_="tick", text_anchor="middle"),
        )
        for tick in sorted({0.0, 1.0, *scale.ticks(5)})
    ]
    rows = [_row(instance, scale, _TOP + index * _ROW + _ROW / 2) for index, instance in enumerate(instances)]
    return svg(WIDTH, height, "Fairness before and after", *grid, *rows)


def _row(instance: InstanceReport, scale: Scale, y: float) -> Markup:
    before, after = instance.fairness.before, instance.fairness.after
    same = _number(before) == _number(after)
    direction = "same" if same else "raised" if after < before else "lowered"
    figures = _number(after) if same else f"{_number(before)} → {_number(after)}"
    return tag(
        "g",
        tag("title", f"{instance.name}: {_number(before)} now, {_number(after)} after"),
        tag("text", shorten(instance.name, LONGEST_NAME), x=LEFT - 12, y=y + 5, class_="row-label", text_anchor="end"),
        tag("line", x1=scale(before), x2=scale(after), y1=y, y2=y, class_=f"{direction}-stroke"),
        tag("circle", cx=scale(before), cy=y, r=5, class_="ring"),
        tag("circle", cx=scale(after), cy=y, r=5, class_=f"{direction} dot"),
        tag("text", figures, x=RIGHT + 14, y=y + 5, class_=f"figure {direction}-text"),
    )


def _number(fairness: float) -> str:
    return f"{fairness:.2f}" if math.isfinite(fairness) else "∞"
