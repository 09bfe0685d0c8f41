"""The plan as a short text for people: one row for each instance, what changes and why."""

from collections.abc import Iterator, Sequence

from pulumi_ibm_quantum.balancer.plan import InstancePlan, Plan

_HEADER = ("INSTANCE", "ALLOCATION", "LIMIT", "USED IN 28 DAYS", "FAIRNESS", "WHY")
_TERMS = ("INSTANCE", "LIMIT SET", "PAID BY GRANTS", "UNSPENT GRANT", "USED BEFORE GRANT", "LIMIT IN FORCE")


def summary(plan: Plan, *, changes_only: bool = False) -> str:
    """Return the account's figures and a table of the instances, or only of those that change."""
    rows = [_row(instance) for instance in (plan.changes if changes_only else plan.instances)]
    return "\n".join([*_account_lines(plan), "", *aligned([_HEADER, *rows])] if rows else _account_lines(plan))


def limit_terms(plan: Plan) -> str:
    """Return a table of what each limit consists of that net grants shape; empty where there is none."""
    granted = [
        (instance.name, instance.bounds.breakdown)
        for instance in plan.instances
        if instance.bounds.breakdown is not None and instance.bounds.breakdown.is_granted
    ]
    rows = [
        (
            name,
            duration(terms.base_seconds),
            duration(terms.grant_funded_seconds),
            duration(terms.unspent_grant_seconds),
            duration(terms.pre_boost_overage_seconds),
            duration(terms.total_seconds),
        )
        for name, terms in granted
    ]
    return "\n".join(aligned([_TERMS, *rows])) if rows else ""


def over_budget(plan: Plan) -> str:
    """Return what holds while usage has reached the budget, and for whom in particular; empty where it has not."""
    if not plan.account.over_budget:
        return ""
    stopped = [instance.name for instance in plan.instances if instance.bounds.limit_reached]
    rule = (
        "Over budget: usage in 28 days has reached the budget, so no allocation is raised above the usage of its "
        "instance, and every instance with usage has a fairness of 1 or more."
    )
    held = f"\nAt their limit, held at the minimum (or at their usage, if lower): {', '.join(stopped)}"
    return rule + (held if stopped else "")


def duration(seconds: int) -> str:
    """Write seconds as people say them: ``45s``, ``1h 30m``, ``266h 40m``; never rounded."""
    sign = "-" if seconds < 0 else ""
    minutes, rest = divmod(abs(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    parts = [f"{hours}h" if hours else "", f"{minutes}m" if minutes else "", f"{rest}s" if rest else ""]
    return sign + (" ".join(part for part in parts if part) or "0s")


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Set rows of equal length in columns, two spaces apart."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)
    return [line.rstrip() for line in lines]


def _account_lines(plan: Plan) -> list[str]:
    account = plan.account
    unallocated = account.budget_seconds - plan.total_seconds
    lines = [
        f"Account {account.account_id}, plan {account.plan}: budget {duration(account.budget_seconds)}, "
        f"used in 28 days {duration(account.consumed_seconds)}"
        + (" (over budget: allocations are capped at usage)" if account.over_budget else ""),
        f"After this plan: allocated {duration(plan.total_seconds)}, unallocated {duration(unallocated)}",
    ]
    if plan.reserve_seconds:
        lines.append(
            f"Reserve: {plan.policy.allocation_reserve_percent:g} percent of the budget, "
            f"{duration(plan.reserve_seconds)}; shared out: {duration(plan.pool_seconds)}"
        )
    if plan.unconfigured_seconds:
        lines.append(f"Held by unconfigured instances, left alone: {duration(plan.unconfigured_seconds)}")
    return lines


def _row(instance: InstancePlan) -> tuple[str, ...]:
    state, breakdown = instance.state, instance.bounds.breakdown
    granted = " (+grant)" if breakdown is not None and breakdown.is_granted else ""
    limit = instance.new_limit_seconds
    in_debt = "!" if limit is not None and state.usage.last_28_days > limit else ""
    return (
        state.name,
        _change(state.allocation_seconds, instance.new_allocation_seconds),
        _limit_change(instance) + granted,
        duration(state.usage.last_28_days) + in_debt,
        f"{state.fairness:.2f}",
        "; ".join(_reasons(instance)),
    )


def _reasons(instance: InstancePlan) -> Iterator[str]:
    if instance.allocation_reason:
        yield instance.allocation_reason
    if instance.limit_reason:
        yield f"limit: {instance.limit_reason}"
    if not instance.changes:
        yield "no change"


def _change(old: int, new: int) -> str:
    if old == new:
        return duration(old)
    return f"{duration(old)} => {duration(new)}"


def _limit_change(instance: InstancePlan) -> str:
    old, new = (
        "none" if limit is None else duration(limit)
        for limit in (instance.state.limit_seconds, instance.new_limit_seconds)
    )
    return f"{old} => {new}" if instance.limit_changes else new
