"""The decision as a short text for people: one row for each instance, what changes and why."""

from collections.abc import Iterator, Sequence

from pulumi_ibm_quantum.balancer import Balance, Outcome
from pulumi_ibm_quantum.report import reasons
from pulumi_ibm_quantum.vocabulary import Limit, format_duration

_HEADER = ("INSTANCE", "ALLOCATION", "LIMIT", "USED IN 28 DAYS", "FAIRNESS", "WHY")
_TERMS = ("INSTANCE", "LIMIT SET", "PAID BY GRANTS", "UNSPENT GRANT", "USED BEFORE GRANT", "LIMIT IN FORCE")


def summary(balance: Balance, *, changes_only: bool = False) -> str:
    """Return the account's figures and a table of the instances, or only of those that change."""
    rows = [_row(balance, instance) for instance in (balance.changes if changes_only else balance.instances)]
    return "\n".join([*_account_lines(balance), "", *aligned([_HEADER, *rows])] if rows else _account_lines(balance))


def limit_terms(balance: Balance) -> str:
    """Return a table of what each limit consists of that net grants shape; empty where there is none."""
    granted = [
        (instance.name, instance.bounds.breakdown)
        for instance in balance.instances
        if instance.bounds.breakdown is not None and instance.bounds.breakdown.is_granted
    ]
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
    return "\n".join(aligned([_TERMS, *rows])) if rows else ""


def over_budget(balance: Balance) -> str:
    """Return what holds while usage has reached the budget, and for whom in particular; empty where it has not."""
    if not balance.account.over_budget:
        return ""
    stopped = [instance.name for instance in balance.instances if instance.bounds.limit_reached]
    rule = (
        "Over budget: usage in 28 days has reached the budget, so no allocation is raised above the usage of its "
        "instance, and every instance with usage has a fairness of 1 or more."
    )
    held = f"\nAt their limit, held at the minimum (or at their usage, if lower): {', '.join(stopped)}"
    return rule + (held if stopped else "")


def format_limit(limit: Limit) -> str:
    """Write a limit in force as people read it."""
    return "none" if limit.seconds is None else format_duration(limit.seconds)


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Set rows of equal length in columns, two spaces apart."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return [line.rstrip() for line in lines]


def _account_lines(balance: Balance) -> list[str]:
    account = balance.account
    allocated = format_duration(balance.total_seconds)
    unallocated = account.budget_seconds - balance.total_seconds
    lines = [
        f"Account {account.account_id}, plan {account.plan}: budget {format_duration(account.budget_seconds)}, "
        f"used in 28 days {format_duration(account.consumed_seconds)}"
        + (" (over budget: allocations are capped at usage)" if account.over_budget else ""),
        f"After this plan: allocated {allocated}, unallocated {format_duration(unallocated)}",
    ]
    if balance.reserve_seconds:
        lines.append(
            f"Reserve: {balance.policy.allocation_reserve_percent:g} percent of the budget, "
            f"{format_duration(balance.reserve_seconds)}; shared out: {format_duration(balance.pool_seconds)}"
        )
    if balance.unconfigured_seconds:
        lines.append(f"Held by unconfigured instances, left alone: {format_duration(balance.unconfigured_seconds)}")
    return lines


def _row(balance: Balance, instance: Outcome) -> tuple[str, ...]:
    state, breakdown = instance.state, instance.bounds.breakdown
    granted = " (+grant)" if breakdown is not None and breakdown.is_granted else ""
    in_debt = "!" if instance.new_limit.is_passed_by(state.usage.last_28_days) else ""
    return (
        state.name,
        _change(state.allocation_seconds, instance.new_allocation_seconds),
        _limit_change(instance) + granted,
        format_duration(state.usage.last_28_days) + in_debt,
        f"{state.fairness:.2f}",
        "; ".join(reasons_of(balance, instance)),
    )


def reasons_of(balance: Balance, instance: Outcome) -> Iterator[str]:
    """Yield why an instance's allocation and limit change, or that they do not."""
    if allocation := reasons.of_allocation(balance, instance):
        yield allocation
    if limit := reasons.of_limit(instance):
        yield f"limit: {limit}"
    if not instance.changes:
        yield "no change"


def _change(old: int, new: int) -> str:
    if old == new:
        return format_duration(old)
    return f"{format_duration(old)} => {format_duration(new)}"


def _limit_change(instance: Outcome) -> str:
    old, new = format_limit(instance.state.limit), format_limit(instance.new_limit)
    return f"{old} => {new}" if instance.limit_changes else new
