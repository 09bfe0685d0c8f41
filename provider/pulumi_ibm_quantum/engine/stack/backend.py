"""Pulumi's file backend: checkpoints, locks and history below one folder, all of it for its owner alone.

Layout and file contents are the CLI's own (from client source), so that both engines work on one state::

    .pulumi/meta.yaml
    .pulumi/stacks/<project>/<stack>.json            the checkpoint, .bak beside it, .journal while a run goes on
    .pulumi/locks/organization/<project>/<stack>/    one file for each run that holds the stack
    .pulumi/history/<project>/<stack>/               what each run did, and its checkpoint
"""

import json
import os
import time
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from pulumi_ibm_quantum.engine.errors import EngineError
from pulumi_ibm_quantum.engine.stack.locks import hold
from pulumi_ibm_quantum.engine.stack.project import Project, load_yaml
from pulumi_ibm_quantum.engine.state.deployment import DEPLOYMENT_VERSION, check_deployment
from pulumi_ibm_quantum.engine.state.files import compact, make_private, tighten, write_durably
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

    def history(self, project: str, stack: str) -> Path:
        """Return the folder of what runs of a stack did."""
        return self._root / "history" / project / stack

    def locks(self, project: str, stack: str) -> Path:
        """Return the folder of the locks of a stack."""
        return self._root / "locks" / ORGANIZATION / project / stack

    def stacks(self, project: str) -> tuple[str, ...]:
        """Return the stacks of a project that have a state, sorted."""
        folder = self._root / "stacks" / project
        return tuple(sorted({path.stem for kind in ("json", "journal") for path in folder.glob(f"[!.]*.{kind}")}))

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
        checkpoint = written.get("checkpoint") if isinstance(written, dict) else None
        if not isinstance(checkpoint, dict):
            raise EngineError(f"{path}: not a checkpoint: it has no `checkpoint`")
        check_version(written, str(path))
        return check_deployment(checkpoint.get("latest") or {}, str(path)), content

    def render(self, project: str, stack: str, deployment: Json) -> bytes:
        """Return the bytes of a checkpoint."""
        checkpoint = {"stack": f"{ORGANIZATION}/{project}/{stack}", "latest": deployment}
        return compact({"version": DEPLOYMENT_VERSION, "checkpoint": checkpoint})

    def write(self, project: str, stack: str, content: bytes) -> None:
        """Replace the checkpoint of a stack, and keep the last one as ``.bak``.

        Raises:
            NotWritten: If the disk is full, or the operating system refuses.
        """
        path = self.checkpoint(project, stack)
        self.prepare()
        make_private(path.parent)
        for left_by_a_kill in (*path.parent.glob(f".{path.name}.*"), *self.history(project, stack).glob(".*")):
            left_by_a_kill.unlink(missing_ok=True)
        if path.exists():
            write_durably(path.with_name(f"{path.name}.bak"), path.read_bytes())
        write_durably(path, content)

    def add_history(self, project: str, stack: str, update: Json) -> None:
        """Record what a run did, and the state after it.

        Raises:
            NotWritten: If the disk is full, or the operating system refuses.
        """
        folder = self.history(project, stack)
        make_private(folder)
        prefix = f"{stack}-{time.time_ns()}"
        write_durably(folder / f"{prefix}.history.json", compact(update))
        write_durably(folder / f"{prefix}.checkpoint.json", self.checkpoint(project, stack).read_bytes())

    def lock(self, project: str, stack: str) -> AbstractContextManager[tuple[str, ...]]:
        """Hold a stack; gives the holders of the stale locks that were removed for it.

        Raises:
            EngineError: If another command, ours or the CLI, holds it.
        """
        self.prepare()
        return hold(self.locks(project, stack))

    def prepare(self) -> None:
        """Make the state folder, for its owner alone.

        Raises:
            EngineError: If it is there, but in a layout that is not supported, or if it cannot be made.
        """
        self._check_meta()
        make_private(self._root)
        tighten(self._root)
        path = self._root / "meta.yaml"
        if not path.exists():
            write_durably(path, b"version: 1\n")

    def _check_meta(self) -> None:
        path = self._root / "meta.yaml"
        if path.exists() and (version := load_yaml(path).get("version")) != 1:
            raise EngineError(
                f"{path}: version {version} is not supported; `pulumi state upgrade` brings it to version 1"
            )


def check_version(written: Mapping[str, Any], where: str) -> None:
    """Refuse a state that the engine would not keep whole.

    Raises:
        EngineError: If its version or one of its features is not known.
    """
    version, features = written.get("version"), written.get("features")
    if version not in (3, 4) or features:
        listed = features if isinstance(features, list) else [features]
        named = f"version {version}" + (f" with {', '.join(map(str, listed))}" if features else "")
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
