"""Faults on demand: what goes wrong, on which call, how often."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .routes import ROUTE_NAMES


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that goes wrong on calls that match.

    What happens is the sum of what is set: ``Fault("instances.update", status=429, retry_after="1")`` refuses,
    ``Fault("instances.create", reset=True, applied=True)`` is a lost answer, ``Fault(delay_seconds=2)`` is slowness.

    Attributes:
        route: Name of the route (see ``ROUTES``), None for any.
        method: HTTP method, None for any.
        crn: Only calls about this instance.
        nth: The first matching call that it hits, counted from 1.
        count: How many matching calls it hits from there on, None for all.
        status: Answer with this status; unless ``applied``, the service does nothing.
        body: Body of that answer, None for the route's usual error shape.
        retry_after: ``Retry-After`` of that answer, in seconds or as a date.
        reset: Break the connection in place of an answer.
        applied: Let the service do its work all the same.
        delay_seconds: Wait so long before answering.
        malformed: Cut the JSON of the answer off in the middle.
        content: Answer with this text as it is, with 200 unless ``status`` is set; unless ``applied``, the service does
            nothing.
        cut_body: Break the connection in the middle of the body.
        drip_seconds: Wait so long before each byte of the body.
        date: ``Date`` of the answer.
        patch: What replaces or joins the keys of the JSON object that is the answer.
    """

    route: str | None = None
    method: str | None = None
    crn: str | None = None
    nth: int = 1
    count: int | None = 1
    status: int | None = None
    body: Mapping[str, Any] | None = None
    retry_after: str | None = None
    reset: bool = False
    applied: bool = False
    delay_seconds: float = 0.0
    malformed: bool = False
    content: str | None = None
    cut_body: bool = False
    drip_seconds: float = 0.0
    date: str | None = None
    patch: Mapping[str, Any] | None = None

    def __post_init__(self) -> None:
        if self.route is not None and self.route not in ROUTE_NAMES:
            raise ValueError(f"no route {self.route!r}; there are {', '.join(sorted(ROUTE_NAMES))}")
        if (
            self.nth < 1
            or (self.count is not None and self.count < 1)
            or min(self.delay_seconds, self.drip_seconds) < 0
        ):
            raise ValueError("a fault needs nth >= 1, count >= 1, delay_seconds >= 0 and drip_seconds >= 0")

    @classmethod
    def lost_answer(cls, route: str, *, crn: str | None = None, nth: int = 1, count: int | None = 1) -> Fault:
        """Make a call take effect and lose its answer."""
        return cls(route, crn=crn, nth=nth, count=count, reset=True, applied=True)

    @property
    def pre_empts(self) -> bool:
        """Return whether the service never sees the call."""
        return (self.reset or self.status is not None or self.content is not None) and not self.applied

    def matches(self, method: str, route: str, crn: str | None) -> bool:
        """Say whether a call is one of those that it counts."""
        return self.method in {None, method} and self.route in {None, route} and self.crn in {None, crn}


class Faults:
    """The faults that are waiting, each with its own count of matching calls."""

    def __init__(self) -> None:
        self._waiting: list[tuple[Fault, int]] = []

    def add(self, fault: Fault) -> None:
        """Let a fault wait for its calls."""
        self._waiting.append((fault, 0))

    def clear(self) -> None:
        """Forget all faults."""
        self._waiting.clear()

    def hit(self, method: str, route: str, crn: str | None) -> Fault | None:
        """Count a call, and return the first fault that hits it."""
        struck: Fault | None = None
        waiting: list[tuple[Fault, int]] = []
        for fault, seen in self._waiting:
            matching = fault.matches(method, route, crn)
            now_seen = seen + matching
            last = None if fault.count is None else fault.nth + fault.count - 1
            if matching and struck is None and now_seen >= fault.nth:
                struck = fault
            if last is None or now_seen < last:
                waiting.append((fault, now_seen))
        self._waiting = waiting
        return struck
