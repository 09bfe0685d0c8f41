"""Instances as they are, for ``show`` and ``instances``: the same rows and words, for people and for scripts."""

import math
from collections.abc import Sequence
from typing import Any

from pulumi_ibm_quantum.config import ProjectConfiguration
from pulumi_ibm_quantum.planning.observation import WINDOW_DAYS
from pulumi_ibm_quantum.planning.standing import AccountStanding, InstancesStanding, InstanceStanding
from pulumi_ibm_quantum.report.figures import duration_format, format_rounded, windows_table
from pulumi_ibm_quantum.report.layout import table, wrap
from pulumi_ibm_quantum.report.text import format_limit
from pulumi_ibm_quantum.vocabulary import Limit

_HEADER = ("INSTANCE", "ALLOCATION", "LIMIT", "USED IN 28 DAYS", "FAIRNESS")


def account_text(
    standing: AccountStanding, configuration: ProjectConfiguration, width: int | None = None, *, windows: bool = False
) -> str:
    """Return the account's figures, a row for each configured instance, and what has no row.

    With ``windows`` there is a table of what was used in each window, too.
    """
    contract, percent, instances = standing.contract, configuration.allocation_reserve_percent, standing.instances
    write = duration_format((contract.budget_seconds, contract.limit_seconds))
    over = "  (over budget: allocations are capped at usage)" if standing.over_budget else ""
    reserve = write(_reserve_seconds(standing, configuration))
    figures = [
        ("Account", f"{configuration.account_id}, plan {configuration.plan}"),
        ("Budget", write(contract.budget_seconds)),
        ("Unallocated", write(contract.unallocated_seconds)),
        ("Used in 28 days", write(standing.consumed_seconds) + over),
        ("  by configured instances", write(instances.consumed_seconds)),
        ("Held by unconfigured instances", write(standing.unconfigured_seconds)),
        ("Reserve", f"{reserve}, {percent:g} percent of the budget"),
        ("Limit", format_limit(Limit.of(contract.limit_seconds), write)),
    ]
    used = {one.name: [one.by_window.get(days) for days in WINDOW_DAYS] for one in instances.instances}
    names = [one.name if one.allocation_seconds else f"{one.name} (archived)" for one in instances.unconfigured]
    without_row = [_to_be_created(instances), f"Unconfigured: {', '.join(sorted(names))}" if names else ""]
    parts = [
        table(figures, width, prose=True),
        _table(instances.instances, width),
        windows_table(used, width) if windows else "",
        wrap("\n".join(line for line in without_row if line), width),
    ]
    return "\n\n".join(part for part in parts if part)


def account_document(standing: AccountStanding, configuration: ProjectConfiguration) -> dict[str, Any]:
    """Return the account and all its instances as plain data, under the field names of ``analyze --format json``."""
    instances = standing.instances
    return {
        "plan": configuration.plan,
        "account": {
            "account_id": configuration.account_id,
            "subscription_id": standing.contract.subscription_id,
            "allocation_budget_seconds": standing.contract.budget_seconds,
            "unallocated_seconds": standing.contract.unallocated_seconds,
            "consumed_seconds": standing.consumed_seconds,
            "configured_consumed_seconds": instances.consumed_seconds,
            "limit_seconds": standing.contract.limit_seconds,
            "unmanaged_allocation_seconds": standing.unconfigured_seconds,
            "over_allocation_budget": standing.over_budget,
        },
        "reserve": {
            "percent": configuration.allocation_reserve_percent,
            "seconds": _reserve_seconds(standing, configuration),
        },
        "problems": list(instances.problems),
        "instances": [_document(instance) for instance in instances.instances],
        "to_create": list(instances.to_create),
        "unconfigured": [_document(instance) for instance in instances.unconfigured],
    }


def instances_text(standing: InstancesStanding, width: int | None = None) -> str:
    """Return a row for each configured instance, the highest fairness first, and their sums."""
    unknown_first = sorted(
        standing.instances, key=lambda one: math.inf if one.fairness is None else one.fairness, reverse=True
    )
    total = (
        f"{len(standing.instances)} configured instances: allocated {format_rounded(standing.allocation_seconds)}, "
        f"used in 28 days {format_rounded(standing.consumed_seconds)}"
    )
    sentences = "\n".join(line for line in (total, _to_be_created(standing)) if line)
    return f"{_table(unknown_first, width)}\n\n{wrap(sentences, width)}"


def instances_document(standing: InstancesStanding, plan: str) -> dict[str, Any]:
    """Return the configured instances as plain data."""
    return {
        "plan": plan,
        "configured_allocation_seconds": standing.allocation_seconds,
        "configured_consumed_seconds": standing.consumed_seconds,
        "problems": list(standing.problems),
        "to_create": list(standing.to_create),
        "instances": [_document(instance) for instance in standing.instances],
    }


def _reserve_seconds(standing: AccountStanding, configuration: ProjectConfiguration) -> int:
    return int(standing.contract.budget_seconds * configuration.allocation_reserve_percent / 100)


def _to_be_created(instances: InstancesStanding) -> str:
    return f"To be created: {', '.join(instances.to_create)}" if instances.to_create else ""


def _table(instances: Sequence[InstanceStanding], width: int | None) -> str:
    """Set a row an instance; ``!`` marks usage above the limit, ``?`` what could not be read."""
    allocation = duration_format(one.allocation_seconds for one in instances)
    used = duration_format(one.consumed_seconds for one in instances)
    limit = duration_format(one.limit.seconds for one in instances)
    rows = [
        (
            one.name,
            allocation(one.allocation_seconds) if one.allocation_seconds else "archived",
            format_limit(one.limit, limit),
            "?" if one.consumed_seconds is None else used(one.consumed_seconds) + ("!" if one.in_debt else ""),
            "?" if one.fairness is None else f"{one.fairness:.2f}",
        )
        for one in instances
    ]
    return table([_HEADER, *rows], width, figures=range(1, len(_HEADER)))


def _document(instance: InstanceStanding) -> dict[str, Any]:
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
