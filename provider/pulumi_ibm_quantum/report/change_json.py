"""The report of a change as plain data: for scripts, and for whoever holds the change to it later."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from pulumi_ibm_quantum.planning import Decision
from pulumi_ibm_quantum.report import change_waits
from pulumi_ibm_quantum.report.change import ChangeReport, total_movement
from pulumi_ibm_quantum.review import Approval, Effect, InstanceEffect, KeyChange, Terms
from pulumi_ibm_quantum.review.approval import SCHEMA


def change_document(report: ChangeReport) -> dict[str, Any]:
    """Return the report, JSON-ready; seconds throughout, shares from 0 to 1, a limit of null is none."""
    basis, effect = report.basis, report.effect
    document: dict[str, Any] = {
        "schema": SCHEMA,
        "verdict": report.verdict,
        "headline": report.headline,
        "errors": list(report.errors),
        "warnings": list(report.warnings),
        "snapshot": {
            "moment": basis.moment.isoformat(),
            "age_seconds": round(basis.age_seconds),
            "digest": basis.snapshot,
        },
        "base": {"digest": basis.base},
        "head": {"digest": basis.head},
        "tolerance": asdict(report.tolerance),
        "approval": None,
    }
    if effect is not None:
        document |= _effect(effect)
        document["waits"] = None if report.waits is None else change_waits.document(report.waits)
        if report.verdict != "refused":
            approval = Approval.of(effect, report.tolerance)
            # What was approved stays so where others have merged meanwhile.
            kept = approval if report.approved is None else replace(report.approved, base=approval.base)
            document["approval"] = kept.document()
    return document


def _effect(effect: Effect) -> dict[str, Any]:
    return {
        "account_keys": _keys(effect.account_keys),
        "named": [{**_instance(one), "keys": _keys(one.keys)} for one in effect.named],
        "others": [{**_instance(one), "share_given": round(one.share_given, 4)} for one in effect.others],
        "largest_share_given": round(effect.largest_share_given, 4),
        "movement": {
            "seconds": total_movement(effect.moving),
            "instances": {one.name: one.movement_seconds for one in effect.moving},
        },
        "budget": {
            "seconds": effect.head.balance.account.budget_seconds,
            "consumed_seconds": effect.head.balance.account.consumed_seconds,
            "allocated_seconds": {
                "live": effect.head.balance.live_total_seconds,
                "base": _allocated(effect.base),
                "head": _allocated(effect.head),
            },
        },
        "writes": [one.name for one in effect.head.changes],
    }


def _allocated(decision: Decision | None) -> int | None:
    return None if decision is None else decision.balance.total_seconds


def _instance(one: InstanceEffect) -> dict[str, Any]:
    return {
        "name": one.name,
        "effect_seconds": one.seconds,
        "used_seconds": one.used_seconds,
        **{
            which: None if terms is None else _terms(terms)
            for which, terms in (("live", one.live), ("base", one.base), ("head", one.head))
        },
    }


def _terms(terms: Terms) -> dict[str, int | None]:
    return {"allocation_seconds": terms.allocation_seconds, "limit_seconds": terms.limit.seconds}


def _keys(keys: Sequence[KeyChange]) -> list[dict[str, str | None]]:
    return [asdict(one) for one in keys]
