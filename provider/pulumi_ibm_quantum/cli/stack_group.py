"""``stack`` and ``cancel``: the state of a stack, looked at, moved, made, removed and let go of."""

import json
import sys
from pathlib import Path
from typing import Any

import click

from pulumi_ibm_quantum import engine
from pulumi_ibm_quantum.cli.confirmation import YES, confirm
from pulumi_ibm_quantum.cli.options import STACK
from pulumi_ibm_quantum.cli.session import current_session
from pulumi_ibm_quantum.cli.stack_commands import CWD, WHERE, report_errors


def _open(stack_name: str | None, cwd: Path, *, new: bool = False) -> "engine.Stack":
    return engine.open_stack(cwd, stack_name, current_session().environment, new=new)


@click.group()
def stack() -> None:
    """Make or remove a stack, look at its state, or take it elsewhere."""


@stack.command("export")
@WHERE
@click.option("--file", "path", type=click.Path(dir_okay=False, path_type=Path), help="Write to a file.")
@report_errors
def export_command(stack_name: str | None, cwd: Path, path: Path | None) -> None:
    """Print the state, secrets encrypted, for `stack import` here or of the Pulumi CLI."""
    text = json.dumps(engine.export_state(_open(stack_name, cwd)), indent=4, ensure_ascii=False) + "\n"
    if path is None:
        click.echo(text, nl=False)
    else:
        path.write_text(text, encoding="utf-8")


@stack.command("import")
@WHERE
@click.option("--file", "path", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Read from a file.")
@report_errors
def import_command(stack_name: str | None, cwd: Path, path: Path | None) -> None:
    """Replace the state by what `stack export` printed, here or of the Pulumi CLI."""
    try:
        written = json.loads(path.read_text(encoding="utf-8") if path else sys.stdin.read())
    except ValueError as error:
        raise engine.EngineError(f"{path or 'Standard input'} is not JSON: {error}") from None
    count = engine.import_state(_open(stack_name, cwd), written)
    click.echo(f"Imported {count} resources", err=True)


@stack.command("output")
@WHERE
@click.option("--json", "-j", "as_json", is_flag=True, help="Print JSON.")
@click.option("--show-secrets", is_flag=True, help="Print secrets in clear.")
@click.argument("name", required=False)
@report_errors
def output_command(stack_name: str | None, cwd: Path, as_json: bool, show_secrets: bool, name: str | None) -> None:
    """Print the outputs of the stack, or one of them."""
    shown = engine.read_outputs(_open(stack_name, cwd), show_secrets=show_secrets)
    if name is None:
        lines = [f"{key}\t{_as_text(value)}" for key, value in sorted(shown.items())]
        click.echo(json.dumps(shown, indent=2, ensure_ascii=False) if as_json else "\n".join(lines))
    elif name not in shown:
        raise engine.EngineError(f"The stack has no output {name!r}; it has: {', '.join(sorted(shown)) or 'none'}")
    else:
        click.echo(json.dumps(shown[name], ensure_ascii=False) if as_json else _as_text(shown[name]))


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


@stack.command("ls")
@WHERE
@click.option("--json", "-j", "as_json", is_flag=True, help="Print JSON.")
@report_errors
def list_command(stack_name: str | None, cwd: Path, as_json: bool) -> None:
    """List the stacks of the project that have a state or settings."""
    rows = [
        {"name": name, "state": has_state}
        for name, has_state in engine.list_stacks(cwd, current_session().environment).items()
        if stack_name in (None, name)
    ]
    if as_json:
        click.echo(json.dumps(rows, indent=2))
    else:
        for row in rows:
            click.echo(f"{row['name']}\t{'' if row['state'] else 'no state yet'}".rstrip())


@stack.command("init")
@click.argument("name")
@CWD
@report_errors
def init_command(name: str, cwd: Path) -> None:
    """Make a stack of the project: an empty state, and a settings file if there is none."""
    made = _open(name, cwd, new=True)
    engine.init_stack(made)
    click.echo(f"Made stack {made.name}: {made.project.settings_file(made.name)}, {made.backend.folder}", err=True)


@stack.command("rm")
@click.argument("name", type=STACK, metavar="NAME")
@CWD
@YES
@click.option("--force", "-f", is_flag=True, help="Remove it though it manages resources; they stay as they are.")
@click.option("--preserve-config", is_flag=True, help="Keep its settings file.")
@report_errors
def remove_command(name: str, cwd: Path, yes: bool, force: bool, preserve_config: bool) -> None:
    """Remove a stack that manages nothing any more: its state, history and settings."""
    removed = _open(name, cwd)
    confirm(f"Remove stack {removed.name} of {removed.backend.folder}?", yes=yes)
    engine.remove_stack(removed, force=force, keep_settings=preserve_config)
    click.echo(f"Removed stack {removed.name}", err=True)


@click.command()
@WHERE
@click.option("--yes", "-y", is_flag=True, help="Remove locks as well whose run may still go on elsewhere.")
@report_errors
def cancel(stack_name: str | None, cwd: Path, yes: bool) -> None:
    """Remove the lock that a killed run left on a stack.

    A run on this machine removes the lock of a process that is gone from it by itself. This is for locks of other
    machines, of which nothing can be known here: with --yes they are removed, if you know that their runs are over.
    What goes on here is never removed.
    """
    held = _open(stack_name, cwd)
    holders = engine.cancel(held, force=yes)
    for holder in holders:
        click.echo(f"Removed the lock of {holder}", err=True)
    if not holders:
        click.echo(f"Stack {held.name} is not locked", err=True)
