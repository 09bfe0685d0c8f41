"""What a service has, put into a file whole or not at all, or on a terminal that obeys none of it."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import click

from pulumi_ibm_quantum.cli.confirmation import confirm

OUTPUT = click.option(
    "--output",
    "-o",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The file to write, byte for byte; without it, standard output, with control characters escaped.",
)


def confirm_overwrite(path: Path | None, *, yes: bool) -> None:
    """Ask before a file that is there is overwritten."""
    if path is not None and path.is_file():
        confirm(f"Overwrite {path}?", yes=yes)


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """Give a file to write to; it takes the place of what is at the path when the block ends well.

    What is there and no file, such as /dev/null, is written to as it is.
    """
    target = path.resolve()
    if target.exists() and not target.is_file():
        with target.open("wb") as file:
            yield file
        return
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with part.open("xb") as file:
            yield file
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def print_or_write(text: str, path: Path | None) -> None:
    """Write a text to a file, or print it; JSON that is printed means the same with its escapes."""
    if path is not None:
        with replacing(path) as file:
            file.write(text.encode("utf-8", "backslashreplace"))
        click.echo(f"wrote {path}", err=True)
        return
    shown = "".join(c if c.isprintable() or c in "\n\t" else json.dumps(c)[1:-1] for c in text.replace("\r\n", "\n"))
    click.echo(shown, nl=not shown.endswith("\n"))
