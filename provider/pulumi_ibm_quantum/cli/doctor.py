"""``ibm-quantum doctor``: what the key may do, what the account has, and who else works on it."""

import json
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pulumi_ibm_quantum.cli import options
from pulumi_ibm_quantum.cli.progress import shown

if TYPE_CHECKING:
    from pulumi_ibm_quantum.planning.diagnosis import Diagnosis, PlanStanding

_MOST_NAMES = 6
_WHAT_IS_NOT_KNOWN = (
    "The service tells only the last change of each instance: an earlier one by somebody else does not show, nor "
    "whether a change was made in the console or by a program, nor which of an owner's keys made it."
)


@click.command()
@click.option(
    "--config",
    "-c",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="A project configuration to compare the account with.",
)
@options.table_or_json
def doctor(config: Path | None, output_format: str) -> None:
    """Find out what the API key may do, what the account has, and who else changes it. Only reads.

    Exit status 1 says that something failed which a preview needs.
    """
    from pulumi_ibm_quantum.cloud import connect_from_environment
    from pulumi_ibm_quantum.config import load_configuration
    from pulumi_ibm_quantum.planning.diagnosis import diagnose

    configuration = load_configuration(config).configuration if config else None
    with shown("reading the account") as progress:
        diagnosis = diagnose(connect_from_environment(), configuration, progress=progress)
    click.echo(json.dumps(_document(diagnosis), indent=2) if output_format == "json" else _text(diagnosis))
    if not diagnosis.healthy:
        sys.exit(1)


def _text(diagnosis: "Diagnosis") -> str:
    from pulumi_ibm_quantum.report.text import aligned

    rows = [(check.name, check.outcome, check.detail) for check in diagnosis.checks]
    parts = [aligned([("CHECK", "RESULT", "DETAIL"), *rows])]
    if diagnosis.plans:
        parts.append(
            aligned([_PLAN_COLUMNS, *(row for plan in diagnosis.plans for row in _plan_rows(plan, diagnosis))])
        )
        parts.append(list(_unconfigured(diagnosis)))
    if diagnosis.writers:
        writers = [
            (f"{one.iam_id}{' (this key)' if one.is_this_key else ''}", _minute(one.last_change), _some(one.instances))
            for one in diagnosis.writers
        ]
        parts.append(aligned([("LAST CHANGED BY", "LATEST CHANGE", "INSTANCES"), *writers]))
        parts.append([_on_other_writers(diagnosis), _WHAT_IS_NOT_KNOWN])
    return "\n\n".join("\n".join(lines) for lines in parts if lines)


_PLAN_COLUMNS = ("PLAN", "SUBSCRIPTION", "BUDGET", "UNALLOCATED", "LIMIT", "CONTRACT ENDS", "REGIONS", "INSTANCES")


def _plan_rows(plan: "PlanStanding", diagnosis: "Diagnosis") -> Iterator[tuple[str, ...]]:
    from pulumi_ibm_quantum.vocabulary import format_duration

    counted = f"{len(plan.instances)}, {plan.archived} archived" if plan.archived else str(len(plan.instances))
    where = (", ".join(plan.regions) or "-", counted)
    if not plan.contracts:
        yield (plan.plan, "?", "?", "?", "?", "?", *where)
    for contract in plan.contracts:
        yield (
            plan.plan,
            contract.name or contract.subscription_id,
            format_duration(contract.budget_seconds),
            format_duration(contract.unallocated_seconds),
            "none" if contract.limit_seconds is None else format_duration(contract.limit_seconds),
            _ends(contract.ends, diagnosis.now),
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


def _unconfigured(diagnosis: "Diagnosis") -> Iterator[str]:
    for plan in diagnosis.plans:
        if plan.unconfigured:
            yield f"Unconfigured in plan {plan.plan}: {', '.join(sorted(plan.unconfigured))}"


def _on_other_writers(diagnosis: "Diagnosis") -> str:
    from pulumi_ibm_quantum.planning.diagnosis import RECENT

    others = diagnosis.other_writers
    if not others:
        return f"No other writer shows in the last {RECENT.days} days."
    said = "; ".join(f"{one.iam_id} changed {_some(one.recent)}, last at {_minute(one.last_change)}" for one in others)
    return f"Another writer in the last {RECENT.days} days: {said}."


def _some(names: tuple[str, ...]) -> str:
    more = len(names) - _MOST_NAMES
    return ", ".join(names[:_MOST_NAMES]) + (f" and {more} more" if more > 0 else "")


def _minute(timestamp: str) -> str:
    return timestamp[:16].replace("T", " ")


def _document(diagnosis: "Diagnosis") -> dict[str, Any]:
    identity = diagnosis.identity
    return {
        "healthy": diagnosis.healthy,
        "now": diagnosis.now.isoformat(timespec="seconds"),
        "iam_id": identity.iam_id if identity else None,
        "account_id": identity.account_id if identity else None,
        "checks": [
            {"name": check.name, "outcome": check.outcome, "detail": check.detail} for check in diagnosis.checks
        ],
        "plans": [_plan_document(plan) for plan in diagnosis.plans],
        "writers": [
            {
                "iam_id": writer.iam_id,
                "is_this_key": writer.is_this_key,
                "last_change": writer.last_change,
                "instances": list(writer.instances),
                "changed_recently": list(writer.recent),
            }
            for writer in diagnosis.writers
        ],
        "other_writers": [writer.iam_id for writer in diagnosis.other_writers],
    }


def _plan_document(plan: "PlanStanding") -> dict[str, Any]:
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
