"""``ibm-quantum fleet``: one command over many stacks, and one report."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click

from pulumi_ibm_quantum.cli import options
from pulumi_ibm_quantum.cli.fleet_runs import Command, FleetRuns, Outcome, worst
from pulumi_ibm_quantum.cli.fleet_stacks import fleet_stacks
from pulumi_ibm_quantum.cli.progress import shown
from pulumi_ibm_quantum.cli.session import current_session, refuse_key_in
from pulumi_ibm_quantum.cli.stack_commands import report_errors
from pulumi_ibm_quantum.cli.terminal import output_width
from pulumi_ibm_quantum.documents import DocumentError
from pulumi_ibm_quantum.report.layout import table

_PARALLEL = 4
_OWN = ("--stack", "-s", "--cwd", "-C", "--json", "-j", "--format", "--config", "-c", "--state")
"""Options of the commands that say what is the list's to say, or how we read what they print."""

_LIST = click.argument("stacks", type=click.Path(exists=True, path_type=Path), metavar="FILE_OR_FOLDER")
_PASSED_ON = click.argument("passed_on", nargs=-1, type=click.UNPROCESSED, metavar="[-- OPTIONS]")
_AT_ONCE = click.option(
    "--parallel", "-p", type=click.IntRange(min=1), default=_PARALLEL, show_default=True, help="Stacks at once."
)


@click.group()
def fleet() -> None:
    """Run many stacks side by side, each in a process of its own, and report them in one table.

    FILE_OR_FOLDER is a folder of Pulumi projects, or a YAML file with an entry `{project, stack, api_key_file,
    environment}` for each stack under `stacks`; all but `project` may be left out. A key is never in the list: each
    entry names the file of its own, or its stack has it encrypted. A key of this environment is for the projects of a
    folder, and for none of a list.

    What follows `--` is given to every run; paths in it are from the project's folder. The exit status is the worst of
    all: 1 something failed, 3 a guard stopped one, 7 or 2 changes, as the command itself has them, 0 none of these.
    """


@fleet.command("preview")
@_LIST
@_PASSED_ON
@_AT_ONCE
@options.table_or_json
@report_errors
def preview_command(stacks: Path, passed_on: tuple[str, ...], parallel: int, output_format: str) -> None:
    """Show what `up` would change; changes nothing."""
    _run("preview", stacks, passed_on, parallel, output_format)


@fleet.command("up")
@_LIST
@_PASSED_ON
@_AT_ONCE
@options.table_or_json
@click.option("--yes", "-y", is_flag=True, help="Do it; nobody is asked for each stack.")
@report_errors
def up_command(stacks: Path, passed_on: tuple[str, ...], parallel: int, output_format: str, yes: bool) -> None:
    """Make each account what its program says.

    One that fails does not keep the others back.
    """
    if not yes:
        raise click.UsageError("Nobody is asked for each stack: look at `fleet preview`, then give --yes")
    _run("up", stacks, passed_on, parallel, output_format)


@fleet.command("drift")
@_LIST
@_PASSED_ON
@_AT_ONCE
@options.table_or_json
@report_errors
def drift_command(stacks: Path, passed_on: tuple[str, ...], parallel: int, output_format: str) -> None:
    """Show where somebody changed something."""
    _run("drift", stacks, passed_on, parallel, output_format)


def _run(command: Command, path: Path, passed_on: Sequence[str], parallel: int, output_format: str) -> None:
    refuse_key_in(passed_on)
    for option in passed_on:
        if (option.partition("=")[0] if option.startswith("--") else option[:2]) in _OWN:
            raise click.UsageError(f"{option} cannot be given to every run: the list says which stacks there are")
    try:
        stacks = fleet_stacks(path, current_session().environment)
    except DocumentError as error:
        raise click.ClickException(str(error)) from None
    with shown(f"running {len(stacks)} stacks") as progress:
        outcomes = FleetRuns(command, passed_on).run(
            stacks, parallel, lambda done: progress("stacks run", done, len(stacks))
        )
    if output_format == "json":
        click.echo(json.dumps([asdict(one) for one in outcomes], indent=2, ensure_ascii=False))
    else:
        lines = table([("STACK", "CHANGES", "STATUS", "ERROR"), *map(_row, outcomes)], output_width(), prose=True)
        click.echo("\n".join(line.rstrip() for line in lines.splitlines() if line.strip()))
    sys.exit(worst(outcomes))


def _row(one: Outcome) -> tuple[str, str, str, str]:
    changes = ", ".join(f"{count} {op}" for op, count in one.changes.items())
    return one.name, changes or "-", one.verdict, one.error
