"""The load balancer: from an account as it is to the allocations and limits that it should have."""

from collections.abc import Sequence
from datetime import date

from pulumi_ibm_quantum.balancer import activity, damping, invariants, reasons
from pulumi_ibm_quantum.balancer.account import Account, ConfiguredInstance, Policy
from pulumi_ibm_quantum.balancer.limits import limit_breakdown
from pulumi_ibm_quantum.balancer.plan import Bounds, Floor, InstancePlan, Plan
from pulumi_ibm_quantum.balancer.water_fill import Claim, water_fill


def balance(account: Account, instances: Sequence[ConfiguredInstance], policy: Policy, today: date) -> Plan:
    """Work out every configured instance's allocation and limit.

    Each gets its floor; the pool above the floors, less the reserve, is shared among the active ones in proportion to
    their scores, up to their ceilings; then changes below the threshold are left unmade. The result does not depend on
    the order of ``instances``. Broken invariants are reported in ``Plan.errors``, never raised.
    """
    bounds = [bounds_of(account, instance, policy, today) for instance in instances]
    reserve = int(account.budget_seconds * policy.allocation_reserve_percent / 100)
    allocated = sum(bound.state.allocation_seconds for bound in bounds)
    movable = account.unallocated_seconds + allocated - sum(bound.floor.seconds for bound in bounds)
    pool = max(0, max(0, movable) - reserve)
    unconfigured = max(0, account.budget_seconds - account.unallocated_seconds - allocated)

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
    available = account.budget_seconds - reserve - unconfigured
    allocations = damping.damp(moves, policy.change_threshold_percent, available)
    plan = Plan(
        account=account,
        policy=policy,
        instances=tuple(
            _instance_plan(account, bound, allocation) for bound, allocation in zip(bounds, allocations, strict=True)
        ),
        pool_seconds=pool,
        reserve_seconds=reserve,
        unconfigured_seconds=unconfigured,
    )
    return invariants.checked(plan)


def bounds_of(account: Account, instance: ConfiguredInstance, policy: Policy, today: date) -> Bounds:
    """Work out floor, limit, ceiling and score of one instance."""
    breakdown = limit_breakdown(instance, today)
    if breakdown is not None:
        effective_limit: int | None = breakdown.total_seconds
    else:
        effective_limit = None if instance.limit_seconds == "none" else instance.state.limit_seconds
    return Bounds(
        instance=instance,
        floor=floor_of(account, instance, policy),
        breakdown=breakdown,
        effective_limit_seconds=effective_limit,
        ceiling_seconds=instance.state.usage.last_28_days if account.over_budget else effective_limit,
        score=activity.score(instance.state, policy.weighting),
    )


def floor_of(account: Account, instance: ConfiguredInstance, policy: Policy) -> Floor:
    """Return the least allocation of one instance.

    Within the budget it is ``max(1, minimum, 28-day usage)``. Over the budget an allocation must not exceed the usage,
    so that fairness stays at 1 or above: the floor is the minimum, or the usage where that is lower and not 0. It is
    never 0, which would archive the instance.
    """
    minimum = max(1, policy.minimum_allocation_seconds)
    used = instance.state.usage.last_28_days
    usage_rules = 0 < used < minimum if account.over_budget else used >= minimum
    return Floor(used, "usage") if usage_rules else Floor(minimum, "minimum")


def _instance_plan(account: Account, bounds: Bounds, allocation: int) -> InstancePlan:
    limit = bounds.effective_limit_seconds
    return InstancePlan(
        bounds=bounds,
        new_allocation_seconds=allocation,
        new_limit_seconds=limit,
        allocation_reason=reasons.of_allocation(account, bounds, allocation),
        limit_reason=reasons.of_limit(bounds),
    )
