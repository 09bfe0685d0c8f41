"""The page of ``analyze --format html``: one file that loads nothing, for a screen, light or dark, and for paper."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pulumi_ibm_quantum.report.html.allocations import allocation_bars, allocation_figures
from pulumi_ibm_quantum.report.html.budget import budget_bars
from pulumi_ibm_quantum.report.html.document import Section, document, notice, tile
from pulumi_ibm_quantum.report.html.fairness import fairness_dots
from pulumi_ibm_quantum.report.html.history import history_chart
from pulumi_ibm_quantum.report.html.jump_list import instance_anchor
from pulumi_ibm_quantum.report.html.markup import Markup, join, table, tag
from pulumi_ibm_quantum.report.html.waiting import instances_that_wait, wait_notes, wait_table, wait_tracks
from pulumi_ibm_quantum.report.report import InstanceReport, Report
from pulumi_ibm_quantum.report.text import format_limit
from pulumi_ibm_quantum.vocabulary import format_duration

if TYPE_CHECKING:
    from pulumi_ibm_quantum.planning.forecasting import TimedForecast

_COLUMNS = (
    "Instance",
    "Allocation",
    "New allocation",
    "Limit",
    "New limit",
    "Used in 28 days",
    "Fairness",
    "New fairness",
    "Why",
)

_SENTENCES = {
    "Budget": "Who holds the account's time now, who will afterwards, and how much was used in 28 days.",
    "Allocations": "What each instance is meant to use in 28 days. Inactive instances keep a floor; what is left goes "
    "to the active ones. The largest new allocation comes first, here and below.",
    "Fairness": "Used in 28 days over allocation: the queue serves the lowest first. Above 1 an instance has used more "
    "than it is meant to.",
    "Waiting": "How long jobs wait for their start in the 28 days to come, as far as the past tells. The wide track is "
    "the median, the narrow one below it the 90th percentile.",
    "Usage": "Above: what was used in the 28 days up to each moment. Below: each whole day, in UTC, up to yesterday.",
    "All figures": "",
}
_LEGENDS = {
    "Allocations": {
        "old-swatch": "allocation now",
        "raised": "raised",
        "lowered": "lowered",
        "same": "kept",
        "mark-swatch": "used in 28 days",
        "limit-swatch": "limit",
    },
    "Fairness": {
        "ring-swatch": "before",
        "raised": "after: served earlier",
        "lowered": "after: served later",
        "same": "after: as before",
    },
    "Waiting": {
        "ring-swatch": "now",
        "raised": "as decided: shorter",
        "lowered": "as decided: longer",
        "same": "as decided: as before",
        "range-swatch": "lowest to highest of the resamples",
    },
    "Usage": {"used": "used", "limit-swatch": "limit", "held": "new allocation", "grant": "net grant"},
}


def account_page(report: Report) -> str:
    """Return the page of a report; with a forecast it shows what the decision does to waiting."""
    instances = sorted(report.instances, key=lambda one: (-one.allocation.after, one.name))
    cards = (_card(one, instance_anchor(number)) for number, one in enumerate(instances))
    return document(
        f"IBM Quantum account {report.account.account_id}, plan {report.account.plan}",
        header=_header(report),
        notices=join(
            notice("This must not be applied", report.errors, "bad"), notice("Worth knowing", report.warnings)
        ),
        tiles=_tiles(report),
        listed=("instances", [one.name for one in instances]),
        drawings=(
            _section("Budget", budget_bars(report)),
            _section("Allocations", allocation_bars(instances), _legend("Allocations")),
            _section("Fairness", fairness_dots(instances), _legend("Fairness")),
            *_waiting(report.forecast, [one.name for one in instances]),
            _section("Usage", _legend("Usage"), tag("div", *cards, class_="cards")),
        ),
        tables=[_section("All figures", table(_COLUMNS, [*map(_cells, instances)], "reasons"))],
        footer=_footer(report),
    )


def _header(report: Report) -> tuple[str, str]:
    account = report.account
    changes = f"{len(report.changes)} of {len(report.instances)} instances would change"
    when = f"usage as of {report.moment:%Y-%m-%d %H:%M} UTC"
    if report.day != report.moment.date():
        when += f", net grants and limits as of {report.day}"
    return f"Plan {account.plan}: {changes}", f"IBM Quantum account {account.account_id}; {when}"


def _tiles(report: Report) -> Iterator[Markup]:
    account = report.account
    used = account.consumed_seconds / account.budget_seconds if account.budget_seconds else 0
    figures = (
        (account.budget_seconds, "budget"),
        (account.consumed_seconds, f"used in 28 days, {used:.0%} of the budget"),
        (report.allocated_seconds, "allocated afterwards"),
        (report.left_seconds, "left unallocated, reserve included"),
    )
    for seconds, name in figures:
        yield tile(format_duration(seconds, brief=True), name, format_duration(seconds))


def _section(title: str, *content: Markup) -> Section:
    return Section(title, _SENTENCES[title], join(*content))


def _legend(title: str) -> Markup:
    entries = (tag("li", tag("i", "", class_=f"swatch {style}"), name) for style, name in _LEGENDS[title].items())
    return tag("ul", *entries, class_="legend")


def _waiting(timed: "TimedForecast | None", configured: Sequence[str]) -> Iterator[Section]:
    if timed is None:
        return
    waiting = instances_that_wait(timed.forecast, configured)
    if not waiting:
        yield Section("Waiting", "", wait_notes(timed))
    else:
        yield _section("Waiting", wait_tracks(waiting), _legend("Waiting"), wait_table(waiting), wait_notes(timed))


def _card(one: InstanceReport, anchor: str) -> Markup:
    used = "to be created: no usage yet"
    if one.crn is not None:
        windows = (
            (one.usage.last_28_days, "28 days"),
            (one.usage.last_7_days, "7"),
            (one.usage.last_24_hours, "24 hours"),
        )
        used = "used " + ", ".join(f"{format_duration(seconds, brief=True)} in {name}" for seconds, name in windows)
    drawn = join() if one.history is None else history_chart(one.name, one.history, one.allocation.after)
    figures, direction = allocation_figures(one.allocation)
    decided = tag("p", tag("b", figures, class_=f"{direction}-text"), f": {one.reason}")
    return tag("article", tag("h3", one.name), decided, tag("p", used), drawn, class_="card", id=anchor)


def _cells(one: InstanceReport) -> tuple[str, ...]:
    return (
        one.name,
        format_duration(one.allocation.before),
        format_duration(one.allocation.after),
        format_limit(one.limit.before),
        format_limit(one.limit.after),
        format_duration(one.usage.last_28_days),
        f"{one.fairness.before:.2f}",
        f"{one.fairness.after:.2f}",
        one.reason,
    )


def _footer(report: Report) -> str:
    names = ", ".join(report.unconfigured)
    left_alone = f"Unconfigured, left as they are: {names}. " if names else ""
    return f"{left_alone}Written by ibm-quantum analyze; nothing was changed. Times are UTC."
