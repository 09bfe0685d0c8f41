"""``ibm-quantum configure``: a first project configuration from an account."""

from datetime import date, datetime
from pathlib import Path

import click

from pulumi_ibm_quantum.cli import options
from pulumi_ibm_quantum.cli.connection import connect
from pulumi_ibm_quantum.cli.progress import shown
from pulumi_ibm_quantum.planning.first_configuration import first_configuration
from pulumi_ibm_quantum.planning.observing import observe_instances
from pulumi_ibm_quantum.vocabulary import REGIONS

_DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.command()
@click.option("--plan", "-p", type=options.PLAN, required=True, help="The plan: internal, premium, paygo, or its UUID.")
@click.option("--account-id", help="The account that is expected; the key of another one is an error.")
@click.option("--region", type=click.Choice(REGIONS), help="List only the instances of one region.")
@click.option("--balance-start", type=_DAY, help="First day of the balance period in which targets count.")
@click.option("--balance-end", type=_DAY, help="First day after it.")
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file to write; it must not exist. Not given: standard output.",
)
def configure(
    plan: str,
    account_id: str | None,
    region: str | None,
    balance_start: datetime | None,
    balance_end: datetime | None,
    output: Path | None,
) -> None:
    """Write a first project configuration that lists an account's instances as they are.

    Only reads the account. Archived instances are left out, as are those of other plans.
    """
    period = _period(balance_start, balance_end)
    if output is not None and output.exists():
        raise click.ClickException(f"{output} exists; choose another file or remove it first")
    with shown("listing the instances"):
        listed = observe_instances(connect(), plan)
    text = first_configuration(listed, plan, account_id=account_id, region=region, balance_period=period)
    if output is None:
        click.echo(text, nl=False)
        return
    output.write_text(text, encoding="utf-8")
    click.echo(f"wrote {output}; look it over, then: ibm-quantum analyze --config {output}", err=True)


def _period(start: datetime | None, end: datetime | None) -> tuple[date, date] | None:
    if start is None and end is None:
        return None
    if start is None or end is None or end <= start:
        raise click.UsageError("--balance-start and --balance-end go together, the end after the start")
    return start.date(), end.date()
