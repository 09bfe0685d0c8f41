"""``ibm-quantum init``: a working stack in one go, from an account or from a file that there is already."""

import os
import re
import shlex
from pathlib import Path

import click

from pulumi_ibm_quantum.cli import options
from pulumi_ibm_quantum.cli.changed_file import content_of
from pulumi_ibm_quantum.cli.connection import connect
from pulumi_ibm_quantum.cli.new_project import new_project, write_project
from pulumi_ibm_quantum.config import migrated, parse_configuration
from pulumi_ibm_quantum.planning.first_configuration import first_configuration
from pulumi_ibm_quantum.planning.observing import observe_instances

_SCHEMA = "# yaml-language-server: $schema=project.schema.json"
_VARIABLES = {
    "PULUMI_BACKEND_URL": "where the state is kept, such as file://~",
    "PULUMI_CONFIG_PASSPHRASE": "encrypts the secrets of the state; may be empty",
}


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=Path())
@click.option(
    "--plan",
    "-p",
    type=options.PLAN,
    help="List the account's instances of this plan: internal, premium, paygo, or its UUID.",
)
@click.option(
    "--from",
    "source",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Take this configuration; one of qauvern (0.2.x, or 0.4 and later) is rewritten as version 3.",
)
@click.option("--stack", "-s", metavar="NAME", default="production", show_default=True, help="The name of the stack.")
def init(folder: Path, plan: str | None, source: Path | None, stack: str) -> None:
    """Lay out a Pulumi project with its program, its project configuration and a stack.

    FOLDER is made if it does not exist; without it the project is laid out here. Nothing is overwritten: where any of
    the files exists none is written. Only reads the account.
    """
    if (plan is None) == (source is None):
        raise click.UsageError("Give either --plan, to list the account's instances, or --from FILE")
    if not re.fullmatch(r"[A-Za-z0-9_.-]+", stack):
        raise click.BadParameter(f"{stack!r} may have letters, digits, '.', '-' and '_'", param_hint="--stack")
    name = folder.resolve().name
    _refuse_conflicts(folder, [*new_project(name, stack, b""), "Pulumi.yml", "Pulumi.json"])
    configuration = _migrated(source) if source is not None else _of_account(plan or "")
    write_project(folder, new_project(name, stack, configuration))
    click.echo(f"wrote a project into {folder}; look over {folder / 'stacks' / 'project.yaml'}", err=True)
    for variable in (name for name in _VARIABLES if name not in os.environ):
        click.echo(f"note: {variable} is not set: {_VARIABLES[variable]}", err=True)
    for command in ("preview", "up"):
        click.echo(f"ibm-quantum {command} --cwd {shlex.quote(str(folder))} --stack {stack}")


def _refuse_conflicts(folder: Path, names: list[str]) -> None:
    there = [path for name in names if os.path.lexists(path := folder / name)]
    if not (folder / "stacks").is_dir() and os.path.lexists(folder / "stacks"):
        there.append(folder / "stacks")
    if there:
        listed = ", ".join(map(str, there))
        raise click.ClickException(f"nothing is overwritten, so nothing was written; remove first, or move: {listed}")


def _of_account(plan: str) -> bytes:
    return f"{_SCHEMA}\n{first_configuration(observe_instances(connect(), plan), plan)}".encode()


def _migrated(source: Path) -> bytes:
    written = content_of(source, command="init")
    if parse_configuration(written, source=str(source)).dialect == 3:
        return written
    migration = migrated(written, source=str(source))
    for problem in migration.left_out:
        place = problem.source if problem.line is None else f"{problem.source}:{problem.line}"
        click.echo(f"warning: {place}: {problem.path} was ignored so far and is left out", err=True)
    return migration.text
