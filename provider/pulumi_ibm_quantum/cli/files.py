"""``ibm-quantum files``: what functions of Qiskit Serverless read and write."""

import json
import sys
from pathlib import Path
from typing import Literal

import click

from pulumi_ibm_quantum.cli import options
from pulumi_ibm_quantum.cli.chosen_instance import ChosenInstance, of_instance
from pulumi_ibm_quantum.cli.confirmation import YES, confirm
from pulumi_ibm_quantum.cli.function_name import FUNCTION, FunctionName
from pulumi_ibm_quantum.cli.output_file import confirm_overwrite, replacing
from pulumi_ibm_quantum.cli.progress import shown
from pulumi_ibm_quantum.cloud.serverless import FileSpace
from pulumi_ibm_quantum.resources.function_source import LARGEST_ARCHIVE_BYTES
from pulumi_ibm_quantum.resources.serverless_file import FILE_NAME
from pulumi_ibm_quantum.vocabulary import printable

_FUNCTION = click.argument("function", type=FUNCTION)
_SPACE = click.option(
    "--space",
    type=click.Choice(["user", "provider"]),
    default="user",
    show_default=True,
    help="The key's own folder, or that of the provider, which all users of its function share.",
)


@click.group()
def files() -> None:
    """List, upload, download and delete files of functions.

    FUNCTION is a title, or provider/title where it is not one's own. All of a key's own functions on Ray share one
    folder.
    """


@files.command("list")
@_FUNCTION
@_SPACE
@options.table_or_json
@of_instance
def list_command(
    instance: ChosenInstance, function: FunctionName, space: Literal["user", "provider"], output_format: str
) -> None:
    """List the names of the files."""
    with shown("listing the files"):
        names = instance.serverless.files.list(FileSpace(*function, space))
    if output_format == "json":
        click.echo(json.dumps({"files": [{"name": name} for name in names]}, indent=2))
        return
    for name in names:
        click.echo(printable(name))
    if not names:
        click.echo("There is no file", err=True)


@files.command("upload")
@_FUNCTION
@click.argument("path", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--name", help="Its name there; without it, its own.")
@_SPACE
@YES
@of_instance
def upload_command(
    instance: ChosenInstance,
    function: FunctionName,
    path: Path,
    name: str | None,
    space: Literal["user", "provider"],
    *,
    yes: bool,
) -> None:
    """Upload a file; asks before it overwrites one."""
    name = _checked(name or path.name, ": give --name")
    if path.stat().st_size > LARGEST_ARCHIVE_BYTES:
        raise click.ClickException(f"{path}: the service takes files of up to {LARGEST_ARCHIVE_BYTES} bytes")
    folder, found = FileSpace(*function, space), instance.serverless.files
    if name in found.list(folder):
        confirm(f"Overwrite {name} in {folder.name}?", yes=yes)
    with shown(f"uploading {name}"):
        found.upload(folder, name, path.read_bytes())
    click.echo(f"uploaded {name}", err=True)


@files.command("download")
@_FUNCTION
@click.argument("name")
@click.option(
    "--output",
    "-o",
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    metavar="FILE",
    help="The file to write, - for standard output; without it, the name here.",
)
@_SPACE
@YES
@of_instance
def download_command(
    instance: ChosenInstance,
    function: FunctionName,
    name: str,
    output: Path | None,
    space: Literal["user", "provider"],
    *,
    yes: bool,
) -> None:
    """Download a file, whole or not at all; asks before it overwrites one here."""
    _checked(name)
    folder, found = FileSpace(*function, space), instance.serverless.files
    if output == Path("-"):
        found.download(folder, name, sys.stdout.buffer.write)
        return
    path = output or Path(name)
    confirm_overwrite(path, yes=yes)
    with shown(f"downloading {name}"), replacing(path) as file:
        found.download(folder, name, file.write)
    click.echo(f"wrote {path}", err=True)


@files.command("delete")
@_FUNCTION
@click.argument("name")
@_SPACE
@YES
@of_instance
def delete_command(
    instance: ChosenInstance, function: FunctionName, name: str, space: Literal["user", "provider"], *, yes: bool
) -> None:
    """Delete a file, after asking."""
    _checked(name)
    folder, found = FileSpace(*function, space), instance.serverless.files
    if name not in found.list(folder):
        raise click.ClickException(f"there is no {name!r} among {folder.name}")
    confirm(f"Delete {name} of {folder.name}?", yes=yes)
    with shown(f"deleting {name}"):
        found.delete(folder, name)
    click.echo(f"deleted {name}", err=True)


def _checked(name: str, remedy: str = "") -> str:
    """Return a name that is the same there: others it writes in one way and looks for in another."""
    try:
        checked: str = FILE_NAME.parse(name)
    except ValueError as error:
        raise click.UsageError(f"A name there {error}, not {name!r}{remedy}") from None
    return checked
