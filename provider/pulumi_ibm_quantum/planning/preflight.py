"""Whether work could run in an instance now, and when time returns: values in, a verdict out."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final, Literal, TypeAlias

from pulumi_ibm_quantum.vocabulary import ROLLING_WINDOW_DAYS, InstanceUsage

EXHAUSTED_SECONDS: Final = 1.0
LOW_SECONDS: Final = 600.0
"""What is left of a limit that counts as none, and as little; the same as for qiskit-serverless (from its source)."""

State: TypeAlias = Literal["ok", "low", "empty", "unknown"]
Reason: TypeAlias = Literal["none", "instance_limit", "account", "archived", "backend", "missing", "unreadable"]
ClientCheck: TypeAlias = Literal["runs", "warns", "refuses"]

_WITH_ROLLING_WINDOW: Final = ("internal", "premium", "open")


@dataclass(frozen=True, slots=True)
class Preflight:
    """What can be said before work is sent to an instance.

    Attributes:
        crn: The instance.
        state: How it stands with time.
        reason: Why what is needed cannot run, or why that is not known; "none" where it can. Missing is an instance
            that is not there, or not to be seen.
        client: What the check of qiskit-serverless 0.37 would do (from its source).
        usage: What the service says; None where it could not be read.
        needed_seconds: How much was asked for.
        missing_backends: What was asked for and the instance may not use.
        detail: Why it is not known; "" where it is.
        returns_from: The day on which enough time begins to return, if nothing runs until then; None where that is not
            known.
        returns_by: The day at whose beginning it has returned.
        never_returns: Whether waiting does not help: the limit is less than what is needed, or nothing comes back.
    """

    crn: str
    state: State
    reason: Reason
    client: ClientCheck
    usage: InstanceUsage | None = None
    needed_seconds: float = 0.0
    missing_backends: tuple[str, ...] = ()
    detail: str = ""
    returns_from: date | None = None
    returns_by: date | None = None
    never_returns: bool = False

    @property
    def can_run(self) -> bool | None:
        """Whether what is needed can run now; None where that is not known."""
        return None if self.state == "unknown" else self.reason == "none"

    @property
    def remaining_seconds(self) -> float | None:
        """What is left of the instance's limit; None where it has none, or it is not known."""
        return None if self.usage is None else _remaining(self.usage)

    @property
    def is_over_allocation(self) -> bool:
        """Whether it has used its allocation: its jobs run all the same, at lower priority."""
        consumed, allocation = (
            (None, None) if self.usage is None else (self.usage.consumed_seconds, self.usage.allocation_seconds)
        )
        return bool(consumed is not None and allocation and consumed >= allocation)


def unknown(crn: str, detail: str, reason: Literal["missing", "unreadable"] = "unreadable") -> Preflight:
    """Return the verdict where something could not be read: the client warns, and runs."""
    return Preflight(crn, "unknown", reason, "warns", detail=detail)


def judge(
    crn: str,
    usage: InstanceUsage,
    *,
    needed_seconds: float = 0.0,
    low_seconds: float = LOW_SECONDS,
    missing_backends: tuple[str, ...] = (),
) -> Preflight:
    """Return the verdict on an answer about usage, without when time returns."""
    state, reason = _state(usage, needed_seconds, low_seconds)
    return Preflight(
        crn,
        state,
        "backend" if missing_backends and reason not in ("archived", "unreadable") else reason,
        client_check(usage),
        usage=usage,
        needed_seconds=needed_seconds,
        missing_backends=missing_backends,
        detail="the service reports no usage" if state == "unknown" else "",
        never_returns=reason == "archived",
    )


def with_return(found: Preflight, used_by_day: Mapping[date, float] | None) -> Preflight:
    """Say when what is needed is there, if nothing runs until then.

    What was used on a day leaves the rolling window on the 28th day after it, at the times of that day. What the days
    do not have of the live figure is taken to be of today.

    Args:
        found: A verdict whose reason is the instance's own limit; any other is returned as it is.
        used_by_day: What was used in the rolling window by UTC day, in seconds; None where that may not be read.
    """
    usage, remaining = found.usage, found.remaining_seconds
    if found.reason != "instance_limit" or usage is None or remaining is None or usage.limit_seconds is None:
        return found
    if usage.plan == "paygo" or not _is_enough(usage.limit_seconds, found.needed_seconds):
        return replace(found, never_returns=True)
    if usage.plan not in _WITH_ROLLING_WINDOW:
        return found
    today = usage.now.date()
    if used_by_day is None:
        return replace(found, returns_by=today + timedelta(days=ROLLING_WINDOW_DAYS + 1))
    left = usage.limit_seconds - (usage.consumed_seconds or 0.0)
    for day in sorted(used_by_day):
        left += used_by_day[day]
        if _is_enough(left, found.needed_seconds):
            break
    else:
        day = today
    leaves = day + timedelta(days=ROLLING_WINDOW_DAYS)
    return replace(found, returns_from=leaves, returns_by=leaves + timedelta(days=1))


def client_check(usage: InstanceUsage) -> ClientCheck:
    """Return what qiskit-serverless 0.37 with qiskit-ibm-runtime 0.50 makes of an answer (from their source).

    The allocation stands in for a limit that is absent. A null, in place of the limit or of what was consumed, is
    subtracted from or by, and the failure becomes a warning.
    """
    remaining = 0.0 if usage.is_limit_reached else None
    if usage.limit_seconds or usage.allocation_seconds:
        limit = usage.allocation_seconds if usage.limit_seconds is None else usage.limit_seconds
        if usage.has_null_limit or usage.consumed_seconds is None or limit is None:
            return "warns"
        remaining = max(limit - usage.consumed_seconds, 0.0)
    if remaining is None or remaining > LOW_SECONDS:
        return "runs"
    return "warns" if remaining > EXHAUSTED_SECONDS else "refuses"


def _state(usage: InstanceUsage, needed: float, low: float) -> tuple[State, Reason]:
    """Return how it stands, and why it cannot run.

    A limit that the service says is reached is the account's where the instance has time left, or no limit (documented
    for the runtime's client).
    """
    remaining = _remaining(usage)
    if usage.allocation_seconds == 0:
        return "empty", "archived"
    if usage.consumed_seconds is None:
        return "unknown", "unreadable"
    if remaining is not None and not _is_enough(remaining, 0.0):
        return "empty", "instance_limit"
    if usage.is_limit_reached:
        return "empty", "account"
    if remaining is None:
        return "ok", "none"
    state: State = "low" if remaining <= low or remaining < needed else "ok"
    return state, "none" if _is_enough(remaining, needed) else "instance_limit"


def _remaining(usage: InstanceUsage) -> float | None:
    if usage.limit_seconds is None or usage.consumed_seconds is None:
        return None
    return max(usage.limit_seconds - usage.consumed_seconds, 0.0)


def _is_enough(remaining: float, needed: float) -> bool:
    # To the millisecond, in which usage is counted: sums of fractions are not exact.
    return round(remaining - max(needed, 0.0), 3) >= 0 and round(remaining, 3) > EXHAUSTED_SECONDS
