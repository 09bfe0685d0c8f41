"""What a pre-flight found out, in a line for people and as JSON for scripts."""

from collections.abc import Sequence
from typing import Any

from pulumi_ibm_quantum.planning.preflight import Preflight
from pulumi_ibm_quantum.vocabulary import format_duration


def preflight_line(found: Preflight, name: str) -> str:
    """Return the verdict in one line, with what qiskit-serverless would do where it comes to another."""
    return f"{name}: {preflight_verdict(found)}{_of_the_client(found)}"


def preflight_document(found: Preflight, name: str) -> dict[str, Any]:
    """Return the verdict as JSON; days are those at whose beginning time begins to return, and has returned."""
    usage = found.usage
    return {
        "name": name,
        "crn": found.crn,
        "can_run": found.can_run,
        "state": found.state,
        "reason": found.reason,
        "remaining_seconds": found.remaining_seconds,
        "needed_seconds": found.needed_seconds,
        "consumed_seconds": None if usage is None else usage.consumed_seconds,
        "limit_seconds": None if usage is None else usage.limit_seconds,
        "allocation_seconds": None if usage is None else usage.allocation_seconds,
        "over_allocation": found.is_over_allocation,
        "missing_backends": list(found.missing_backends),
        "returns_from": None if found.returns_from is None else found.returns_from.isoformat(),
        "returns_by": None if found.returns_by is None else found.returns_by.isoformat(),
        "never_returns": found.never_returns,
        "qiskit_serverless": found.client,
        "detail": found.detail,
        "as_of": None if usage is None else usage.now.isoformat(),
    }


def preflight_verdict(found: Preflight) -> str:
    """Return whether it can run, and why not."""
    if found.can_run is None:
        return f"not known: {found.detail}"
    return f"can run{_how(found)}" if found.can_run else f"cannot run: {_why_not(found)}"


def _why_not(found: Preflight) -> str:
    if found.reason == "backend":
        return f"{', '.join(found.missing_backends)} {_are(found.missing_backends)} not among its backends"
    if found.reason == "archived":
        return "it is archived, its allocation is 0"
    if found.reason == "account":
        return "the time of its plan is used up for the whole account"
    return f"{_lacking(found)}; {_return(found)}"


def _how(found: Preflight) -> str:
    if found.is_over_allocation:
        return f", at lower priority: {_used(found)}"
    if found.remaining_seconds is None:
        return ": it has no limit"
    return f": {'only ' if found.state == 'low' else ''}{_left(found)}"


def _are(names: Sequence[str]) -> str:
    return "is" if len(names) == 1 else "are"


def _left(found: Preflight) -> str:
    assert found.usage is not None
    left = format_duration(int(found.remaining_seconds or 0))
    return f"{left} of its limit of {format_duration(found.usage.limit_seconds or 0)} is left"


def _lacking(found: Preflight) -> str:
    assert found.usage is not None
    if found.state == "empty":
        return f"its limit of {format_duration(found.usage.limit_seconds or 0)} is reached"
    left = format_duration(int(found.remaining_seconds or 0))
    return f"{left} is left, and {format_duration(found.needed_seconds)} is needed"


def _used(found: Preflight) -> str:
    assert found.usage is not None
    limit = "" if found.remaining_seconds is None else f"; {_left(found)}"
    consumed, allocation = found.usage.consumed_seconds or 0, found.usage.allocation_seconds or 0
    return f"it has used {format_duration(int(consumed))} of its allocation of {format_duration(allocation)}{limit}"


def _return(found: Preflight) -> str:
    what = "enough time" if found.needed_seconds else "time"
    if found.never_returns:
        return f"{what} does not return by waiting"
    if found.returns_by is None:
        return f"when {what} returns is not known"
    if found.returns_from is None:
        return f"{what} returns by {found.returns_by} at the latest, if nothing runs until then"
    return f"{what} returns on {found.returns_from}, if nothing runs until then"


def _of_the_client(found: Preflight) -> str:
    """Say what IBM's own check makes of the usage where it comes to something else than we."""
    if found.can_run and found.client == "refuses":
        return " (qiskit-serverless refuses to run there)"
    if found.state == "empty" and found.reason != "backend" and found.client != "refuses":
        return " (qiskit-serverless sends work there all the same)"
    return ""
