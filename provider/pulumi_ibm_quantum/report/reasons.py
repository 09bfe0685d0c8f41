"""Why an allocation or a limit changes, in words for the report."""

from collections.abc import Callable, Iterator
from datetime import date

from pulumi_ibm_quantum.balancer import Balance, Bounds, Outcome
from pulumi_ibm_quantum.report.figures import format_rounded


def of_allocation(balance: Balance, outcome: Outcome) -> str | None:
    """Return why the new allocation differs from the live one; None where it does not."""
    bounds, allocation = outcome.bounds, outcome.new_allocation_seconds
    if allocation == bounds.state.allocation_seconds:
        return None
    if bounds.state.crn is None:
        return f"new, starts at {bounds.floor.label}"
    if not bounds.is_active:
        return f"{_why_inactive(bounds)}, held at {bounds.floor.label}"
    parts = [f"{balance.share_of(bounds) * 100:.1f}% of the pool"] if bounds.takes_part else []
    return ", ".join(
        [*parts, *shares(bounds, balance.day), *_held_or_capped(balance.account.over_budget, bounds, allocation)]
    )


def _why_inactive(bounds: Bounds) -> str:
    target = bounds.instance.target
    if bounds.instance.ended:
        return "ended"
    if target is not None and target.is_exhausted:
        return f"target of {format_rounded(target.seconds)} used up"
    return "limit reached" if bounds.limit_reached else "inactive"


def shares(bounds: Bounds, today: date) -> Iterator[str]:
    """Yield what the configuration makes of an instance's part of the pool: its weight, and a priority of the day."""
    if bounds.instance.weight != 1:
        yield f"weight {bounds.instance.weight:g}"
    priority = bounds.instance.priority_on(today)
    if priority is not None:
        yield f"priority {priority.weight:g} until {priority.end.date()} ({priority.reason})"


def _held_or_capped(over_budget: bool, bounds: Bounds, allocation: int) -> Iterator[str]:
    if bounds.room == 0:
        yield f"held at {bounds.floor.label}"
    elif bounds.ceiling_seconds is not None and allocation >= bounds.ceiling_seconds:
        yield f"capped at {ceiling_label(over_budget, bounds)}"


def ceiling_label(over_budget: bool, bounds: Bounds) -> str:
    """Name what caps an instance."""
    if over_budget and bounds.ceiling_seconds == bounds.state.usage.last_28_days:
        return "28-day usage"
    return "its limit" if bounds.ceiling_seconds == bounds.effective_limit.seconds else "what is left of its target"


def of_limit(outcome: Outcome, write: Callable[[float], str] = format_rounded) -> str | None:
    """Return why the limit in force differs from the live one; None where it does not."""
    bounds = outcome.bounds
    if not outcome.limit_changes:
        return None
    if bounds.exhausted:
        return "closed until the balance period ends or the target is raised"
    breakdown = bounds.breakdown
    if breakdown is None:
        return "no limit configured"
    terms = {
        "paid by net grants": breakdown.grant_funded_seconds,
        "unspent grant": breakdown.unspent_grant_seconds,
        "used before the grant": breakdown.pre_boost_overage_seconds,
    }
    added = "".join(f" + {write(seconds)} {label}" for label, seconds in terms.items() if seconds)
    return f"configured {write(breakdown.base_seconds)}{added}"
