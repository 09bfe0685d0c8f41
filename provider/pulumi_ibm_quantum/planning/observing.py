"""Reading an account, with few calls and many at once.

28 days come from the instances' own usage, one call each; the shorter windows from account-wide analytics, one call for
each region and window, as does the usage since a balance period began; days, which only net grants need, in batches.
The services differ by up to an hour.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from pulumi_ibm_quantum.cloud import Cloud, LiveInstance
from pulumi_ibm_quantum.config import ProjectConfiguration
from pulumi_ibm_quantum.planning.daily_usage import add_days
from pulumi_ibm_quantum.planning.gathering import Answer, Gathering
from pulumi_ibm_quantum.planning.instances import usage_needed
from pulumi_ibm_quantum.planning.matching import Matching, match
from pulumi_ibm_quantum.planning.observation import (
    WINDOW_DAYS,
    Observation,
    ObservedInstance,
    ObservedUsage,
    Usage,
)
from pulumi_ibm_quantum.planning.progress import Progress, silent
from pulumi_ibm_quantum.planning.resource_groups import needs_group
from pulumi_ibm_quantum.vocabulary import ROLLING_WINDOW, Limit, find_plan

SPARE_DAYS: Final = 2 * ROLLING_WINDOW
"""How far back the days go of an observation that serves configurations to come, which may have new net grants."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What is to be observed: the account and plan of a configuration, and how much of them.

    Attributes:
        configuration: Whose instances' usage is read.
        account: Whether the contracts and the plan's usage are, which only an administrator's key may ask for.
        usage: How much of the instances' usage.
        day: The day for which net grants are going to be resolved; None for today.
        whole: Whether other configurations of the account are going to be decided on too: the usage of instances that
            no entry names is read as well, everybody's day by day, and since every balance period in force.
    """

    configuration: ProjectConfiguration
    account: bool = True
    usage: Usage = "all"
    day: date | None = None
    whole: bool = False


def observe(
    cloud: Cloud,
    scope: Scope,
    *,
    progress: Progress = silent,
    created: Callable[[], Mapping[str, str]] = dict,
) -> Observation:
    """Read the account. All of it is as of one moment: the one at which the service answered about the account.

    Where the service refuses to tell the usage of a single instance, that is in ``Observation.refusals``. Lists lag
    behind creations: ``created``, which is asked where an entry has no instance in the list, returns the CRNs of what
    was created as code, by name, and they are read singly.

    Raises:
        PlanningError: anything else could not be read.
    """
    configuration = scope.configuration
    plan = find_plan(configuration.plan)
    with Gathering("reading usage", progress) as gathering:
        rolling = _RollingUsage(cloud, gathering, configuration)
        listed = gathering.add(rolling.list_instances, plan.plan_id)
        account = (
            gathering.add(cloud.quantum_platform.account, configuration.account_id, plan.plan_id)
            if scope.account
            else None
        )
        gathering.wait(listed, *filter(None, [account]))
        moment = account.value.now if account else datetime.now(UTC)
        instances = listed.value
        matching = match(configuration, instances)
        if unlisted := _unlisted(matching, created):
            instances += _read_singly(cloud, gathering, unlisted)
            matching = match(configuration, instances)
        wanted = _usage_wanted(scope, matching, moment)
        reading = _UsageReading(cloud, gathering, scope, moment, wanted)
        groups = (
            gathering.add(cloud.resource_controller.resource_groups, configuration.account_id, about="resource groups")
            if scope.usage == "all" and (scope.whole or any(map(needs_group, matching.matches)))
            else None
        )
        answers = {one: rolling.read(one.crn, want.name) for one, want in wanted.items()}
    return Observation(
        account_id=configuration.account_id,
        plan=plan.name,
        moment=moment,
        instances=instances,
        contracts=account.value.contracts if account else (),
        consumed_seconds=reading.consumed_seconds,
        usage={one.crn: reading.usage_of(one, answer.value) for one, answer in answers.items() if not answer.refusal},
        refusals={one.crn: str(answer.refusal) for one, answer in answers.items() if answer.refusal},
        resource_groups=None if groups is None or groups.refusal else groups.value,
    )


def _unlisted(matching: Matching, created: Callable[[], Mapping[str, str]]) -> dict[str, str]:
    """Return name and CRN of the instances that were created for an entry and are in no list yet."""
    names = [found.entry.name for found in matching.matches if found.is_to_be_created]
    if not names:
        return {}
    known = created()
    return {name: known[name] for name in names if name in known}


def _read_singly(cloud: Cloud, gathering: Gathering, crns: Mapping[str, str]) -> tuple[ObservedInstance, ...]:
    """Return those of the named instances that there are."""
    read = [gathering.add(cloud.resource_controller.instance, crn, about=name) for name, crn in crns.items()]
    gathering.wait(*read)
    return tuple(observed_instance(one.value) for one in read if not one.refusal and one.value is not None)


def observe_instances(cloud: Cloud, plan: str) -> tuple[ObservedInstance, ...]:
    """Read the instances of a plan, given by name, and nothing else of the account.

    Raises:
        PlanningError: they could not be read.
    """
    with Gathering("listing the instances") as gathering:
        listed = gathering.add(lambda: tuple(cloud.resource_controller.instances(find_plan(plan).plan_id)))
    return tuple(map(observed_instance, listed.value))


class _RollingUsage:
    """The usage of single instances in the rolling window, which begins to be read while others are still listed."""

    def __init__(self, cloud: Cloud, gathering: Gathering, configuration: ProjectConfiguration) -> None:
        self._cloud, self._gathering = cloud, gathering
        self._names = {entry.crn: entry.name for entry in configuration.instances}
        self._answers: dict[str, Answer[int]] = {}

    def list_instances(self, plan_id: str) -> tuple[ObservedInstance, ...]:
        """Return the instances of a plan; reads those that an entry names by CRN as they come."""
        instances = []
        for live in self._cloud.resource_controller.instances(plan_id):
            instances.append(observed_instance(live))
            if live.crn in self._names:
                self.read(live.crn, self._names[live.crn])
        return tuple(instances)

    def read(self, crn: str, name: str) -> Answer[int]:
        """Read an instance, once, and return where its seconds will be."""
        if crn not in self._answers:
            usage = self._cloud.quantum_platform.instance_usage
            self._answers[crn] = self._gathering.add(usage, crn, about=name)
        return self._answers[crn]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is wanted of an instance's usage: its days from one on, and since the start of these balance periods."""

    name: str
    days_from: date | None
    since: Collection[datetime]


