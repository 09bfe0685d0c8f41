"""The report as a text for people: the account's figures, a row for each instance, what changes and why."""

from collections.abc import Iterable, Iterator

from pulumi_ibm_quantum.planning import Decision
from pulumi_ibm_quantum.report.layout import table, wrap
from pulumi_ibm_quantum.report.report import Change, InstanceReport, Report
from pulumi_ibm_quantum.vocabulary import Limit, format_duration

_HEADER = ("INSTANCE", "ALLOCATION", "LIMIT", "USED IN 28 DAYS", "FAIRNESS", "WHY")
_TERMS = ("INSTANCE", "LIMIT SET", "PAID BY GRANTS", "UNSPENT GRANT", "USED BEFORE GRANT", "LIMIT IN FORCE")


def text(report: Report, width: int | None = None) -> str:
    """Return the whole report; no line is longer than ``width`` columns, if there is one."""
    parts = [
        wrap(day_sentence(report), width),
        wrap("\n".join(account_sentences(report)), width),
        _changes(report.instances, width),
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


def explanation(decision: Decision) -> str:
    """Return what a preview says: what its operations mean, and a table of what changes and why."""
    report = Report.of(decision)
    existing = sum(one.crn is not None for one in report.instances)
    writes = sum(one.crn is not None for one in report.changes)
    lines = [
        f"{existing} instances managed, {writes} to be written, {len(report.instances) - existing} to be created.",
        *account_sentences(report),
        *(["", _changes(report.changes)] if report.changes else []),
    ]
    if report.unconfigured:
        lines.append(f"Unconfigured, left as they are: {', '.join(report.unconfigured)}")
    return "\n".join(lines)


def day_sentence(report: Report) -> str:
    """Return for which day the report is; empty where it is for today."""
    today = report.moment.date()
    return f"Net grants and limits as of {report.day}; usage as of {today}." if report.day != today else ""


def account_sentences(report: Report) -> Iterator[str]:
    """Yield the account's figures."""
    account = report.account
    yield (
        f"Account {account.account_id}, plan {account.plan}: budget {format_duration(account.budget_seconds)}, "
        f"used in 28 days {format_duration(account.consumed_seconds)}"
        + (" (over budget: allocations are capped at usage)" if account.over_budget else "")
    )
    allocated, left = format_duration(report.allocated_seconds), format_duration(report.left_seconds)
    yield f"Afterwards: allocated {allocated}, unallocated {left}"
    if report.reserve_seconds:
        yield (
            f"Reserve: {report.reserve_percent:g} percent of the budget, {format_duration(report.reserve_seconds)}; "
            f"shared out: {format_duration(report.pool_seconds)}"
        )
    if report.unconfigured_seconds:
        yield f"Held by unconfigured instances, left alone: {format_duration(report.unconfigured_seconds)}"


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
        "Fairness is used in 28 days / allocated; the pool is what the budget leaves above all floors."
    )


def format_limit(limit: Limit) -> str:
    """Write a limit in force as people read it."""
    return "none" if limit.seconds is None else format_duration(limit.seconds)


def format_allocation(allocation: Change[int]) -> str:
    """Write an allocation before and after, once where it stays."""
    before, after = format_duration(allocation.before), format_duration(allocation.after)
    return f"{before} => {after}" if allocation.is_change else after


def format_limits(one: InstanceReport) -> str:
    """Write a limit before and after, once where it stays, and whether a net grant raises it."""
    before, after = format_limit(one.limit.before), format_limit(one.limit.after)
    granted = " (+grant)" if one.is_granted else ""
    return (f"{before} => {after}" if one.limit.is_change else after) + granted


def _changes(instances: Iterable[InstanceReport], width: int | None = None) -> str:
    rows = [_row(one) for one in instances]
    return table([_HEADER, *rows], width, prose=True) if rows else ""


def _row(one: InstanceReport) -> tuple[str, ...]:
    return (
        one.name,
        format_allocation(one.allocation),
        format_limits(one),
        format_duration(one.usage.last_28_days) + ("!" if one.in_debt else ""),
        f"{one.fairness.before:.2f}",
        one.reason,
    )


def _limit_terms(report: Report, width: int | None) -> str:
    """Return a table of what each limit consists of that net grants shape; empty where there is none."""
    granted = [(one.name, one.limit_terms) for one in report.instances if one.limit_terms and one.is_granted]
    rows = [
        (
            name,
            format_duration(terms.base_seconds),
            format_duration(terms.grant_funded_seconds),
            format_duration(terms.unspent_grant_seconds),
            format_duration(terms.pre_boost_overage_seconds),
            format_duration(terms.total_seconds),
        )
        for name, terms in granted
    ]
    return table([_TERMS, *rows], width) if rows else ""
