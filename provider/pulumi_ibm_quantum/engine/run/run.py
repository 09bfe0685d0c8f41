"""What all parts of one run share: the state it started from, what it has done, and whether it goes on."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from pulumi_ibm_quantum.engine.events import Log
from pulumi_ibm_quantum.engine.run.provider import Provider
from pulumi_ibm_quantum.engine.state.recorder import Recorder
from pulumi_ibm_quantum.engine.state.resource import Resource
from pulumi_ibm_quantum.engine.state.urn import DYNAMIC_PACKAGE, PROVIDER_TYPE_PREFIX, make_urn
from pulumi_ibm_quantum.engine.state.values import Properties

PROVIDER_TYPE: Final = f"{PROVIDER_TYPE_PREFIX}{DYNAMIC_PACKAGE}"


class Stopped(Exception):
    """The run has failed elsewhere, or was cancelled: nothing new starts."""


@dataclass
class Run:
    """One preview, update, refresh or destroy.

    Attributes:
        provider: Serves all dynamic resources.
        provider_config: The configuration, as inputs of the default provider.
        olds: The resources before the run by URN (after the refresh, if there is one), but for those to be deleted.
        seen: The URNs that the program has registered, in order.
        former: New URN to the URN in the old state, where an alias matched; `claimed` is the inverse.
        news: The resources as the run has made them, by URN.
        handled: The URNs that a step was decided for; the others are deleted at the end.
        recreate: The URNs that were deleted early, for the replacement of something that they depend on.
        deleted: The URNs that are deleted in this run; what is `deleted_with` one of them needs no call of its own.
        replaced: The URNs that are replaced in this run.
        failed: The URNs that failed or were skipped, for what depends on them.
    """

    project: str
    stack: str
    dry_run: bool
    parallel: int
    continue_on_error: bool
    provider: Provider
    provider_config: Properties
    log: Log
    recorder: Recorder
    olds: dict[str, Resource]
    seen: dict[str, None] = field(default_factory=dict)
    former: dict[str, str] = field(default_factory=dict)
    claimed: dict[str, str] = field(default_factory=dict)
    news: dict[str, Resource] = field(default_factory=dict)
    handled: set[str] = field(default_factory=set)
    recreate: set[str] = field(default_factory=set)
    deleted: set[str] = field(default_factory=set)
    replaced: set[str] = field(default_factory=set)
    failed: set[str] = field(default_factory=set)
    lock: threading.RLock = field(default_factory=threading.RLock)
    errored: bool = False

    def __post_init__(self) -> None:
        """Bound the number of steps at once."""
        self._stopped = threading.Event()
        self._slots = threading.BoundedSemaphore(self.parallel)
        self._active = 0
        self._closed = False
        self._idle = threading.Condition()

    @property
    def default_provider_urn(self) -> str:
        """The URN of the provider that serves all dynamic resources."""
        return make_urn(self.stack, self.project, "", PROVIDER_TYPE, "default")

    @property
    def stopped(self) -> bool:
        """Whether nothing new may start."""
        return self._stopped.is_set()

    def stop(self) -> None:
        """Let nothing new start; what runs goes on to its end."""
        self.errored = True
        self._stopped.set()

    def fail(self, urn: str) -> None:
        """Note that a step of a resource failed, and stop unless the run goes on after errors."""
        with self.lock:
            self.errored = True
            self.failed.add(urn)
            self.handled.update((urn, self.former.get(urn, urn)))
        if not self.continue_on_error:
            self.stop()

    def check_running(self) -> None:
        """Raise `Stopped` if nothing new may start."""
        if self.stopped:
            raise Stopped

    @contextmanager
    def slot(self) -> Iterator[None]:
        """Wait for a turn to run a step.

        Raises:
            Stopped: If nothing new may start when the turn comes.
        """
        with self._slots:
            with self._idle:
                if self._closed or self.stopped:
                    raise Stopped
                self._active += 1
            try:
                yield
            finally:
                with self._idle:
                    self._active -= 1
                    self._idle.notify_all()

    def drain(self) -> None:
        """Wait for the steps that run, and start none any more: the program may be gone while one still runs."""
        with self._idle:
            self._closed = True
            self._idle.wait_for(lambda: self._active == 0)
