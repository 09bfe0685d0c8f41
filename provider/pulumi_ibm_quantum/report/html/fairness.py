"""Every instance's fairness before and after: what it used, over what it is meant to use."""

import math
from collections.abc import Sequence

from pulumi_ibm_quantum.report.html.figures import Scale, dot, level
from pulumi_ibm_quantum.report.html.markup import Markup
from pulumi_ibm_quantum.report.html.row_chart import Tick, grid, row, row_chart, row_name
from pulumi_ibm_quantum.report.report import InstanceReport

_ROW = 28.0
_HIGHEST = 4.0


def fairness_dots(instances: Sequence[InstanceReport]) -> Markup:
    """Draw a row an instance: a ring for now, a dot for after; what is above 4 stands at the edge."""
    values = [value for one in instances for value in (one.fairness.before, one.fairness.after) if math.isfinite(value)]
    scale = Scale(min(_HIGHEST, max([1.2, *values])))
    ticks = [
        Tick(scale(tick), f"{tick:g}", "one" if math.isclose(tick, 1) else "grid")
        for tick in sorted({0.0, 1.0, *scale.ticks(5)})
    ]
    return row_chart("Fairness before and after", ticks, instances, lambda one: _row(one, scale, ticks))


def _row(instance: InstanceReport, scale: Scale, ticks: Sequence[Tick]) -> Markup:
    before, after = instance.fairness.before, instance.fairness.after
    same = _number(before) == _number(after)
    direction = "same" if same else "raised" if after < before else "lowered"
    begin, end = sorted((scale(before), scale(after)))
    return row(
        row_name(instance.name),
        _number(after) if same else f"{_number(before)} → {_number(after)}",
        _ROW,
        f"{instance.name}: {_number(before)} now, {_number(after)} after",
        *grid(_ROW, ticks),
        level(_ROW / 2, f"{direction}-stroke", begin, end),
        dot(scale(before), _ROW / 2, 5, "ring"),
        dot(scale(after), _ROW / 2, 5, f"{direction} dot"),
        style=f"{direction}-text",
    )


def _number(fairness: float) -> str:
    return f"{fairness:.2f}" if math.isfinite(fairness) else "∞"
