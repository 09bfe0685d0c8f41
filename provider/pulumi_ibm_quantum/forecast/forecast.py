"""How long instances will wait as it is and as decided: the last sixty days, resampled, run under one and the other.

Of one such future it can be told who runs when; a forecast sums up many.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from random import Random
from statistics import median
from typing import Final, Literal

from pulumi_ibm_quantum.forecast.history import AccountHistory, History, Terms
from pulumi_ibm_quantum.forecast.play import Scene, in_force
from pulumi_ibm_quantum.forecast.streams import jobs_of, past_runs, project_of, resampled_days
from pulumi_ibm_quantum.forecast.surroundings import PLAYS, Surroundings, fit
from pulumi_ibm_quantum.queue import PastRun, Simulation, p90

RESAMPLES: Final = 20
"""How many futures are drawn unless told otherwise."""

TermsInForce = Literal["live", "decided"]
"""What the instances have, or what each is to have."""

Progress = Callable[[int, int], None]
"""Called with the number of runs of the queue that are done, and of all."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure over the resamples: the median one, the lowest and the highest; infinite where jobs never run."""

    middle: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Waits:
    """How long an instance's jobs wait under some terms, in seconds, from submission to start."""

    median_seconds: Estimate
    p90_seconds: Estimate


@dataclass(frozen=True, slots=True)
class InstanceForecast:
    """An instance's next 28 days; without jobs in any resample there are no waits.

    ``jobs`` is their number, on average over the resamples.
    """

    name: str
    jobs: float
    live: Waits | None
    decided: Waits | None


@dataclass(frozen=True, slots=True)
class Forecast:
    """What becomes of waiting, in the order of the history's instances.

    ``used_seconds`` is what all instances together use in the 28 days if nothing stops them.
    """

    instances: tuple[InstanceForecast, ...]
    surroundings: Surroundings
    used_seconds: Estimate
    resamples: int
    seed: int


def forecast(
    account: AccountHistory, *, resamples: int = RESAMPLES, seed: int = 0, progress: Progress | None = None
) -> Forecast:
    """Run resampled futures of an account under its live terms and under the decided ones.

    The live terms are taken to have held all along. Both meet the same futures, ``resamples`` in number; the same
    ``seed`` gives the same ones.
    """
    history, compared = account.history, [account.live]
    if account.decided != account.live:
        compared.append(account.decided)
    played = _counting(progress, PLAYS + len(compared) * resamples)
    surroundings = fit(history, account.live, seed=f"{seed}", played=played)
    past = list(past_runs(history, history.today))
    waits: list[_Waits] = [{} for _ in compared]
    used: list[float] = []
    for number in range(resamples):
        scene = _future(history, past, surroundings, f"{seed}:{number}")
        used.append(sum(float(job.duration_seconds) for job in scene.jobs))
        for terms, found in zip(compared, waits, strict=True):
            _collect(found, scene, in_force(terms))
            played()
    return Forecast(
        instances=tuple(_instance(name, waits[0], waits[-1], resamples) for name in history.instances),
        surroundings=surroundings,
        used_seconds=_estimate(used),
        resamples=resamples,
        seed=seed,
    )


def play_future(
    account: AccountHistory, terms: TermsInForce, *, seed: int, progress: Progress
) -> tuple[Simulation, Surroundings]:
    """Draw one future, the first of those of a forecast with the same seed, and run it under some terms.

    Returns:
        Who runs when in 28 days from the history's ``today``, which begins at 0; and what was assumed.
    """
    played = _counting(progress, PLAYS + 1)
    surroundings = fit(account.history, account.live, seed=f"{seed}", played=played)
    history = account.history
    scene = _future(history, list(past_runs(history, history.today)), surroundings, f"{seed}:0")
    simulation = scene.played(in_force(account.live if terms == "live" else account.decided))
    played()
    return simulation, surroundings


def _counting(progress: Progress | None, total: int) -> Callable[[], None]:
    """Return what is to be called after each run of the queue, so that ``progress`` is told how many are done."""
    done = count(1)
    return lambda: progress(next(done), total) if progress is not None else None


def _future(history: History, past: Sequence[PastRun], surroundings: Surroundings, seed: str) -> Scene:
    """Draw one future: 28 days from ``history.today``, which begins at 0; ``past`` is what counts then."""
    chance = Random(seed)
    return Scene(
        backends=history.backends,
        past=past,
        jobs=list(jobs_of(resampled_days(history, chance), surroundings.hours, chance)),
        others=surroundings.others,
        jobs_of_others=list(surroundings.others.jobs(seed)),
    )


_Waits = dict[str, list[list[float]]]
"""By project and resample, how long each job waits, in rising order; a resample without jobs is not there."""


def _collect(found: _Waits, scene: Scene, terms: Mapping[str, Terms]) -> None:
    by_project = defaultdict[str, list[float]](list)
    for job, wait in zip(scene.jobs, scene.waits(terms), strict=True):
        by_project[job.project].append(wait)
    for project, some in by_project.items():
        found.setdefault(project, []).append(sorted(some))


def _instance(name: str, live_waits: _Waits, decided_waits: _Waits, resamples: int) -> InstanceForecast:
    live, decided = (waits.get(project_of(name), []) for waits in (live_waits, decided_waits))
    return InstanceForecast(name, sum(map(len, live)) / resamples, _summary(live), _summary(decided))


def _summary(waits: Sequence[Sequence[float]]) -> Waits | None:
    if not waits:
        return None
    return Waits(
        median_seconds=_estimate([median(one) for one in waits]),
        p90_seconds=_estimate([p90(one) for one in waits]),
    )


def _estimate(values: Sequence[float]) -> Estimate:
    return Estimate(median(values), min(values), max(values))
