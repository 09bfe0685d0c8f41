"""Why an allocation or a limit changes, in words for the report."""

from pulumi_ibm_quantum.balancer.account import Account
from pulumi_ibm_quantum.balancer.plan import Bounds


def of_allocation(account: Account, bounds: Bounds, allocation: int) -> str | None:
    """Return why ``allocation`` differs from the live one; None where it does not."""
    if allocation == bounds.state.allocation_seconds:
        return None
    if bounds.state.crn is None:
        return f"new, starts at {bounds.floor.label}"
    if not bounds.is_active:
        return f"{'limit reached' if bounds.limit_reached else 'inactive'}, held at {bounds.floor.label}"
    suffix = _held_or_capped(account, bounds, allocation)
    return f"active (score {bounds.score:.1f}, fairness {bounds.state.fairness:.2f}){suffix}"


def _held_or_capped(account: Account, bounds: Bounds, allocation: int) -> str:
    if bounds.room == 0:
        return f", held at {bounds.floor.label}"
    if bounds.ceiling_seconds is not None and allocation >= bounds.ceiling_seconds:
        return f", capped at {'28-day usage' if account.over_budget else 'its limit'}"
    return ""


def of_limit(bounds: Bounds) -> str | None:
    """Return why the limit in force differs from the live one; None where it does not."""
    if bounds.effective_limit_seconds == bounds.state.limit_seconds:
        return None
    breakdown = bounds.breakdown
    if breakdown is None:
        return "no limit configured"
    terms = {
        "paid by net grants": breakdown.grant_funded_seconds,
        "unspent grant": breakdown.unspent_grant_seconds,
        "used before the grant": breakdown.pre_boost_overage_seconds,
    }
    added = "".join(f" + {seconds} s {label}" for label, seconds in terms.items() if seconds)
    return f"configured {breakdown.base_seconds} s{added}"
