"""The plan as plain data, under the field names that scripts already read."""

import math
from datetime import date
from typing import Any

from pulumi_ibm_quantum.balancer.limits import LimitBreakdown
from pulumi_ibm_quantum.balancer.plan import InstancePlan, Plan


def report(plan: Plan, today: date) -> dict[str, Any]:
    """Return the report of ``analyze --format json``: JSON-ready, seconds throughout, fairness null when infinite."""
    account = plan.account
    return {
        "plan": account.plan,
        "preview_date": today.isoformat(),
        "account": {
            "account_id": account.account_id,
            "allocation_budget_seconds": account.budget_seconds,
            "unallocated_seconds": account.unallocated_seconds,
            "consumed_seconds": account.consumed_seconds,
            "configured_consumed_seconds": sum(i.state.usage.last_28_days for i in plan.instances),
            "limit_seconds": account.limit_seconds,
            "unmanaged_allocation_seconds": plan.unconfigured_seconds,
            "over_allocation_budget": account.over_budget,
        },
        "reserve": {
            "percent": plan.policy.allocation_reserve_percent,
            "distributable_pool_seconds": plan.pool_seconds if plan.policy.allocation_reserve_percent > 0 else 0,
        },
        "validation_errors": list(plan.errors),
        "over_budget_warnings": list(plan.warnings),
        "instances": [_instance(instance) for instance in plan.instances],
    }


def _instance(instance: InstancePlan) -> dict[str, Any]:
    state, bounds = instance.state, instance.bounds
    both_limits = instance.new_limit_seconds is not None and state.limit_seconds is not None
    return {
        "name": state.name,
        "crn": state.crn,
        "current_allocation_seconds": state.allocation_seconds,
        "new_allocation_seconds": instance.new_allocation_seconds,
        "allocation_delta_seconds": instance.allocation_delta_seconds,
        "allocation_change_reason": instance.allocation_reason,
        "current_limit_seconds": state.limit_seconds,
        "new_limit_seconds": instance.new_limit_seconds,
        "limit_delta_seconds": (instance.new_limit_seconds or 0) - (state.limit_seconds or 0) if both_limits else None,
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
