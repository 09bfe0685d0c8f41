"""How the files of a state are written: at once, for their owner alone, and by name where that fails."""

import json
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from pulumi_ibm_quantum.engine.errors import NotWritten

_FOLDER_MODE: Final = 0o700
_FILE_MODE: Final = 0o600


def compact(value: Any) -> bytes:
    """Return JSON without spaces."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Let what the operating system refuses name the file that it was about.

    Raises:
        NotWritten: If it refuses.
    """
    try:
        yield
    except OSError as error:
        raise NotWritten(f"{path} could not be written: {error.strerror or error}") from None


def make_private(folder: Path) -> None:
    """Make a folder and those above it that are missing, for their owner alone whatever the umask.

    Raises:
        NotWritten: If the operating system refuses.
    """
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    with naming(folder):
        for one in reversed(missing):
            one.mkdir(_FOLDER_MODE, exist_ok=True)
            one.chmod(_FOLDER_MODE)


def tighten(folder: Path) -> None:
    """Take everyone else's rights from a folder, as far as it is ours."""
    with naming(folder):
        if folder.stat().st_uid == os.geteuid():
            folder.chmod(_FOLDER_MODE)


def open_private(path: Path, flags: int) -> int:
    """Open a file for its owner alone, whatever the umask and its rights so far; return its descriptor."""
    descriptor = os.open(path, flags | os.O_CREAT, _FILE_MODE)
    os.fchmod(descriptor, _FILE_MODE)
    return descriptor


def write_durably(path: Path, content: bytes, mode: int = _FILE_MODE) -> None:
    """Replace a file at once: a reader, or a kill, sees the old or the new one; a failure leaves nothing beside it.

    Raises:
        NotWritten: If the disk is full, or the operating system refuses.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.{uuid.uuid4().hex[:8]}")
    try:
        with naming(path):
            with open(open_private(temporary, os.O_WRONLY | os.O_EXCL), "wb") as file:
                os.fchmod(file.fileno(), mode)
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
