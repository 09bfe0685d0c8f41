"""``ibm-quantum analyze``: what the load balancer would change, and why."""

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pulumi_ibm_quantum.cli import options
from pulumi_ibm_quantum.cli.progress import shown
from pulumi_ibm_quantum.cli.project_file import read_project, warn

if TYPE_CHECKING:
    from datetime import date

    from pulumi_ibm_quantum.cloud import Cloud
    from pulumi_ibm_quantum.planning import PlannedAccount, Progress
    from pulumi_ibm_quantum.planning.forecasting import TimedForecast


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
@click.option(
    "--forecast",
    "with_forecast",
    is_flag=True,
    help="Show as well how long projects wait now and would wait under the plan, simulated; takes some seconds.",
)
def analyze(config: Path, output_format: str, preview_date: datetime | None, *, with_forecast: bool) -> None:
    """Show what the load balancer would change, and why. Changes nothing.

    The data goes to standard output, everything else to standard error. Exit status 1 says that the plan must not be
    applied.
    """
    from pulumi_ibm_quantum.cloud import connect_from_environment
    from pulumi_ibm_quantum.planning import plan_account
    from pulumi_ibm_quantum.planning.forecasting import forecast_waits

    configuration = read_project(config)
    cloud = connect_from_environment()
    with shown("reading the account") as progress:
        planned = plan_account(
            configuration, cloud, progress=progress, today=preview_date.date() if preview_date else None
        )
        day = preview_date.date() if preview_date else planned.today
        timed = forecast_waits(planned, cloud, progress=progress) if with_forecast else None
        page = _page(planned, day, cloud, progress, timed) if output_format == "html" else ""
    warn((*planned.warnings, *planned.plan.warnings))
    click.echo(page or _rendered(planned, day, output_format, timed), nl=output_format in ("table", "json"))
    for error in planned.plan.errors:
        click.echo(f"error: {error}", err=True)
    if planned.plan.errors:
        sys.exit(1)


def _rendered(planned: "PlannedAccount", day: "date", output_format: str, timed: "TimedForecast | None") -> str:
    from pulumi_ibm_quantum.balancer.report_csv import report_csv
    from pulumi_ibm_quantum.forecast.report import columns

    if output_format == "json":
        return json.dumps(_document(planned, day, timed), indent=2)
    if output_format == "csv":
        waits = {one.name: one for one in timed.forecast.instances} if timed else {}
        return report_csv(planned.plan, {name: columns(one) for name, one in waits.items()})
    return _table(planned, day, timed)


def _document(planned: "PlannedAccount", day: "date", timed: "TimedForecast | None") -> dict[str, Any]:
    """Return the report, with each project's waits beside it, and last those of instances that no entry names."""
    from pulumi_ibm_quantum import balancer
    from pulumi_ibm_quantum.forecast.report import document, instance_document

    report = balancer.report(planned.plan, day)
    if timed is not None:
        waits = {one.name: instance_document(one) for one in timed.forecast.instances}
        for instance in report["instances"]:
            instance["forecast"] = waits.pop(instance["name"])
        unconfigured = [{"name": name, **found} for name, found in waits.items()]
        report["forecast"] = {**document(timed.forecast, timed.seconds), "unconfigured": unconfigured}
    return report


def _table(planned: "PlannedAccount", day: "date", timed: "TimedForecast | None") -> str:
    from pulumi_ibm_quantum import balancer
    from pulumi_ibm_quantum.balancer.summary import limit_terms, over_budget
    from pulumi_ibm_quantum.forecast.report import table

    parts = [
        f"Net grants and limits as of {day}; usage as of {planned.today}." if day != planned.today else "",
        balancer.summary(planned.plan),
        limit_terms(planned.plan),
        over_budget(planned.plan),
        f"Unconfigured: {', '.join(sorted(one.name for one in planned.unconfigured))}" if planned.unconfigured else "",
        table(timed.forecast, timed.seconds) if timed else "",
    ]
    return "\n\n".join(part for part in parts if part)


def _page(
    planned: "PlannedAccount", day: "date", cloud: "Cloud", progress: "Progress", timed: "TimedForecast | None"
) -> str:
    from pulumi_ibm_quantum.cli.page import account_page, first_day_shown
    from pulumi_ibm_quantum.planning.daily_usage import read_daily_usage

    first_days = {
        one.state.crn: first_day_shown(one, planned.today)
        for one in planned.plan.instances
        if one.state.crn is not None
    }
    account_id = planned.plan.account.account_id
    usage = read_daily_usage(cloud, account_id, first_days, planned.today, progress=progress)
    return account_page(planned, day, usage, timed)
