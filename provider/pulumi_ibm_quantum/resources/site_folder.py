"""A folder with a Slurm site's files: each is replaced in one step, and what is not of the site stays."""

import os
import shutil
import stat
import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pulumi_ibm_quantum.cloud import CloudError
from pulumi_ibm_quantum.slurm import ENTRIES_FILE, entry_names, with_other_entries, without_entries

WRITABLE_BY_OTHERS: Final = 0o022
_READABLE: Final = 0o644
TEMPORARY: Final = ".slurm-site-"


class SiteFolderError(CloudError):
    """The folder cannot be read or written to as it is."""


@dataclass(frozen=True, slots=True)
class Owned:
    """What of a folder is a site's: the paths of files, and the names of entries."""

    paths: frozenset[str] = frozenset()
    entries: frozenset[str] = frozenset()

    @classmethod
    def of(cls, files: Mapping[str, str]) -> "Owned":
        """Return what is the site's that has these files."""
        entries = entry_names(files[ENTRIES_FILE]) if ENTRIES_FILE in files else frozenset[str]()
        return cls(frozenset(files), entries)


def write_site(folder: Path, files: Mapping[str, str], owned: Owned | None = None) -> list[str]:
    """Bring a folder to a site's files, and return the paths of those that were written or removed.

    Entries of others stay in ``qrmi_config.json``. A new file can be read by everybody, since users source the profiles
    and there is no key in them; one that is there keeps its mode.

    Args:
        folder: The folder.
        files: What is to be there: texts by path.
        owned: What of before is the site's: nothing else is replaced, what of it is not to be there any more is
            removed, and nobody else may write to the files. Without it, files of these paths and entries of the site's
            types are replaced, and nothing is removed.

    Raises:
        SiteFolderError: a file is something else than a file, not what QRMI reads, or not the site's, and nothing was
            changed; or one cannot be written, and each is then as it was, or as it is to be.
    """
    if not files and not folder.is_dir():
        return []
    with _understood(folder):
        if owned is not None:
            _demand_free(folder, files, owned)
        plan: dict[str, str | None] = {path: _merged(folder, path, text, owned) for path, text in files.items()}
        if owned is not None:
            plan |= {path: _without(folder, path, owned) for path in sorted(owned.paths - files.keys())}
        closed = WRITABLE_BY_OTHERS if owned is not None else 0
        changed = [
            path
            for path, text in plan.items()
            if read_text(folder, path) != text or (text is not None and mode_of(folder / path) & closed)
        ]
        _put_in_place(folder, {path: plan[path] for path in changed}, closed)
        return changed


def remove_site(folder: Path, owned: Owned) -> None:
    """Remove what is a site's, and folders that are empty then; entries and files of others stay.

    Raises:
        SiteFolderError: ``qrmi_config.json`` is not what QRMI reads, or a file cannot be removed.
    """
    write_site(folder, {}, owned)


def left_over(folder: Path, files: Mapping[str, str]) -> Iterator[Path]:
    """Yield files that look as if they had been of the site, and are not."""
    for path in (*sorted(folder.glob("projects/*.sh")), folder / "licenses.conf"):
        if path.is_file() and path.relative_to(folder).as_posix() not in files:
            yield path


def read_text(folder: Path, path: str) -> str | None:
    """Return what is in a file of a folder; None where there is none.

    Raises:
        SiteFolderError: it is a link, lies behind one, or is no file.
        OSError: it cannot be read.
    """
    file = folder / path
    for place in (file, *list(file.parents)[: path.count("/")]):
        if place.is_symlink() or (place.exists() and not (place.is_file() if place == file else place.is_dir())):
            raise SiteFolderError(f"{place} is a link or no {'file' if place == file else 'folder'}: remove it")
    try:
        return file.read_text(encoding="utf-8", errors="surrogateescape")
    except FileNotFoundError:
        return None


def mode_of(file: Path) -> int:
    """Return who may do what with a file; 0 where there is none."""
    try:
        return stat.S_IMODE(file.lstat().st_mode)
    except FileNotFoundError:
        return 0


@contextmanager
def _understood(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise SiteFolderError(f"{error.filename or folder}: {error.strerror or error}") from error


def _demand_free(folder: Path, files: Mapping[str, str], owned: Owned) -> None:
    """Refuse to replace what somebody else put there."""
    new = [path for path in files if path not in owned.paths and path != ENTRIES_FILE]
    taken = [path for path in new if read_text(folder, path) not in (None, files[path])]
    if taken:
        raise SiteFolderError(
            f"{folder} has {', '.join(taken)} already, and not of this site: remove it, or take it over with adopt; "
            "nothing was changed"
        )


def _merged(folder: Path, path: str, rendered: str, owned: Owned | None) -> str:
    present = read_text(folder, path)
    if path != ENTRIES_FILE or present is None or not present.strip():
        return rendered
    with _nothing_changed(folder / path):
        return with_other_entries(rendered, present, None if owned is None else owned.entries)


def _without(folder: Path, path: str, owned: Owned) -> str | None:
    """Return what stays of a file that is not to be there any more; a link is not what was put there."""
    if (folder / path).is_symlink():
        return None
    present = read_text(folder, path)
    if path != ENTRIES_FILE or present is None or not present.strip():
        return None
    with _nothing_changed(folder / path):
        return without_entries(present, owned.entries)


@contextmanager
def _nothing_changed(file: Path) -> Iterator[None]:
    try:
        yield
    except ValueError as error:
        raise SiteFolderError(f"{file}: {error}; nothing was changed") from None


def _put_in_place(folder: Path, texts: Mapping[str, str | None], closed: int) -> None:
    """Replace or remove files, once all new ones are complete; what a run that was killed left behind goes as well."""
    for left in folder.glob(f"{TEMPORARY}*"):
        shutil.rmtree(left, ignore_errors=True)
    new = {path: text for path, text in texts.items() if text is not None}
    with tempfile.TemporaryDirectory(dir=_made(folder), prefix=TEMPORARY) as kept:
        prepared = {
            path: _prepared(Path(kept, str(at)), folder / path, text, closed)
            for at, (path, text) in enumerate(new.items())
        }
        for path, file in prepared.items():
            file.replace(_made((folder / path).parent) / (folder / path).name)
    _remove(folder, texts.keys() - new.keys())


def _prepared(new: Path, path: Path, text: str, closed: int) -> Path:
    with new.open("w", encoding="utf-8", errors="surrogateescape", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.chmod((mode_of(path) or _READABLE) & ~closed)
    return new


def _remove(folder: Path, paths: Collection[str]) -> None:
    for path in paths:
        file = folder / path
        if not file.is_symlink():
            file.unlink(missing_ok=True)
        for parent in list(file.parents)[: path.count("/") + 1]:
            with suppress(OSError):
                parent.rmdir()


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
