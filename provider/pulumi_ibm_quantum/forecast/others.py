"""Jobs of other accounts, which nobody but the service can see.

A backend's queue holds the jobs of all accounts and ranks their instances whoever owns them (documented), so an
instance waits for others' jobs too, and the more of them the higher its fairness is.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from random import Random
from typing import Final

from pulumi_ibm_quantum.forecast.history import DAY_SECONDS, WINDOW_DAYS, History, Terms
from pulumi_ibm_quantum.forecast.streams import exponential
from pulumi_ibm_quantum.queue import PastRun, Share, Stream
from pulumi_ibm_quantum.queue.checks import LARGEST_SECONDS

_INSTANCES: Final = 5
_SHORTEST_SECONDS: Final = 300.0


@dataclass(frozen=True)
class Others:
    """What is assumed of other accounts: some instances that use all backends alike, day and night.

    Attributes:
        loads: the part of each backend's time that they use, from 0 to 1.
        job_seconds: the mean length of their jobs on each backend.
        fairness: that of each of their instances.
    """

    loads: Mapping[str, float]
    job_seconds: Mapping[str, float]
    fairness: Sequence[float]

    @cached_property
    def shares(self) -> Sequence[Share]:
        """Their instances, each with the allocation at which its usage makes its fairness."""
        used = sum(self.loads.values()) * WINDOW_DAYS * DAY_SECONDS / max(len(self.fairness), 1)
        shares = (min(max(used, 1.0) / fairness, LARGEST_SECONDS) for fairness in self.fairness)
        return [Share(_name(number), share) for number, share in enumerate(shares)]

    @cached_property
    def past(self) -> Sequence[PastRun]:
        """What they used in the window before the moment 0, evenly."""
        runs = []
        for backend, load in self.loads.items():
            used = load * DAY_SECONDS / max(len(self.fairness), 1)
            starts = [(0.5 - age) * DAY_SECONDS - used / 2 for age in range(1, WINDOW_DAYS + 1) if used]
            runs += [
                PastRun(_name(number), backend, start, used) for number in range(len(self.fairness)) for start in starts
            ]
        return runs

    def jobs(self, seed: str) -> Stream:
        """Draw their jobs of a window. With one seed, a higher load brings the same jobs sooner."""
        return JobsOfOthers(self, seed).under(self.loads)


class JobsOfOthers:
    """Jobs of other accounts with one seed: drawn once, they come the sooner the higher the load is."""

    def __init__(self, others: Others, seed: str) -> None:
        """Draw nothing yet; the loads of ``others`` do not matter."""
        self._names = [_name(number) for number in range(len(others.fairness))]
        self._drawn = {
            backend: _Drawn(Random(f"{seed}:{backend}"), mean, len(self._names))
            for backend, mean in others.job_seconds.items()
        }

    def under(self, loads: Mapping[str, float]) -> Stream:
        """Return those of a window under some load of each backend."""
        jobs = Stream()
        for backend, load in loads.items():
            if not load or not self._names:
                continue
            drawn, moments = self._drawn[backend], list[float]()
            for gap in drawn.gaps():
                moment = (moments[-1] if moments else 0.0) + gap / load
                if moment >= WINDOW_DAYS * DAY_SECONDS:
                    break
                moments.append(moment)
            jobs.submitted_seconds.extend(moments)
            jobs.projects.extend([self._names[whose] for whose in drawn.whose[: len(moments)]])
            jobs.backends.extend([backend] * len(moments))
            jobs.duration_seconds.extend(drawn.durations[: len(moments)])
        return jobs


class _Drawn:
    """What is drawn of the jobs on one backend."""

    def __init__(self, chance: Random, mean: float, instances: int) -> None:
        self.whose: list[int] = []
        self.durations: list[float] = []
        self._gaps: list[float] = []
        self._chance, self._mean, self._instances = chance, mean, instances

    def gaps(self) -> Iterator[float]:
        """Yield, without end, how long each job comes after the one before at full load, once that job is drawn."""
        yield from self._gaps
        while True:
            self._gaps.append(exponential(self._chance) * self._mean)
            self.whose.append(self._chance.randrange(self._instances))
            self.durations.append(exponential(self._chance) * self._mean)
            yield self._gaps[-1]


def like_ours(history: History, terms: Mapping[str, Terms]) -> Others:
    """Take others to be like this account: their jobs as long as ours, their instances at the same fairness.

    How much they use is not said yet: nothing.

    Jobs of less than five minutes are taken together, which spares millions of them.
    """
    seconds = {backend: max(mean, _SHORTEST_SECONDS) for backend, mean in history.mean_job_seconds().items()}
    return Others(dict.fromkeys(history.backends, 0.0), seconds, _typical_fairness(history, terms))


def _typical_fairness(history: History, terms: Mapping[str, Terms]) -> list[float]:
    """Return the fairness at which the first, the second ... fifth of the account's time is used."""
    rated = sorted(
        (used / terms[name].allocation_seconds, used)
        for name in history.instances
        if (used := history.used_seconds(name, history.today)) and terms[name].allocation_seconds
    )
    total, reached = sum(used for _, used in rated), 0.0
    found: list[float] = []
    for fairness, used in rated:
        reached += used
        while len(found) < _INSTANCES and reached >= (len(found) + 0.5) / _INSTANCES * total:
            found.append(fairness)
    return found


def _name(number: int) -> str:
    return f"(others {number + 1})"
