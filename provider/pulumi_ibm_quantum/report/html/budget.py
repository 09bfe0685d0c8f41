"""The account's budget as bars: who holds it now, who afterwards, and what was used of it."""

from dataclasses import dataclass

from pulumi_ibm_quantum.report.html.figures import HOUR, Scale
from pulumi_ibm_quantum.report.html.markup import Markup, join, svg, tag, titled
from pulumi_ibm_quantum.report.report import Report
from pulumi_ibm_quantum.vocabulary import format_duration

_LEFT, _RIGHT, _WIDTH = 92.0, 1000.0, 1008.0
_ROW, _BAR = 44.0, 28.0
_NARROWEST_LABEL = 58.0


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a bar: its name, its style and its seconds."""

    name: str
    style: str
    seconds: int


def parts_now(report: Report) -> list[Part]:
    """Return who holds the budget now."""
    held = sum(one.allocation.before for one in report.instances)
    return [
        Part("allocated", "held", held),
        Part("unconfigured instances", "unconfigured", report.unconfigured_seconds),
        Part("unallocated", "unallocated", report.account.unallocated_seconds),
    ]


def parts_after(report: Report) -> list[Part]:
    """Return who holds the budget afterwards; the reserve comes out of what is not allocated."""
    floors = sum(min(one.allocation.after, one.floor_seconds) for one in report.instances)
    left = max(0, report.left_seconds)
    reserve = min(report.reserve_seconds, left)
    return [
        Part("floors", "floor", floors),
        Part("awarded by activity", "awarded", sum(one.allocation.after for one in report.instances) - floors),
        Part("unconfigured instances", "unconfigured", report.unconfigured_seconds),
        Part("unallocated", "unallocated", left - reserve),
        Part("reserve", "reserve", reserve),
    ]


def parts_used(report: Report) -> list[Part]:
    """Return who used how much of the budget in the rolling window."""
    configured = report.configured_consumed_seconds
    return [
        Part("used by configured instances", "used", configured),
        Part("used by others", "used-by-others", max(0, report.account.consumed_seconds - configured)),
    ]


def budget_bars(report: Report) -> Markup:
    """Draw the three bars above one another, with the budget as a line and a legend below."""
    rows = [("now", parts_now(report)), ("after", parts_after(report)), ("used", parts_used(report))]
    budget = report.account.budget_seconds
    most = max(budget, *(sum(part.seconds for part in parts) for _, parts in rows))
    scale = Scale(most * 1.0 or 1.0, _LEFT, _RIGHT)
    height = len(rows) * _ROW + 34
    drawn = [_row(name, parts, scale, 16 + index * _ROW) for index, (name, parts) in enumerate(rows)]
    bottom = 16 + len(rows) * _ROW - (_ROW - _BAR) + 4
    axis = [
        tag("text", f"{tick / HOUR:,g} h", x=scale(tick), y=bottom + 18, class_="tick", text_anchor="middle")
        for tick in scale.ticks(6, HOUR)
    ]
    line = join(
        tag("line", x1=scale(budget), x2=scale(budget), y1=6, y2=bottom, class_="budget-line"),
        tag("text", "budget", x=scale(budget), y=10, dx=-5, class_="tick strong", text_anchor="end"),
    )
    label = f"The budget of {format_duration(budget)}: who holds it now and afterwards, and what was used of it"
    return join(svg(_WIDTH, height, label, *drawn, line, *axis), *(_legend(name, parts) for name, parts in rows))


def _row(name: str, parts: list[Part], scale: Scale, y: float) -> Markup:
    drawn = [tag("text", name, x=_LEFT - 12, y=y + _BAR / 2 + 5, class_="row-label", text_anchor="end")]
    begin = 0
    for part in parts:
        x, end = scale(begin), scale(begin + part.seconds)
        begin += part.seconds
        if end > x:
            bar = tag("rect", x=x, y=y, width=end - x, height=_BAR, class_=part.style)
            drawn.append(titled(f"{part.name}: {format_duration(part.seconds)}", bar))
        if end - x > _NARROWEST_LABEL:
            middle = (x + end) / 2
            label = format_duration(part.seconds, brief=True)
            drawn.append(
                tag("text", label, x=middle, y=y + _BAR / 2 + 5, class_=f"on-{part.style}", text_anchor="middle")
            )
    return tag("g", *drawn)


def _legend(row: str, parts: list[Part]) -> Markup:
    entries = [
        tag(
            "li",
            tag("i", "", class_=f"swatch {part.style}"),
            f"{part.name} ",
            tag("b", format_duration(part.seconds, brief=True)),
        )
        for part in parts
        if part.seconds
    ]
    return tag("ul", tag("li", row, class_="legend-row"), *entries, class_="legend")
