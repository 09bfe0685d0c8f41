"""The page of ``analyze --format html``: one file that loads nothing, for a screen, light or dark, and for paper."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from pulumi_ibm_quantum.balancer import Balance, Outcome, first_day_needed
from pulumi_ibm_quantum.planning import Decision
from pulumi_ibm_quantum.planning.forecasting import TimedForecast
from pulumi_ibm_quantum.report.html.allocations import allocation_bars
from pulumi_ibm_quantum.report.html.budget import budget_bars
from pulumi_ibm_quantum.report.html.document import document
from pulumi_ibm_quantum.report.html.fairness import fairness_after, fairness_dots
from pulumi_ibm_quantum.report.html.figures import brief
from pulumi_ibm_quantum.report.html.history import History, history_chart
from pulumi_ibm_quantum.report.html.markup import Markup, table, tag, together
from pulumi_ibm_quantum.report.html.waiting import instances_that_wait, wait_notes, wait_table, wait_tracks
from pulumi_ibm_quantum.report.text import format_limit, reasons_of
from pulumi_ibm_quantum.vocabulary import ROLLING_WINDOW, format_duration

_COLUMNS = ("Instance", "Allocation", "New", "Limit", "New limit", "Used in 28 days", "Fairness", "New", "Why")


_SENTENCES = {
    "Budget": "Who holds the account's time now, who will after this plan, and how much was used in 28 days.",
    "Allocations": "What each instance is meant to use in 28 days. Inactive instances keep a floor; what is left goes "
    "to the active ones.",
    "Fairness": "Used in 28 days over allocation: the queue serves the lowest first. Above 1 an instance has used more "
    "than it is meant to.",
    "Waiting": "How long jobs wait for their start in the 28 days to come, as far as the past tells. The wide track is "
    "the median, the narrow one below it the 90th percentile.",
    "Usage": "Above: what was used in the 28 days up to each moment. Below: each whole day, in UTC, up to yesterday.",
    "All figures": "In the order of the configuration.",
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
        "raised": "with this plan: shorter",
        "lowered": "with this plan: longer",
        "same": "with this plan: as before",
        "range-swatch": "lowest to highest of the resamples",
    },
    "Usage": {"used": "used", "limit-swatch": "limit", "held": "new allocation", "grant": "net grant"},
}


def first_day_shown(instance: Outcome, today: date) -> date:
    """Return the first day of usage that the page needs of an instance."""
    window_start = today - ROLLING_WINDOW
    grants_need = first_day_needed(instance.bounds.instance.net_grants, window_start)
    return min(window_start - ROLLING_WINDOW, grants_need or window_start)


def account_page(
    decision: Decision,
    usage: Mapping[str, Mapping[date, int]],
    forecast: TimedForecast | None = None,
) -> str:
    """Return the page of a decision; ``usage`` holds seconds by CRN and day.

    With a ``forecast`` the page shows what the plan does to waiting.
    """
    balance = decision.balance
    instances = sorted(balance.instances, key=lambda one: (-one.new_allocation_seconds, one.name))
    body = tag(
        "main",
        _header(decision),
        _notice("This plan must not be applied", decision.errors, "bad"),
        _notice("Worth knowing", decision.warnings, ""),
        _tiles(balance),
        _section("Budget", budget_bars(balance)),
        _section("Allocations", allocation_bars(instances), _legend("Allocations")),
        _section("Fairness", fairness_dots(instances), _legend("Fairness")),
        _waiting(forecast, {one.name for one in instances}),
        _section(
            "Usage",
            _legend("Usage"),
            tag("div", *(_card(one, decision, usage) for one in instances), class_="cards"),
        ),
        _section("All figures", table(_COLUMNS, (_cells(balance, one) for one in balance.instances), "table")),
        _footer(decision),
    )
    title = f"IBM Quantum account {balance.account.account_id}, plan {balance.account.plan}"
    return document(title, body)


def _header(decision: Decision) -> Markup:
    observation = decision.observation
    changes = f"{len(decision.changes)} of {len(decision.instances)} instances would change"
    when = f"usage as of {observation.moment:%Y-%m-%d %H:%M} UTC"
    if decision.day != observation.day:
        when += f", net grants and limits as of {decision.day}"
    return tag(
        "header",
        tag("h1", f"Plan {observation.plan}: {changes}"),
        tag("p", f"IBM Quantum account {observation.account_id}; {when}", class_="soft"),
    )


def _notice(title: str, sentences: Sequence[str], style: str) -> Markup:
    if not sentences:
        return together()
    listed = tag("ul", *(tag("li", sentence) for sentence in sentences))
    return tag("section", tag("h2", title), listed, class_=f"notice {style}".strip())


def _tiles(balance: Balance) -> Markup:
    account = balance.account
    used = account.consumed_seconds / account.budget_seconds if account.budget_seconds else 0
    figures = (
        (account.budget_seconds, "budget", ""),
        (account.consumed_seconds, "used in 28 days", f", {used:.0%} of the budget"),
        (balance.total_seconds, "allocated after this plan", ""),
        (account.budget_seconds - balance.total_seconds, "left unallocated", ", reserve included"),
    )
    return tag(
        "section",
        *(
            tag(
                "div", tag("b", brief(seconds), title=format_duration(seconds)), tag("span", name + more, class_="soft")
            )
            for seconds, name, more in figures
        ),
        class_="tiles",
    )


def _section(title: str, *content: str) -> Markup:
    return tag("section", tag("h2", title), tag("p", _SENTENCES[title], class_="soft"), *content)


def _legend(title: str) -> Markup:
    entries = (tag("li", tag("i", "", class_=f"swatch {style}"), name) for style, name in _LEGENDS[title].items())
    return tag("ul", *entries, class_="legend")


def _waiting(timed: TimedForecast | None, configured: Collection[str]) -> Markup:
    if timed is None:
        return together()
    waiting = instances_that_wait(timed.forecast, configured)
    if not waiting:
        return tag("section", tag("h2", "Waiting"), wait_notes(timed))
    return _section("Waiting", wait_tracks(waiting), _legend("Waiting"), wait_table(waiting), wait_notes(timed))


def _card(instance: Outcome, decision: Decision, usage: Mapping[str, Mapping[date, int]]) -> Markup:
    state = instance.state
    if state.crn is None:
        said, drawn = "to be created: no usage yet", together()
    else:
        history = History(instance, usage.get(state.crn, {}), decision.observation.day)
        said = f"used {brief(state.usage.last_28_days)} in 28 days, {brief(state.usage.last_7_days)} in 7, "
        said += f"{brief(state.usage.last_24_hours)} in 24 hours"
        drawn = history_chart(history)
    return tag("article", tag("h3", instance.name), tag("p", said), drawn, class_="card")


def _cells(balance: Balance, instance: Outcome) -> tuple[str, ...]:
    state = instance.state
    return (
        instance.name,
        format_duration(state.allocation_seconds),
        format_duration(instance.new_allocation_seconds),
        format_limit(state.limit),
        format_limit(instance.new_limit),
        format_duration(state.usage.last_28_days),
        f"{state.fairness:.2f}",
        f"{fairness_after(instance):.2f}",
        "; ".join(reasons_of(balance, instance)),
    )


def _footer(decision: Decision) -> Markup:
    names = ", ".join(sorted(one.name for one in decision.unconfigured))
    left_alone = f"Unconfigured, left as they are: {names}. " if names else ""
    return tag("footer", f"{left_alone}Written by ibm-quantum analyze; nothing was changed. Times are UTC.")
