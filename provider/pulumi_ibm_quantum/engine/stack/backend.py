"""Pulumi's file backend: checkpoints, locks and history below one folder.

Layout and file contents are the CLI's own (from client source), so that both engines work on one state::

    .pulumi/meta.yaml
    .pulumi/stacks/<project>/<stack>.json            the checkpoint, .bak beside it, .journal while a run goes on
    .pulumi/locks/organization/<project>/<stack>/    one file for each run that holds the stack
    .pulumi/history/<project>/<stack>/               what each run did, and its checkpoint
"""

import getpass
import json
import os
import socket
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from pulumi_ibm_quantum.engine.errors import EngineError
from pulumi_ibm_quantum.engine.stack.project import Project, load_yaml
from pulumi_ibm_quantum.engine.state.deployment import DEPLOYMENT_VERSION
from pulumi_ibm_quantum.engine.state.files import compact, write_durably
from pulumi_ibm_quantum.engine.state.resource import Json

ORGANIZATION: Final = "organization"
"""The only organization that a file backend knows."""


@dataclass(frozen=True, slots=True)
class FileBackend:
    """The state folder of one or more projects."""

    folder: Path

    @property
    def _root(self) -> Path:
        return self.folder / ".pulumi"

    def checkpoint(self, project: str, stack: str) -> Path:
        """Return the checkpoint file of a stack."""
        return self._root / "stacks" / project / f"{stack}.json"

    def journal(self, project: str, stack: str) -> Path:
        """Return the journal of a run in progress, or of one that was killed."""
        return self._root / "stacks" / project / f"{stack}.journal"

    def stacks(self, project: str) -> tuple[str, ...]:
        """Return the stacks of a project that have a state, sorted."""
        return tuple(sorted(path.stem for path in (self._root / "stacks" / project).glob("*.json")))

    def read(self, project: str, stack: str) -> tuple[Json | None, bytes]:
        """Read the deployment of a stack, and the bytes of its file.

        Raises:
            EngineError: If the file is not a checkpoint that the engine can keep.
        """
        self._check_meta()
        path = self.checkpoint(project, stack)
        for other in (".gz", ".zst"):
            if path.with_name(path.name + other).exists():
                raise EngineError(f"{path}{other}: compressed state is not supported by the embedded engine")
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            return None, b""
        except OSError as error:
            raise EngineError(f"{path}: {error.strerror}") from None
        try:
            written = json.loads(content)
        except ValueError as error:
            raise EngineError(f"{path}: not a checkpoint: {error}") from None
        check_version(written, str(path))
        return (written.get("checkpoint") or {}).get("latest") or {}, content

    def render(self, project: str, stack: str, deployment: Json) -> bytes:
        """Return the bytes of a checkpoint."""
        checkpoint = {"stack": f"{ORGANIZATION}/{project}/{stack}", "latest": deployment}
        return compact({"version": DEPLOYMENT_VERSION, "checkpoint": checkpoint})

    def write(self, project: str, stack: str, content: bytes) -> None:
        """Replace the checkpoint of a stack, and keep the last one as ``.bak``."""
        path = self.checkpoint(project, stack)
        self._write_meta()
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            write_durably(path.with_name(f"{path.name}.bak"), path.read_bytes())
        write_durably(path, content)

    def add_history(self, project: str, stack: str, update: Json) -> None:
        """Record what a run did, and the state after it."""
        folder = self._root / "history" / project / stack
        folder.mkdir(parents=True, exist_ok=True)
        prefix = f"{stack}-{time.time_ns()}"
        write_durably(folder / f"{prefix}.history.json", compact(update))
        write_durably(folder / f"{prefix}.checkpoint.json", self.checkpoint(project, stack).read_bytes())

    @contextmanager
    def lock(self, project: str, stack: str) -> Iterator[None]:
        """Hold a stack; two commands never change one stack at once.

        Raises:
            EngineError: If another command, ours or the CLI, holds it.
        """
        self._check_meta()
        self._write_meta()
        folder = self._root / "locks" / ORGANIZATION / project / stack
        self._refuse_if_locked(folder, None)
        folder.mkdir(parents=True, exist_ok=True)
        mine = folder / f"{uuid.uuid4()}.json"
        holder = {
            "pid": os.getpid(),
            "username": _user(),
            "hostname": socket.gethostname(),
            "timestamp": datetime.now(UTC).isoformat(),
        }
        write_durably(mine, compact(holder))
        try:
            self._refuse_if_locked(folder, mine)
            yield
        finally:
            mine.unlink(missing_ok=True)

    @staticmethod
    def _refuse_if_locked(folder: Path, mine: Path | None) -> None:
        for path in sorted(folder.glob("*.json")):
            if path != mine:
                raise EngineError(_locked_message(path))

    def _check_meta(self) -> None:
        path = self._root / "meta.yaml"
        if path.exists() and (version := load_yaml(path).get("version")) != 1:
            raise EngineError(
                f"{path}: version {version} is not supported; `pulumi state upgrade` brings it to version 1"
            )

    def _write_meta(self) -> None:
        path = self._root / "meta.yaml"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            write_durably(path, b"version: 1\n")


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return str(os.getuid())  # a container without an entry for its user


