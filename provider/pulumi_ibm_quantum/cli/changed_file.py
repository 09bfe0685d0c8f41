"""A file that a command is to change: what would differ, the change in one step, and the way back."""

import difflib
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import click


@dataclass(frozen=True, slots=True)
class ChangedFile:
    """A file as it was read, and as it is to be."""

    path: Path
    before: bytes
    after: bytes

    def diff(self) -> str:
        """Return the change as a unified diff."""
        before, after = (content.decode("utf-8").splitlines(keepends=True) for content in (self.before, self.after))
        lines = difflib.unified_diff(before, after, str(self.path), str(self.path))
        return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)

    def write(self) -> None:
        """Put the new content in place at once, with the permissions of the old.

        Raises:
            click.ClickException: the file is no longer what was read.
        """
        self._replace(self.before, self.after)

    def undo(self) -> None:
        """Put the old content back.

        Raises:
            click.ClickException: the file is no longer what was written.
        """
        self._replace(self.after, self.before)

    def _replace(self, expected: bytes, content: bytes) -> None:
        target = self.path.resolve()
        if target.read_bytes() != expected:
            raise click.ClickException(f"{self.path} was changed meanwhile and is left as it is: run the command again")
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            shutil.copymode(target, name)
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise


def content_of(path: Path, *, command: str) -> bytes:
    """Read the one file that a command changes.

    Raises:
        click.ClickException: it is a folder, which `command` does not support, or cannot be read.
    """
    if path.is_dir():
        raise click.ClickException(f"{path} is a folder of files, which {command} does not support: name one file")
    try:
        return path.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise click.ClickException(f"{path} cannot be read: {reason}") from None
