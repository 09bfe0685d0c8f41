"""Accounts made of days, to be forecast."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from pulumi_ibm_quantum.fake import DEFAULT_API_KEY, PLAN_IDS, Account, ApiKey, Clock, Fake, Subscription, UsageEvent
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


def work(
    fake: Fake, name: str, jobs: int, *, waited: float = 60, backends: Sequence[str] = ("ibm_fez", "ibm_kyiv")
) -> None:
    """Run as many jobs of a quarter of an hour on each of the sixty days before now, which waited so many seconds."""
    for day in range(1, HISTORY_DAYS + 1):
        for number in range(jobs):
            when = fake.now - timedelta(days=day, minutes=number)
            fake.add_usage(name, [UsageEvent(when, 900, waited, backend=backends[number % len(backends)])])


def crowded(now: datetime = datetime(2026, 11, 18, 8, tzinfo=UTC), busy: str = "busy") -> Fake:
    """An account with one backend, on which much waits: a team with far too little, a calm one, and an idle one."""
    contract = Subscription("premium", PLAN_IDS["premium"], "premium", 3_000_000)
    fake = Fake(Account(clock=Clock(now), subscriptions=[contract], api_keys=[ApiKey(DEFAULT_API_KEY)]))
    for name, allocation, jobs in ((busy, 60_000, 30), ("calm", 1_200_000, 25), ("idle", 10_000, 0)):
        fake.add_instance(name, allocation_seconds=allocation)
        work(fake, name, jobs, waited=3_000, backends=["ibm_fez"])
    return fake