def _locked_message(path: Path) -> str:
    try:
        holder = json.loads(path.read_text(encoding="utf-8"))
        who = f"{holder['username']}@{holder['hostname']} (pid {holder['pid']}) since {holder['timestamp']}"
        gone = holder["hostname"] == socket.gethostname() and not _alive(int(holder["pid"]))
    except (OSError, ValueError, KeyError):
        who, gone = "an unknown process", False
    what_to_do = (
        "that process is gone, so remove the lock" if gone else "wait for it, or, if it is gone, remove the lock"
    )
    return f"The stack is locked by {who}: {what_to_do}: rm '{path}'"


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def check_version(written: Mapping[str, Any], where: str) -> None:
    """Refuse a state that the engine would not keep whole.

    Raises:
        EngineError: If its version or one of its features is not known.
    """
    version, features = written.get("version"), written.get("features") or []
    if version not in (3, 4) or features:
        named = f"version {version}" + (f" with {', '.join(features)}" if features else "")
        raise EngineError(f"{where}: state of {named} is not supported by the embedded engine; version 3 is")


def open_backend(project: Project, cwd: Path, env: Mapping[str, str], url: str | None = None) -> FileBackend:
    """Find the state folder as the CLI does.

    First an explicit URL, then ``PULUMI_BACKEND_URL``, the project file, and what ``pulumi login`` has stored.

    Args:
        project: The project.
        cwd: What a relative ``file://`` URL is relative to.
        env: The environment.
        url: An explicit URL, over all others.

    Raises:
        EngineError: If there is none, or it is not of a file backend.
    """
    found = url or env.get("PULUMI_BACKEND_URL") or project.backend_url or _logged_in(env)
    if not found:
        raise EngineError(
            "No place for the state: set PULUMI_BACKEND_URL to file://<folder>; file://~ is your home directory"
        )
    if not found.startswith("file://"):
        scheme = urlsplit(found).scheme or found
        raise EngineError(
            f"State backend {scheme}:// is not supported by the embedded engine: use file://, or the Pulumi CLI"
        )
    text = found.removeprefix("file://").partition("?")[0]
    return FileBackend(Path(os.path.normpath(cwd.resolve() / Path(text).expanduser())))


def _logged_in(env: Mapping[str, str]) -> str | None:
    home = Path(env.get("PULUMI_HOME") or Path.home() / ".pulumi")
    try:
        current = json.loads((home / "credentials.json").read_text(encoding="utf-8")).get("current")
    except (OSError, ValueError, AttributeError):
        return None
    return current if isinstance(current, str) else None
