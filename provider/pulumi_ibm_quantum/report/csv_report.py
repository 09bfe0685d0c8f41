"""The decision as CSV: one row an instance, under the column names that scripts already read."""

import csv
import io
from collections.abc import Mapping
from typing import Any, Final

from pulumi_ibm_quantum.balancer import Balance, Outcome
from pulumi_ibm_quantum.report import reasons

COLUMNS: Final = (
    "name",
    "crn",
    "current_allocation",
    "new_allocation",
    "allocation_delta",
    "allocation_reason",
    "current_limit",
    "new_limit",
    "limit_delta",
    "limit_base",
    "limit_grant_funded",
    "limit_unspent_grant",
    "limit_overage",
    "consumed_28d",
    "consumed_14d",
    "consumed_7d",
    "consumed_3d",
    "consumed_24h",
    "fairness",
    "activity_score",
    "limit_reached",
)


def report_csv(balance: Balance, beside: Mapping[str, Mapping[str, Any]] | None = None) -> str:
    """Return the rows of ``analyze --format csv`` under a header: seconds; an empty cell where there is no value.

    Fairness is ``inf`` where an instance has usage and no allocation; ``limit_delta`` is empty where the limit does not
    change or one side has none. ``beside`` gives further columns by instance, the same ones for each.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    more = beside or {}
    writer.writerow([*COLUMNS, *next(iter(more.values()), ())])
    writer.writerows([*_row(balance, one), *more.get(one.name, {}).values()] for one in balance.instances)
    return text.getvalue()


def _row(balance: Balance, instance: Outcome) -> list[Any]:
    """Give the cells in the order of ``COLUMNS``; the writer leaves those of None empty."""
    state, bounds, usage = instance.state, instance.bounds, instance.state.usage
    return [
        state.name,
        state.crn,
        state.allocation_seconds,
        instance.new_allocation_seconds,
        instance.allocation_delta_seconds,
        reasons.of_allocation(balance, instance),
        state.limit.seconds,
        instance.new_limit.seconds,
        _limit_delta(instance),
        *_terms(instance),
        usage.last_28_days,
        usage.last_14_days,
        usage.last_7_days,
        usage.last_3_days,
        usage.last_24_hours,
        f"{state.fairness:.6f}",
        f"{bounds.score:.6f}",
        bounds.limit_reached,
    ]


def _limit_delta(instance: Outcome) -> int | None:
    old, new = instance.state.limit.seconds, instance.new_limit.seconds
    return new - old if old is not None and new is not None and old != new else None


def _terms(instance: Outcome) -> tuple[int | None, ...]:
    breakdown = instance.bounds.breakdown
    if breakdown is None:
        return (None, None, None, None)
    return (
        breakdown.base_seconds,
        breakdown.grant_funded_seconds,
        breakdown.unspent_grant_seconds,
        breakdown.pre_boost_overage_seconds,
    )
