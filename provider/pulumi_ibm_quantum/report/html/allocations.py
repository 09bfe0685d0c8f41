"""Every instance's allocation now and after the plan, side by side, with its usage and its limit."""

from collections.abc import Sequence

from pulumi_ibm_quantum.balancer import Outcome
from pulumi_ibm_quantum.report.html.figures import HOUR, Scale, brief
from pulumi_ibm_quantum.report.html.markup import Markup, svg, tag, together
from pulumi_ibm_quantum.report.text import format_limit
from pulumi_ibm_quantum.vocabulary import format_duration

LEFT, RIGHT, WIDTH = 210.0, 818.0, 1008.0
_ROW = 34.0
_TOP = 22.0
LONGEST_NAME = 25


def allocation_bars(instances: Sequence[Outcome]) -> Markup:
    """Draw a row an instance: the allocation now as a frame, the new one filled, usage and limit as marks."""
    most = max((_most(instance) for instance in instances), default=0)
    scale = Scale(most * 1.0 or 1.0, LEFT, RIGHT)
    height = _TOP + len(instances) * _ROW + 4
    grid = [
        together(
            tag("line", x1=scale(tick), x2=scale(tick), y1=_TOP - 6, y2=height - 4, class_="grid"),
            tag("text", f"{tick / HOUR:,g} h", x=scale(tick), y=11, class_="tick", text_anchor="middle"),
        )
        for tick in scale.ticks(6, HOUR)
    ]
    rows = [_row(instance, scale, _TOP + index * _ROW) for index, instance in enumerate(instances)]
    return svg(WIDTH, height, "Allocations now and after the plan", *grid, *rows)


def shortened(name: str) -> str:
    """Return a name that fits beside a drawing, without its middle: names often differ at the end."""
    kept = LONGEST_NAME // 2
    return name if len(name) <= LONGEST_NAME else f"{name[:kept]}…{name[1 - kept :]}"


def _most(instance: Outcome) -> int:
    """Return what must fit on the axis; a limit far above all else does not have to."""
    state = instance.state
    return max(state.allocation_seconds, instance.new_allocation_seconds, state.usage.last_28_days)


def _row(instance: Outcome, scale: Scale, y: float) -> Markup:
    state = instance.state
    old, new, used = state.allocation_seconds, instance.new_allocation_seconds, state.usage.last_28_days
    direction = "same" if new == old else "raised" if new > old else "lowered"
    figures = brief(new) if new == old else f"{brief(old)} → {brief(new)}"
    limit = instance.new_limit.seconds
    title = (
        f"{state.name}: {format_duration(old)} now, {format_duration(new)} after; used {format_duration(used)}; "
        f"limit {format_limit(instance.new_limit)}"
    )
    marks = [
        tag("rect", x=LEFT, y=y + 7, width=scale(new) - LEFT, height=16, rx=2, class_=direction),
        tag("rect", x=LEFT, y=y + 4, width=scale(old) - LEFT, height=22, rx=2, class_="old"),
        tag("line", x1=scale(used), x2=scale(used), y1=y + 3, y2=y + 27, class_="usage-mark"),
    ]
    if limit is not None and limit <= scale.top:
        marks.append(tag("path", d=f"M{scale(limit):.1f} {y + 2:.1f}v26m-4 -26h8m-8 26h8", class_="limit-mark"))
    return tag(
        "g",
        tag("title", title),
        tag("text", shortened(state.name), x=LEFT - 12, y=y + 20, class_="row-label", text_anchor="end"),
        *marks,
        tag("text", figures, x=RIGHT + 14, y=y + 20, class_=f"figure {direction}-text"),
    )
