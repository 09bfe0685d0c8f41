"""``ibm-quantum analyze``: what the load balancer would change, and why."""

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pulumi_ibm_quantum.cli import options
from pulumi_ibm_quantum.cli.progress import shown

if TYPE_CHECKING:
    from datetime import date

    from pulumi_ibm_quantum.cloud import Cloud
    from pulumi_ibm_quantum.planning import PlannedAccount, Progress


@click.command()
@options.config
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["table", "csv", "json", "html"]),
    default="table",
    show_default=True,
    help="A table for people, CSV (a row an instance) or JSON for scripts, or a web page that needs no network.",
)
@click.option(
    "--preview-date",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="YYYY-MM-DD",
    help="Resolve net grants and limits as of this day (UTC); usage stays that of now, so it is no forecast.",
)
def analyze(config: Path, output_format: str, preview_date: datetime | None) -> None:
    """Show what the load balancer would change, and why. Changes nothing.

    The data goes to standard output, everything else to standard error. Exit status 1 says that the plan must not be
    applied.
    """
    from pulumi_ibm_quantum.cloud import connect_from_environment
    from pulumi_ibm_quantum.config import load_configuration
    from pulumi_ibm_quantum.planning import plan_account

    loaded = load_configuration(config)
    for ignored in loaded.warnings:
        click.echo(f"warning: {ignored}", err=True)
    cloud = connect_from_environment()
    with shown("reading the account") as progress:
        planned = plan_account(
            loaded.configuration, cloud, progress=progress, today=preview_date.date() if preview_date else None
        )
        day = preview_date.date() if preview_date else planned.today
        page = _page(planned, day, cloud, progress) if output_format == "html" else ""
    for warning in (*planned.warnings, *planned.plan.warnings):
        click.echo(f"warning: {warning}", err=True)
    click.echo(page or _rendered(planned, day, output_format), nl=output_format in ("table", "json"))
    for error in planned.plan.errors:
        click.echo(f"error: {error}", err=True)
    if planned.plan.errors:
        sys.exit(1)


def _rendered(planned: "PlannedAccount", day: "date", output_format: str) -> str:
    from pulumi_ibm_quantum import balancer
    from pulumi_ibm_quantum.balancer.report_csv import report_csv

    if output_format == "json":
        return json.dumps(balancer.report(planned.plan, day), indent=2)
    return report_csv(planned.plan) if output_format == "csv" else _table(planned, day)


def _table(planned: "PlannedAccount", day: "date") -> str:
    from pulumi_ibm_quantum import balancer
    from pulumi_ibm_quantum.balancer.summary import limit_terms, over_budget

    parts = [
        f"Net grants and limits as of {day}; usage as of {planned.today}." if day != planned.today else "",
        balancer.summary(planned.plan),
        limit_terms(planned.plan),
        over_budget(planned.plan),
        f"Unconfigured: {', '.join(sorted(one.name for one in planned.unconfigured))}" if planned.unconfigured else "",
    ]
    return "\n\n".join(part for part in parts if part)


def _page(planned: "PlannedAccount", day: "date", cloud: "Cloud", progress: "Progress") -> str:
    from pulumi_ibm_quantum.cli.page import account_page, first_day_shown
    from pulumi_ibm_quantum.planning.daily_usage import read_daily_usage

    first_days = {
        one.state.crn: first_day_shown(one, planned.today)
        for one in planned.plan.instances
        if one.state.crn is not None
    }
    account_id = planned.plan.account.account_id
    return account_page(planned, day, read_daily_usage(cloud, account_id, first_days, planned.today, progress=progress))
