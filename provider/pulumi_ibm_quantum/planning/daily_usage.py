"""Reading what instances used day by day, for whoever wants to look at it; the plan itself needs less."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import partial

from pulumi_ibm_quantum.cloud import Cloud, parse_crn
from pulumi_ibm_quantum.planning.progress import Progress, silent
from pulumi_ibm_quantum.planning.side_by_side import side_by_side

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
    calls = [
        partial(cloud.quantum_platform.usage_by_day, account_id, region, crns, first_day, until)
        for region, crns, first_day in batches_of_days(first_days)
    ]
    return dict(item for answer in side_by_side(calls, "reading days", progress) for item in answer.items())


def batches_of_days(first_days: Mapping[str, date]) -> Iterator[tuple[str, Sequence[str], date]]:
    """Yield region, CRNs and first day of each call for days; an address holds only so many CRNs."""
    by_region: dict[str, list[str]] = defaultdict(list)
    for crn in first_days:
        by_region[parse_crn(crn).region].append(crn)
    for region, listed in by_region.items():
        for start in range(0, len(listed), _CRNS_IN_A_CALL):
            batch = listed[start : start + _CRNS_IN_A_CALL]
            yield region, batch, min(first_days[crn] for crn in batch)
