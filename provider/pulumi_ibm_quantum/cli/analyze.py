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
    from pulumi_ibm_quantum.cloud import Cloud
    from pulumi_ibm_quantum.planning import Decision, Progress
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
    from pulumi_ibm_quantum.planning import Scope, decide, observe
    from pulumi_ibm_quantum.planning.forecasting import forecast_waits

    configuration = read_project(config)
    cloud = connect_from_environment()
    day = preview_date.date() if preview_date else None
    with shown("reading the account") as progress:
        decision = decide(configuration, observe(cloud, Scope(configuration, day=day), progress=progress), day)
        timed = forecast_waits(decision, cloud, progress=progress) if with_forecast else None
        page = _page(decision, cloud, progress, timed) if output_format == "html" else ""
    warn(decision.warnings)
    click.echo(page or _rendered(decision, output_format, timed), nl=output_format in ("table", "json"))
    for error in decision.errors:
        click.echo(f"error: {error}", err=True)
    if decision.errors:
        sys.exit(1)


def _rendered(decision: "Decision", output_format: str, timed: "TimedForecast | None") -> str:
    from pulumi_ibm_quantum.report.csv_report import report_csv
    from pulumi_ibm_quantum.report.waits import columns

    if output_format == "json":
        return json.dumps(_document(decision, timed), indent=2)
    if output_format == "csv":
        waits = {one.name: one for one in timed.forecast.instances} if timed else {}
        return report_csv(decision.balance, {name: columns(one) for name, one in waits.items()})
    return _table(decision, timed)


def _document(decision: "Decision", timed: "TimedForecast | None") -> dict[str, Any]:
    """Return the report, with each project's waits beside it, and last those of instances that no entry names."""
    from pulumi_ibm_quantum.report.json_report import report
    from pulumi_ibm_quantum.report.waits import document, instance_document

    found = report(decision.balance)
    if timed is not None:
        waits = {one.name: instance_document(one) for one in timed.forecast.instances}
        for instance in found["instances"]:
            instance["forecast"] = waits.pop(instance["name"])
        unconfigured = [{"name": name, **waiting} for name, waiting in waits.items()]
        found["forecast"] = {**document(timed.forecast, timed.seconds), "unconfigured": unconfigured}
    return found


def _table(decision: "Decision", timed: "TimedForecast | None") -> str:
    from pulumi_ibm_quantum.report.text import limit_terms, over_budget, summary
    from pulumi_ibm_quantum.report.waits import table

    day, today = decision.day, decision.observation.day
    unconfigured = ", ".join(sorted(one.name for one in decision.unconfigured))
    parts = [
        f"Net grants and limits as of {day}; usage as of {today}." if day != today else "",
        summary(decision.balance),
        limit_terms(decision.balance),
        over_budget(decision.balance),
        f"Unconfigured: {unconfigured}" if unconfigured else "",
        table(timed.forecast, timed.seconds) if timed else "",
    ]
    return "\n\n".join(part for part in parts if part)


def _page(decision: "Decision", cloud: "Cloud", progress: "Progress", timed: "TimedForecast | None") -> str:
    from pulumi_ibm_quantum.planning.daily_usage import read_daily_usage
    from pulumi_ibm_quantum.report.html import account_page, first_day_shown

    today = decision.observation.day
    first_days = {one.live: first_day_shown(one.outcome, today) for one in decision.instances if one.live is not None}
    usage = read_daily_usage(cloud, decision.observation.account_id, first_days, today, progress=progress)
    return account_page(decision, usage, timed)
