"""The page of ``analyze --format html``: one file that loads nothing, for a screen, light or dark, and for paper."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta

from pulumi_ibm_quantum.balancer import InstancePlan
from pulumi_ibm_quantum.balancer.limits import ROLLING_WINDOW_DAYS, first_day_needed
from pulumi_ibm_quantum.balancer.summary import duration
from pulumi_ibm_quantum.cli.page.allocations import allocation_bars
from pulumi_ibm_quantum.cli.page.budget import budget_bars
from pulumi_ibm_quantum.cli.page.document import document
from pulumi_ibm_quantum.cli.page.fairness import fairness_after, fairness_dots
from pulumi_ibm_quantum.cli.page.figures import brief
from pulumi_ibm_quantum.cli.page.history import History, history_chart
from pulumi_ibm_quantum.cli.page.markup import Markup, table, tag, together
from pulumi_ibm_quantum.cli.page.waiting import instances_that_wait, wait_notes, wait_table, wait_tracks
from pulumi_ibm_quantum.planning import PlannedAccount
from pulumi_ibm_quantum.planning.forecasting import TimedForecast

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


def first_day_shown(instance: InstancePlan, today: date) -> date:
    """Return the first day of usage that the page needs of an instance."""
    window_start = today - timedelta(days=ROLLING_WINDOW_DAYS)
    grants_need = first_day_needed(instance.bounds.instance.net_grants, window_start)
    return min(window_start - timedelta(days=ROLLING_WINDOW_DAYS), grants_need or window_start)


def account_page(
    planned: PlannedAccount,
    day: date,
    usage: Mapping[str, Mapping[date, int]],
    forecast: TimedForecast | None = None,
) -> str:
    """Return the page of a plan that was made for ``day``; ``usage`` holds seconds by CRN and day.

    With a ``forecast`` the page shows what the plan does to waiting.
    """
    plan = planned.plan
    instances = sorted(plan.instances, key=lambda one: (-one.new_allocation_seconds, one.name))
    body = tag(
        "main",
        _header(planned, day),
        _notice("This plan must not be applied", plan.errors, "bad"),
        _notice("Worth knowing", [*planned.warnings, *plan.warnings], ""),
        _tiles(planned),
        _section("Budget", budget_bars(plan)),
        _section("Allocations", allocation_bars(instances), _legend("Allocations")),
        _section("Fairness", fairness_dots(instances), _legend("Fairness")),
        _waiting(forecast, {one.name for one in instances}),
        _section(
            "Usage",
            _legend("Usage"),
            tag("div", *(_card(one, planned, usage) for one in instances), class_="cards"),
        ),
        _section("All figures", table(_COLUMNS, map(_cells, plan.instances), "table")),
        _footer(planned),
    )
    title = f"IBM Quantum account {plan.account.account_id}, plan {plan.account.plan}"
    return document(title, body)


def _header(planned: PlannedAccount, day: date) -> Markup:
    plan = planned.plan
    changes = f"{len(plan.changes)} of {len(plan.instances)} instances would change"
    when = f"usage as of {planned.now:%Y-%m-%d %H:%M} UTC"
    if day != planned.today:
        when += f", net grants and limits as of {day}"
    return tag(
        "header",
        tag("h1", f"Plan {plan.account.plan}: {changes}"),
        tag("p", f"IBM Quantum account {plan.account.account_id}; {when}", class_="soft"),
    )


def _notice(title: str, sentences: Sequence[str], style: str) -> Markup:
    if not sentences:
        return together()
    listed = tag("ul", *(tag("li", sentence) for sentence in sentences))
    return tag("section", tag("h2", title), listed, class_=f"notice {style}".strip())


def _tiles(planned: PlannedAccount) -> Markup:
    plan, account = planned.plan, planned.plan.account
    used = account.consumed_seconds / account.budget_seconds if account.budget_seconds else 0
    figures = (
        (account.budget_seconds, "budget", ""),
        (account.consumed_seconds, "used in 28 days", f", {used:.0%} of the budget"),
        (plan.total_seconds, "allocated after this plan", ""),
        (account.budget_seconds - plan.total_seconds, "left unallocated", ", reserve included"),
    )
    return tag(
        "section",
        *(
            tag("div", tag("b", brief(seconds), title=duration(seconds)), tag("span", name + more, class_="soft"))
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


def _card(instance: InstancePlan, planned: PlannedAccount, usage: Mapping[str, Mapping[date, int]]) -> Markup:
    state = instance.state
    if state.crn is None:
        said, drawn = "to be created: no usage yet", together()
    else:
        history = History(instance, usage.get(state.crn, {}), planned.today)
        said = f"used {brief(state.usage.last_28_days)} in 28 days, {brief(state.usage.last_7_days)} in 7, "
        said += f"{brief(state.usage.last_24_hours)} in 24 hours"
        drawn = history_chart(history)
    return tag("article", tag("h3", instance.name), tag("p", said), drawn, class_="card")


def _cells(instance: InstancePlan) -> tuple[str, ...]:
    state = instance.state
    limit, new_limit = (
        "none" if seconds is None else duration(seconds)
        for seconds in (state.limit_seconds, instance.new_limit_seconds)
    )
    reasons = [instance.allocation_reason, f"limit: {instance.limit_reason}" if instance.limit_reason else None]
    return (
        instance.name,
        duration(state.allocation_seconds),
        duration(instance.new_allocation_seconds),
        limit,
        new_limit,
        duration(state.usage.last_28_days),
        f"{state.fairness:.2f}",
        f"{fairness_after(instance):.2f}",
        "; ".join(reason for reason in reasons if reason) or "no change",
    )


def _footer(planned: PlannedAccount) -> Markup:
    names = ", ".join(sorted(one.name for one in planned.unconfigured))
    left_alone = f"Unconfigured, left as they are: {names}. " if names else ""
    return tag("footer", f"{left_alone}Written by ibm-quantum analyze; nothing was changed. Times are UTC.")
