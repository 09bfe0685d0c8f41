"""One instance's decision, second by second, for people and for scripts."""

from collections.abc import Iterator
from typing import Any

from pulumi_ibm_quantum.balancer import Balance, Bounds, Explanation, Part
from pulumi_ibm_quantum.report import reasons
from pulumi_ibm_quantum.report.text import format_limit
from pulumi_ibm_quantum.vocabulary import format_duration

_PARTS = {
    "fairness": "its part of all fairness, as weighting: fairness shares the pool",
    "from others": "what instances at their caps could not take of their shares",
    "threshold": "a change below change_threshold_percent, left unmade",
}


def explanation_text(balance: Balance, told: Explanation) -> str:
    """Return the whole explanation."""
    outcome = told.outcome
    before, after = outcome.state.allocation_seconds, outcome.new_allocation_seconds
    delta = f" ({format_duration(after - before)})" if after < before else f" (+{format_duration(after - before)})"
    change = f"{format_duration(before)} => {format_duration(after)}{delta}" if after != before else "no change"
    return "\n".join(
        [
            f"{outcome.name}: allocation {format_duration(after)}, {change}",
            "",
            *_sum([(part.seconds, _label(balance, told, part)) for part in told.parts]),
            *_share(balance, told),
            "",
            f"limit in force: {format_limit(outcome.new_limit)}"
            + (f", {why}" if (why := reasons.of_limit(outcome, format_duration)) else ""),
            *_limit_terms(outcome.bounds),
            "",
            f"for more: {_for_more(balance, told)}",
        ]
    )


def explanation_document(balance: Balance, told: Explanation) -> dict[str, Any]:
    """Return the explanation as JSON: seconds; the parts add up to the new allocation."""
    outcome = told.outcome
    return {
        "name": outcome.name,
        "current_allocation_seconds": outcome.state.allocation_seconds,
        "new_allocation_seconds": outcome.new_allocation_seconds,
        "parts": [
            {"kind": part.kind, "days": part.days, "seconds": part.seconds, "text": _label(balance, told, part)}
            for part in told.parts
        ],
        "share_of_pool": told.share,
        "distributable_pool_seconds": balance.pool_seconds,
        "current_limit_seconds": outcome.state.limit.seconds,
        "new_limit_seconds": outcome.new_limit.seconds,
        "allocation_with_twice_the_weight_seconds": told.of_twice_the_weight,
        "for_more": _for_more(balance, told),
    }


def _share(balance: Balance, told: Explanation) -> Iterator[str]:
    if told.share:
        pool = format_duration(balance.pool_seconds)
        yield f"\nits share: {told.share * 100:.1f} percent of the pool of {pool}, which is what lies above all floors"


def _sum(terms: list[tuple[int, str]]) -> Iterator[str]:
    """Yield the terms of a sum with their signs, and the result below a line."""
    figures = [format_duration(seconds) if seconds < 0 else f"+{format_duration(seconds)}" for seconds, _ in terms]
    figures[0] = figures[0].removeprefix("+")
    total = format_duration(sum(seconds for seconds, _ in terms))
    width = max(map(len, [*figures, total]))
    yield from (f"  {figure:>{width}}  {label}" for figure, (_, label) in zip(figures, terms, strict=True))
    if len(terms) > 1:
        yield f"  {'-' * width}"
        yield f"  {total:>{width}}"


def _label(balance: Balance, told: Explanation, part: Part) -> str:
    bounds = told.outcome.bounds
    match part.kind:
        case "floor":
            return f"its floor: {bounds.floor.label}"
        case "window":
            used = {
                1: bounds.state.usage.last_24_hours,
                3: bounds.state.usage.last_3_days,
                7: bounds.state.usage.last_7_days,
                14: bounds.state.usage.last_14_days,
                28: bounds.state.usage.last_28_days,
            }[part.days or 1]
            window = "the last 24 hours" if part.days == 1 else f"the last {part.days} days"
            return f"for {format_duration(used)} used in {window}"
        case "weight":
            return " and ".join(reasons.shares(bounds, balance.day))
        case "cap":
            return f"more than its cap: {reasons.ceiling_label(balance.account.over_budget, bounds)}"
    return _PARTS[part.kind]


def _limit_terms(bounds: Bounds) -> Iterator[str]:
    breakdown = bounds.breakdown
    if breakdown is None or not breakdown.is_granted:
        return
    terms = {
        "limit_seconds": breakdown.base_seconds,
        "paid by net grants, and still in the window": breakdown.grant_funded_seconds,
        "not yet used of the grants that are active": breakdown.unspent_grant_seconds,
        "used above limit_seconds before the grant began": breakdown.pre_boost_overage_seconds,
    }
    yield from _sum([(seconds, label) for label, seconds in terms.items() if seconds])


def _for_more(balance: Balance, told: Explanation) -> str:
    """Say what would have to be different for a larger allocation."""
    after, gain = told.outcome.new_allocation_seconds, told.of_twice_the_weight - told.outcome.new_allocation_seconds
    if obstacle := next(_obstacles(balance, told.outcome.bounds, after), None):
        return obstacle
    if gain <= 0:
        return "a higher minimum_allocation_seconds: even twice its weight would change nothing"
    return f"twice its weight would give {format_duration(told.of_twice_the_weight)} (+{format_duration(gain)})"


def _obstacles(balance: Balance, bounds: Bounds, after: int) -> Iterator[str]:
    if bounds.instance.hold:
        yield "take its hold away: it keeps its live allocation"
    if bounds.instance.ended:
        yield "take state: ended away: it gives back what lies above its floor"
    if bounds.exhausted:
        yield "raise target_usage_seconds, or wait for the next balance period: its target is used up"
    if bounds.limit_reached:
        yield "raise limit_seconds above its usage: at its limit it can run nothing, and takes no part"
    if not bounds.is_active:
        yield "let it run something, or give it a priority: an instance without usage has no part of the pool"
    if balance.pool_seconds == 0:
        yield "nothing is left to share out: floors, unconfigured instances and the reserve hold all of the budget"
    if bounds.ceiling_seconds is not None and after >= bounds.ceiling_seconds:
        yield f"it has reached {reasons.ceiling_label(balance.account.over_budget, bounds)}, which caps it"
