"""``ibm-quantum migrate``: a configuration of an earlier tool, rewritten for this one."""

from pathlib import Path

import click


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
    from pulumi_ibm_quantum.config import migrated

    if in_place and output is not None:
        raise click.UsageError("--in-place and --output exclude each other")
    if output is not None and output.exists():
        raise click.ClickException(f"{output} exists; choose another file or remove it first")
    migration = migrated(_content(file), source=str(file))
    for problem in migration.left_out:
        place = problem.source if problem.line is None else f"{problem.source}:{problem.line}"
        click.echo(f"warning: {place}: {problem.path} was ignored so far and is left out", err=True)
    target = file if in_place else output
    if target is None:
        click.echo(migration.text, nl=False)
        return
    target.write_bytes(migration.text)
    click.echo(f"wrote {target}; see what it does: ibm-quantum analyze --config {target}", err=True)


def _content(file: Path) -> bytes:
    if file.is_dir():
        raise click.ClickException(f"{file} is a directory: name one configuration file")
    try:
        return file.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise click.ClickException(f"{file} cannot be read: {reason}") from None
