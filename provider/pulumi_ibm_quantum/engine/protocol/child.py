"""Child processes: started without a shell and without ``preexec_fn``, ended by closing their standard input.

A fork while the gRPC server runs can hang for ever, and ``preexec_fn`` forces one: so it is never used.
"""

import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Final

from pulumi_ibm_quantum.logs import relay_log_lines

_GRACE_SECONDS: Final = 2.0


class Child:
    """A Python module that runs in a process of its own and ends when the engine does."""

    def __init__(self, module: str, arguments: Sequence[str], folder: Path, env: Mapping[str, str]) -> None:
        """Start it; it inherits no file but its own three pipes.

        Args:
            module: Its name in this package.
            arguments: What it finds in ``sys.argv``.
            folder: Its working directory.
            env: Its environment.
        """
        command = [sys.executable, "-u", "-m", f"{__package__}.{module}", *arguments]
        self._process = subprocess.Popen(
            command,
            cwd=folder,
            env=_with_absolute_paths(env),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            # Ctrl-C in the terminal is for the engine alone: it lets running steps finish.
            start_new_session=True,
        )
        self._readers: list[threading.Thread] = []

    def send(self, settings: Mapping[str, object]) -> None:
        """Send the one line that it waits for; its standard input stays open until it is to end."""
        self._write(json.dumps(settings).encode())

    def cancel(self) -> None:
        """Tell it to give up what it waits for; it goes on."""
        self._write(b"cancel")

    def end(self) -> None:
        """Tell it to end at once."""
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()

    def _write(self, line: bytes) -> None:
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError, ValueError):  # ValueError: it has been told to end.
            self._process.stdin.write(line + b"\n")
            self._process.stdin.flush()

    @property
    def stdout(self) -> IO[bytes]:
        """What it prints."""
        assert self._process.stdout is not None
        return self._process.stdout

    def forward(self, stdout: Callable[[str], None] | None, stderr: Callable[[str], None]) -> None:
        """Hand each line that it prints to a function, in a thread for each stream; its log lines go to our stderr."""
        assert self._process.stderr is not None
        self._start(self._process.stderr, relay_log_lines(stderr))
        if stdout is not None:
            self._start(self.stdout, stdout)

    def forward_stdout(self, receive: Callable[[str], None]) -> None:
        """Hand each further line of its standard output to a function."""
        self._start(self.stdout, receive)

    def _start(self, stream: IO[bytes], receive: Callable[[str], None]) -> None:
        reader = threading.Thread(target=_pump, args=(stream, receive), daemon=True)
        reader.start()
        self._readers.append(reader)

    def wait(self) -> int:
        """Wait for its end and its last line, and give its exit status."""
        status = self._process.wait()
        for reader in self._readers:
            reader.join(_GRACE_SECONDS)
        return status

    def stop(self) -> None:
        """End it: by closing its standard input, then by force."""
        self.end()
        try:
            self._process.wait(_GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for reader in self._readers:
            reader.join(_GRACE_SECONDS)
        if any(reader.is_alive() for reader in self._readers):
            return  # To close a stream under its reader is an error; it ends with the process that still holds it.
        for stream in (self._process.stdout, self._process.stderr):
            if stream is not None:
                stream.close()


def _with_absolute_paths(env: Mapping[str, str]) -> dict[str, str]:
    """Let a relative PYTHONPATH still mean the same in another folder."""
    if not env.get("PYTHONPATH"):
        return dict(env)
    entries = (str(Path(entry).resolve()) for entry in env["PYTHONPATH"].split(os.pathsep))
    return {**env, "PYTHONPATH": os.pathsep.join(entries)}


def _pump(stream: IO[bytes], receive: Callable[[str], None]) -> None:
    for line in stream:
        receive(line.decode(errors="replace").rstrip("\n"))
