"""Every instance's allocation now and afterwards, side by side, with its usage and its limit."""

from collections.abc import Sequence
from typing import Final

from pulumi_ibm_quantum.report.html.figures import HOUR, Scale
from pulumi_ibm_quantum.report.html.markup import Markup, tag, titled
from pulumi_ibm_quantum.report.html.row_chart import LEFT, RIGHT, row_chart, row_figure, row_label
from pulumi_ibm_quantum.report.report import InstanceReport
from pulumi_ibm_quantum.report.text import format_limit
from pulumi_ibm_quantum.vocabulary import format_duration

_ROW: Final = 34.0


def allocation_bars(instances: Sequence[InstanceReport]) -> Markup:
    """Draw a row an instance: the allocation now as a frame, the new one filled, usage and limit as marks."""
    # A limit far above all else does not have to fit on the axis.
    most = max(
        (max(one.allocation.before, one.allocation.after, one.usage.last_28_days) for one in instances), default=0
    )
    scale = Scale(most * 1.0 or 1.0, LEFT, RIGHT)
    ticks = [(scale(tick), f"{tick / HOUR:,g} h", "grid") for tick in scale.ticks(6, HOUR)]
    return row_chart("Allocations now and afterwards", ticks, instances, _ROW, lambda one, y: _row(one, scale, y))


def _row(instance: InstanceReport, scale: Scale, y: float) -> Markup:
    old, new, used = instance.allocation.before, instance.allocation.after, instance.usage.last_28_days
    direction = "same" if new == old else "raised" if new > old else "lowered"
    before, after = format_duration(old, brief=True), format_duration(new, brief=True)
    limit = instance.limit.after
    title = (
        f"{instance.name}: {format_duration(old)} now, {format_duration(new)} after; used {format_duration(used)}; "
        f"limit {format_limit(limit)}"
    )
    marks = [
        tag("rect", x=LEFT, y=y + 7, width=scale(new) - LEFT, height=16, rx=2, class_=direction),
        tag("rect", x=LEFT, y=y + 4, width=scale(old) - LEFT, height=22, rx=2, class_="old"),
        tag("line", x1=scale(used), x2=scale(used), y1=y + 3, y2=y + 27, class_="usage-mark"),
    ]
    if limit.seconds is not None and limit.seconds <= scale.top:
        marks.append(tag("path", d=f"M{scale(limit.seconds):.1f} {y + 2:.1f}v26m-4 -26h8m-8 26h8", class_="limit-mark"))
    figures = row_figure(after if new == old else f"{before} → {after}", y + 20, f"figure {direction}-text")
    return titled(title, row_label(instance.name, y + 20), *marks, figures)
