"""Reading what instances ran day by day on each system, for a forecast; the plan itself needs less."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Final

from pulumi_ibm_quantum.cloud import Cloud, JobTotals, LiveInstance
from pulumi_ibm_quantum.forecast import HISTORY_DAYS, History, JobsOfDay, Snapshot, Terms
from pulumi_ibm_quantum.planning.daily_usage import batches_of_days
from pulumi_ibm_quantum.planning.planner import PlannedAccount
from pulumi_ibm_quantum.planning.problems import PlanningError
from pulumi_ibm_quantum.planning.progress import Progress, silent
from pulumi_ibm_quantum.planning.side_by_side import side_by_side

_FORECAST_PLANS: Final = ("internal", "premium")


def read_snapshot(planned: PlannedAccount, cloud: Cloud, *, progress: Progress = silent) -> Snapshot:
    """Read the days of every instance that competes, and put the plan beside what there is.

    Instances that no entry names compete too; they keep what they have.

    Raises:
        PlanningError: the plan has no rolling window, or some of the account could not be read.
    """
    account = planned.plan.account
    if account.plan not in _FORECAST_PLANS:
        those = " and ".join(_FORECAST_PLANS)
        raise PlanningError([f"no forecast for plan {account.plan}: only {those} have a rolling window of 28 days"])
    competing = _competing(planned)
    live = {name: _terms(instance) for name, instance in competing.items()}
    proposed = {one.name: Terms(one.new_allocation_seconds, one.new_limit_seconds) for one in planned.plan.instances}
    history = History(planned.today, _days(planned, cloud, competing, progress))
    return Snapshot(account.account_id, account.plan, history, live, {**live, **proposed})


def _competing(planned: PlannedAccount) -> Mapping[str, LiveInstance | None]:
    """Return the configured instances by name and then the others, whose names need not be unique."""
    competing: dict[str, LiveInstance | None] = dict(planned.live)
    for instance in planned.unconfigured:
        competing[f"{instance.name} ({instance.crn})" if instance.name in competing else instance.name] = instance
    return competing


def _terms(instance: LiveInstance | None) -> Terms:
    if instance is None or instance.settings is None:
        return Terms(0)
    return Terms(instance.settings.allocation_seconds, instance.settings.limit_seconds)


def _days(
    planned: PlannedAccount, cloud: Cloud, competing: Mapping[str, LiveInstance | None], progress: Progress
) -> Mapping[str, Sequence[JobsOfDay]]:
    account, platform = planned.plan.account, cloud.quantum_platform
    start, end = planned.today - timedelta(HISTORY_DAYS), planned.today
    named = {instance.crn: name for name, instance in competing.items() if instance is not None}
    batches = list(batches_of_days(dict.fromkeys(named, start)))
    regions = sorted({region for region, _, _ in batches})
    asked = [partial(platform.backends_used, account.account_id, account.plan, one, start, end) for one in regions]
    backends = dict(zip(regions, side_by_side(asked, "reading systems", progress), strict=True))
    cells = [(region, crns, backend) for region, crns, _ in batches for backend in backends[region]]
    calls = [
        partial(platform.jobs_by_day, account.account_id, region, crns, backend=backend, start=start, end=end)
        for region, crns, backend in cells
    ]
    days: dict[str, list[JobsOfDay]] = {name: [] for name in competing}
    for (_, _, backend), answer in zip(cells, side_by_side(calls, "reading days", progress), strict=True):
        for crn, by_day in answer.items():
            days[named[crn]] += [
                _jobs_of_day(day, backend, totals) for day, totals in sorted(by_day.items()) if start <= day < end
            ]
    return days


def _jobs_of_day(day: date, backend: str, totals: JobTotals) -> JobsOfDay:
    return JobsOfDay(
        day=day,
        system=backend,
        jobs=totals.jobs,
        used_seconds=totals.used_seconds,
        # A session over midnight may be longer than what this day has of it.
        longest_seconds=min(totals.longest_seconds, totals.used_seconds),
        mean_wait_seconds=round(totals.mean_wait_seconds, 3),
    )
