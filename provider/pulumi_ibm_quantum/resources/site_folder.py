"""A folder with a Slurm site's files: each is replaced in one step, and what is not of the site stays."""

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from pulumi_ibm_quantum.slurm import with_other_vendors

_ENTRIES: Final = "qrmi_config.json"
_READABLE: Final = 0o644


class SiteFolderError(Exception):
    """The folder cannot be written to as it is; nothing was changed."""


def write_site(folder: Path, files: Mapping[str, str]) -> list[str]:
    """Bring a folder to a site's files, and return the paths of those that were written.

    Entries of other vendors stay in ``qrmi_config.json``. A file that is there keeps its mode; a new one can be read by
    everybody, since users source the profiles and there is no key in them.

    Raises:
        SiteFolderError: a file is something else than a file, or ``qrmi_config.json`` is not what QRMI reads.
        OSError: a file cannot be written; each is then as it was, or as it is to be.
    """
    wanted = {path: _merged(folder / path, text) if path == _ENTRIES else text for path, text in files.items()}
    changed = [path for path, text in wanted.items() if _text(folder / path) != text]
    with tempfile.TemporaryDirectory(dir=_made(folder), prefix=".slurm-site-") as kept:
        new = {path: _prepared(Path(kept, str(at)), folder / path, wanted[path]) for at, path in enumerate(changed)}
        for path, file in new.items():
            file.replace(_made((folder / path).parent) / (folder / path).name)
    return changed


def left_over(folder: Path, files: Mapping[str, str]) -> Iterator[Path]:
    """Yield files that look as if they had been of the site, and are not."""
    for path in (*sorted(folder.glob("projects/*.sh")), folder / "licenses.conf"):
        if path.is_file() and path.relative_to(folder).as_posix() not in files:
            yield path


def _merged(path: Path, rendered: str) -> str:
    present = _text(path)
    if present is None:
        return rendered
    try:
        return with_other_vendors(rendered, present)
    except ValueError as error:
        raise SiteFolderError(f"{path}: {error}; nothing was changed") from None


def _text(path: Path) -> str | None:
    """Return what is in a file; None where there is none."""
    if path.is_symlink() or (path.exists() and not path.is_file()):
        raise SiteFolderError(f"{path} is a link or no file: put a file there, or nothing; nothing was changed")
    try:
        return path.read_text(encoding="utf-8", errors="surrogateescape")
    except FileNotFoundError:
        return None


def _prepared(new: Path, path: Path, text: str) -> Path:
    with new.open("w", encoding="utf-8", errors="surrogateescape", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.chmod(_READABLE)
    if path.exists():
        shutil.copymode(path, new)
    return new


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
