"""What keeps the state of a run: every finished step goes to the ledger in memory and to the journal on disk."""

import itertools
import threading
from collections.abc import Callable
from dataclasses import dataclass

from pulumi_ibm_quantum.engine.errors import NotWritten
from pulumi_ibm_quantum.engine.state.deployment import Deployment, PendingOperation
from pulumi_ibm_quantum.engine.state.journal import Change, Journal, Ledger
from pulumi_ibm_quantum.engine.state.resource import Json, Resource, same_content


@dataclass(frozen=True, slots=True)
class Added:
    """A resource was made or confirmed; ``instead_of`` is what it continues, and leaves the state."""

    resource: Resource
    instead_of: Resource | None = None


@dataclass(frozen=True, slots=True)
class Changed:
    """A resource has other content, in its old place."""

    old: Resource
    new: Resource


@dataclass(frozen=True, slots=True)
class Removed:
    """A resource is no longer in the state."""

    resource: Resource


@dataclass(frozen=True, slots=True)
class Ended:
    """A call that was begun came back."""

    number: int


@dataclass(frozen=True, slots=True)
class Refreshed:
    """Resources may have vanished: references to them are to be forgotten."""

    tidy: bool = False


Event = Added | Changed | Removed | Ended | Refreshed


class Recorder:
    """Records the steps of one run; thread-safe. A preview records nothing on disk."""

    def __init__(
        self,
        base: Deployment,
        journal: Journal | None,
        to_json: Callable[[Resource], Json],
        *,
        keep_pending: bool = True,
    ) -> None:
        """Start from a state.

        Args:
            base: The state before the run.
            journal: Where each step is saved; None in a preview.
            to_json: Writes a resource with its secrets encrypted.
            keep_pending: Whether creations of an earlier run that never came back stay in the state.
        """
        self._ledger = Ledger(base, keep_pending=keep_pending)
        self._journal = journal
        self._to_json = to_json
        self._handles: dict[Resource, str] = {item: f"b{index}" for index, item in enumerate(base.resources)}
        self._numbers = itertools.count()
        self._lock = threading.Lock()

    def deployment(self) -> Deployment:
        """Return the state as it is now."""
        with self._lock:
            return self._ledger.deployment()

    def untouched(self) -> list[Resource]:
        """Return the resources of the state before the run that no step has continued or removed."""
        with self._lock:
            return self._ledger.untouched()

    def in_flight(self) -> tuple[PendingOperation, ...]:
        """Return the calls of this run that have begun and not come back."""
        with self._lock:
            return self._ledger.in_flight()

    def begin(self, kind: str, resource: Resource) -> Ended:
        """Record that a call is about to change something; returns the event of its end.

        Raises:
            NotWritten: If that cannot be recorded: the call must not be made.
        """
        written = self._written(resource)
        with self._lock:
            number = next(self._numbers)
            self._append([["begin", number, kind, written]], [resource], durable=True)
            return Ended(number)

    def record(self, *events: Event) -> None:
        """Record what one step did, all or nothing; it is on the disk when this returns, if it says anything new.

        Where the disk does not take it, it is kept in memory until the checkpoint is written, and no call begins.
        """
        resources = [
            event.resource if isinstance(event, Added) else event.new
            for event in events
            if isinstance(event, Added | Changed)
        ]
        written = {resource: self._written(resource) for resource in resources}
        with self._lock:
            changes: list[Change] = []
            objects: list[Resource | None] = []
            for event in events:
                for change, resource in self._changes(event, written):
                    changes.append(change)
                    objects.append(resource)
            if changes:
                durable = any(change[0] != "keep" for change in changes)
                try:
                    self._append(changes, objects, durable=durable)
                except NotWritten:
                    self._apply(changes, objects)

    def _changes(self, event: Event, written: dict[Resource, Json]) -> list[tuple[Change, Resource | None]]:
        """Translate an event into changes of the journal, and keep the handles in step."""
        match event:
            case Added(resource, instead_of):
                handle = f"n{next(self._numbers)}"
                old = self._handles.pop(instead_of, None) if instead_of is not None else None
                self._handles[resource] = handle
                if instead_of is not None and old is not None and same_content(instead_of, resource):
                    return [(["keep", handle, old], None)]
                gone: list[tuple[Change, Resource | None]] = [(["gone", old], None)] if old is not None else []
                return [(["new", handle, written[resource]], resource), *gone]
            case Changed(former, resource):
                handle = self._handles.pop(former)
                self._handles[resource] = handle
                return [(["set", handle, written[resource]], resource)]
            case Removed(resource):
                former_handle = self._handles.pop(resource, None)
                return [] if former_handle is None else [(["gone", former_handle], None)]
            case Ended(number):
                return [(["end", number], None)]
            case Refreshed(tidy):
                return [(["refreshed", tidy], None)]

    def _written(self, resource: Resource) -> Json:
        return self._to_json(resource) if self._journal is not None else {}

    def _append(self, changes: list[Change], objects: list[Resource | None], *, durable: bool) -> None:
        if self._journal is not None:
            self._journal.append(changes, durable=durable)
        self._apply(changes, objects)

    def _apply(self, changes: list[Change], objects: list[Resource | None]) -> None:
        for change, resource in zip(changes, objects, strict=True):
            self._ledger.apply(change, resource)
