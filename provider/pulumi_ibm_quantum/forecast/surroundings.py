"""What nobody measures but waiting tells: how busy others keep the backends, and when in a day jobs come.

The last window is played again under one assumption after another, and the one is taken that makes instances wait as
long as they did. How much of each backend others use is found by bisection, so that its typical wait is right; in how
many hours of a day our own jobs come is the one of a few that fits best.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from math import exp, log
from operator import itemgetter
from random import Random
from typing import Final

from pulumi_ibm_quantum.forecast.history import DAY_SECONDS, WINDOW_DAYS, History, Terms
from pulumi_ibm_quantum.forecast.others import JobsOfOthers, Others, like_ours
from pulumi_ibm_quantum.forecast.parts import Over
from pulumi_ibm_quantum.forecast.play import Scene
from pulumi_ibm_quantum.forecast.streams import jobs_of, last_days, past_runs, project_of
from pulumi_ibm_quantum.queue import Stream

HOURS: Final = (24.0, 12.0, 8.0)
"""In how many hours of a day our own jobs may come: what is tried."""

_HALVINGS: Final = 5
_FULLEST: Final = 0.97
# A wait of seconds is no wait: two that differ by less than this hardly differ.
_GRACE_SECONDS: Final = 60

_Cell = tuple[str, str, int]
"""A project, a backend, and the number of a day."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is assumed of a queue beyond an account's own jobs.

    Attributes:
        others: the other accounts.
        hours: our jobs come within so many hours of a day.
        misfit: the factor by which the wait of an instance, played again, is typically off; 1 is none.
    """

    others: Others
    hours: float
    misfit: float


def fit(history: History, live: Mapping[str, Terms], *, seed: str, over: Over) -> Surroundings:
    """Find the surroundings in which the last window's waits are those observed; ``over`` works out each of `HOURS`."""
    return min(over(_Replay(history, live, seed).fitted, HOURS), key=lambda found: found.misfit)


class _Replay:
    """The last window, to be played again. Limits are left out, and so are days on which one was in force."""

    def __init__(self, history: History, live: Mapping[str, Terms], seed: str) -> None:
        self._history, self._live, self._seed = history, live, seed
        self._terms = {name: Terms(terms.allocation_seconds) for name, terms in live.items()}
        self._days = last_days(history)
        self._past = list(past_runs(history, history.today - timedelta(WINDOW_DAYS)))
        self._others = like_ours(history, live)
        self._jobs_of_others = JobsOfOthers(self._others, seed)
        self._observed = self._waits_observed()

    def fitted(self, hours: float) -> Surroundings:
        """Return what fits best if jobs come within so many hours of a day."""
        jobs = jobs_of(self._days, hours, Random(f"{self._seed}:{hours}"))
        days = (int(submitted // DAY_SECONDS) for submitted in jobs.submitted_seconds)
        cells = list(zip(jobs.projects, jobs.backends, days, strict=True))
        wanted = _typical(self._observed, key=itemgetter(1))
        low = dict.fromkeys(self._history.backends, 0.0)
        high = {backend: max(0.0, _FULLEST - used) for backend, used in _loads(jobs, self._history.backends).items()}
        for _ in range(_HALVINGS):
            middle = {backend: (low[backend] + high[backend]) / 2 for backend in low}
            found = _typical(self._waits(jobs, cells, replace(self._others, loads=middle)), key=itemgetter(1))
            for backend in low:
                too_short = found.get(backend, 0.0) < wanted.get(backend, 0.0)
                (low if too_short else high)[backend] = middle[backend]
        others = replace(self._others, loads=low)
        return Surroundings(others, hours, self._misfit(self._waits(jobs, cells, others)))

    def _waits(self, jobs: Stream, cells: Sequence[_Cell], others: Others) -> Mapping[_Cell, tuple[float, int]]:
        """Return mean wait and number of jobs for what was observed; ``cells`` are those of the jobs."""
        waits = defaultdict[_Cell, list[float]](list)
        jobs_of_others = self._jobs_of_others.under(others.loads)
        scene = Scene(list(self._terms), self._history.backends, self._past, jobs, others, jobs_of_others)
        for cell, wait in zip(cells, scene.waits(self._terms), strict=True):
            if cell in self._observed:
                waits[cell].append(wait)
        return {cell: (sum(some) / len(some), len(some)) for cell, some in waits.items()}

    def _waits_observed(self) -> Mapping[_Cell, tuple[float, int]]:
        observed: dict[_Cell, tuple[float, int]] = {}
        for number, day in enumerate(self._days):
            for name, ran in day:
                limit = self._live[name].limit_seconds
                tomorrow = ran.day + timedelta(1)
                if limit is None or self._history.used_seconds(name, tomorrow) < limit:
                    observed[project_of(name), ran.backend, number] = ran.mean_wait_seconds, ran.jobs
        return observed

    def _misfit(self, waits: Mapping[_Cell, tuple[float, int]]) -> float:
        found, wanted = (_typical(some, key=itemgetter(0)) for some in (waits, self._observed))
        ratios = [(found[one] + _GRACE_SECONDS) / (wanted[one] + _GRACE_SECONDS) for one in wanted]
        return exp(sum(abs(log(ratio)) for ratio in ratios) / len(ratios)) if ratios else 1.0


def _loads(jobs: Stream, backends: Iterable[str]) -> dict[str, float]:
    used = dict.fromkeys(backends, 0.0)
    for backend, seconds in zip(jobs.backends, jobs.duration_seconds, strict=True):
        used[backend] += seconds
    return {backend: seconds / (WINDOW_DAYS * DAY_SECONDS) for backend, seconds in used.items()}


def _typical(waits: Mapping[_Cell, tuple[float, int]], *, key: Callable[[_Cell], str]) -> dict[str, float]:
    """Return the median wait by ``key``, where a cell counts as often as it has jobs."""
    groups = defaultdict[str, list[tuple[float, int]]](list)
    for cell, wait in waits.items():
        groups[key(cell)].append(wait)
    return {name: _weighted_median(some) for name, some in groups.items()}


def _weighted_median(pairs: Iterable[tuple[float, int]]) -> float:
    ordered = sorted(pairs)
    half, reached = sum(weight for _, weight in ordered) / 2, 0
    for value, weight in ordered:
        reached += weight
        if reached >= half:
            return value
    raise AssertionError("a group has jobs")
