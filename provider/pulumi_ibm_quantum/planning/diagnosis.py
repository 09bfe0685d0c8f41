"""What an API key may do, what its account has, and who else works on it: found out by reading alone."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Literal

from pulumi_ibm_quantum.cloud import AccountReading, Cloud, CloudError, Identity, LiveInstance
from pulumi_ibm_quantum.config import ProjectConfiguration
from pulumi_ibm_quantum.planning.errors import PlanningError
from pulumi_ibm_quantum.planning.gathering import Gathering
from pulumi_ibm_quantum.planning.matching import Matching, match
from pulumi_ibm_quantum.planning.observing import observed_instance
from pulumi_ibm_quantum.planning.progress import Progress, silent
from pulumi_ibm_quantum.vocabulary import ROLLING_WINDOW, Contract, find_plan, plan_name_of_id, printable

RECENT = timedelta(days=7)
"""How long ago a change may be for its writer to count as being at work."""

Outcome = Literal["ok", "failed", "not tried"]


@dataclass(frozen=True, slots=True)
class Check:
    """Something that was tried, and what came of it in words."""

    name: str
    outcome: Outcome
    detail: str = ""


@dataclass(frozen=True, slots=True)
class PlanStanding:
    """What the account has of one plan. ``unconfigured`` is None where there is no configuration to compare with."""

    plan: str
    contracts: tuple[Contract, ...]
    instances: tuple[LiveInstance, ...]
    unconfigured: tuple[str, ...] | None

    @property
    def regions(self) -> tuple[str, ...]:
        """Where its instances are."""
        return tuple(sorted({instance.region for instance in self.instances}))

    @property
    def archived(self) -> int:
        """How many of its instances are archived."""
        return sum(instance.is_archived for instance in self.instances)


@dataclass(frozen=True, slots=True)
class Writer:
    """Who made the last change of some instances; ``last_change`` is a timestamp of the service."""

    iam_id: str
    is_this_key: bool
    instances: tuple[str, ...]
    last_change: str
    recent: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """All that was found out; ``identity`` is None where signing in failed."""

    identity: Identity | None
    now: datetime
    checks: tuple[Check, ...]
    plans: tuple[PlanStanding, ...] = ()
    writers: tuple[Writer, ...] = ()

    @property
    def healthy(self) -> bool:
        """Whether nothing failed that a plan needs."""
        return all(check.outcome != "failed" for check in self.checks)

    @property
    def other_writers(self) -> tuple[Writer, ...]:
        """Who changed instances in the last days and is not the owner of this key."""
        return tuple(writer for writer in self.writers if writer.recent and not writer.is_this_key)


def diagnose(
    cloud: Cloud, configuration: ProjectConfiguration | None = None, *, progress: Progress = silent
) -> Diagnosis:
    """Find out what the key may do and what the account has. Never raises for what the cloud refuses."""
    try:
        identity = cloud.identity()
    except CloudError as error:
        return Diagnosis(None, datetime.now(UTC), (Check("sign in", "failed", str(error)),))
    signed_in = Check("sign in", "ok", f"as {identity.iam_id or 'nobody it tells'}, account {identity.account_id}")
    try:
        live = list(cloud.resource_controller.instances(None))
    except CloudError as error:
        return Diagnosis(identity, datetime.now(UTC), (signed_in, Check("list instances", "failed", str(error))))
    progress("looking around", 2, 6)
    configured = configuration.account_id if configuration else ""
    # Not every CRN of an account need be of a shape that is known.
    of_the_first = live[0].crn.partition(":a/")[2].partition(":")[0] if live else ""
    account_id = identity.account_id or configured or of_the_first
    readings, account = _accounts(cloud, account_id, _plan_ids(live, configuration))
    now = next((reading.now for reading in readings.values()), datetime.now(UTC))
    progress("looking around", 3, 6)
    checks = [
        signed_in,
        Check("list instances", "ok", _counted(len(live), "instance")),
        account,
        *_usage_checks(cloud, account_id, readings or _plan_ids(live, configuration), live, now),
        *([_fits(identity, configuration, live)] if configuration else []),
        Check("write", "not tried", "only reads are made here; applying needs the Editor role on the instances"),
    ]
    progress("looking around", 6, 6)
    plans = tuple(_standing(plan_id, readings, live, configuration) for plan_id in _plan_ids(live, configuration))
    return Diagnosis(identity, now, tuple(checks), plans, _writers(live, identity, now))


def _plan_ids(live: Iterable[LiveInstance], configuration: ProjectConfiguration | None) -> list[str]:
    configured = {find_plan(configuration.plan).plan_id} if configuration else set()
    return sorted(configured | {instance.plan_id for instance in live}, key=plan_name_of_id)


def _accounts(cloud: Cloud, account_id: str, plan_ids: Iterable[str]) -> tuple[dict[str, AccountReading], Check]:
    """Ask for the account's plans; give the readings by plan and the check."""
    readings: dict[str, AccountReading] = {}
    for plan_id in plan_ids:
        try:
            readings[plan_id] = cloud.quantum_platform.account(account_id, plan_id)
        except CloudError as error:
            return {}, Check("read the account", "failed", str(error))
    if not readings:
        return {}, Check("read the account", "not tried", "there is no instance, so no plan to ask for")
    return readings, Check("read the account", "ok", f"plans {', '.join(plan_name_of_id(p) for p in readings)}")


