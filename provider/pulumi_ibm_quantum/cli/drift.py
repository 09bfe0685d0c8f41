"""``ibm-quantum drift``: what is not as the last run left it, apart from what moves with usage."""

import json
import sys
from pathlib import Path
from typing import Any, Final, TextIO

import click

from pulumi_ibm_quantum import engine
from pulumi_ibm_quantum.cli import options
from pulumi_ibm_quantum.cli.connection import connect
from pulumi_ibm_quantum.cli.progress import shown
from pulumi_ibm_quantum.cli.project_file import read_project, warn
from pulumi_ibm_quantum.cli.session import current_session
from pulumi_ibm_quantum.cli.stack_commands import WHERE, report_errors
from pulumi_ibm_quantum.cli.terminal import output_width
from pulumi_ibm_quantum.config import ProjectConfiguration
from pulumi_ibm_quantum.planning import Scope, decide, observe
from pulumi_ibm_quantum.report.drift import drift_document, drift_markdown, drift_text
from pulumi_ibm_quantum.review import LastRun, drifts
from pulumi_ibm_quantum.review.recorded import Outputs, recorded_runs

_DRIFTED: Final = 2


@click.command()
@options.config_or_that_of_the_project
@WHERE
@click.option(
    "--state",
    type=click.File(encoding="utf-8"),
    metavar="FILE",
    help="A state that `pulumi stack export` wrote, - for standard input, in place of that of the stack.",
)
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["table", "markdown", "json"]),
    default="table",
    show_default=True,
    help="A table for people, Markdown for an issue, JSON for scripts.",
)
@report_errors
def drift(config: Path, stack_name: str | None, cwd: Path, state: TextIO | None, output_format: str) -> None:
    """Show what somebody changed since the last run: applied, live, and what would be planned now. Changes nothing.

    What the load balancer itself would change, because usage moved, is no drift. Exit status 0 says that all is as it
    was left, 2 that something is not.
    """
    configuration = read_project(config)
    last = _last_run(_read_state(state) if state else _exported(cwd, stack_name), configuration)
    with shown("reading the account") as progress:
        decision = decide(configuration, observe(connect(), Scope(configuration), progress=progress))
    found = drifts(decision, last)
    warn(decision.warnings)
    if output_format == "json":
        click.echo(json.dumps(drift_document(decision, last, found), indent=2))
    elif output_format == "markdown":
        click.echo(drift_markdown(decision, last, found), nl=False)
    else:
        click.echo(drift_text(decision, last, found, output_width()))
    sys.exit(_DRIFTED if found else 0)


def _exported(cwd: Path, stack_name: str | None) -> Any:
    return engine.export_state(engine.open_stack(cwd, stack_name, current_session().environment))


def _read_state(file: TextIO) -> Any:
    try:
        return json.load(file)
    except ValueError as error:
        raise click.ClickException(f"{file.name}: is no JSON: {error}") from None


def _last_run(exported: Any, configuration: ProjectConfiguration) -> LastRun:
    """Return the last run of the FairShare that has most of the configuration's instances."""
    try:
        runs = recorded_runs(_outputs(exported))
        names = {entry.name for entry in configuration.instances}
        last = max((run for _, run in runs), key=lambda run: len(run.instances.keys() & names), default=None)
    except ValueError as error:
        raise click.ClickException(f"{error}; run `up` once") from None
    if last is None:
        raise click.ClickException("no run of a FairShare is in this state, so there is nothing to compare with")
    return last


def _outputs(exported: Any) -> Outputs:
    """Return the outputs of a state's resources by URN; none of what is no state."""
    try:
        resources = (exported.get("deployment") or {}).get("resources") or []
        return {str(one["urn"]): dict(one.get("outputs") or {}) for one in resources}
    except (AttributeError, KeyError, TypeError, ValueError):
        return {}
