"""What must hold before anything is applied, and a message that names the cause and the cure where it does not."""

from collections.abc import Iterator
from dataclasses import replace

from pulumi_ibm_quantum.balancer.plan import InstancePlan, Plan


def checked(plan: Plan) -> Plan:
    """Return ``plan`` with every broken invariant in ``errors`` and what merely deserves notice in ``warnings``."""
    errors = [message for instance in plan.instances for message in _instance_errors(plan, instance)]
    total = _total_error(plan)
    return replace(plan, errors=((total, *errors) if total else tuple(errors)), warnings=tuple(_warnings(plan)))


def _total_error(plan: Plan) -> str | None:
    """Check that all allocations fit into the budget less the reserve."""
    cap = plan.account.budget_seconds - plan.reserve_seconds
    excess = plan.total_seconds - cap
    if excess <= 0:
        return None
    reserve = f" less {plan.reserve_seconds} s reserve" if plan.reserve_seconds else ""
    return (
        f"the allocations add up to {plan.total_seconds} s, {excess} s more than the budget of "
        f"{plan.account.budget_seconds} s{reserve} of plan {plan.account.plan}: {'; '.join(_drivers(plan))}. "
        f"{_cure(plan)}"
    )


def _drivers(plan: Plan) -> Iterator[str]:
    by_usage = [i.bounds.floor.seconds for i in plan.instances if i.bounds.floor.source == "usage"]
    by_minimum = [i.bounds.floor.seconds for i in plan.instances if i.bounds.floor.source == "minimum"]
    if by_usage:
        yield f"28-day usage needs {sum(by_usage)} s ({len(by_usage)} instances)"
    if by_minimum:
        yield f"minimum_allocation_seconds needs {sum(by_minimum)} s ({len(by_minimum)} instances)"
    if plan.unconfigured_seconds:
        yield f"unconfigured instances hold {plan.unconfigured_seconds} s"


def _cure(plan: Plan) -> str:
    cures = []
    if plan.reserve_seconds:
        cures.append("lower allocation_reserve_percent")
    if any(i.bounds.floor.source == "minimum" for i in plan.instances) or plan.account.over_budget:
        cures.append("lower minimum_allocation_seconds")
    if plan.unconfigured_seconds:
        cures.append("configure the unconfigured instances")
    if not cures:
        return "Usage has to roll out of the window, or the contract's budget has to rise"
    return f"To mend it: {' or '.join(cures)}"


def _instance_errors(plan: Plan, instance: InstancePlan) -> Iterator[str]:
    """Check one allocation against usage, minimum, limit and 0. The floor wins over a limit that is tighter than it."""
    allocation, floor = instance.new_allocation_seconds, instance.bounds.floor
    used = instance.state.usage.last_28_days
    minimum = plan.policy.minimum_allocation_seconds
    what = f"instance {instance.name}: the new allocation of {allocation} s"
    if allocation <= 0:
        yield f"{what} would archive it"
    if plan.account.over_budget:
        if allocation > max(used, floor.seconds):
            yield f"{what} exceeds its 28-day usage of {used} s while the account is over its budget"
        if allocation < floor.seconds:
            yield f"{what} is below {floor.label} of {floor.seconds} s"
    else:
        if allocation < used:
            yield f"{what} is below its 28-day usage of {used} s"
        if allocation < minimum:
            yield f"{what} is below minimum_allocation_seconds, {minimum} s"
    limit = instance.new_limit_seconds
    if limit is not None and allocation > max(limit, floor.seconds):
        yield f"{what} exceeds its limit of {limit} s; set change_threshold_percent to 0 or raise limit_seconds"


def _warnings(plan: Plan) -> Iterator[str]:
    """Name the instances for which an account over its budget can keep neither the minimum nor fairness 1."""
    if not plan.account.over_budget:
        return
    minimum = plan.policy.minimum_allocation_seconds
    for instance in plan.instances:
        allocation, used = instance.new_allocation_seconds, instance.state.usage.last_28_days
        if allocation < minimum:
            yield (
                f"instance {instance.name}: {allocation} s is below minimum_allocation_seconds ({minimum} s), "
                "to keep its fairness at 1 while the account is over its budget"
            )
        elif allocation > used:
            yield (
                f"instance {instance.name}: {allocation} s is above its 28-day usage of {used} s, "
                "so its fairness is below 1 while the account is over its budget"
            )
