"""Progress on a terminal: one line on stderr that rewrites itself and is gone at the end; silent anywhere else."""

import os
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

import click

if TYPE_CHECKING:
    from pulumi_ibm_quantum.planning import Progress

_PATIENCE_SECONDS = 1.0
_REDRAW_SECONDS = 0.2
_CLEAR_LINE = "\r\x1b[K"


@contextmanager
def shown(doing: str = "working") -> "Iterator[Progress]":
    """Give a callback that shows how far work has come, once it has taken longer than a second.

    ``doing`` is what is shown until the callback is called. The line goes on counting the seconds where nothing is
    reported: a service that is slow to answer does not look like a command that hangs.
    """
    begun = time.monotonic()

    def report(what: str, done: int, total: int) -> None:
        nonlocal doing
        doing = f"{what}: {done} of {total}"

    with progress_line(lambda: f"{doing} ({time.monotonic() - begun:.0f} s)"):
        yield report


@contextmanager
def progress_line(describe: Callable[[], str]) -> Iterator[None]:
    """Show what goes on, once it has taken longer than a second.

    Args:
        describe: Says what goes on; called in another thread, time and again.
    """
    if not sys.stderr.isatty() or os.environ.get("CI"):
        yield
        return
    over = threading.Event()
    painter = threading.Thread(target=_redraw, args=(sys.stderr, describe, over), name="progress", daemon=True)
    painter.start()
    try:
        yield
    finally:
        over.set()
        painter.join()


def print_above(text: str) -> None:
    """Print lines on stdout at once, above the line of progress if there is one."""
    if sys.stderr.isatty():
        click.echo(_CLEAR_LINE, nl=False, err=True)
    click.echo(text)


def say_above(text: str) -> None:
    """Print a line on stderr at once, above the line of progress if there is one."""
    click.echo(f"{_CLEAR_LINE if sys.stderr.isatty() else ''}{text}", err=True)


def _redraw(terminal: TextIO, describe: Callable[[], str], over: threading.Event) -> None:
    """Redraw the line until it is over, and leave nothing behind."""
    if over.wait(_PATIENCE_SECONDS):
        return
    while True:
        terminal.write(_CLEAR_LINE + describe()[: shutil.get_terminal_size().columns - 1])
        terminal.flush()
        if over.wait(_REDRAW_SECONDS):
            break
    terminal.write(_CLEAR_LINE)
    terminal.flush()
