"""The load balancer: from an account as it is to the allocations and limits that it should have."""

from collections.abc import Sequence
from datetime import date

from pulumi_ibm_quantum.balancer import activity, damping, invariants
from pulumi_ibm_quantum.balancer.account import Account, ConfiguredInstance, Policy
from pulumi_ibm_quantum.balancer.limits import LimitBreakdown, limit_breakdown
from pulumi_ibm_quantum.balancer.outcome import Balance, Bounds, Floor, Outcome
from pulumi_ibm_quantum.balancer.water_fill import Claim, water_fill
from pulumi_ibm_quantum.vocabulary import CLOSED_LIMIT, Limit


def balance(account: Account, instances: Sequence[ConfiguredInstance], policy: Policy, today: date) -> Balance:
    """Work out every configured instance's allocation and limit.

    Each gets its floor; the pool above the floors, less the reserve, is shared among the active ones in proportion to
    their scores, up to their ceilings; then changes below the threshold are left unmade. The result does not depend on
    the order of ``instances``. Broken invariants are reported in ``Balance.errors``, never raised.
    """
    scores = activity.scores(instances, policy.weighting, today)
    bounds = [
        bounds_of(account, instance, policy, score, today) for instance, score in zip(instances, scores, strict=True)
    ]
    reserve = int(account.budget_seconds * policy.allocation_reserve_percent / 100)
    allocated = sum(bound.state.allocation_seconds for bound in bounds)
    unconfigured = account.held_by_unconfigured(allocated)
    available = account.budget_seconds - reserve - unconfigured
    pool = max(0, available - sum(bound.floor.seconds for bound in bounds))

    active = [index for index, bound in enumerate(bounds) if bound.is_active]
    targets = [bound.floor.seconds for bound in bounds]
    awards = water_fill(pool, [Claim(bounds[index].score, bounds[index].room) for index in active])
    for index, award in zip(active, awards, strict=True):
        targets[index] += award

    moves = [
        damping.Move(
            bound.state.name, bound.state.allocation_seconds, target, bound.permits(bound.state.allocation_seconds)
        )
        for bound, target in zip(bounds, targets, strict=True)
    ]
    allocations = damping.damp(moves, policy.change_threshold_percent, available)
    result = Balance(
        account=account,
        policy=policy,
        day=today,
        instances=tuple(
            Outcome(bound, allocation, bound.effective_limit)
            for bound, allocation in zip(bounds, allocations, strict=True)
        ),
        pool_seconds=pool,
        reserve_seconds=reserve,
        unconfigured_seconds=unconfigured,
    )
    return invariants.checked(result)


def bounds_of(account: Account, instance: ConfiguredInstance, policy: Policy, score: float, today: date) -> Bounds:
    """Work out floor, limit and ceiling of one instance."""
    breakdown = limit_breakdown(instance, today)
    limit = effective_limit(instance, breakdown)
    minimum = instance.minimum_allocation_seconds
    minimum = policy.minimum_allocation_seconds if minimum is None else minimum
    caps = [instance.state.usage.last_28_days if account.over_budget else limit.seconds, _cap_of_target(instance)]
    return Bounds(
        instance=instance,
        minimum_seconds=minimum,
        floor=floor_of(account, instance, minimum),
        breakdown=breakdown,
        effective_limit=limit,
        ceiling_seconds=min((cap for cap in caps if cap is not None), default=None),
        score=score,
    )


def effective_limit(instance: ConfiguredInstance, breakdown: LimitBreakdown | None) -> Limit:
    """Return the limit that is to be in force.

    While a target is exhausted it is 1, so that the instance can run nothing. Archiving it would do harm.
    """
    if instance.target is not None and instance.target.is_exhausted:
        return CLOSED_LIMIT
    if breakdown is not None:
        return Limit.of(breakdown.total_seconds)
    live = instance.state.limit
    return Limit.NONE if instance.reopens and live == CLOSED_LIMIT else instance.limit.over(live)


def floor_of(account: Account, instance: ConfiguredInstance, minimum_seconds: int) -> Floor:
    """Return the least allocation of one instance.

    Within the budget it is ``max(1, minimum, 28-day usage)``. Over the budget an allocation must not exceed the usage,
    so that fairness stays at 1 or above: the floor is the minimum, or the usage where that is lower and not 0. It is
    never 0, which would archive the instance. Where the live allocation is to be held, that is the floor.
    """
    if instance.hold:
        return Floor(instance.state.allocation_seconds, "hold")
    minimum = max(1, minimum_seconds)
    used = instance.state.usage.last_28_days
    usage_rules = 0 < used < minimum if account.over_budget else used >= minimum
    return Floor(used, "usage") if usage_rules else Floor(minimum, "minimum")


def _cap_of_target(instance: ConfiguredInstance) -> int | None:
    """Return the usage that the window will show when the target is used up."""
    target = instance.target
    return None if target is None else instance.state.usage.last_28_days + max(0, target.seconds - target.used_seconds)