def _usage_checks(
    cloud: Cloud, account_id: str, plan_ids: Iterable[str], live: Sequence[LiveInstance], now: datetime
) -> list[Check]:
    """Try the account's analytics of each plan and region, and the usage of one instance of each region."""
    quantum, start = cloud.quantum_platform, now - ROLLING_WINDOW
    regions = sorted({one.region for one in live})
    plans = [name for plan_id in plan_ids if (name := plan_name_of_id(plan_id)) != plan_id]
    analytics: list[Callable[[], object]] = [
        partial(quantum.plan_usage, account_id, plan, start, now) for plan in plans
    ]
    analytics += [
        partial(quantum.usage_by_instance, account_id, plan, region, start, now) for plan in plans for region in regions
    ]
    first_of_region = {one.region: one.crn for one in reversed(live) if not one.is_archived}
    usage = [partial(quantum.instance_usage, crn) for crn in first_of_region.values()]
    where = f"in {', '.join(regions)}"
    return [
        _tried("read analytics", analytics, where),
        _tried("read instance usage", usage, f"of {_counted(len(usage), 'instance')}, one a region"),
    ]


def _tried(name: str, calls: Sequence[Callable[[], object]], detail: str) -> Check:
    if not calls:
        return Check(name, "not tried", "there is no active instance")
    try:
        with Gathering(name) as gathering:
            for call in calls:
                gathering.add(call)
    except PlanningError as error:
        return Check(name, "failed", error.problems[0])
    return Check(name, "ok", detail)


def _fits(identity: Identity, configuration: ProjectConfiguration, live: Sequence[LiveInstance]) -> Check:
    if identity.account_id and identity.account_id != configuration.account_id:
        said = f"it is about account {configuration.account_id}, the API key belongs to {identity.account_id}"
        return Check("configuration", "failed", said)
    named = [found for found in _matching(configuration, live).matches if found.entry.crn is not None]
    missing = [found.entry.name for found in named if found.misfit == "missing"]
    if missing:
        return Check("configuration", "failed", f"not there, or not to be seen with this key: {', '.join(missing)}")
    return Check("configuration", "ok", f"{_counted(len(named), 'instance')} with a crn, all there")


def _matching(configuration: ProjectConfiguration, live: Iterable[LiveInstance]) -> Matching:
    plan_id = find_plan(configuration.plan).plan_id
    return match(configuration, [observed_instance(instance) for instance in live if instance.plan_id == plan_id])


def _standing(
    plan_id: str,
    readings: dict[str, AccountReading],
    live: Sequence[LiveInstance],
    configuration: ProjectConfiguration | None,
) -> PlanStanding:
    instances = tuple(instance for instance in live if instance.plan_id == plan_id)
    unconfigured = None
    if configuration is not None and plan_id == find_plan(configuration.plan).plan_id:
        unconfigured = tuple(instance.label for instance in _matching(configuration, live).others)
    reading = readings.get(plan_id)
    return PlanStanding(plan_name_of_id(plan_id), reading.contracts if reading else (), instances, unconfigured)


def _writers(live: Iterable[LiveInstance], identity: Identity, now: datetime) -> tuple[Writer, ...]:
    """Group the instances by who changed them last, the latest first."""
    changed: dict[str, list[LiveInstance]] = defaultdict(list)
    for instance in live:
        if instance.updated_by:
            changed[printable(instance.updated_by)].append(instance)
    recently = (now - RECENT).strftime("%Y-%m-%dT%H:%M:%S")
    writers = [
        Writer(
            iam_id,
            bool(identity.iam_id) and iam_id == identity.iam_id,
            tuple(printable(one.name) for one in instances),
            max(one.updated_at for one in instances),
            # Timestamps are RFC 3339 in UTC, of differing precision: as texts they sort as in time.
            tuple(printable(one.name) for one in instances if one.updated_at > recently),
        )
        for iam_id, instances in changed.items()
    ]
    return tuple(sorted(writers, key=lambda writer: writer.last_change, reverse=True))


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
