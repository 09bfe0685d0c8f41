"""``ibm-quantum optimize``: a preview or an update of a stack of its own, so that its state and history are kept."""

from pathlib import Path

import click

from pulumi_ibm_quantum.cli.session import current_session
from pulumi_ibm_quantum.cli.stack_commands import preview, up

_STACK = "optimize"
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
@click.pass_context
def optimize(context: click.Context, config: Path, dry_run: bool, yes: bool) -> None:
    """Work out allocations and limits, show what changes, and apply it.

    Keeps its state and history in .ibm-quantum beside the file, encrypted with PULUMI_CONFIG_PASSPHRASE (empty where
    that is not set: the state holds no secret). Where a stack of your own manages the account, use preview and up.
    """
    folder = inline_project(config)
    where = {
        "stack_name": _STACK,
        "cwd": folder,
        "backend_url": f"file://{folder.resolve()}",
        "environment": {"PULUMI_CONFIG_PASSPHRASE": "", **current_session().environment},
    }
    if dry_run:
        context.invoke(preview, **where)
    else:
        context.invoke(up, **where, yes=yes)


def inline_project(config: Path) -> Path:
    """Lay out a Pulumi project for one project configuration beside it, and return its folder."""
    folder = config.parent / ".ibm-quantum" / config.stem
    folder.mkdir(parents=True, exist_ok=True)
    name = "".join(letter if letter.isascii() and letter.isalnum() else "-" for letter in config.stem)
    (folder / "Pulumi.yaml").write_text(_PROJECT.format(name=f"ibm-quantum-{name}"), encoding="utf-8")
    program = _PROGRAM.format(configuration=f"../../{config.name}")
    (folder / "__main__.py").write_text(program, encoding="utf-8")
    return folder
