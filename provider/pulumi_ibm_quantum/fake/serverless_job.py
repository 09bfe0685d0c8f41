"""A job of the gateway: it executes nothing, and moves with the account's clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from .clock import timestamp

SUB_STATUSES: Final = ("MAPPING", "OPTIMIZING_HARDWARE", "WAITING_QPU", "EXECUTING_QPU", "POST_PROCESSING")
ENDED: Final = frozenset({"SUCCEEDED", "FAILED", "STOPPED"})
_LONGEST: Final = timedelta(hours=24)
"""After so long without an event a job that has begun is stopped (from the gateway's source)."""
_INSTANT: Final = timedelta(milliseconds=1)
_STOPPING: Final = timedelta(seconds=10)


@dataclass(slots=True)
class Job:
    """A run of a function.

    Attributes:
        phase_seconds: How long it stays in each status and sub-status.
        quantum_seconds: What it uses while EXECUTING_QPU.
        fails: Whether it ends FAILED.
        since: Since when it is in its present status and sub-status.
        held_until: Until when it has waited for hardware at a limit that was reached.
        events: What happened to it, oldest first.
    """

    job_id: str
    author: str
    crn: str
    function_id: str
    title: str
    provider: str | None
    runner: str
    created: datetime
    phase_seconds: dict[str, float]
    quantum_seconds: float
    fails: bool
    since: datetime
    status: str = "QUEUED"
    sub_status: str | None = None
    held_until: datetime | None = None
    events: list[dict[str, Any]] = field(default_factory=list)

    @property
    def has_ended(self) -> bool:
        """Return whether nothing more becomes of it."""
        return self.status in ENDED

    @property
    def phase(self) -> str:
        """Return the name of where it stands."""
        return self.sub_status or self.status

    def step(self, now: datetime, *, blocked: bool) -> bool:
        """Do the next thing that is due by ``now``; False where there is none.

        Args:
            now: The account's time.
            blocked: Whether the instance is stopped by a limit: what waits for hardware waits on.
        """
        if self.phase == "WAITING_QPU" and blocked:
            self.held_until = now + _INSTANT
        status, sub_status, due = self._next()
        if self.has_ended or due > now:
            return False
        self._enter(status, due, sub_status)
        return True

    def stop(self, now: datetime, *, slowly: bool) -> None:
        """Stop it; since 0.37 it is STOPPING for a while."""
        self._enter("STOPPING" if slowly else "STOPPED", now, self.sub_status)

    def _next(self) -> tuple[str, str | None, datetime]:
        """Return what comes next, and when; what has begun is stopped where nothing happens for long."""
        if self.status == "STOPPING":
            return "STOPPED", self.sub_status, self.since + _STOPPING
        due = self.since + timedelta(seconds=self.phase_seconds.get(self.phase, 0.0))
        if self.held_until is not None and self.phase == "WAITING_QPU":
            due = max(due, self.held_until)
        if self.status == "QUEUED":
            return "PENDING", None, due
        if due - self.since >= _LONGEST:
            return "STOPPED", self.sub_status, self.since + _LONGEST
        left = SUB_STATUSES[SUB_STATUSES.index(self.sub_status) + 1 :] if self.sub_status else SUB_STATUSES
        return ("RUNNING", left[0], due) if left else ("FAILED" if self.fails else "SUCCEEDED", None, due)

    def _enter(self, status: str, when: datetime, sub_status: str | None) -> None:
        self.status, self.sub_status, self.since = status, sub_status, when
        kind = "SUB_STATUS_CHANGE" if sub_status else "STATUS_CHANGE"
        data = {"status": status, "sub_status": sub_status}
        event = {"event_type": kind, "origin": "SCHEDULER", "context": "UPDATE", "created": timestamp(when)}
        self.events.append({**event, "data": data})

    def document(self, *, listed: bool = False) -> dict[str, Any]:
        """Render it."""
        program: dict[str, Any] = {"id": self.function_id, "title": self.title}
        if listed or self.provider:
            program["provider"] = self.provider
        shown = {
            "id": self.job_id,
            "status": self.status,
            "program": program,
            "created": timestamp(self.created),
            "sub_status": self.sub_status,
            "compute_profile": None,
        }
        return shown if listed else {**shown, "fleet_id": None, "business_model": None}
