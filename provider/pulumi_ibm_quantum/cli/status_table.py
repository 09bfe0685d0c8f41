"""Instances as they are: the rows that ``show`` and ``instances`` share, for people and for scripts."""

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from pulumi_ibm_quantum.balancer.summary import aligned, duration

if TYPE_CHECKING:
    from pulumi_ibm_quantum.planning.status import InstancesStatus, InstanceStatus

_HEADER = ("INSTANCE", "ALLOCATION", "USED IN 28 DAYS", "LIMIT", "FAIRNESS")


def table(instances: "Iterable[InstanceStatus]") -> str:
    """Return a row an instance; ``!`` marks usage above the limit, ``?`` what could not be read."""
    return "\n".join(aligned([_HEADER, *(_row(instance) for instance in instances)]))


def not_listed(status: "InstancesStatus") -> str:
    """Return what has no row: entries without an instance, and instances without an entry."""
    names = [one.name if one.allocation_seconds else f"{one.name} (archived)" for one in status.unconfigured]
    lines = [
        f"To be created: {', '.join(status.to_create)}" if status.to_create else "",
        f"Unconfigured: {', '.join(sorted(names))}" if names else "",
    ]
    return "\n".join(line for line in lines if line)


def document(instance: "InstanceStatus") -> dict[str, Any]:
    """Return an instance under the field names of ``analyze --format json``; fairness null where it is infinite."""
    fairness = instance.fairness
    return {
        "name": instance.name,
        "crn": instance.crn,
        "current_allocation_seconds": instance.allocation_seconds,
        "current_limit_seconds": instance.limit_seconds,
        "consumed_28day_seconds": instance.consumed_seconds,
        "fairness": fairness if fairness is not None and math.isfinite(fairness) else None,
        "in_debt": instance.in_debt,
        "archived": instance.allocation_seconds == 0,
    }


def _row(instance: "InstanceStatus") -> tuple[str, ...]:
    used, fairness, limit = instance.consumed_seconds, instance.fairness, instance.limit_seconds
    return (
        instance.name,
        duration(instance.allocation_seconds) if instance.allocation_seconds else "archived",
        "?" if used is None else duration(used) + ("!" if instance.in_debt else ""),
        "none" if limit is None else duration(limit),
        "?" if fairness is None else f"{fairness:.2f}",
    )
