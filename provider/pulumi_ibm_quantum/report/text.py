"""The report as a text for people: the account's figures, a row for each instance, what changes and why."""

from collections.abc import Iterator, Sequence

from pulumi_ibm_quantum.balancer import Usage
from pulumi_ibm_quantum.planning import Decision
from pulumi_ibm_quantum.report.figures import (
    Format,
    duration_format,
    duration_table,
    format_change,
    format_rounded,
    windows_table,
)
from pulumi_ibm_quantum.report.layout import table, wrap
from pulumi_ibm_quantum.report.report import InstanceReport, Report
from pulumi_ibm_quantum.vocabulary import Limit, format_duration

_HEADER = ("INSTANCE", "ALLOCATION", "LIMIT", "USED IN 28 DAYS", "FAIRNESS", "WHY")
_TERMS = ("INSTANCE", "LIMIT SET", "PAID BY GRANTS", "UNSPENT GRANT", "USED BEFORE GRANT", "LIMIT IN FORCE")


def text(report: Report, width: int | None = None, *, windows: bool = False) -> str:
    """Return the whole report; no line is longer than ``width`` columns, if there is one.

    With ``windows`` there is a table of what was used in each window that the score is made of.
    """
    parts = [
        wrap(day_sentence(report), width),
        wrap("\n".join(account_sentences(report)), width),
        _changes(report.instances, width),
        windows_table({one.name: _windows(one.usage) for one in report.instances}, width) if windows else "",
        wrap(verdict(report), width),
        _limit_terms(report, width),
        wrap("\n".join(over_budget_sentences(report)), width),
        wrap(f"Unconfigured: {', '.join(report.unconfigured)}" if report.unconfigured else "", width),
    ]
    if report.forecast is not None:
        # Loaded here, because most reports do without.
        from pulumi_ibm_quantum.report import waits

        parts.append(waits.table(report.forecast.forecast, report.forecast.seconds, width))
    return "\n\n".join(part for part in parts if part)


def explanation(decision: Decision, width: int | None = None) -> str:
    """Return what a preview says: what its operations mean, and a table of what changes and why.

    No line is longer than ``width`` columns, if there is one.
    """
    report = Report.of(decision)
    existing = sum(one.crn is not None for one in report.instances)
    writes = sum(one.crn is not None for one in report.changes)
    heading = f"{existing} instances managed, {writes} to be written, {len(report.instances) - existing} to be created."
    lines = [wrap("\n".join([heading, *account_sentences(report)]), width)]
    if report.changes:
        lines += ["", _changes(report.changes, width), *(f"{mark}." for mark in _marks(report.changes))]
    if report.unconfigured:
        lines.append(wrap(f"Unconfigured, left as they are: {', '.join(report.unconfigured)}", width))
    return "\n".join(lines)


def day_sentence(report: Report) -> str:
    """Return for which day the report is; empty where it is for today."""
    today = report.moment.date()
    return f"Net grants and limits as of {report.day}; usage as of {today}." if report.day != today else ""


def account_sentences(report: Report) -> Iterator[str]:
    """Yield the account's figures."""
    account, reserve, unconfigured = report.account, report.reserve_seconds, report.unconfigured_seconds
    allocated, left, used = report.allocated_seconds, report.left_seconds, account.consumed_seconds
    yield (
        f"Account {account.account_id}, plan {account.plan}: budget {format_rounded(account.budget_seconds)}, "
        f"used in 28 days {format_rounded(used)}"
        + (" (over budget: allocations are capped at usage)" if account.over_budget else "")
    )
    yield f"Afterwards: allocated {format_rounded(allocated)}, unallocated {format_rounded(left)}"
    if reserve:
        yield (
            f"Reserve: {report.reserve_percent:g} percent of the budget, {format_rounded(reserve)}; "
            f"shared out: {format_rounded(report.pool_seconds)}"
        )
    if unconfigured:
        yield f"Held by unconfigured instances, left alone: {format_rounded(unconfigured)}"


