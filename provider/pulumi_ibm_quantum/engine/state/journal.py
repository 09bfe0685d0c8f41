"""The journal: what a run did, one line a step, until it is folded into the checkpoint.

Each line holds the changes of one step and goes to the disk before the engine goes on, so that a kill at any moment
loses no finished step, and a step costs the same however large the state is. The first line is
``{"journal": 1, "base": <sha256 of the checkpoint>}``; every other line is a list of changes. A handle names a
resource: ``b<n>`` is the n-th of the checkpoint on which the run started, ``n<n>`` one that the run added::

    ["new", "n4", <resource>]             a resource that the run made or confirmed
    ["keep", "n4", "b7"]                  the same, with the content of the checkpoint
    ["set", <handle>, <resource>]         new content in the same place
    ["gone", <handle>]                    no longer in the state
    ["begin", 9, "creating", <resource>]  a call is about to change something
    ["end", 9]                            that call came back
    ["refreshed", <tidy>]                 references to what is gone are to be forgotten (see `drop_dangling`)
    ["folded", <sha256>]                  the checkpoint of that hash holds all of the above
"""

import json
import os
import threading
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from pulumi_ibm_quantum.engine.errors import EngineError, NotWritten
from pulumi_ibm_quantum.engine.state.deployment import Deployment, PendingOperation, drop_dangling, settle_aliases
from pulumi_ibm_quantum.engine.state.files import compact, make_private, naming, open_private
from pulumi_ibm_quantum.engine.state.resource import Resource, resource_from_json

Change = list[Any]
FORMAT: Final = 1


class Journal:
    """The journal of a run; thread-safe. Once it is closed, or could not be written, it takes nothing any more."""

    def __init__(self, path: Path, base: bytes) -> None:
        """Start a journal over a checkpoint; nothing is written before the first entry."""
        self._path = path
        self._header = {"journal": FORMAT, "base": sha256(base).hexdigest()}
        self._descriptor: int | None = None
        self._refusal: EngineError | None = None
        self._lock = threading.Lock()

    def append(self, changes: list[Change], *, durable: bool = True) -> None:
        """Write the changes of one step; if durable, they are on the disk when this returns, and all before them.

        Raises:
            NotWritten: If they, or those of an earlier step, could not be written.
            EngineError: If the journal is closed.
        """
        with self._lock:
            if self._refusal is not None:
                raise self._refusal
            try:
                with naming(self._path):
                    self._write(compact(changes) + b"\n", durable=durable)
            except NotWritten as error:
                self._refusal = error  # A line after one that is not whole could not be read.
                raise

    def _write(self, line: bytes, *, durable: bool) -> None:
        if self._descriptor is None:
            make_private(self._path.parent)
            self._descriptor = open_private(self._path, os.O_WRONLY | os.O_TRUNC)
            line = compact(self._header) + b"\n" + line
        while line:
            line = line[os.write(self._descriptor, line) :]
        if durable:
            os.fsync(self._descriptor)

    @property
    def is_whole(self) -> bool:
        """Whether all that was to be written has been."""
        return not isinstance(self._refusal, NotWritten)

    def close(self, *, remove: bool) -> None:
        """Close the journal for good, and remove it once the checkpoint holds all of it."""
        with self._lock:
            self._refusal = self._refusal or EngineError("The run has ended, and nothing more is recorded")
            if self._descriptor is not None:
                os.close(self._descriptor)
                self._descriptor = None
                if remove:
                    self._path.unlink(missing_ok=True)


