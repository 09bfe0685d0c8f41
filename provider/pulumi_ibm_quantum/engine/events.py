"""What a run reports while it goes on, and what is left of it at the end."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from pulumi_ibm_quantum.engine.state.resource import Resource

Kind = Literal["update", "refresh", "destroy"]
Op = Literal[
    "same",
    "create",
    "update",
    "replace",
    "create-replacement",
    "delete",
    "delete-replaced",
    "refresh",
    "remove-pending-replace",
]
Severity = Literal["debug", "info", "info#err", "warning", "error"]
COUNTED: Final = frozenset({"same", "create", "update", "replace", "delete"})
"""The operations that a summary counts; the others are parts of a replacement."""


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One step, as of before it ran.

    Attributes:
        op: What is done.
        old: The resource before, if there was one.
        new: The resource that the program asks for, if it does.
        replace_reasons: The inputs that force a replacement.
        diff_reasons: The inputs that the engine itself found changed, where the provider left that to it.
        detailed: The same by property path: ``add``, ``delete`` or ``update``, with ``-replace`` where that follows.
    """

    op: Op
    urn: str
    old: Resource | None
    new: Resource | None
    replace_reasons: tuple[str, ...] = ()
    diff_reasons: tuple[str, ...] = ()
    detailed: Mapping[str, str] | None = None

    @property
    def resource(self) -> Resource:
        """The resource as it is to be, or as it was if it is to go."""
        resource = self.new or self.old
        assert resource is not None
        return resource


@dataclass(frozen=True, slots=True)
class StepDone:
    """A step that has ended well.

    Attributes:
        step: The step.
        result: The resource after it; None if it is gone.
        effect: What a refresh came to: ``same``, ``update`` or ``delete``; otherwise the operation itself.
        seconds: How long it took.
        drift: What a refresh of its own found by property path, where the comparison was the engine's.
    """

    step: Step
    result: Resource | None
    effect: str
    seconds: float
    drift: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class StepFailed:
    """A step that has failed; a diagnostic says why."""

    step: Step


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A message; ``urn`` is empty where it concerns no resource."""

    severity: Severity
    message: str
    urn: str = ""


@dataclass(frozen=True, slots=True)
class Interrupted(Diagnostic):
    """A run was told to stop; the message says what it still waits for."""


Event = Step | StepDone | StepFailed | Diagnostic


@dataclass
class Log:
    """Everything that a run reported, in order; thread-safe.

    Attributes:
        watch: Called with each event as it comes, for a progress display.
        hidden: What no message may show: the secrets of the configuration.
    """

    watch: Callable[[Event], None] | None = None
    hidden: tuple[str, ...] = ()
    events: list[Event] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _told: set[str] = field(default_factory=set)

    def add(self, event: Event) -> None:
        """Report an event."""
        with self._lock:
            self.events.append(event)
            if self.watch is not None:
                self.watch(event)

    def say(self, severity: Severity, message: str, urn: str = "") -> None:
        """Report a message."""
        for text in self.hidden:
            message = message.replace(text, "[secret]")
        self.add(Diagnostic(severity, message, urn))

    def say_once(self, severity: Severity, message: str, urn: str = "") -> None:
        """Report a message unless another resource has: what fails for many of one reason is one failure."""
        with self._lock:
            told = message in self._told
            self._told.add(message)
        if not told:
            self.say(severity, message, urn)

    def started(self, step: Step) -> "Running":
        """Report that a step starts."""
        self.add(step)
        return Running(self, step, time.monotonic())


@dataclass(frozen=True, slots=True)
class Running:
    """A step that has started."""

    log: Log
    step: Step
    since: float

    def done(self, result: Resource | None, effect: str | None = None, drift: Mapping[str, str] | None = None) -> None:
        """Report that it has ended well."""
        self.log.add(StepDone(self.step, result, effect or self.step.op, time.monotonic() - self.since, drift))

    def failed(self, message: str) -> None:
        """Report that it has failed, and why."""
        self.log.add(StepFailed(self.step))
        self.log.say("error", message, self.step.urn)


@dataclass(frozen=True, slots=True)
class Result:
    """What a run came to.

    Attributes:
        operation: ``update`` (of a preview as well), ``refresh`` or ``destroy``.
        dry_run: Whether this was only a preview.
        ok: Whether all of it went well.
        summary: Number of resources for each operation.
        outputs: The outputs of the stack, secrets marked.
        old_outputs: The outputs before the run.
        config: The configuration, secrets hidden.
        seconds: How long it took.
        events: All that was reported, in order.
        registered: The URNs that the program asked for, in the order in which it did.
        resources: What the program asked for, as it is after the run.
    """

    operation: Kind
    stack: str
    dry_run: bool
    ok: bool
    summary: dict[str, int]
    outputs: dict[str, Any]
    old_outputs: dict[str, Any]
    config: dict[str, str]
    seconds: float
    events: tuple[Event, ...]
    registered: tuple[str, ...] = ()
    resources: tuple[Resource, ...] = ()

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps, in the order in which they started."""
        return tuple(event for event in self.events if isinstance(event, Step))

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """The messages."""
        return tuple(event for event in self.events if isinstance(event, Diagnostic))

    @property
    def messages(self) -> tuple[str, ...]:
        """What the program and its providers printed."""
        return tuple(item.message for item in self.diagnostics if item.severity in ("info", "info#err"))

    @property
    def errors(self) -> tuple[str, ...]:
        """The messages of the errors."""
        return tuple(item.message for item in self.diagnostics if item.severity == "error")

    @property
    def changes(self) -> bool:
        """Whether anything differs, as ``--expect-no-changes`` asks."""
        return any(count for op, count in self.summary.items() if op != "same")
