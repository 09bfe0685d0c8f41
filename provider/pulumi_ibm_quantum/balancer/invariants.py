"""What must hold before anything is applied, and a message that names the cause and the cure where it does not."""

from collections.abc import Iterator
from dataclasses import replace

from pulumi_ibm_quantum.balancer.outcome import Balance, Outcome

_MOST_NAMED = 3


def checked(balance: Balance) -> Balance:
    """Return ``balance`` with every broken invariant in ``errors`` and what merely deserves notice in ``warnings``."""
    errors = [message for instance in balance.instances for message in _instance_errors(balance, instance)]
    total = _total_error(balance)
    return replace(balance, errors=((total, *errors) if total else tuple(errors)), warnings=tuple(_warnings(balance)))


def _total_error(balance: Balance) -> str | None:
    """Check that all allocations fit into the budget less the reserve."""
    cap = balance.account.budget_seconds - balance.reserve_seconds
    excess = balance.total_seconds - cap
    if excess <= 0:
        return None
    reserve = f" less {balance.reserve_seconds} s reserve" if balance.reserve_seconds else ""
    return (
        f"the allocations add up to {balance.total_seconds} s, {excess} s more than the budget of "
        f"{balance.account.budget_seconds} s{reserve} of plan {balance.account.plan}: {'; '.join(_drivers(balance))}. "
        f"{_cure(balance, excess)}"
    )


def _drivers(balance: Balance) -> Iterator[str]:
    for source, cause in (("usage", "28-day usage"), ("minimum", "minimum_allocation_seconds"), ("hold", "hold")):
        floors = [(-i.bounds.floor.seconds, i.name) for i in balance.instances if i.bounds.floor.source == source]
        if floors:
            largest = ", ".join(f"{name} {-seconds} s" for seconds, name in sorted(floors)[:_MOST_NAMED])
            others = f" and {len(floors) - _MOST_NAMED} more" if len(floors) > _MOST_NAMED else ""
            yield f"{cause} needs {-sum(seconds for seconds, _ in floors)} s ({largest}{others})"
    if balance.unconfigured_seconds:
        yield f"unconfigured instances hold {balance.unconfigured_seconds} s"


def _cure(balance: Balance, excess: int) -> str:
    """Name the settings that would mend it: each that is enough by itself, or all of them if they are together."""
    gains = {setting: seconds for setting, seconds in _gains(balance) if seconds > 0}
    if sum(gains.values()) < excess:
        short = "Usage has to roll out of the window, or the contract's budget has to rise"
        return f"{short}: to {' and to '.join(gains)} is not enough" if gains else short
    enough = [setting for setting, seconds in gains.items() if seconds >= excess]
    return f"To mend it: {' or '.join(enough) if enough else ' and '.join(gains)}"


def _gains(balance: Balance) -> Iterator[tuple[str, int]]:
    """Yield what could be set otherwise, and by how many seconds the needs would fall at the most."""
    floors = [(i.bounds.floor, i.bounds.minimum_seconds, i.state.usage.last_28_days) for i in balance.instances]
    over = balance.account.over_budget
    yield "lower allocation_reserve_percent", balance.reserve_seconds
    yield (
        "lower minimum_allocation_seconds",
        sum(f.seconds - (1 if over else max(1, used)) for f, _, used in floors if f.source != "hold"),
    )
    yield (
        "take a hold away",
        sum(f.seconds - max(1, minimum, 0 if over else used) for f, minimum, used in floors if f.source == "hold"),
    )
    yield "configure the unconfigured instances", balance.unconfigured_seconds


def _instance_errors(balance: Balance, instance: Outcome) -> Iterator[str]:
    """Check one allocation against usage, minimum, limit and 0. The floor wins over a limit that is tighter than it."""
    held = instance.bounds.floor.source == "hold"
    cure = "; take its hold away" if held else ""
    for problem in _breaches(balance, instance, 0 if held else instance.bounds.floor.seconds):
        yield f"instance {instance.name}: the new allocation of {instance.new_allocation_seconds} s {problem}{cure}"


def _breaches(balance: Balance, instance: Outcome, floor: int) -> Iterator[str]:
    allocation, used = instance.new_allocation_seconds, instance.state.usage.last_28_days
    minimum, limit = instance.bounds.minimum_seconds, instance.new_limit.seconds
    if allocation <= 0:
        yield "would archive it"
    if balance.account.over_budget:
        if allocation > max(used, floor):
            yield f"exceeds its 28-day usage of {used} s while the account is over its budget"
        if allocation < floor:
            yield f"is below {instance.bounds.floor.label} of {floor} s"
    else:
        if allocation < used:
            yield f"is below its 28-day usage of {used} s"
        if allocation < minimum:
            yield f"is below minimum_allocation_seconds, {minimum} s"
    if limit is not None and allocation > max(limit, floor):
        yield f"exceeds its limit of {limit} s"


def _warnings(balance: Balance) -> Iterator[str]:
    """Name the instances for which an account over its budget can keep neither the minimum nor fairness 1."""
    if not balance.account.over_budget:
        return
    for instance in balance.instances:
        minimum = instance.bounds.minimum_seconds
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