class Ledger:
    """The resources of a run, kept in step with the journal; replaying the entries gives the same ledger.

    It folds as the CLI does: first what the run made or confirmed, in that order, then what it did not touch.
    """

    def __init__(self, base: Deployment, *, keep_pending: bool = True) -> None:
        """Start from a checkpoint.

        Args:
            base: The state before the run.
            keep_pending: Whether creations of an earlier run that never came back stay in the state.
        """
        self._base = base
        self._items: dict[str, Resource] = {f"b{index}": item for index, item in enumerate(base.resources)}
        self._pending: dict[int, PendingOperation] = {}
        self._refreshed = self._tidy = False
        self._keep_pending = keep_pending

    def apply(self, change: Change, resource: Resource | None) -> None:
        """Apply one change.

        Args:
            change: The change.
            resource: The resource that it holds, read, if it holds one.

        Raises:
            ValueError: If it is none.
            LookupError: If it is of a resource that is not there.
        """
        match change:
            case ["new" | "set", handle, _] if resource is not None:
                self._items[handle] = resource
            case ["keep", handle, old]:
                self._items[handle] = self._items.pop(old)
            case ["gone", handle]:
                self._items.pop(handle, None)
            case ["begin", number, kind, _] if resource is not None:
                self._pending[number] = PendingOperation(resource, kind)
            case ["end", number]:
                self._pending.pop(number, None)
            case ["refreshed", tidy]:
                self._refreshed = True
                self._tidy = self._tidy or tidy
            case _:
                raise ValueError(f"it has a change that this version does not know: {change[0]!r}")

    def in_flight(self) -> tuple[PendingOperation, ...]:
        """Return the calls that have begun and not come back."""
        return tuple(self._pending.values())

    def untouched(self) -> list[Resource]:
        """Return the resources of the state before the run that no step has continued or removed."""
        return [item for handle, item in self._items.items() if handle.startswith("b")]

    def deployment(self) -> Deployment:
        """Fold everything into a state."""
        made = [item for handle, item in self._items.items() if handle.startswith("n")]
        untouched = self.untouched()
        resources = settle_aliases([*made, *untouched])
        if self._refreshed:
            resources = drop_dangling(resources, tidy=self._tidy)
        seen = {item.urn for item in (resources if self._refreshed else made)}
        earlier = [item for item in self._base.pending if self._is_unsettled(item, seen)]
        return Deployment(resources, (*self._pending.values(), *earlier), self._base.metadata)

    def _is_unsettled(self, earlier: PendingOperation, seen: set[str]) -> bool:
        """Whether it is still unknown what became of a call of an earlier run.

        Args:
            earlier: The call.
            seen: The URNs of what this run has made, confirmed or read.
        """
        if earlier.kind == "creating":
            return self._keep_pending and earlier.resource.urn not in seen
        there = {item.urn for item in self._items.values()}
        return earlier.resource.urn in there - seen


def replay(path: Path, checkpoint: bytes, base: Deployment, decrypt: Callable[[str], str]) -> Deployment | None:
    """Return the state that a killed run left behind, or None if there is nothing to replay.

    Args:
        path: The journal.
        checkpoint: The bytes of the checkpoint as it is now.
        base: The same checkpoint, read.
        decrypt: Decrypts the secrets in the journal.

    Raises:
        EngineError: If another program has changed the checkpoint since, or the journal is damaged.
    """
    lines = read_lines(path)
    if len(lines) < 2:
        return None
    header, *steps = lines
    current = sha256(checkpoint).hexdigest()
    if steps[-1] == [["folded", current]]:
        return None
    if not isinstance(header, dict) or header.get("journal") != FORMAT:
        raise EngineError(f"{path}: not a journal of this version of the engine")
    try:
        changes = [change for step in steps for change in step if change[0] != "folded"]
        if all(change[0] == "end" for change in changes):
            return None  # Nothing was done in it: an older version began it anew when its run was over.
        if header.get("base") != current:
            if not (lost := _made_but_unknown(changes, base)):
                return None  # Another program went on where the killed run had stopped, and has made it all its own.
            raise EngineError(
                f"An interrupted run made what the state does not know, because another program has changed it since: "
                f"{', '.join(lost)}. Take it over or delete it at the service, then remove {path}"
            )
        ledger = Ledger(base)
        for change in changes:
            written = change[-1]
            ledger.apply(change, resource_from_json(written, decrypt) if isinstance(written, dict) else None)
    except (LookupError, TypeError, ValueError) as error:
        raise EngineError(f"{path} is damaged ({error}); remove it to go on from the last checkpoint") from None
    return ledger.deployment()


def _made_but_unknown(changes: list[Change], state: Deployment) -> list[str]:
    """Return what was made, or may have been, and is not in a state that somebody else wrote."""
    made: dict[object, Resource] = {}
    for change in changes:
        match change:
            case ["new" | "set", key, dict() as written] | ["begin", key, "creating", dict() as written]:
                made[key] = resource_from_json(written, lambda _: "null")
            case ["gone" | "end", key]:
                made.pop(key, None)
    known = {(item.urn, id_) for item in state.resources for id_ in (item.id, "")}
    return [item.id or item.urn for item in made.values() if item.managed and (item.urn, item.id) not in known]


def read_lines(path: Path) -> list[Any]:
    """Read the whole lines of a journal; a last line cut short by a kill was never acted on."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return []
    lines = content.split(b"\n")[:-1]
    read: list[Any] = []
    for index, line in enumerate(lines):
        try:
            read.append(json.loads(line))
        except ValueError:
            if index == len(lines) - 1:
                break
            raise EngineError(
                f"{path}: line {index + 1} is damaged; remove the file to go on from the last checkpoint"
            ) from None
    return read
