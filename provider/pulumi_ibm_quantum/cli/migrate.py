"""``ibm-quantum migrate``: a configuration of an earlier tool, rewritten for this one."""

from pathlib import Path

import click

from pulumi_ibm_quantum.cli.changed_file import ChangedFile, content_of
from pulumi_ibm_quantum.config import migrated


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--output",
    "-o",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file to write; it must not exist. Not given: standard output.",
)
@click.option("--in-place", "-i", is_flag=True, help="Write the result over FILE.")
def migrate(file: Path, output: Path | None, in_place: bool) -> None:
    """Rewrite a configuration of qauvern (0.2.x, or 0.4 and later) as version 3.

    The result means the same. Comments, order, anchors, blank lines and quoting stay as they are; keys that were
    ignored so far become comments. Needs no account and no API key.
    """
    if in_place and output is not None:
        raise click.UsageError("--in-place and --output exclude each other")
    if output is not None and output.exists():
        raise click.ClickException(f"{output} exists; choose another file or remove it first")
    if file.is_dir():
        raise click.ClickException(f"{file} is a directory: name one configuration file")
    before = content_of(file, command="migrate")
    migration = migrated(before, source=str(file))
    for problem in migration.left_out:
        place = problem.source if problem.line is None else f"{problem.source}:{problem.line}"
        click.echo(f"warning: {place}: {problem.path} was ignored so far and is left out", err=True)
    if in_place:
        ChangedFile(file, before, migration.text).write()
    elif output is not None:
        output.write_bytes(migration.text)
    else:
        click.echo(migration.text, nl=False)
        return
    target = output or file
    click.echo(f"wrote {target}; see what it does: ibm-quantum analyze --config {target}", err=True)
