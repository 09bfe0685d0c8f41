"""Every instance's fairness before and after: what it used, over what it is meant to use."""

import math
from collections.abc import Sequence

from pulumi_ibm_quantum.report.html.figures import Scale
from pulumi_ibm_quantum.report.html.markup import Markup, tag, titled
from pulumi_ibm_quantum.report.html.row_chart import LEFT, RIGHT, row_chart, row_figure, row_label
from pulumi_ibm_quantum.report.report import InstanceReport

_ROW = 28.0
_HIGHEST = 4.0


def fairness_dots(instances: Sequence[InstanceReport]) -> Markup:
    """Draw a row an instance: a ring for now, a dot for after; what is above 4 stands at the edge."""
    values = [value for one in instances for value in (one.fairness.before, one.fairness.after) if math.isfinite(value)]
    scale = Scale(min(_HIGHEST, max([1.2, *values])), LEFT, RIGHT)
    ticks = [
        (scale(tick), f"{tick:g}", "one" if math.isclose(tick, 1) else "grid")
        for tick in sorted({0.0, 1.0, *scale.ticks(5)})
    ]
    return row_chart("Fairness before and after", ticks, instances, _ROW, lambda one, y: _row(one, scale, y + _ROW / 2))


def _row(instance: InstanceReport, scale: Scale, y: float) -> Markup:
    before, after = instance.fairness.before, instance.fairness.after
    same = _number(before) == _number(after)
    direction = "same" if same else "raised" if after < before else "lowered"
    figures = _number(after) if same else f"{_number(before)} → {_number(after)}"
    return titled(
        f"{instance.name}: {_number(before)} now, {_number(after)} after",
        row_label(instance.name, y + 5),
        tag("line", x1=scale(before), x2=scale(after), y1=y, y2=y, class_=f"{direction}-stroke"),
        tag("circle", cx=scale(before), cy=y, r=5, class_="ring"),
        tag("circle", cx=scale(after), cy=y, r=5, class_=f"{direction} dot"),
        row_figure(figures, y + 5, f"figure {direction}-text"),
    )


def _number(fairness: float) -> str:
    return f"{fairness:.2f}" if math.isfinite(fairness) else "∞"
