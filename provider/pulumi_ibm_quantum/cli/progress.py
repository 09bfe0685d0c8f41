"""Progress on a terminal: one line on stderr that rewrites itself and is gone at the end; silent anywhere else."""

import os
import shutil
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

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
    line = _Line(sys.stderr, doing)
    if not sys.stderr.isatty() or os.environ.get("CI"):
        yield line.report
        return
    line.start()
    try:
        yield line.report
    finally:
        line.stop()


class _Line(threading.Thread):
    """The line and the thread that redraws it."""

    def __init__(self, terminal: TextIO, doing: str) -> None:
        super().__init__(name="progress", daemon=True)
        self._terminal = terminal
        self._doing = doing
        self._begun = time.monotonic()
        self._over = threading.Event()

    def report(self, what: str, done: int, total: int) -> None:
        """Take note of how far the work has come."""
        self._doing = f"{what}: {done} of {total}"

    def run(self) -> None:
        """Redraw until it is over, and leave nothing behind."""
        if self._over.wait(_PATIENCE_SECONDS):
            return
        while True:
            text = f"{self._doing} ({time.monotonic() - self._begun:.0f} s)"
            self._terminal.write(_CLEAR_LINE + text[: shutil.get_terminal_size().columns - 1])
            self._terminal.flush()
            if self._over.wait(_REDRAW_SECONDS):
                break
        self._terminal.write(_CLEAR_LINE)
        self._terminal.flush()

    def stop(self) -> None:
        """Wipe the line."""
        self._over.set()
        self.join()
