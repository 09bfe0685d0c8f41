"""Reading what instances used day by day: a decision needs it only where there are net grants."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from pulumi_ibm_quantum.cloud import Cloud
from pulumi_ibm_quantum.planning.gathering import Answer, Gathering
from pulumi_ibm_quantum.planning.observation import ObservedInstance
from pulumi_ibm_quantum.planning.progress import Progress, silent

# An address may be about 8000 characters long, and a CRN takes about 160 of them.
_CRNS_IN_A_CALL = 30

DailyUsage = Mapping[str, Mapping[date, int]]
"""Whole seconds by CRN and day; a missing day is 0."""


def read_daily_usage(
    cloud: Cloud,
    account_id: str,
    first_days: Mapping[ObservedInstance, date],
    until: date,
    *,
    progress: Progress = silent,
) -> DailyUsage:
    """Read each instance's days in [its first day, ``until``), many instances a call; earlier days may come too.

    Raises:
        PlanningError: some of it could not be read.
    """
    with Gathering("reading days", progress) as gathering:
        answers = add_days(gathering, cloud, account_id, first_days, until)
    return dict(item for answer in answers for item in answer.value.items())


def add_days(
    gathering: Gathering, cloud: Cloud, account_id: str, first_days: Mapping[ObservedInstance, date], until: date
) -> Sequence[Answer[DailyUsage]]:
    """Add the calls that ``read_daily_usage`` makes to others."""
    return [
        gathering.add(cloud.quantum_platform.usage_by_day, account_id, region, crns, first_day, until)
        for region, crns, first_day in batches_of_days(first_days)
    ]


def batches_of_days(first_days: Mapping[ObservedInstance, date]) -> Iterator[tuple[str, Sequence[str], date]]:
    """Yield region, CRNs and first day of each call for days; an address holds only so many CRNs."""
    by_region: dict[str, list[ObservedInstance]] = defaultdict(list)
    for instance in first_days:
        by_region[instance.region].append(instance)
    for region, listed in by_region.items():
        for start in range(0, len(listed), _CRNS_IN_A_CALL):
            batch = listed[start : start + _CRNS_IN_A_CALL]
            yield region, [one.crn for one in batch], min(first_days[one] for one in batch)