def _usage_wanted(scope: Scope, matching: Matching, moment: datetime) -> dict[ObservedInstance, _Wanted]:
    configuration, wanted = scope.configuration, {}
    for found in matching.matches:
        if found.live is not None:
            needed = usage_needed(configuration, found.entry, moment, scope.day)
            since = () if needed.since is None else (needed.since,)
            wanted[found.live] = _Wanted(found.entry.name, needed.days_from, since)
    if not scope.whole:
        return wanted
    periods = (configuration.balance_period, *(entry.balance_period for entry in configuration.instances))
    starts = sorted({period.start_date for period in periods if period is not None and period.includes(moment)})
    first = moment.date() - SPARE_DAYS
    for one in matching.unconfigured:
        wanted[one] = _Wanted(one.label, None, ())
    return {one: _Wanted(want.name, min(want.days_from or first, first), starts) for one, want in wanted.items()}


class _UsageReading:
    """The other calls about usage, whose intervals end at the service's moment."""

    def __init__(
        self,
        cloud: Cloud,
        gathering: Gathering,
        scope: Scope,
        moment: datetime,
        wanted: Mapping[ObservedInstance, _Wanted],
    ) -> None:
        self._platform, self._configuration, self._moment = cloud.quantum_platform, scope.configuration, moment
        self._gathering = gathering
        self._consumed = self._of_plan() if scope.account else None
        self._wanted = wanted if scope.usage == "all" else {}
        regions = sorted({one.region for one in self._wanted})
        self._windows = {
            days: {region: self._by_instance(region, moment - timedelta(days)) for region in regions}
            for days in WINDOW_DAYS[1:]
        }
        periods = sorted({(one.region, start) for one, want in self._wanted.items() for start in want.since})
        self._since = {(region, start): self._by_instance(region, start) for region, start in periods}
        self._days = add_days(
            self._gathering,
            cloud,
            self._configuration.account_id,
            {one: want.days_from for one, want in self._wanted.items() if want.days_from is not None},
            moment.date(),
        )

    @property
    def consumed_seconds(self) -> int | None:
        """What all instances of the plan consumed in the rolling window; None where it was not asked."""
        return self._consumed.value if self._consumed else None

    def usage_of(self, one: ObservedInstance, rolling: int) -> ObservedUsage:
        """Return what is known of an instance, given its seconds in the rolling window."""
        if one not in self._wanted:
            return ObservedUsage({28: rolling})
        want, crn = self._wanted[one], one.crn
        shorter = {days: answers[one.region].value.get(crn, 0) for days, answers in self._windows.items()}
        since = {start: self._since[one.region, start].value.get(crn, 0) for start in want.since}
        by_day: Mapping[date, int] = next((days.value[crn] for days in self._days if crn in days.value), {})
        return ObservedUsage({28: rolling, **shorter}, by_day, want.days_from, since)

    def _of_plan(self) -> Answer[int]:
        account_id, plan = self._configuration.account_id, self._configuration.plan
        return self._gathering.add(
            self._platform.plan_usage, account_id, plan, self._moment - ROLLING_WINDOW, self._moment
        )

    def _by_instance(self, region: str, start: datetime) -> Answer[Mapping[str, int]]:
        account_id, plan = self._configuration.account_id, self._configuration.plan
        return self._gathering.add(self._platform.usage_by_instance, account_id, plan, region, start, self._moment)


def observed_instance(live: LiveInstance) -> ObservedInstance:
    """Return what an observation keeps of an instance."""
    settings = live.settings
    return ObservedInstance(
        crn=live.crn,
        name=live.name,
        region=live.region,
        allocation_seconds=None if settings is None else settings.allocation_seconds,
        limit=Limit.NONE if settings is None else settings.limit,
        backends=() if settings is None else settings.backends,
        updated_at=live.updated_at,
        updated_by=live.updated_by,
    )