def over_budget_sentences(report: Report) -> Iterator[str]:
    """Yield what holds while usage has reached the budget, and for whom in particular; nothing where it has not."""
    if not report.account.over_budget:
        return
    yield (
        "Over budget: usage in 28 days has reached the budget, so no allocation is raised above the usage of its "
        "instance, and every instance with usage has a fairness of 1 or more."
    )
    if stopped := [one.name for one in report.instances if one.limit_reached]:
        yield f"At their limit, held at the minimum (or at their usage, if lower): {', '.join(stopped)}"


def verdict(report: Report) -> str:
    """Return what this comes to, what the words of the table mean, and what would apply it."""
    if not report.instances or report.errors:
        return ""
    if not report.changes:
        return "Nothing would change."
    deltas = [one.allocation.after - one.allocation.before for one in report.changes]
    counts = {
        "lowered": sum(delta < 0 for delta in deltas),
        "raised": sum(delta > 0 for delta in deltas),
        "with another limit alone": deltas.count(0),
    }
    listed = ", ".join(f"{number} {what}" for what, number in counts.items() if number)
    return (
        f"{len(report.changes)} of {len(report.instances)} would change: {listed}. Nothing was written.\n"
        "Fairness is used in 28 days / allocated; the pool is what the budget leaves above all floors"
        f"{''.join(f'; {mark}' for mark in _marks(report.instances))}."
    )


def _marks(instances: Sequence[InstanceReport]) -> Iterator[str]:
    """Yield what the marks behind figures mean, of those that there are."""
    if any(one.is_granted for one in instances):
        yield "+ marks a limit that a net grant raises"
    if any(one.in_debt for one in instances):
        yield "! marks usage above the limit"


def format_limit(limit: Limit, write: Format = format_duration) -> str:
    """Write a limit in force as people read it."""
    return "none" if limit.seconds is None else write(limit.seconds)


def figure_cells(instances: Sequence[InstanceReport]) -> Iterator[tuple[str, str, str]]:
    """Yield of each instance its allocation and its limit, before and after, and its usage in the rolling window."""
    allocations = [seconds for one in instances for seconds in (one.allocation.before, one.allocation.after)]
    limits = [limit.seconds for one in instances for limit in (one.limit.before, one.limit.after)]
    write_allocation, write_limit = duration_format(allocations), duration_format(limits)
    write_used = duration_format(one.usage.last_28_days for one in instances)
    for one in instances:
        limit = format_change(one.limit, lambda limit: format_limit(limit, write_limit), format_limit)
        yield (
            format_change(one.allocation, write_allocation, format_duration),
            limit + ("+" if one.is_granted else ""),
            write_used(one.usage.last_28_days),
        )


def _changes(instances: Sequence[InstanceReport], width: int | None = None) -> str:
    rows = [
        (one.name, allocation, limit, used + ("!" if one.in_debt else ""), f"{one.fairness.before:.2f}", one.reason)
        for one, (allocation, limit, used) in zip(instances, figure_cells(instances), strict=True)
    ]
    return table([_HEADER, *rows], width, prose=True, figures=range(1, 5)) if rows else ""


def _windows(usage: Usage) -> tuple[int, ...]:
    return usage.last_28_days, usage.last_14_days, usage.last_7_days, usage.last_3_days, usage.last_24_hours


def _limit_terms(report: Report, width: int | None) -> str:
    """Return a table of what each limit consists of that net grants shape; empty where there is none."""
    terms = {
        one.name: (
            one.limit_terms.base_seconds,
            one.limit_terms.grant_funded_seconds,
            one.limit_terms.unspent_grant_seconds,
            one.limit_terms.pre_boost_overage_seconds,
            one.limit_terms.total_seconds,
        )
        for one in report.instances
        if one.limit_terms and one.is_granted
    }
    return duration_table(_TERMS, terms, width)
