"""``ibm-quantum analyze``: what the load balancer would change, and why."""

import json
import sys
from pathlib import Path

import click

from pulumi_ibm_quantum.cli.progress import shown


@click.command()
@click.option(
    "--config",
    "-c",
    "config",
    type=click.Path(path_type=Path),
    required=True,
    metavar="FILE",
    help="The project configuration.",
)
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="A table for people, JSON for scripts.",
)
def analyze(config: Path, output_format: str) -> None:
    """Show what the load balancer would change, and why. Changes nothing.

    Reads the account as IBMCLOUD_API_KEY lets it. Exit status 1 says that the plan must not be applied.

    Example: ibm-quantum analyze --config stacks/project.yaml --format json
    """
    from pulumi_ibm_quantum import balancer
    from pulumi_ibm_quantum.cloud import connect_from_environment
    from pulumi_ibm_quantum.config import load_configuration
    from pulumi_ibm_quantum.planning import plan_account

    loaded = load_configuration(config)
    for ignored in loaded.warnings:
        click.echo(f"warning: {ignored}", err=True)
    with shown() as progress:
        planned = plan_account(loaded.configuration, connect_from_environment(), progress=progress)
    plan = planned.plan
    for warning in (*planned.warnings, *plan.warnings):
        click.echo(f"warning: {warning}", err=True)
    if output_format == "json":
        click.echo(json.dumps(balancer.report(plan, planned.today), indent=2))
    else:
        click.echo(balancer.summary(plan))
        if planned.unconfigured:
            click.echo(f"\nUnconfigured: {', '.join(sorted(instance.name for instance in planned.unconfigured))}")
    for error in plan.errors:
        click.echo(f"error: {error}", err=True)
    if plan.errors:
        sys.exit(1)
