"""What a change does to waiting: the same futures of the account, played without it and with it."""

from dataclasses import dataclass

from pulumi_ibm_quantum import forecast
from pulumi_ibm_quantum.forecast import Comparison, History, InstanceComparison, Waits
from pulumi_ibm_quantum.planning import Progress
from pulumi_ibm_quantum.planning.forecasting import compare_waits
from pulumi_ibm_quantum.planning.job_days import JobDays
from pulumi_ibm_quantum.planning.progress import silent
from pulumi_ibm_quantum.review.effect import Effect, Terms


@dataclass(frozen=True, slots=True)
class InstanceWaits:
    """How long an instance's jobs wait in 28 days without a change and with it; ``jobs`` is their number on average."""

    name: str
    jobs: float
    base: Waits
    head: Waits

    @property
    def largest_first(self) -> tuple[float, float, str]:
        """By what they are sorted: how much the 90th percentile changes, and then the median."""
        p90, median = (
            _difference(before.middle, after.middle)
            for before, after in (
                (self.base.p90_seconds, self.head.p90_seconds),
                (self.base.median_seconds, self.head.median_seconds),
            )
        )
        return -p90, -median, self.name


@dataclass(frozen=True, slots=True)
class ChangedWaits:
    """What a change does to waiting.

    Attributes:
        instances: Those that have jobs, configured or not; where waiting changes most first.
        assumed: What the figures rest on.
        jobs_digest: Of the days that they were drawn from.
    """

    instances: tuple[InstanceWaits, ...]
    assumed: Comparison[InstanceComparison]
    jobs_digest: str


def waits_under(effect: Effect, jobs: JobDays, *, progress: Progress = silent) -> ChangedWaits:
    """Forecast the waits of all instances without a change and with it.

    What is to be created has no jobs yet. Instances that no configuration names compete, and keep what they have.
    """
    observation = effect.head.observation
    named = {one.crn: one for one in effect.instances if one.crn is not None}
    others = [one for one in effect.head.unconfigured if one.crn not in named]
    names = {crn: one.name for crn, one in named.items()} | {one.crn: one.label for one in others}
    live = {one.crn: Terms(one.allocation_seconds or 0, one.limit) for one in observation.instances if one.crn in names}
    base = live | {crn: one.base for crn, one in named.items()}
    head = live | {crn: one.head for crn, one in named.items()}
    history = History(observation.day, {crn: jobs.by_crn.get(crn, []) for crn in names})
    found = compare_waits(history, *(_queued(terms) for terms in (live, base, head)), progress=progress)
    instances = [
        InstanceWaits(names[one.name], one.jobs, before, after)
        for one in found.instances
        for before, after in [one.waits]
        if before is not None and after is not None
    ]
    return ChangedWaits(tuple(sorted(instances, key=lambda one: one.largest_first)), found, jobs.digest)


def _queued(terms: dict[str, Terms]) -> dict[str, forecast.Terms]:
    return {crn: forecast.Terms(one.allocation_seconds, one.limit.seconds) for crn, one in terms.items()}


def _difference(before: float, after: float) -> float:
    return 0.0 if before == after else abs(before - after)
