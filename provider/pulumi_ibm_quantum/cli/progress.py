"""Progress on a terminal: one line on stderr that rewrites itself and is gone at the end; silent anywhere else."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pulumi_ibm_quantum.planning import Progress

_PATIENCE_SECONDS = 1.0
_CLEAR_LINE = "\r\x1b[K"


@contextmanager
def shown() -> "Iterator[Progress]":
    """Give a callback that shows how far work has come, once it has taken longer than a second."""
    on_terminal = sys.stderr.isatty() and not os.environ.get("CI")
    begun = time.monotonic()
    written = False

    def show(what: str, done: int, total: int) -> None:
        nonlocal written
        if on_terminal and time.monotonic() - begun > _PATIENCE_SECONDS:
            sys.stderr.write(f"{_CLEAR_LINE}{what}: {done} of {total}")
            sys.stderr.flush()
            written = True

    try:
        yield show
    finally:
        if written:
            sys.stderr.write(_CLEAR_LINE)
            sys.stderr.flush()
