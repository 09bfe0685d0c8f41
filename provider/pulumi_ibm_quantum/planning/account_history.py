"""Reading what instances ran day by day on each backend, for a forecast; a decision needs less."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from pulumi_ibm_quantum.cloud import Cloud, JobTotals
from pulumi_ibm_quantum.forecast import HISTORY_DAYS, AccountHistory, History, JobsOfDay, Terms
from pulumi_ibm_quantum.planning.daily_usage import batches_of_days
from pulumi_ibm_quantum.planning.decision import Decision
from pulumi_ibm_quantum.planning.errors import PlanningError
from pulumi_ibm_quantum.planning.gathering import Gathering
from pulumi_ibm_quantum.planning.observation import Observation, ObservedInstance
from pulumi_ibm_quantum.planning.progress import Progress, silent
from pulumi_ibm_quantum.vocabulary import PLANS, find_plan, printable


def read_history(decision: Decision, cloud: Cloud, *, progress: Progress = silent) -> AccountHistory:
    """Read the days of every instance that competes, and put what is decided beside what there is.

    Instances that no entry names compete too; they keep what they have.

    Raises:
        PlanningError: the plan has no rolling window, or some of the account could not be read.
    """
    observation = decision.observation
    if not find_plan(observation.plan).has_rolling_window:
        those = " and ".join(plan.name for plan in PLANS if plan.has_rolling_window)
        raise PlanningError([f"no forecast for plan {observation.plan}: only {those} have a rolling window of 28 days"])
    competing = _competing(decision)
    live = {
        name: Terms(0) if one is None else Terms(one.allocation_seconds or 0, one.limit.seconds)
        for name, one in competing.items()
    }
    decided = {
        one.name: Terms(one.outcome.new_allocation_seconds, one.outcome.new_limit.seconds) for one in decision.instances
    }
    history = History(observation.day, _days(observation, cloud, competing, progress))
    return AccountHistory(observation.account_id, observation.plan, history, live, {**live, **decided})


def _competing(decision: Decision) -> Mapping[str, ObservedInstance | None]:
    """Return the configured instances by name and then the others, whose names need not be unique."""
    competing = {one.name: one.live for one in decision.instances}
    for instance in decision.unconfigured:
        name = instance.label
        competing[f"{name} ({instance.crn})" if name in competing else name] = instance
    return competing


def _days(
    observation: Observation, cloud: Cloud, competing: Mapping[str, ObservedInstance | None], progress: Progress
) -> Mapping[str, Sequence[JobsOfDay]]:
    account_id, platform = observation.account_id, cloud.quantum_platform
    start, end = observation.day - timedelta(HISTORY_DAYS), observation.day
    named = {instance.crn: name for name, instance in competing.items() if instance is not None}
    batches = list(batches_of_days({one: start for one in competing.values() if one is not None}))
    with Gathering("reading backends", progress) as first:
        backends = {
            region: first.add(platform.backends_used, account_id, observation.plan, region, start, end)
            for region in sorted({region for region, _, _ in batches})
        }
    with Gathering("reading days", progress) as second:
        cells = [
            (
                printable(backend),
                second.add(platform.jobs_by_day, account_id, region, crns, backend=backend, start=start, end=end),
            )
            for region, crns, _ in batches
            for backend in backends[region].value
        ]
    days: dict[str, list[JobsOfDay]] = {name: [] for name in competing}
    for backend, answer in cells:
        for crn, by_day in answer.value.items():
            days[named[crn]] += [
                _jobs_of_day(day, backend, totals) for day, totals in sorted(by_day.items()) if start <= day < end
            ]
    return days


def _jobs_of_day(day: date, backend: str, totals: JobTotals) -> JobsOfDay:
    return JobsOfDay(
        day=day,
        backend=backend,
        jobs=totals.jobs,
        used_seconds=totals.used_seconds,
        # A session over midnight may be longer than what this day has of it.
        longest_seconds=min(totals.longest_seconds, totals.used_seconds),
        mean_wait_seconds=round(totals.mean_wait_seconds, 3),
    )
