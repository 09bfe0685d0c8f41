"""What a forecast wants to know of an account beyond a decision: what instances ran day by day on each backend."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from pulumi_ibm_quantum.cloud import Cloud, JobTotals
from pulumi_ibm_quantum.forecast import HISTORY_DAYS, AccountHistory, History, JobsOfDay, Terms
from pulumi_ibm_quantum.planning.daily_usage import batches_of_days
from pulumi_ibm_quantum.planning.decision import Decision
from pulumi_ibm_quantum.planning.errors import PlanningError
from pulumi_ibm_quantum.planning.gathering import Gathering
from pulumi_ibm_quantum.planning.job_days import JobDays
from pulumi_ibm_quantum.planning.observation import Observation, ObservedInstance
from pulumi_ibm_quantum.planning.progress import Progress, silent
from pulumi_ibm_quantum.vocabulary import PLANS, find_plan, printable


def read_history(decision: Decision, cloud: Cloud, *, progress: Progress = silent) -> AccountHistory:
    """Read the days of every instance that competes, and put what is decided beside what there is.

    Raises:
        PlanningError: the plan has no rolling window, or some of the account could not be read.
    """
    competing = [one for one in _competing(decision).values() if one is not None]
    return account_history(decision, read_job_days(decision.observation, cloud, competing, progress=progress))


def account_history(decision: Decision, jobs: JobDays) -> AccountHistory:
    """Put what is decided beside what there is, and what was run.

    Instances that no entry names compete too; they keep what they have.
    """
    observation, competing = decision.observation, _competing(decision)
    live = {
        name: Terms(0) if one is None else Terms(one.allocation_seconds or 0, one.limit.seconds)
        for name, one in competing.items()
    }
    decided = {
        one.name: Terms(one.outcome.new_allocation_seconds, one.outcome.new_limit.seconds) for one in decision.instances
    }
    days = {name: [] if one is None else jobs.by_crn.get(one.crn, []) for name, one in competing.items()}
    history = History(observation.day, days)
    return AccountHistory(observation.account_id, observation.plan, history, live, {**live, **decided})


def read_job_days(
    observation: Observation, cloud: Cloud, instances: Iterable[ObservedInstance], *, progress: Progress = silent
) -> JobDays:
    """Read what some instances of an observed account ran on the complete days before.

    Raises:
        PlanningError: the plan has no rolling window, or some of the account could not be read.
    """
    if not find_plan(observation.plan).has_rolling_window:
        those = " and ".join(plan.name for plan in PLANS if plan.has_rolling_window)
        raise PlanningError([f"no forecast for plan {observation.plan}: only {those} have a rolling window of 28 days"])
    account_id, platform = observation.account_id, cloud.quantum_platform
    start, end = observation.day - timedelta(HISTORY_DAYS), observation.day
    batches = list(batches_of_days(dict.fromkeys(instances, start)))
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
    days: dict[str, list[JobsOfDay]] = {crn: [] for _, crns, _ in batches for crn in crns}
    for backend, answer in cells:
        for crn, by_day in answer.value.items():
            days[crn] += [
                _jobs_of_day(day, backend, totals) for day, totals in sorted(by_day.items()) if start <= day < end
            ]
    return JobDays(days)


def _competing(decision: Decision) -> Mapping[str, ObservedInstance | None]:
    """Return the configured instances by name and then the others, whose names need not be unique."""
    competing = {one.name: one.live for one in decision.instances}
    for instance in decision.unconfigured:
        name = instance.label
        competing[f"{name} ({instance.crn})" if name in competing else name] = instance
    return competing


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
