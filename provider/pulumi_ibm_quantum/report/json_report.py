"""The decision as plain data, under the field names that scripts already read."""

import math
from typing import Any

from pulumi_ibm_quantum.balancer import Balance, LimitBreakdown, Outcome
from pulumi_ibm_quantum.report import reasons


def report(balance: Balance) -> dict[str, Any]:
    """Return the report of ``analyze --format json``: JSON-ready, seconds throughout, fairness null when infinite."""
    account = balance.account
    return {
        "plan": account.plan,
        "preview_date": balance.day.isoformat(),
        "account": {
            "account_id": account.account_id,
            "allocation_budget_seconds": account.budget_seconds,
            "unallocated_seconds": account.unallocated_seconds,
            "consumed_seconds": account.consumed_seconds,
            "configured_consumed_seconds": sum(i.state.usage.last_28_days for i in balance.instances),
            "limit_seconds": account.limit_seconds,
            "unmanaged_allocation_seconds": balance.unconfigured_seconds,
            "over_allocation_budget": account.over_budget,
        },
        "reserve": {
            "percent": balance.policy.allocation_reserve_percent,
            "distributable_pool_seconds": balance.pool_seconds if balance.policy.allocation_reserve_percent > 0 else 0,
        },
        "validation_errors": list(balance.errors),
        "over_budget_warnings": list(balance.warnings),
        "instances": [_instance(balance, instance) for instance in balance.instances],
    }


def _instance(balance: Balance, instance: Outcome) -> dict[str, Any]:
    state, bounds = instance.state, instance.bounds
    old, new = state.limit.seconds, instance.new_limit.seconds
    return {
        "name": state.name,
        "crn": state.crn,
        "current_allocation_seconds": state.allocation_seconds,
        "new_allocation_seconds": instance.new_allocation_seconds,
        "allocation_delta_seconds": instance.allocation_delta_seconds,
        "allocation_change_reason": reasons.of_allocation(balance, instance),
        "current_limit_seconds": old,
        "new_limit_seconds": new,
        "limit_delta_seconds": None if old is None or new is None else new - old,
        "consumed_28day_seconds": state.usage.last_28_days,
        "consumed_14day_seconds": state.usage.last_14_days,
        "consumed_7day_seconds": state.usage.last_7_days,
        "consumed_3day_seconds": state.usage.last_3_days,
        "consumed_24h_seconds": state.usage.last_24_hours,
        "fairness": state.fairness if math.isfinite(state.fairness) else None,
        "activity_score": bounds.score,
        "limit_breakdown": _breakdown(bounds.breakdown),
        "limit_reached": bounds.limit_reached,
    }


def _breakdown(breakdown: LimitBreakdown | None) -> dict[str, Any] | None:
    if breakdown is None:
        return None
    return {
        "base_seconds": breakdown.base_seconds,
        "grant_funded_seconds": breakdown.grant_funded_seconds,
        "unspent_grant_seconds": breakdown.unspent_grant_seconds,
        "pre_boost_overage_seconds": breakdown.pre_boost_overage_seconds,
        "boost_start_date": breakdown.boost_start.isoformat() if breakdown.boost_start else None,
        "total_seconds": breakdown.total_seconds,
    }
