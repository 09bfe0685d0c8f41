"""``ibm-quantum instances``: how instances stand, for those who have no rights on the account."""

import json
import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pulumi_ibm_quantum.cli import options
from pulumi_ibm_quantum.cli.progress import shown
from pulumi_ibm_quantum.cli.project_file import read_project

if TYPE_CHECKING:
    from pulumi_ibm_quantum.planning.standing import InstancesStanding


@click.command()
@options.config
@options.table_or_json
def instances(config: Path, output_format: str) -> None:
    """Show the configured instances as they are: allocation, usage, limit and fairness. Changes nothing.

    Needs no rights on the account: it makes no call about the account or its analytics. The highest fairness, which the
    queue serves last, comes first. Exit status 1 says that some of it could not be read.
    """
    from pulumi_ibm_quantum.cloud import connect_from_environment
    from pulumi_ibm_quantum.planning import Scope, observe
    from pulumi_ibm_quantum.planning.standing import instances_standing

    configuration = read_project(config)
    with shown("listing the instances") as progress:
        scope = Scope(configuration, account=False, usage="rolling")
        status = instances_standing(configuration, observe(connect_from_environment(), scope, progress=progress))
    click.echo(_json(status, configuration.plan) if output_format == "json" else _table(status))
    for problem in status.problems:
        click.echo(f"error: {problem}", err=True)
    if status.problems:
        sys.exit(1)


def _json(status: "InstancesStanding", plan: str) -> str:
    from pulumi_ibm_quantum.report.standing import document

    report = {
        "plan": plan,
        "configured_allocation_seconds": status.allocation_seconds,
        "configured_consumed_seconds": status.consumed_seconds,
        "problems": list(status.problems),
        "to_create": list(status.to_create),
        "instances": [document(instance) for instance in status.instances],
    }
    return json.dumps(report, indent=2)


def _table(status: "InstancesStanding") -> str:
    from pulumi_ibm_quantum.report.standing import table
    from pulumi_ibm_quantum.vocabulary import format_duration

    unknown_first = sorted(
        status.instances, key=lambda one: math.inf if one.fairness is None else one.fairness, reverse=True
    )
    total = f"{len(status.instances)} configured instances: allocated {format_duration(status.allocation_seconds)}, "
    to_create = f"\nTo be created: {', '.join(status.to_create)}" if status.to_create else ""
    return f"{table(unknown_first)}\n\n{total}used in 28 days {format_duration(status.consumed_seconds)}{to_create}"
