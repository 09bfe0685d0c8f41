"""What is known of an account: what each instance ran on each backend, day by day, and what it has and is to have."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Final

from pulumi_ibm_quantum.vocabulary import ROLLING_WINDOW_DAYS

DAY_SECONDS: Final = 86_400

WINDOW_DAYS: Final = ROLLING_WINDOW_DAYS
"""How many days count against allocations and limits (documented), and how many days a forecast looks ahead."""

HISTORY_DAYS: Final = 60
"""How many days a forecast wants to know: the last window, which is played again, and what counted when it began."""


@dataclass(frozen=True, slots=True)
class JobsOfDay:
    """What an instance ran on one backend on one day (UTC).

    Attributes:
        jobs: how many, one or more; a session is one, for it waits once and then holds the backend.
        used_seconds: the time of all of them on the backend.
        longest_seconds: that of the longest.
        mean_wait_seconds: how long they waited, on average.
    """

    day: date
    backend: str
    jobs: int
    used_seconds: float
    longest_seconds: float
    mean_wait_seconds: float


@dataclass(frozen=True, slots=True)
class Terms:
    """What an instance has: its allocation, 0 for an archived one, and where it stops; None is no limit."""

    allocation_seconds: int
    limit_seconds: int | None = None


@dataclass(frozen=True)
class History:
    """The past of an account: complete days before ``today`` by instance; one that ran nothing has none."""

    today: date
    instances: Mapping[str, Sequence[JobsOfDay]]

    @cached_property
    def by_day(self) -> Mapping[date, Sequence[tuple[str, JobsOfDay]]]:
        """What ran on each day since the first that anything ran on; days without jobs are there, and empty."""
        first = min((jobs.day for days in self.instances.values() for jobs in days), default=self.today)
        found: dict[date, list[tuple[str, JobsOfDay]]] = {
            first + timedelta(number): [] for number in range((self.today - first).days)
        }
        for name, days in self.instances.items():
            for jobs in days:
                found[jobs.day].append((name, jobs))
        return found

    @cached_property
    def backends(self) -> Sequence[str]:
        """The backends on which anything ran."""
        return sorted({jobs.backend for days in self.instances.values() for jobs in days})

    def used_seconds(self, name: str, before: date) -> float:
        """Return what an instance used in the window that ends where the day ``before`` begins."""
        first = before - timedelta(WINDOW_DAYS)
        return sum(jobs.used_seconds for jobs in self.instances[name] if first <= jobs.day < before)

    def mean_job_seconds(self) -> Mapping[str, float]:
        """Return the mean time of a job on each backend."""
        jobs, used = defaultdict[str, int](int), defaultdict[str, float](float)
        for days in self.instances.values():
            for one in days:
                jobs[one.backend] += one.jobs
                used[one.backend] += one.used_seconds
        return {backend: used[backend] / jobs[backend] for backend in self.backends}


@dataclass(frozen=True, slots=True)
class AccountHistory:
    """An account and plan on a day; all that competes in it, unconfigured instances included.

    Attributes:
        account_id: whose it is.
        plan: the plan of the instances.
        history: their complete days.
        live: what each instance of the history has.
        decided: what each is to have; where nothing was decided, the same.
    """

    account_id: str
    plan: str
    history: History
    live: Mapping[str, Terms]
    decided: Mapping[str, Terms]
