"""The report as plain data, under the field names that scripts already read."""

import math
from typing import Any

from pulumi_ibm_quantum.balancer import LimitBreakdown
from pulumi_ibm_quantum.report import waits
from pulumi_ibm_quantum.report.report import InstanceReport, Report


def json_report(report: Report) -> dict[str, Any]:
    """Return the report of ``analyze --format json``: JSON-ready, seconds throughout, fairness null when infinite.

    With a forecast each instance has its waits, and those of instances that no entry names come last.
    """
    account = report.account
    document: dict[str, Any] = {
        "plan": account.plan,
        "preview_date": report.day.isoformat(),
        "account": {
            "account_id": account.account_id,
            "allocation_budget_seconds": account.budget_seconds,
            "unallocated_seconds": account.unallocated_seconds,
            "consumed_seconds": account.consumed_seconds,
            "configured_consumed_seconds": report.configured_consumed_seconds,
            "limit_seconds": account.limit_seconds,
            "unmanaged_allocation_seconds": report.unconfigured_seconds,
            "over_allocation_budget": account.over_budget,
        },
        "reserve": {
            "percent": report.reserve_percent,
            "distributable_pool_seconds": report.pool_seconds if report.reserve_percent > 0 else 0,
        },
        "validation_errors": list(report.errors),
        "over_budget_warnings": list(report.over_budget_warnings),
        "instances": [_instance(one) for one in report.instances],
    }
    if report.forecast is not None:
        others = [{"name": one.name, **waits.instance_document(one)} for one in report.waits_of_others]
        whole = waits.document(report.forecast.forecast, report.forecast.seconds)
        document["forecast"] = {**whole, "unconfigured": others}
    return document


def _instance(one: InstanceReport) -> dict[str, Any]:
    return {
        "name": one.name,
        "crn": one.crn,
        "current_allocation_seconds": one.allocation.before,
        "new_allocation_seconds": one.allocation.after,
        "allocation_delta_seconds": one.allocation.after - one.allocation.before,
        "allocation_change_reason": one.allocation_reason,
        "current_limit_seconds": one.limit.before.seconds,
        "new_limit_seconds": one.limit.after.seconds,
        "limit_delta_seconds": one.limit_delta_seconds,
        "consumed_28day_seconds": one.usage.last_28_days,
        "consumed_14day_seconds": one.usage.last_14_days,
        "consumed_7day_seconds": one.usage.last_7_days,
        "consumed_3day_seconds": one.usage.last_3_days,
        "consumed_24h_seconds": one.usage.last_24_hours,
        "fairness": one.fairness.before if math.isfinite(one.fairness.before) else None,
        "activity_score": one.score,
        "limit_breakdown": _breakdown(one.limit_terms),
        "limit_reached": one.limit_reached,
        **({"forecast": waits.instance_document(one.waits)} if one.waits else {}),
    }


def _breakdown(terms: LimitBreakdown | None) -> dict[str, Any] | None:
    if terms is None:
        return None
    return {
        "base_seconds": terms.base_seconds,
        "grant_funded_seconds": terms.grant_funded_seconds,
        "unspent_grant_seconds": terms.unspent_grant_seconds,
        "pre_boost_overage_seconds": terms.pre_boost_overage_seconds,
        "boost_start_date": terms.boost_start.isoformat() if terms.boost_start else None,
        "total_seconds": terms.total_seconds,
    }
