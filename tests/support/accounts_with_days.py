"""Accounts made of days, to be forecast."""

from collections.abc import Sequence
from datetime import date, timedelta

from pulumi_ibm_quantum.forecast import HISTORY_DAYS, AccountHistory, History, JobsOfDay, Terms

TODAY = date(2026, 11, 16)
HOUR = 3600


def steady(
    jobs: int,
    mean_seconds: float,
    *,
    wait_seconds: float = 0.0,
    backends: Sequence[str] = ("ibm_alpha",),
    days: int = HISTORY_DAYS,
) -> list[JobsOfDay]:
    """The same number of jobs on each backend, every day."""
    used = jobs * mean_seconds
    return [
        JobsOfDay(TODAY - timedelta(age), backend, jobs, used, min(used, 2 * mean_seconds), wait_seconds)
        for age in range(days, 0, -1)
        for backend in backends
    ]


def snapshot(
    live: dict[str, Terms], days: dict[str, list[JobsOfDay]], proposed: dict[str, Terms] | None = None
) -> AccountHistory:
    """An account; where nothing else is proposed, all stays as it is."""
    return AccountHistory("0" * 32, "premium", History(TODAY, days), live, {**live, **(proposed or {})})
