"""How long instances will wait as it is and as decided: the last sixty days, resampled, run under one and the other.

Of one such future it can be told who runs when; a forecast sums up many.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final, Generic, Literal, TypeVar

from pulumi_ibm_quantum.forecast.futures import Futures, PlayedFuture
from pulumi_ibm_quantum.forecast.history import AccountHistory, History, Terms
from pulumi_ibm_quantum.forecast.parts import Over, Progress, counted, one_by_one
from pulumi_ibm_quantum.forecast.play import in_force
from pulumi_ibm_quantum.forecast.streams import project_of
from pulumi_ibm_quantum.forecast.surroundings import HOURS, Surroundings, fit
from pulumi_ibm_quantum.queue import Simulation

RESAMPLES: Final = 20
"""How many futures are drawn unless told otherwise."""

TermsInForce = Literal["live", "decided"]
"""What the instances have, or what each is to have."""


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
class InstanceComparison:
    """An instance's next 28 days, with its waits under each of the terms; without jobs in any resample there are none.

    ``jobs`` is their number, on average over the resamples.
    """

    name: str
    jobs: float
    waits: tuple[Waits | None, ...]


@dataclass(frozen=True, slots=True)
class InstanceForecast:
    """An instance's next 28 days; without jobs in any resample there are no waits.

    ``jobs`` is their number, on average over the resamples.
    """

    name: str
    jobs: float
    live: Waits | None
    decided: Waits | None


OfInstance = TypeVar("OfInstance", InstanceComparison, InstanceForecast)


@dataclass(frozen=True, slots=True)
class Comparison(Generic[OfInstance]):
    """Waiting under several terms, which all meet the same futures, in the order of the history's instances.

    ``used_seconds`` is what all instances together use in the 28 days if nothing stops them.
    """

    instances: tuple[OfInstance, ...]
    surroundings: Surroundings
    used_seconds: Estimate
    resamples: int
    seed: int


@dataclass(frozen=True, slots=True)
class Forecast(Comparison[InstanceForecast]):
    """What becomes of waiting, live and as decided."""


def forecast(
    account: AccountHistory,
    *,
    resamples: int = RESAMPLES,
    seed: int = 0,
    progress: Progress | None = None,
    over: Over = one_by_one,
) -> Forecast:
    """Run resampled futures of an account under its live terms and under the decided ones.

    The live terms are taken to have held all along. Both meet the same futures, ``resamples`` in number; the same
    ``seed`` gives the same ones. ``over`` may share the work out: the figures are the same whoever does it.
    """
    found = compare(
        account.history,
        account.live,
        [account.live, account.decided],
        resamples=resamples,
        seed=seed,
        progress=progress,
        over=over,
    )
    instances = tuple(InstanceForecast(one.name, one.jobs, *one.waits) for one in found.instances)
    return Forecast(instances, found.surroundings, found.used_seconds, resamples, seed)


def compare(
    history: History,
    live: Mapping[str, Terms],
    compared: Sequence[Mapping[str, Terms]],
    *,
    resamples: int = RESAMPLES,
    seed: int = 0,
    progress: Progress | None = None,
    over: Over = one_by_one,
) -> Comparison[InstanceComparison]:
    """Run resampled futures of an account under some terms; the ``live`` ones are taken to have held all along."""
    distinct = [terms for number, terms in enumerate(compared) if terms not in compared[:number]]
    over = counted(over, progress, len(HOURS) + resamples)
    surroundings = fit(history, live, seed=f"{seed}", over=over)
    played = list(over(Futures(history, surroundings, seed, distinct).played, range(resamples)))
    places = [distinct.index(terms) for terms in compared]
    return Comparison(
        instances=tuple(_instance(name, played, places) for name in history.instances),
        surroundings=surroundings,
        used_seconds=_estimate([one.used_seconds for one in played]),
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
    over = counted(one_by_one, progress, len(HOURS) + 1)
    surroundings = fit(account.history, account.live, seed=f"{seed}", over=over)
    in_question = in_force(account.live if terms == "live" else account.decided)
    scene = Futures(account.history, surroundings, seed, [in_question]).scene(0)
    (simulation,) = over(scene.played, [in_question])
    return simulation, surroundings


def _instance(name: str, played: Sequence[PlayedFuture], places: Sequence[int]) -> InstanceComparison:
    project = project_of(name)
    jobs = sum(one.jobs.get(project, 0) for one in played) / len(played)
    return InstanceComparison(name, jobs, tuple(_summary(project, played, place) for place in places))


def _summary(project: str, played: Sequence[PlayedFuture], place: int) -> Waits | None:
    found = [one.waits[place][project] for one in played if project in one.waits[place]]
    if not found:
        return None
    medians, p90s = zip(*found, strict=True)
    return Waits(median_seconds=_estimate(medians), p90_seconds=_estimate(p90s))


def _estimate(values: Sequence[float]) -> Estimate:
    return Estimate(median(values), min(values), max(values))
