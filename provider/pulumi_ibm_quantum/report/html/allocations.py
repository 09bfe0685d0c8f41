"""Every instance's allocation now and afterwards, side by side, with its usage and its limit."""

from collections.abc import Sequence
from typing import Final

from pulumi_ibm_quantum.report.html.figures import HOUR, Scale, axis_top, bar, cut, sign, upright
from pulumi_ibm_quantum.report.html.markup import Markup, join, tag
from pulumi_ibm_quantum.report.html.row_chart import Tick, grid, row, row_chart, row_name
from pulumi_ibm_quantum.report.report import Change, InstanceReport
from pulumi_ibm_quantum.report.text import format_limit
from pulumi_ibm_quantum.vocabulary import format_duration

_ROW: Final = 34.0


def allocation_bars(instances: Sequence[InstanceReport]) -> Markup:
    """Draw a row an instance: the allocation now as a frame, the new one filled, usage and limit as marks."""
    # A limit far above all else does not have to fit on the axis.
    scale = Scale(axis_top(map(_most, instances)) or 1.0)
    ticks = [Tick(scale(tick), f"{tick / HOUR:,g}h") for tick in scale.ticks(6, HOUR)]
    drawn = row_chart("Allocations now and afterwards", ticks, instances, lambda one: _row(one, scale, ticks))
    beyond = ", ".join(one.name for one in instances if _most(one) > scale.top)
    return join(drawn, tag("p", f"Cut off, at two strokes: {beyond}.", class_="soft note") if beyond else join())


def allocation_figures(change: Change[int]) -> tuple[str, str]:
    """Return an allocation now and afterwards in words, once where it stays, and which way it goes as a style."""
    before, after = format_duration(change.before, brief=True), format_duration(change.after, brief=True)
    if not change.is_change:
        return after, "same"
    return f"{before} → {after}", "raised" if change.after > change.before else "lowered"


def _most(instance: InstanceReport) -> int:
    return max(instance.allocation.before, instance.allocation.after, instance.usage.last_28_days)


def _row(instance: InstanceReport, scale: Scale, ticks: Sequence[Tick]) -> Markup:
    old, new, used = instance.allocation.before, instance.allocation.after, instance.usage.last_28_days
    figures, direction = allocation_figures(instance.allocation)
    limit = instance.limit.after
    title = (
        f"{instance.name}: {format_duration(old)} now, {format_duration(new)} after; used {format_duration(used)}; "
        f"limit {format_limit(limit)}"
    )
    marks = [
        *grid(_ROW, ticks),
        bar(0, scale(new), 9, 16, direction, rx=2),
        bar(0, scale(old), 6, 22, "old", rx=2),
    ]
    if _most(instance) > scale.top:
        marks.append(cut(4, 26))
    if used <= scale.top:
        marks.append(upright(scale(used), 5, 29, "usage-mark"))
    if limit.seconds is not None and limit.seconds <= scale.top:
        marks.append(sign(scale(limit.seconds), "M0 4v26m-4 -26h8m-8 26h8", "limit-mark"))
    return row(row_name(instance.name), figures, _ROW, title, *marks, style=f"{direction}-text")
