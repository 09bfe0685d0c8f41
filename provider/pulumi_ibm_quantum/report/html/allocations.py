"""Every instance's allocation now and afterwards, side by side, with its usage and its limit."""

from collections.abc import Sequence
from typing import Final

from pulumi_ibm_quantum.report.html.figures import HOUR, Scale
from pulumi_ibm_quantum.report.html.markup import Markup, join, svg, tag
from pulumi_ibm_quantum.report.layout import shorten
from pulumi_ibm_quantum.report.report import InstanceReport
from pulumi_ibm_quantum.report.text import format_limit
from pulumi_ibm_quantum.vocabulary import format_duration

LEFT, RIGHT, WIDTH = 210.0, 818.0, 1008.0
LONGEST_NAME: Final = 25
"""As many columns of a name fit beside a drawing."""
_ROW: Final = 34.0
_TOP: Final = 22.0


def allocation_bars(instances: Sequence[InstanceReport]) -> Markup:
    """Draw a row an instance: the allocation now as a frame, the new one filled, usage and limit as marks."""
    # A limit far above all else does not have to fit on the axis.
    most = max(
        (max(one.allocation.before, one.allocation.after, one.usage.last_28_days) for one in instances), default=0
    )
    scale = Scale(most * 1.0 or 1.0, LEFT, RIGHT)
    height = _TOP + len(instances) * _ROW + 4
    grid = [
        join(
            tag("line", x1=scale(tick), x2=scale(tick), y1=_TOP - 6, y2=height - 4, class_="grid"),
            tag("text", f"{tick / HOUR:,g} h", x=scale(tick), y=11, class_="tick", text_anchor="middle"),
        )
        for tick in scale.ticks(6, HOUR)
    ]
    rows = [_row(instance, scale, _TOP + index * _ROW) for index, instance in enumerate(instances)]
    return svg(WIDTH, height, "Allocations now and afterwards", *grid, *rows)


def _row(instance: InstanceReport, scale: Scale, y: float) -> Markup:
    old, new, used = instance.allocation.before, instance.allocation.after, instance.usage.last_28_days
    direction = "same" if new == old else "raised" if new > old else "lowered"
    before, after = format_duration(old, brief=True), format_duration(new, brief=True)
    limit = instance.limit.after
    title = (
        f"{instance.name}: {format_duration(old)} now, {format_duration(new)} after; used {format_duration(used)}; "
        f"limit {format_limit(limit)}"
    )
    name = shorten(instance.name, LONGEST_NAME)
    marks = [
        tag("rect", x=LEFT, y=y + 7, width=scale(new) - LEFT, height=16, rx=2, class_=direction),
        tag("rect", x=LEFT, y=y + 4, width=scale(old) - LEFT, height=22, rx=2, class_="old"),
        tag("line", x1=scale(used), x2=scale(used), y1=y + 3, y2=y + 27, class_="usage-mark"),
    ]
    if limit.seconds is not None and limit.seconds <= scale.top:
        marks.append(tag("path", d=f"M{scale(limit.seconds):.1f} {y + 2:.1f}v26m-4 -26h8m-8 26h8", class_="limit-mark"))
    return tag(
        "g",
        tag("title", title),
        tag("text", name, x=LEFT - 12, y=y + 20, class_="row-label", text_anchor="end"),
        *marks,
        tag(
            "text",
            after if new == old else f"{before} → {after}",
            x=RIGHT + 14,
            y=y + 20,
            class_=f"figure {direction}-text",
        ),
    )
