"""Futures of an account: the last sixty days, resampled, and what becomes of waiting in each of them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from random import Random
from statistics import median

from pulumi_ibm_quantum.forecast.history import History, Terms
from pulumi_ibm_quantum.forecast.play import Scene, in_force
from pulumi_ibm_quantum.forecast.streams import jobs_of, past_runs, resampled_days
from pulumi_ibm_quantum.forecast.surroundings import Surroundings
from pulumi_ibm_quantum.queue import PastRun, p90

WaitsOfProjects = Mapping[str, tuple[float, float]]
"""The median wait and the 90th percentile in seconds by project; one without jobs is not there."""


@dataclass(frozen=True, slots=True)
class PlayedFuture:
    """What came of one future; ``waits`` are those under each of the terms that are compared."""

    used_seconds: float
    jobs: Mapping[str, int]
    waits: Sequence[WaitsOfProjects]


@dataclass(frozen=True)
class Futures:
    """The futures of an account by their numbers, each to be played under all of the terms that are compared."""

    history: History
    surroundings: Surroundings
    seed: int
    compared: Sequence[Mapping[str, Terms]]

    def scene(self, number: int) -> Scene:
        """Draw one: 28 days from the history's ``today``, which begins at 0."""
        seed = f"{self.seed}:{number}"
        chance, others = Random(seed), self.surroundings.others
        return Scene(
            instances=list(self.history.instances),
            backends=self.history.backends,
            past=self._past,
            jobs=jobs_of(resampled_days(self.history, chance), self.surroundings.hours, chance),
            others=others,
            jobs_of_others=others.jobs(seed),
        )

    def played(self, number: int) -> PlayedFuture:
        """Draw one and play it."""
        scene = self.scene(number)
        jobs = defaultdict[str, int](int)
        for project in scene.jobs.projects:
            jobs[project] += 1
        waits = [_by_project(scene, in_force(terms)) for terms in self.compared]
        return PlayedFuture(sum(scene.jobs.duration_seconds), jobs, waits)

    @cached_property
    def _past(self) -> Sequence[PastRun]:
        return list(past_runs(self.history, self.history.today))


def _by_project(scene: Scene, terms: Mapping[str, Terms]) -> WaitsOfProjects:
    waits = defaultdict[str, list[float]](list)
    for project, wait in zip(scene.jobs.projects, scene.waits(terms), strict=True):
        waits[project].append(wait)
    for some in waits.values():
        some.sort()
    return {project: (median(some), p90(some)) for project, some in waits.items()}
