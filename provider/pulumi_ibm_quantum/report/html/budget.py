"""The account's budget as bars: who holds it now, who afterwards, and what was used of it."""

from dataclasses import dataclass

from pulumi_ibm_quantum.report.html.figures import HOUR, Scale, bar, bar_label, percent, tick_names, upright
from pulumi_ibm_quantum.report.html.markup import Markup, svg, tag, titled
from pulumi_ibm_quantum.report.html.row_chart import axis_row, row_name
from pulumi_ibm_quantum.report.report import Report
from pulumi_ibm_quantum.vocabulary import format_duration

_ROW, _BAR = 36.0, 28.0


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
    """Draw the three bars above one another, each with its legend, and the budget as a line through all of them."""
    rows = [("now", parts_now(report)), ("after", parts_after(report)), ("used", parts_used(report))]
    budget = report.account.budget_seconds
    scale = Scale(max(budget, *(sum(part.seconds for part in parts) for _, parts in rows)) * 1.0 or 1.0)
    end = scale(budget)
    side = {"dx": -5, "text_anchor": "end"} if end > 50 else {"dx": 5}
    line = tag("text", "budget", x=percent(end), y=12, class_="tick strong", **side)
    axis = tick_names([(scale(tick), f"{tick / HOUR:,g}h") for tick in scale.ticks(6, HOUR)])
    return tag(
        "ul",
        axis_row(line),
        *(_row(name, parts, scale, budget) for name, parts in rows),
        axis_row(axis),
        class_="rows budget",
        aria_label=f"The budget of {format_duration(budget)}: who holds it now and afterwards, and what was used of it",
    )


def _row(name: str, parts: list[Part], scale: Scale, budget: int) -> Markup:
    drawn = []
    begin = 0
    for part in parts:
        x, end = scale(begin), scale(begin + part.seconds)
        begin += part.seconds
        if end > x:
            drawn.append(
                titled(
                    f"{part.name}: {format_duration(part.seconds)}",
                    bar(x, end, (_ROW - _BAR) / 2, _BAR, part.style),
                    bar_label(format_duration(part.seconds, brief=True), x, end, _ROW / 2 + 4, f"on-{part.style}"),
                )
            )
    label = f"{name}: " + ", ".join(f"{part.name} {format_duration(part.seconds)}" for part in parts if part.seconds)
    drawing = svg(_ROW, label, *drawn, upright(scale(budget), 0, _ROW, "budget-line"))
    return tag("li", row_name(name), drawing, _legend(parts))


def _legend(parts: list[Part]) -> Markup:
    entries = (
        tag(
            "li",
            tag("i", "", class_=f"swatch {part.style}"),
            f"{part.name} ",
            tag("b", format_duration(part.seconds, brief=True)),
        )
        for part in parts
        if part.seconds
    )
    return tag("ul", *entries, class_="legend")
