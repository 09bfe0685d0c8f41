"""Python processes that start in milliseconds, as a test sees them.

A run of the engine is three processes, and each of them imports Pulumi for a second. Here a server imports once
(`preloaded_server`) and forks for whoever asks, with the asker's arguments, environment, folder and standard streams.
What is forked is a process like any other: it has a pid that can be killed, ends as Python ends, and starts its own
children the same way.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

_ROOT: Final = Path(__file__).parents[2]
HAS_PRELOADED: Final = hasattr(os, "pidfd_open")
"""Whether this operating system can: Linux."""


@dataclass
class Process:
    """A process that was forked.

    Attributes:
        pid: Its id, for signals.
    """

    pid: int
    _connection: socket.socket
    _answers: IO[bytes]

    def wait(self, timeout_seconds: float | None = None) -> int:
        """Wait for its end; return its exit status, or minus the signal that ended it.

        Raises:
            TimeoutError: it goes on.
        """
        if not select.select([self._connection], [], [], timeout_seconds)[0]:
            raise TimeoutError
        status = int(self._answers.readline())
        self._connection.close()
        return status

    @property
    def ended(self) -> bool:
        """Return whether it has ended."""
        return bool(select.select([self._connection], [], [], 0)[0])

    def interrupt(self) -> None:
        """Do what Ctrl-C does."""
        self._send(signal.SIGINT)

    def terminate(self) -> None:
        """Ask it to end."""
        self._send(signal.SIGTERM)

    def kill(self) -> None:
        """End it where nothing can be caught or finished."""
        self._send(signal.SIGKILL)

    def _send(self, number: signal.Signals) -> None:
        if not self.ended:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)


def ended_by(status: int | None) -> str:
    """Return how a process ended, in words."""
    if status is None or status >= 0:
        return f"ended with status {status}"
    return f"ended by {signal.Signals(-status).name}"


@dataclass(frozen=True)
class Preloaded:
    """The server, as a test sees it."""

    address: str

    def start(
        self,
        arguments: Sequence[str],
        folder: Path,
        environment: Mapping[str, str],
        stdout: IO[bytes],
        stderr: IO[bytes],
    ) -> Process:
        """Start Python with arguments (``-m module ...`` or ``-c code ...``)."""
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(self.address)
        job = "\0".join(
            ["\n".join(arguments), str(folder), *(f"{name}={value}" for name, value in environment.items())]
        ).encode()
        with Path(os.devnull).open("rb") as nothing:
            streams = [nothing.fileno(), stdout.fileno(), stderr.fileno()]
            socket.send_fds(connection, [len(job).to_bytes(4, "big")], streams)
            connection.sendall(job)
        answers = connection.makefile("rb")
        return Process(int(answers.readline()), connection, answers)


@contextlib.contextmanager
def preloading() -> Iterator[Preloaded]:
    """Have a server for as long as the block lasts."""
    with tempfile.TemporaryDirectory(prefix="preloaded-") as folder:
        address = str(Path(folder) / "server")
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(_ROOT), *filter(None, sys.path)])}
        server = subprocess.Popen(
            [sys.executable, "-m", "tests.support.preloaded_server", address],
            cwd=_ROOT,
            env=environment,
            stdin=subprocess.PIPE,
        )
        try:
            while not Path(address).exists():
                assert server.poll() is None, "the server of preloaded processes did not start"
                time.sleep(0.02)
            yield Preloaded(address)
        finally:
            assert server.stdin is not None
            server.stdin.close()
            server.wait(10)
