"""Reading an account, with few calls and many at once.

28 days come from the instances' own usage, one call each; the shorter windows from account-wide analytics, one call for
each region and window, as does the usage since a balance period began; days, which only net grants need, in batches.
The services differ by up to an hour.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from pulumi_ibm_quantum.cloud import Cloud, LiveInstance
from pulumi_ibm_quantum.config import ProjectConfiguration
from pulumi_ibm_quantum.planning.daily_usage import add_days
from pulumi_ibm_quantum.planning.gathering import Answer, Gathering
from pulumi_ibm_quantum.planning.instances import usage_needed
from pulumi_ibm_quantum.planning.matching import Match, match
from pulumi_ibm_quantum.planning.observation import (
    WINDOW_DAYS,
    Observation,
    ObservedInstance,
    ObservedUsage,
    Usage,
)
from pulumi_ibm_quantum.planning.progress import Progress, silent
from pulumi_ibm_quantum.vocabulary import ROLLING_WINDOW, Limit, find_plan


@dataclass(frozen=True, slots=True)
class Scope:
    """What is to be observed: the account and plan of a configuration, and how much of them.

    Attributes:
        configuration: Whose instances' usage is read.
        account: Whether the contracts and the plan's usage are, which only an administrator's key may ask for.
        usage: How much of the instances' usage.
        day: The day for which net grants are going to be resolved; None for today.
    """

    configuration: ProjectConfiguration
    account: bool = True
    usage: Usage = "all"
    day: date | None = None


def observe(cloud: Cloud, scope: Scope, *, progress: Progress = silent) -> Observation:
    """Read the account. All of it is as of one moment: the one at which the service answered about the account.

    Where the service refuses to tell the usage of a single instance, that is in ``Observation.refusals``.

    Raises:
        PlanningError: anything else could not be read.
    """
    configuration = scope.configuration
    plan = find_plan(configuration.plan)
    first = Gathering("reading the account")
    listed = first.add(_list_instances, cloud, plan.plan_id)
    account = (
        first.add(cloud.quantum_platform.account, configuration.account_id, plan.plan_id) if scope.account else None
    )
    first.run()
    moment = account.value.now if account else datetime.now(UTC)
    instances = listed.value
    metered = [found for found in match(configuration, instances).matches if found.live is not None]
    reading = _UsageReading(cloud, scope, moment, metered, progress)
    usage, refusals = reading.run()
    return Observation(
        account_id=configuration.account_id,
        plan=plan.name,
        moment=moment,
        instances=instances,
        contracts=account.value.contracts if account else (),
        consumed_seconds=reading.consumed.value if reading.consumed else None,
        usage=usage,
        refusals=refusals,
    )


def observe_instances(cloud: Cloud, plan: str) -> tuple[ObservedInstance, ...]:
    """Read the instances of a plan, given by name, and nothing else of the account.

    Raises:
        PlanningError: they could not be read.
    """
    gathering = Gathering("listing the instances")
    listed = gathering.add(_list_instances, cloud, find_plan(plan).plan_id)
    gathering.run()
    return listed.value


def _list_instances(cloud: Cloud, plan_id: str) -> tuple[ObservedInstance, ...]:
    return tuple(observed_instance(live) for live in cloud.resource_controller.instances(plan_id))


class _UsageReading:
    """All calls about usage, made together."""

    def __init__(self, cloud: Cloud, scope: Scope, moment: datetime, metered: list[Match], progress: Progress) -> None:
        self._platform, self._configuration, self._moment = cloud.quantum_platform, scope.configuration, moment
        self._gathering = Gathering("reading usage", progress)
        self.consumed = self._of_plan() if scope.account else None
        whole = metered if scope.usage == "all" else []
        regions = sorted({found.instance.region for found in whole})
        self._windows = {
            days: {region: self._by_instance(region, moment - timedelta(days)) for region in regions}
            for days in WINDOW_DAYS[1:]
        }
        self._needed = {
            found.instance: usage_needed(scope.configuration, found.entry, moment, scope.day) for found in whole
        }
        self._since = {
            (one.region, needed.since): self._by_instance(one.region, needed.since)
            for one, needed in self._needed.items()
            if needed.since is not None
        }
        self._days = add_days(
            self._gathering,
            cloud,
            self._configuration.account_id,
            {one: needed.days_from for one, needed in self._needed.items() if needed.days_from is not None},
            moment.date(),
        )
        self._rolling = {
            found.instance: self._gathering.add(
                self._platform.instance_usage, found.instance.crn, about=found.entry.name
            )
            for found in metered
        }

    def run(self) -> tuple[Mapping[str, ObservedUsage], Mapping[str, str]]:
        """Return usage and refusals by CRN."""
        self._gathering.run()
        by_day = {crn: days for batch in self._days for crn, days in batch.value.items()}
        usage = {
            one.crn: self._usage(one, answer.value, by_day.get(one.crn, {}))
            for one, answer in self._rolling.items()
            if answer.refusal is None
        }
        return usage, {one.crn: str(answer.refusal) for one, answer in self._rolling.items() if answer.refusal}

    def _usage(self, one: ObservedInstance, rolling: int, by_day: Mapping[date, int]) -> ObservedUsage:
        if one not in self._needed:
            return ObservedUsage({28: rolling})
        needed, crn = self._needed[one], one.crn
        shorter = {days: answers[one.region].value.get(crn, 0) for days, answers in self._windows.items()}
        since = {}
        if needed.since is not None:
            since[needed.since] = self._since[one.region, needed.since].value.get(crn, 0)
        return ObservedUsage({28: rolling, **shorter}, by_day, needed.days_from, since)

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
