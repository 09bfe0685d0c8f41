"""The server of preloaded processes: it imports everything once, and forks for whoever asks.

A forked process starts its own children the same way, because its ``sys.executable`` is a launcher that asks this
server. A job goes over a socket as its length, its parts and the three standard streams; what comes back is the pid,
and in the end the exit status, a line each.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import io
import os
import pkgutil
import random
import runpy
import selectors
import signal
import socket
import sys
import threading
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.support import skipped_waits
from tests.support.passphrase import PASSPHRASE, SALT

_STARTED_AS_MAIN: Final = ("__main__", "program_main", "provider_main")
_LAUNCHER: Final = """\
#!{python} -ISE
import _socket, os, sys
server = _socket.socket(_socket.AF_UNIX)
server.connect({address!r})
parts = ["\\n".join(sys.argv[1:]), os.getcwd(), *(f"{{name}}={{value}}" for name, value in os.environ.items())]
job = "\\0".join(parts).encode("utf-8", "surrogateescape")
streams = b"".join(number.to_bytes(4, sys.byteorder) for number in range(3))
server.sendmsg([len(job).to_bytes(4, "big")], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, streams)])
server.sendall(job)
for stream in range(3):
    os.close(stream)
answers = b""
while answers.count(b"\\n") < 2 and (part := server.recv(100)):
    answers += part
os._exit(int(answers.split(b"\\n")[1] or 1) % 256)
"""
"""What stands for Python: it hands its job to the server and ends as that does, with no import that takes time."""


@dataclass(frozen=True)
class _Job:
    """What a forked process is to do."""

    arguments: list[str]
    folder: str
    environment: dict[str, str]
    streams: list[int]


class _Server:
    """Forks for whoever asks, and tells them the pid and, in the end, the status."""

    def __init__(self, address: str) -> None:
        self._selector = selectors.DefaultSelector()
        self._askers: dict[int, tuple[int, socket.socket]] = {}
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(f"{address}.new")
        self._listener.listen(64)
        self._selector.register(self._listener, selectors.EVENT_READ, self._accept)
        self._selector.register(sys.stdin.fileno(), selectors.EVENT_READ, self._end)
        Path(f"{address}.new").rename(address)

    def run(self) -> _Job:
        """Serve; return only in a forked process, with its job."""
        while True:
            for key, _ in self._selector.select():
                if (job := key.data(key.fileobj)) is not None:
                    return job  # type: ignore[no-any-return]

    def _accept(self, _listener: socket.socket) -> _Job | None:
        connection, _ = self._listener.accept()
        head, streams, _, _ = socket.recv_fds(connection, 4, 3)
        wanted = int.from_bytes(head, "big")
        content = b""
        while len(content) < wanted and (part := connection.recv(wanted - len(content))):
            content += part
        if not wanted or len(content) < wanted:
            return self._give_up(connection, streams)
        arguments, folder, *environment = content.decode("utf-8", "surrogateescape").split("\0")
        named = dict(item.split("=", 1) for item in environment)
        job = _Job(arguments.split("\n"), folder, named, streams)
        pid = os.fork()
        if pid == 0:
            self._forget(connection)
            return job
        self._give_up(None, streams)
        descriptor = os.pidfd_open(pid)
        self._askers[descriptor] = (pid, connection)
        self._selector.register(descriptor, selectors.EVENT_READ, self._ended)
        self._selector.register(connection, selectors.EVENT_READ, self._left)
        connection.sendall(b"%d\n" % pid)
        return None

    @staticmethod
    def _give_up(connection: socket.socket | None, streams: list[int]) -> None:
        if connection is not None:
            connection.close()
        for stream in streams:
            os.close(stream)

    def _ended(self, descriptor: int) -> None:
        pid, connection = self._askers.pop(descriptor)
        self._selector.unregister(descriptor)
        os.close(descriptor)
        _, status = os.waitpid(pid, 0)
        with contextlib.suppress(OSError):
            connection.sendall(b"%d\n" % os.waitstatus_to_exitcode(status))
        with contextlib.suppress(KeyError):
            self._selector.unregister(connection)
        connection.close()

    def _left(self, connection: socket.socket) -> None:
        """End what nobody waits for any more: who kills a launcher means the process behind it."""
        if connection.fileno() < 0:
            return  # The process behind it ended at the same moment.
        self._selector.unregister(connection)
        for pid, asker in self._askers.values():
            if asker is connection:
                os.kill(pid, signal.SIGKILL)

    def _end(self, _stdin: int) -> None:
        for pid, _ in self._askers.values():
            os.kill(pid, signal.SIGKILL)
        os._exit(0)

    def _forget(self, connection: socket.socket) -> None:
        """Close, in a forked process, all that is the server's."""
        for key in list(self._selector.get_map().values()):
            if key.fd != sys.stdin.fileno():
                os.close(key.fd)
        self._selector.close()
        connection.close()


def _import_everything() -> None:
    skipped_waits.install()
    for name in ("grpc", "pulumi.dynamic", "pulumi.runtime.proto.provider_pb2_grpc", "dill", "encodings.idna"):
        importlib.import_module(name)
    import pulumi_ibm_quantum

    for module in pkgutil.walk_packages(pulumi_ibm_quantum.__path__, "pulumi_ibm_quantum."):
        if not module.name.endswith(_STARTED_AS_MAIN):
            importlib.import_module(module.name)
    from pulumi_ibm_quantum.engine.state.passphrase import open_crypter

    open_crypter(PASSPHRASE, SALT)


def _take_over(job: _Job, launcher: Path) -> None:
    """Make this process what its asker wanted to start."""
    os.setsid()
    for number, stream in enumerate(job.streams):
        os.dup2(stream, number)
        os.close(stream)
    sys.stdin, sys.stdout, sys.stderr = (
        io.TextIOWrapper(io.FileIO(number, mode, closefd=False), encoding="utf-8", errors=errors, write_through=True)
        for number, mode, errors in ((0, "rb", "strict"), (1, "wb", "strict"), (2, "wb", "backslashreplace"))
    )
    os.chdir(job.folder)
    os.environ.clear()
    os.environ.update(job.environment)
    random.seed()
    sys.executable = str(launcher)
    sys.path.insert(0, job.folder)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    skipped_waits.begin(job.environment)


def _run(arguments: list[str]) -> int:
    try:
        _execute(arguments)
    except SystemExit as error:
        if error.code is None or isinstance(error.code, int):
            return error.code or 0
        sys.stderr.write(f"{error.code}\n")
        return 1
    except BaseException:
        traceback.print_exc()
        return 1
    return 0


def _execute(arguments: list[str]) -> None:
    options = [argument for argument in arguments if argument != "-u"]
    kind, what, *rest = options
    sys.argv = [what, *rest]
    if kind == "-m":
        runpy.run_module(what, run_name="__main__", alter_sys=True)
    else:
        assert kind == "-c", arguments
        sys.argv = ["-c", *rest]
        exec(compile(what, "<string>", "exec"), {"__name__": "__main__"})


def _main(address: str) -> None:
    launcher = Path(address).with_name("python")
    launcher.write_text(_LAUNCHER.format(python=sys.executable, address=address), encoding="utf-8")
    launcher.chmod(0o755)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _import_everything()
    gc.freeze()
    job = _Server(address).run()
    _take_over(job, launcher)
    status = _run(job.arguments)
    # What the interpreter does at its end, but for taking down all that was imported, which takes 0.1 seconds.
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)


if __name__ == "__main__":
    _main(sys.argv[1])
