"""``ibm-quantum analyze``: what the load balancer would change, and why."""

import json
from datetime import datetime
from pathlib import Path

import click

from pulumi_ibm_quantum.cli import options
from pulumi_ibm_quantum.cli.connection import connect
from pulumi_ibm_quantum.cli.progress import shown
from pulumi_ibm_quantum.cli.project_file import fail_with, load_project, warn
from pulumi_ibm_quantum.cli.terminal import output_width
from pulumi_ibm_quantum.cloud import Cloud
from pulumi_ibm_quantum.planning import Decision, Progress, Scope, decide, observe
from pulumi_ibm_quantum.planning.daily_usage import DailyUsage, read_daily_usage
from pulumi_ibm_quantum.planning.forecasting import forecast_waits
from pulumi_ibm_quantum.report.csv_report import csv_report
from pulumi_ibm_quantum.report.history import first_day_shown
from pulumi_ibm_quantum.report.html.account_page import account_page
from pulumi_ibm_quantum.report.json_report import json_report
from pulumi_ibm_quantum.report.markdown import markdown
from pulumi_ibm_quantum.report.report import Report
from pulumi_ibm_quantum.report.text import text


@click.command()
@options.config_or_that_of_the_project
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["table", "csv", "json", "html", "markdown"]),
    default="table",
    show_default=True,
    help="A table for people, CSV (a row an instance) or JSON for scripts, a web page that needs no network, or "
    "Markdown for a comment on a pull request.",
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
    help="Show as well how long instances' jobs wait now and would wait afterwards, simulated; takes some seconds.",
)
@options.windows
def analyze(
    config: Path, output_format: str, preview_date: datetime | None, *, with_forecast: bool, windows: bool
) -> None:
    """Show what the load balancer would change, and why. Changes nothing.

    The data goes to standard output, everything else to standard error. Exit status 1 says that this must not be
    applied.
    """
    loaded = load_project(config)
    cloud = connect()
    day = preview_date.date() if preview_date else None
    with shown("reading the account") as progress:
        decision = decide(loaded, observe(cloud, Scope(loaded.configuration, day=day), progress=progress), day)
        forecast = forecast_waits(decision, cloud, progress=progress) if with_forecast else None
        usage = _usage_shown(decision, cloud, progress) if output_format == "html" else None
        rendered = _rendered(Report.of(decision, forecast, usage), output_format, windows=windows)
    warn(decision.warnings)
    click.echo(rendered, nl=not rendered.endswith("\n"))
    fail_with(decision.errors)


def _rendered(report: Report, output_format: str, *, windows: bool) -> str:
    if output_format == "json":
        return json.dumps(json_report(report), indent=2)
    if output_format == "csv":
        return csv_report(report)
    if output_format == "html":
        return account_page(report)
    if output_format == "markdown":
        return markdown(report)
    return text(report, output_width(), windows=windows)


def _usage_shown(decision: Decision, cloud: Cloud, progress: Progress) -> DailyUsage:
    observation = decision.observation
    first_days = {
        one.live: first_day_shown(one.outcome, observation.day) for one in decision.instances if one.live is not None
    }
    return read_daily_usage(cloud, observation.account_id, first_days, observation.day, progress=progress)
