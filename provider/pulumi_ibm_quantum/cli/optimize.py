"""``ibm-quantum optimize``: a preview or an update of a stack of its own, so that its state and history are kept."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from pulumi_ibm_quantum import engine
from pulumi_ibm_quantum.cli.options import STACK
from pulumi_ibm_quantum.cli.session import current_session
from pulumi_ibm_quantum.cli.stack_commands import preview, up
from pulumi_ibm_quantum.cli.stack_of_file import refuse_managed, stack_of_file

_STACK = "optimize"
_PASSPHRASE = "PULUMI_CONFIG_PASSPHRASE"
_PROGRAM = '''\
"""Written by ibm-quantum optimize, again each time it runs."""

from pulumi_ibm_quantum import FairShare

FairShare("fair-share", configuration={configuration!r})
'''
_PROJECT = """\
# Written by ibm-quantum optimize, again each time it runs.
name: {name}
runtime: python
options:
  refresh: always
"""


@click.command()
@click.option(
    "--config",
    "-c",
    type=click.Path(path_type=Path, exists=True),
    required=True,
    metavar="FILE",
    help="The project configuration.",
)
@click.option("--dry-run", is_flag=True, help="Only show what would be changed.")
@click.option("--yes", "-y", is_flag=True, help="Do it without asking.")
@click.option(
    "--stack", "-s", type=STACK, metavar="NAME", help="The stack; without it the one that uses the file, if one does."
)
@click.pass_context
def optimize(context: click.Context, config: Path, dry_run: bool, yes: bool, stack: str | None) -> None:
    """Work out allocations and limits, show what changes, and apply it.

    Where a stack of a Pulumi project uses the file this is its preview and its up. Where none does, state and history
    are kept in .ibm-quantum beside the file; they hold no secret, and need no passphrase.
    """
    found = stack_of_file(config, stack)
    if found is not None:
        folder, name = found
        click.echo(f"stack {name} in {folder} uses {config}: it is what is previewed and applied", err=True)
        _run(context, {"stack_name": name, "cwd": folder}, dry_run=dry_run, yes=yes)
        return
    refuse_managed(config)
    with _inline_project(config, dry_run=dry_run) as where:
        _run(context, where, dry_run=dry_run, yes=yes)


def _run(context: click.Context, where: Mapping[str, Any], *, dry_run: bool, yes: bool) -> None:
    if dry_run:
        context.invoke(preview, **where)
    else:
        context.invoke(up, **where, yes=yes)


@contextmanager
def _inline_project(config: Path, *, dry_run: bool) -> Iterator[dict[str, Any]]:
    """Lay out a Pulumi project for one project configuration; what is only shown leaves nothing beside the file."""
    state = config.resolve().parent / ".ibm-quantum" / config.stem
    with TemporaryDirectory() as temporary:
        folder = Path(temporary) if dry_run else state
        folder.mkdir(parents=True, exist_ok=True)
        name = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in config.stem)
        (folder / "Pulumi.yaml").write_text(_PROJECT.format(name=f"ibm-quantum-{name}"), encoding="utf-8")
        program = _PROGRAM.format(configuration=str(config.resolve()))
        (folder / "__main__.py").write_text(program, encoding="utf-8")
        where: dict[str, Any] = {"cwd": folder, "backend_url": f"file://{state}", "new": True}
        yield {**where, "stack_name": _STACK, "environment": _environment(where)}


def _environment(where: Mapping[str, Any]) -> dict[str, str]:
    """Return the environment with an empty passphrase, or the caller's where the state was made under that."""
    given = current_session().environment
    empty = {**given, _PASSPHRASE: ""}
    stack = engine.open_stack(where["cwd"], _STACK, empty, where["backend_url"], new=True)
    return empty if engine.has_right_passphrase(stack) else given
