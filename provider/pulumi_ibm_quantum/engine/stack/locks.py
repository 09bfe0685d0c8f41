"""Locks: two commands never change one stack at once, and a lock outlives its process for no person to remove.

The CLI's locks are files that name a process; so are ours, and the kernel holds one more file for us, which it lets go
of when our process ends, however that ends. So a lock of ours that nobody holds is known to be stale; of one of the
CLI's that is known where its process is gone from this machine; of one of another machine it never is.
"""

import fcntl
import getpass
import json
import os
import socket
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from pulumi_ibm_quantum.engine.errors import EngineError
from pulumi_ibm_quantum.engine.state.files import compact, make_private, naming, open_private, write_durably

_HELD_BY_KERNEL: Final = "heldByKernel"
"""The field of a lock whose process held the kernel's lock as well."""


@dataclass(frozen=True, slots=True)
class Lock:
    """A lock as it was found while the kernel's lock was free.

    Attributes:
        holder: Who holds it, for people.
        is_stale: Whether its process is known to be gone.
    """

    path: Path
    holder: str
    is_stale: bool


@contextmanager
def hold(folder: Path) -> Iterator[tuple[str, ...]]:
    """Hold a stack; gives the holders of the stale locks that were removed for it.

    Args:
        folder: The folder of the stack's locks.

    Raises:
        EngineError: If another command, ours or the CLI, holds it or may do so.
    """
    with _holding_kernels(folder) as held:
        stale = remove_locks(folder, stale_only=True)
        make_private(folder)
        mine = folder / f"{uuid.uuid4()}.json"
        write_durably(mine, compact({**_this_process(), _HELD_BY_KERNEL: held}))
        try:
            _refuse([lock for lock in _read_locks(folder) if lock.path != mine])
            yield tuple(lock.holder for lock in stale)
        finally:
            mine.unlink(missing_ok=True)


def break_locks(folder: Path, *, stale_only: bool) -> tuple[str, ...]:
    """Remove the locks of a stack that no run of ours holds on this machine, and return their holders.

    Args:
        folder: The folder of the stack's locks.
        stale_only: Whether to refuse where the process of one may not be gone.

    Raises:
        EngineError: If a run holds the stack, or may do so.
    """
    with _holding_kernels(folder):
        return tuple(lock.holder for lock in remove_locks(folder, stale_only=stale_only))


def remove_locks(folder: Path, *, stale_only: bool) -> list[Lock]:
    """Remove locks while the kernel's is held: all of them, or none."""
    locks = _read_locks(folder)
    if stale_only:
        _refuse([lock for lock in locks if not lock.is_stale])
    for path in (*(lock.path for lock in locks), *folder.glob(".*")):
        path.unlink(missing_ok=True)
    return locks


def _refuse(locks: list[Lock]) -> None:
    if locks:
        raise EngineError(
            f"The stack is locked by {locks[0].holder}: wait for it; if you know that it is gone, "
            f"`cancel --yes` removes the lock ({locks[0].path})"
        )


@contextmanager
def _holding_kernels(folder: Path) -> Iterator[bool]:
    """Hold the kernel's lock of a stack; False where the file system has none.

    Raises:
        EngineError: If another process has it.
    """
    make_private(folder.parent)
    path = folder.with_name(f"{folder.name}.flock")
    with naming(path):
        descriptor = open_private(path, os.O_RDWR)
    try:
        yield _try_flock(descriptor, folder)
    finally:
        os.close(descriptor)


def _try_flock(descriptor: int, folder: Path) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holders = [lock.holder for lock in _read_locks(folder)]
        raise EngineError(f"The stack is locked by {holders[0] if holders else 'another run'}: wait for it") from None
    except OSError:
        return False
    return True


def _read_locks(folder: Path) -> list[Lock]:
    locks = []
    for path in sorted(folder.glob("*.json")):
        with suppress(FileNotFoundError):  # It was let go of meanwhile.
            locks.append(_read_lock(path))
    return locks


def _read_lock(path: Path) -> Lock:
    content = path.read_bytes()
    try:
        written: dict[str, Any] = json.loads(content)
        pid, host = int(written["pid"]), str(written["hostname"])
        who = f"{written['username']}@{host} (pid {pid}) since {written['timestamp']}"
    except (LookupError, TypeError, ValueError):
        return Lock(path, "an unknown process", is_stale=False)
    return Lock(
        path, who, host == socket.gethostname() and (written.get(_HELD_BY_KERNEL) is True or not _is_alive(pid))
    )


def _this_process() -> dict[str, object]:
    return {
        "pid": os.getpid(),
        "username": _user(),
        "hostname": socket.gethostname(),
        "timestamp": datetime.now(UTC).isoformat(),
    }


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return str(os.getuid())  # a container without an entry for its user


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
