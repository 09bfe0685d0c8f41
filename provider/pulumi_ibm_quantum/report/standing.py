"""Instances as they are: the rows that ``show`` and ``instances`` share, for people and for scripts."""

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from pulumi_ibm_quantum.report.text import aligned, format_limit
from pulumi_ibm_quantum.vocabulary import format_duration

if TYPE_CHECKING:
    from pulumi_ibm_quantum.planning.standing import InstancesStanding, InstanceStanding

_HEADER = ("INSTANCE", "ALLOCATION", "USED IN 28 DAYS", "LIMIT", "FAIRNESS")


def table(instances: "Iterable[InstanceStanding]") -> str:
    """Return a row an instance; ``!`` marks usage above the limit, ``?`` what could not be read."""
    return "\n".join(aligned([_HEADER, *(_row(instance) for instance in instances)]))


def not_listed(status: "InstancesStanding") -> str:
    """Return what has no row: entries without an instance, and instances without an entry."""
    names = [one.name if one.allocation_seconds else f"{one.name} (archived)" for one in status.unconfigured]
    lines = [
        f"To be created: {', '.join(status.to_create)}" if status.to_create else "",
        f"Unconfigured: {', '.join(sorted(names))}" if names else "",
    ]
    return "\n".join(line for line in lines if line)


def document(instance: "InstanceStanding") -> dict[str, Any]:
    """Return an instance under the field names of ``analyze --format json``; fairness null where it is infinite."""
    fairness = instance.fairness
    return {
        "name": instance.name,
        "crn": instance.crn,
        "current_allocation_seconds": instance.allocation_seconds,
        "current_limit_seconds": instance.limit.seconds,
        "consumed_28day_seconds": instance.consumed_seconds,
        "fairness": fairness if fairness is not None and math.isfinite(fairness) else None,
        "in_debt": instance.in_debt,
        "archived": instance.allocation_seconds == 0,
    }


def _row(instance: "InstanceStanding") -> tuple[str, ...]:
    used, fairness = instance.consumed_seconds, instance.fairness
    return (
        instance.name,
        format_duration(instance.allocation_seconds) if instance.allocation_seconds else "archived",
        "?" if used is None else format_duration(used) + ("!" if instance.in_debt else ""),
        format_limit(instance.limit),
        "?" if fairness is None else f"{fairness:.2f}",
    )
