"""``ibm-quantum show``: the account and its instances as they are."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pulumi_ibm_quantum.cli import options
from pulumi_ibm_quantum.cli.progress import shown
from pulumi_ibm_quantum.cli.project_file import read_project

if TYPE_CHECKING:
    from pulumi_ibm_quantum.config import ProjectConfiguration
    from pulumi_ibm_quantum.planning.standing import AccountStanding


@click.command()
@options.config
@options.table_or_json
def show(config: Path, output_format: str) -> None:
    """Show the account's budget and its instances as they are. Changes nothing.

    Needs to read the account and its analytics, as an administrator may; `ibm-quantum instances` does without. Exit
    status 1 says that some of it could not be read.
    """
    from pulumi_ibm_quantum.cloud import connect_from_environment
    from pulumi_ibm_quantum.planning import Scope, observe
    from pulumi_ibm_quantum.planning.standing import account_standing

    configuration = read_project(config)
    with shown("reading the account") as progress:
        scope = Scope(configuration, usage="rolling")
        status = account_standing(configuration, observe(connect_from_environment(), scope, progress=progress))
    click.echo((_json if output_format == "json" else _table)(status, configuration))
    for problem in status.instances.problems:
        click.echo(f"error: {problem}", err=True)
    if status.instances.problems:
        sys.exit(1)


def _reserve_seconds(status: "AccountStanding", configuration: "ProjectConfiguration") -> int:
    return int(status.contract.budget_seconds * configuration.allocation_reserve_percent / 100)


def _json(status: "AccountStanding", configuration: "ProjectConfiguration") -> str:
    from pulumi_ibm_quantum.report.standing import document

    report = {
        "plan": configuration.plan,
        "account": {
            "account_id": configuration.account_id,
            "subscription_id": status.contract.subscription_id,
            "allocation_budget_seconds": status.contract.budget_seconds,
            "unallocated_seconds": status.contract.unallocated_seconds,
            "consumed_seconds": status.consumed_seconds,
            "configured_consumed_seconds": status.instances.consumed_seconds,
            "limit_seconds": status.contract.limit_seconds,
            "unmanaged_allocation_seconds": status.unconfigured_seconds,
            "over_allocation_budget": status.over_budget,
        },
        "reserve": {
            "percent": configuration.allocation_reserve_percent,
            "seconds": _reserve_seconds(status, configuration),
        },
        "problems": list(status.instances.problems),
        "instances": [document(instance) for instance in status.instances.instances],
        "to_create": list(status.instances.to_create),
        "unconfigured": [document(instance) for instance in status.instances.unconfigured],
    }
    return json.dumps(report, indent=2)


def _table(status: "AccountStanding", configuration: "ProjectConfiguration") -> str:
    from pulumi_ibm_quantum.report.standing import not_listed, table
    from pulumi_ibm_quantum.report.text import aligned
    from pulumi_ibm_quantum.vocabulary import format_duration

    contract, percent = status.contract, configuration.allocation_reserve_percent
    limit = "none" if contract.limit_seconds is None else format_duration(contract.limit_seconds)
    over = "  (over budget: allocations are capped at usage)" if status.over_budget else ""
    figures = [
        ("Account", f"{configuration.account_id}, plan {configuration.plan}"),
        ("Budget", format_duration(contract.budget_seconds)),
        ("Unallocated", format_duration(contract.unallocated_seconds)),
        ("Used in 28 days", format_duration(status.consumed_seconds) + over),
        ("  by configured instances", format_duration(status.instances.consumed_seconds)),
        ("Held by unconfigured instances", format_duration(status.unconfigured_seconds)),
        ("Reserve", f"{format_duration(_reserve_seconds(status, configuration))}, {percent:g} percent of the budget"),
        ("Limit", limit),
    ]
    parts = ["\n".join(aligned(figures)), table(status.instances.instances), not_listed(status.instances)]
    return "\n\n".join(part for part in parts if part)
