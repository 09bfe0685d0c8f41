"""The package's log on standard error, one line with its time for each event: ``IBM_QUANTUM_LOG=debug``.

The variable reaches every process of a run: the command, the program and the host of the providers. Where it is not
set, nothing is written; a program with a ``logging`` of its own finds all of it in the logger ``pulumi_ibm_quantum``.
"""

import contextlib
import logging
import re
import sys
import time
from collections.abc import Callable

LOG_VARIABLE = "IBM_QUANTUM_LOG"
LOG_LEVEL = "debug"

_LINE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z pulumi_ibm_quantum\[")
_CLEAR_PROGRESS = "\r\x1b[K"


class _StandardError(logging.Handler):
    """Writes to what standard error is at the moment: a test may have put something else in its place."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line at once, so that those of several threads and processes do not mix."""
        _write(self.format(record))


def _handler() -> logging.Handler:
    formatter = logging.Formatter("%(asctime)s.%(msecs)03dZ %(name)s[%(process)d] %(message)s", "%Y-%m-%dT%H:%M:%S")
    formatter.converter = time.gmtime
    handler = _StandardError()
    handler.setFormatter(formatter)
    return handler


LOGGER = logging.getLogger("pulumi_ibm_quantum")
LOGGER.addHandler(logging.NullHandler())
_HANDLER = _handler()


def log_to_stderr(level: str) -> None:
    """Begin to write the package's log to standard error where ``level`` is ``debug``, stop where it is "".

    Raises:
        ValueError: it is another word.
    """
    if level.lower() == LOG_LEVEL:
        LOGGER.addHandler(_HANDLER)
        LOGGER.setLevel(logging.DEBUG)
    elif level:
        raise ValueError(f"must be {LOG_LEVEL}, not {level!r}")
    elif _HANDLER in LOGGER.handlers:
        LOGGER.removeHandler(_HANDLER)
        LOGGER.setLevel(logging.NOTSET)


def relay_log_lines(receive: Callable[[str], None]) -> Callable[[str], None]:
    """Return a receiver of a child's standard error: log lines go on to ours, what else it writes to ``receive``."""

    def relay(line: str) -> None:
        (_write if _LINE.match(line) else receive)(line)

    return relay


def _write(line: str) -> None:
    with contextlib.suppress(OSError, ValueError):  # Nobody reads any more: no reason for a request to fail.
        sys.stderr.write(f"{_CLEAR_PROGRESS if sys.stderr.isatty() else ''}{line}\n")
        sys.stderr.flush()
