"""A function's folder: which files are uploaded, their digest, and the archive."""

import hashlib
import io
import os
import tarfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

from pulumi_ibm_quantum.cloud import CloudError

LARGEST_ARCHIVE_BYTES: Final = 50 * 1024**2 - 64 * 1024
"""What the gateway takes in one request, less the form's other fields."""

ALWAYS_EXCLUDED: Final = (".git", "__pycache__", "*.pyc", ".venv", ".pulumi", "artifact.tar")
_BLOCK: Final = 512


class SourceError(ValueError):
    """A folder that cannot be uploaded as it is."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of a function: its path in the archive, and what of it counts."""

    path: str
    executable: bool
    content: bytes


def read_source(folder: Path, exclude: Sequence[str] = ()) -> list[SourceFile]:
    """Read a function's files, in the order of their paths.

    Args:
        folder: Where they are.
        exclude: Patterns of paths or names that are left out, beside those that always are.

    Raises:
        SourceError: there is no such folder, a link leads out of it or to a folder, or a file cannot be read.
    """
    if not folder.is_dir():
        raise SourceError(f"there is no folder {folder}")
    patterns = (*ALWAYS_EXCLUDED, *exclude)
    try:
        return sorted(_files(folder, folder.resolve(), patterns), key=lambda one: one.path)
    except OSError as error:
        raise SourceError(f"{error.filename}: {error.strerror}") from None


def digest(files: Iterable[SourceFile]) -> str:
    """Return the SHA-256 of paths, executable bits and contents; neither times nor owners make a difference."""
    whole = hashlib.sha256()
    for one in files:
        content = hashlib.sha256(one.content).hexdigest()
        whole.update(f"{one.path}\0{int(one.executable)}\0{content}\n".encode("utf-8", "surrogateescape"))
    return whole.hexdigest()


def archive_bytes(files: Iterable[SourceFile]) -> int:
    """Return how large the archive is at least."""
    return sum(_BLOCK + -(-len(one.content) // _BLOCK) * _BLOCK for one in files) + 2 * _BLOCK


def archive(files: Iterable[SourceFile]) -> bytes:
    """Return a tar of the files; the same files make the same bytes."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        for one in files:
            entry = tarfile.TarInfo(one.path)
            entry.size, entry.mode = len(one.content), 0o755 if one.executable else 0o644
            tar.addfile(entry, io.BytesIO(one.content))
    return buffer.getvalue()


def demand_unchanged(files: Sequence[SourceFile], expected: str, folder: str) -> None:
    """Make sure that what is uploaded is what was previewed.

    Raises:
        CloudError: the files are others by now.
    """
    if digest(files) != expected:
        raise CloudError(f"the files in {folder} have changed since they were looked at for this run: run it again")


def _files(folder: Path, root: Path, patterns: Sequence[str]) -> Iterator[SourceFile]:
    for parent, names, files in os.walk(folder):
        within = Path(parent).relative_to(folder)
        names[:] = [name for name in names if not _is_excluded(within / name, patterns)]
        for name in (*names, *(name for name in files if not _is_excluded(within / name, patterns))):
            path = Path(parent, name)
            if path.is_symlink():
                _check_link(path, root, within / name)
            if name in files:
                yield SourceFile((within / name).as_posix(), os.access(path, os.X_OK), path.read_bytes())


def _check_link(path: Path, root: Path, shown: Path) -> None:
    target = path.resolve()
    if not target.is_relative_to(root):
        raise SourceError(f"{shown} is a link that leads out of the folder")
    if target.is_dir():
        raise SourceError(f"{shown} is a link to a folder")


def _is_excluded(path: Path, patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(path.name, one) or fnmatchcase(path.as_posix(), one) for one in patterns)
