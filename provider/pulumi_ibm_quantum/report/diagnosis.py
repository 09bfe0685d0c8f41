"""What ``doctor`` found out: what a key may do, what the account has, and who else works on it."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from pulumi_ibm_quantum.planning.diagnosis import RECENT, Diagnosis, PlanStanding, Writer
from pulumi_ibm_quantum.report.figures import Format, duration_format
from pulumi_ibm_quantum.report.layout import table, wrap
from pulumi_ibm_quantum.report.text import format_limit
from pulumi_ibm_quantum.vocabulary import Limit

_CHECKS: Final = ("CHECK", "RESULT", "DETAIL")
_PLANS: Final = ("PLAN", "SUBSCRIPTION", "BUDGET", "UNALLOCATED", "LIMIT", "CONTRACT ENDS", "REGIONS", "INSTANCES")
_WRITERS: Final = ("LAST CHANGED BY", "LATEST CHANGE", "INSTANCES")
_MOST_NAMES: Final = 6
_CANNOT_KNOW: Final = (
    "The service tells only the last change of each instance: an earlier one by somebody else does not show, nor "
    "whether a change was made in the console or by a program, nor which of an owner's keys made it."
)


def text(diagnosis: Diagnosis, width: int | None = None) -> str:
    """Return tables of the checks, of the plans and of who writes, and what follows from them."""
    checks = [(check.name, check.outcome, check.detail) for check in diagnosis.checks]
    parts = [table([_CHECKS, *checks], width, prose=True)]
    if diagnosis.plans:
        contracts = [contract for plan in diagnosis.plans for contract in plan.contracts]
        write = duration_format(each for one in contracts for each in (one.budget_seconds, one.limit_seconds))
        rows = (row for plan in diagnosis.plans for row in _plan_rows(plan, diagnosis.now, write))
        unconfigured = (
            f"Unconfigured in plan {plan.plan}: {', '.join(sorted(plan.unconfigured))}"
            for plan in diagnosis.plans
            if plan.unconfigured
        )
        parts += [table([_PLANS, *rows], width, figures=range(2, 5)), wrap("\n".join(unconfigured), width)]
    if diagnosis.writers:
        writers = [
            (f"{one.iam_id}{' (this key)' if one.is_this_key else ''}", _minute(one.last_change), _some(one.instances))
            for one in diagnosis.writers
        ]
        parts.append(table([_WRITERS, *writers], width, prose=True))
        parts.append(wrap(f"{_other_writers(diagnosis)}\n{_CANNOT_KNOW}", width))
    return "\n\n".join(part for part in parts if part)


def document(diagnosis: Diagnosis) -> dict[str, Any]:
    """Return all of it as plain data."""
    identity = diagnosis.identity
    return {
        "healthy": diagnosis.healthy,
        "now": diagnosis.now.isoformat(timespec="seconds"),
        "iam_id": identity.iam_id if identity else None,
        "account_id": identity.account_id if identity else None,
        "checks": [asdict(check) for check in diagnosis.checks],
        "plans": [_plan_document(plan) for plan in diagnosis.plans],
        "writers": [_writer_document(writer) for writer in diagnosis.writers],
        "other_writers": [writer.iam_id for writer in diagnosis.other_writers],
    }


def _plan_rows(plan: PlanStanding, now: datetime, write: Format) -> Iterator[tuple[str, ...]]:
    counted = f"{len(plan.instances)}, {plan.archived} archived" if plan.archived else str(len(plan.instances))
    where = (", ".join(plan.regions) or "-", counted)
    if not plan.contracts:
        yield (plan.plan, "?", "?", "?", "?", "?", *where)
    for contract in plan.contracts:
        yield (
            plan.plan,
            contract.name or contract.subscription_id,
            write(contract.budget_seconds),
            write(contract.unallocated_seconds),
            format_limit(Limit.of(contract.limit_seconds), write),
            _ends(contract.ends, now),
            *where,
        )


def _ends(timestamp: str, now: datetime) -> str:
    if not timestamp:
        return "not told"
    try:
        days = (datetime.fromisoformat(timestamp[:10]).date() - now.date()).days
    except ValueError:
        return timestamp
    return f"{timestamp[:10]} ({f'in {days} days' if days >= 0 else f'{-days} days ago'})"


def _other_writers(diagnosis: Diagnosis) -> str:
    others = diagnosis.other_writers
    if not others:
        return f"No other writer shows in the last {RECENT.days} days."
    changes = (f"{one.iam_id} changed {_some(one.recent)}, last at {_minute(one.last_change)}" for one in others)
    return f"Another writer in the last {RECENT.days} days: {'; '.join(changes)}."


def _some(names: tuple[str, ...]) -> str:
    more = len(names) - _MOST_NAMES
    return ", ".join(names[:_MOST_NAMES]) + (f" and {more} more" if more > 0 else "")


def _minute(timestamp: str) -> str:
    return timestamp[:16].replace("T", " ")


def _plan_document(plan: PlanStanding) -> dict[str, Any]:
    return {
        "plan": plan.plan,
        "regions": list(plan.regions),
        "instances": len(plan.instances),
        "archived": plan.archived,
        "unconfigured": None if plan.unconfigured is None else list(plan.unconfigured),
        "subscriptions": [
            {
                "subscription_id": contract.subscription_id,
                "name": contract.name,
                "allocation_budget_seconds": contract.budget_seconds,
                "unallocated_seconds": contract.unallocated_seconds,
                "limit_seconds": contract.limit_seconds,
                "contract_starts": contract.starts or None,
                "contract_ends": contract.ends or None,
            }
            for contract in plan.contracts
        ],
    }


def _writer_document(writer: Writer) -> dict[str, Any]:
    return {
        "iam_id": writer.iam_id,
        "is_this_key": writer.is_this_key,
        "last_change": writer.last_change,
        "instances": list(writer.instances),
        "changed_recently": list(writer.recent),
    }
