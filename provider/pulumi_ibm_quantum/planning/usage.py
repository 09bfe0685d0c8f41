"""Reading the usage of all configured instances at once, with few calls.

28 days come from the instances' own usage, one call each; the shorter windows from account-wide analytics, one call for
each region and window, as does the usage since a balance period began; days, which only net grants need, in batches.
The services differ by up to an hour.
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from pulumi_ibm_quantum.balancer import Usage
from pulumi_ibm_quantum.balancer.limits import ROLLING_WINDOW_DAYS
from pulumi_ibm_quantum.cloud import MAX_CONNECTIONS, Cloud, CloudError
from pulumi_ibm_quantum.planning.daily_usage import batches_of_days
from pulumi_ibm_quantum.planning.problems import PlanningError
from pulumi_ibm_quantum.planning.progress import Progress

ROLLING_WINDOW = timedelta(days=ROLLING_WINDOW_DAYS)
"""What counts against allocations and limits."""

_SHORTER_WINDOWS = tuple(timedelta(days=days) for days in (14, 7, 3, 1))
_PROGRESS_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Metered:
    """An instance whose usage is wanted.

    ``first_day`` is the first day of it that a net grant needs, ``period_start`` the moment from which its target
    counts; each None where there is no such thing.
    """

    name: str
    crn: str
    region: str
    first_day: date | None = None
    period_start: datetime | None = None


@dataclass(frozen=True, slots=True)
class AccountUsage:
    """Whole seconds: of all instances of the plan in 28 days, and by name of each metered one, and of its period."""

    consumed_seconds: int
    by_name: Mapping[str, Usage]
    in_period: Mapping[str, int]


def read_usage(
    cloud: Cloud, account_id: str, plan: str, metered: Sequence[Metered], *, now: datetime, progress: Progress
) -> AccountUsage:
    """Read the usage of a plan and of some of its instances as of ``now``.

    Raises:
        PlanningError: some usage could not be read; an instance's is named.
    """
    quantum = cloud.quantum_platform
    regions = sorted({one.region for one in metered})
    with ThreadPoolExecutor(MAX_CONNECTIONS) as pool:
        consumed = pool.submit(quantum.plan_usage, account_id, plan, now - ROLLING_WINDOW, now)
        windows = {
            (region, window): pool.submit(quantum.usage_by_instance, account_id, plan, region, now - window, now)
            for region in regions
            for window in _SHORTER_WINDOWS
        }
        periods = {
            (one.region, one.period_start): pool.submit(
                quantum.usage_by_instance, account_id, plan, one.region, one.period_start, now
            )
            for one in metered
            if one.period_start is not None
        }
        days = [
            pool.submit(quantum.usage_by_day, account_id, region, crns, first_day, now.date())
            for region, crns, first_day in batches_of_days(
                {one.crn: one.first_day for one in metered if one.first_day is not None}
            )
        ]
        rolling = {one.name: pool.submit(quantum.instance_usage, one.crn) for one in metered}
        _wait_for_all([consumed, *windows.values(), *periods.values(), *days], rolling, progress)
    by_day = {crn: usage for batch in days for crn, usage in batch.result().items()}
    by_name = {}
    for one in metered:
        fourteen, seven, three, day = (windows[one.region, w].result().get(one.crn, 0) for w in _SHORTER_WINDOWS)
        by_name[one.name] = Usage(
            rolling[one.name].result(), fourteen, seven, three, day, by_day=by_day.get(one.crn, {})
        )
    in_period = {
        one.name: periods[one.region, one.period_start].result().get(one.crn, 0)
        for one in metered
        if one.period_start is not None
    }
    return AccountUsage(consumed.result(), by_name, in_period)


def _wait_for_all(
    of_account: Sequence[Future[Any]], of_instances: Mapping[str, Future[Any]], progress: Progress
) -> None:
    """Wait for all calls; after a failure start no more, let those under way finish, and report every failure."""
    calls = [*of_account, *of_instances.values()]
    pending: set[Future[Any]] = set(calls)
    while pending:
        done, pending = wait(pending, timeout=_PROGRESS_SECONDS, return_when=FIRST_EXCEPTION)
        progress("reading usage", len(calls) - len(pending), len(calls))
        if any(_failure(call) for call in done):
            for call in pending:
                call.cancel()
    failures = [_failure(call) for call in of_account]
    failures += [error.about(name) for name, call in of_instances.items() if (error := _failure(call))]
    if found := list(dict.fromkeys(str(error) for error in failures if error)):
        raise PlanningError(found)


def _failure(call: Future[Any]) -> CloudError | None:
    if call.cancelled():
        return None
    error = call.exception()
    if error is not None and not isinstance(error, CloudError):
        raise error
    return error
