"""Reading what instances used day by day, for whoever wants to look at it; the plan itself needs less."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date

from pulumi_ibm_quantum.cloud import MAX_CONNECTIONS, Cloud, CloudError, parse_crn
from pulumi_ibm_quantum.planning.problems import PlanningError
from pulumi_ibm_quantum.planning.progress import Progress, silent

# An address may be about 8000 characters long, and a CRN takes about 160 of them.
_CRNS_IN_A_CALL = 30

DailyUsage = Mapping[str, Mapping[date, int]]
"""Whole seconds by CRN and day; a missing day is 0."""


def read_daily_usage(
    cloud: Cloud, account_id: str, first_days: Mapping[str, date], until: date, *, progress: Progress = silent
) -> DailyUsage:
    """Read each instance's days in [its first day, ``until``), many instances a call.

    Args:
        cloud: Where to ask.
        account_id: The account of the instances.
        first_days: The first day that is wanted of each instance, by CRN; more may come.
        until: The first day that is not wanted; today's figure would be incomplete.
        progress: Told as calls return.

    Raises:
        PlanningError: some of it could not be read.
    """
    usage: dict[str, Mapping[date, int]] = {}
    with ThreadPoolExecutor(MAX_CONNECTIONS) as pool:
        calls = [
            pool.submit(cloud.quantum_platform.usage_by_day, account_id, region, crns, first_day, until)
            for region, crns, first_day in batches_of_days(first_days)
        ]
        try:
            for done, call in enumerate(calls, start=1):
                usage.update(call.result())
                progress("reading days", done, len(calls))
        except CloudError as error:
            pool.shutdown(cancel_futures=True)
            raise PlanningError([str(error)]) from None
    return usage


def batches_of_days(first_days: Mapping[str, date]) -> Iterator[tuple[str, Sequence[str], date]]:
    """Yield region, CRNs and first day of each call for days; an address holds only so many CRNs."""
    by_region: dict[str, list[str]] = defaultdict(list)
    for crn in first_days:
        by_region[parse_crn(crn).region].append(crn)
    for region, listed in by_region.items():
        for start in range(0, len(listed), _CRNS_IN_A_CALL):
            batch = listed[start : start + _CRNS_IN_A_CALL]
            yield region, batch, min(first_days[crn] for crn in batch)
