"""How configured instances stand: allocation, limit and usage as they are, with nothing worked out.

Needs no rights on the account; only ``read_account_status`` asks for the account's figures too. What cannot be read of
a single instance is told and does not hide the others: a key may be allowed to see only some of them.
"""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace
from datetime import datetime

from pulumi_ibm_quantum.balancer import fairness
from pulumi_ibm_quantum.cloud import MAX_CONNECTIONS, Cloud, CloudError, LiveInstance, Subscription, plan_id_of
from pulumi_ibm_quantum.config import InstanceEntry, ProjectConfiguration
from pulumi_ibm_quantum.planning.matching import choose_subscription
from pulumi_ibm_quantum.planning.planner import survey
from pulumi_ibm_quantum.planning.problems import PlanningError
from pulumi_ibm_quantum.planning.progress import Progress, silent
from pulumi_ibm_quantum.planning.usage import ROLLING_WINDOW


@dataclass(frozen=True, slots=True)
class InstanceStatus:
    """One instance; seconds. ``consumed_seconds`` is None where it could not be read, a limit of None is no limit."""

    name: str
    crn: str
    region: str
    allocation_seconds: int
    limit_seconds: int | None
    consumed_seconds: int | None = None

    @property
    def fairness(self) -> float | None:
        """Consumed in 28 days / allocation; None where it is not known."""
        return None if self.consumed_seconds is None else fairness(self.consumed_seconds, self.allocation_seconds)

    @property
    def in_debt(self) -> bool:
        """Whether usage is above the limit."""
        return self.limit_seconds is not None and (self.consumed_seconds or 0) > self.limit_seconds


@dataclass(frozen=True, slots=True)
class InstancesStatus:
    """The configured instances that there are, in the order of the configuration; those that it does not list.

    ``to_create`` names the entries whose instance is still to be created; ``problems`` tell what could not be found or
    read, a line each.
    """

    instances: tuple[InstanceStatus, ...]
    to_create: tuple[str, ...]
    unconfigured: tuple[InstanceStatus, ...]
    problems: tuple[str, ...]

    @property
    def allocation_seconds(self) -> int:
        """All allocations of the configured instances."""
        return sum(instance.allocation_seconds for instance in self.instances)

    @property
    def consumed_seconds(self) -> int:
        """All usage of the configured instances in 28 days, as far as it could be read."""
        return sum(instance.consumed_seconds or 0 for instance in self.instances)


@dataclass(frozen=True, slots=True)
class AccountStatus:
    """An account and its plan, and the instances; ``consumed_seconds`` is that of all instances in 28 days."""

    subscription: Subscription
    consumed_seconds: int
    now: datetime
    instances: InstancesStatus

    @property
    def over_budget(self) -> bool:
        """Whether usage has reached the budget."""
        return self.consumed_seconds >= self.subscription.budget_seconds

    @property
    def unconfigured_seconds(self) -> int:
        """What is neither unallocated nor held by a configured instance."""
        free = self.subscription.budget_seconds - self.subscription.unallocated_seconds
        return max(0, free - self.instances.allocation_seconds)


def read_instances_status(
    configuration: ProjectConfiguration, cloud: Cloud, *, progress: Progress = silent
) -> InstancesStatus:
    """Read how the configured instances stand, without a call about the account.

    Raises:
        PlanningError: the list of instances could not be read.
    """
    try:
        live = list(cloud.resource_controller.instances(plan_id_of(configuration.plan)))
    except CloudError as error:
        raise PlanningError([str(error)]) from None
    with ThreadPoolExecutor(MAX_CONNECTIONS) as pool:
        return _metered(configuration, live, cloud, pool, progress)


def read_account_status(
    configuration: ProjectConfiguration, cloud: Cloud, *, progress: Progress = silent
) -> AccountStatus:
    """Read how the account and the configured instances stand.

    Raises:
        PlanningError: the account, its usage or the list of instances could not be read.
    """
    reading, live = survey(configuration, cloud)
    subscription = choose_subscription(configuration, reading.subscriptions)
    window = (reading.now - ROLLING_WINDOW, reading.now)
    with ThreadPoolExecutor(MAX_CONNECTIONS) as pool:
        consumed = pool.submit(cloud.quantum_platform.plan_usage, configuration.account_id, configuration.plan, *window)
        instances = _metered(configuration, live, cloud, pool, progress)
        try:
            return AccountStatus(subscription, consumed.result(), reading.now, instances)
        except CloudError as error:
            raise PlanningError([str(error)]) from None


def _metered(
    configuration: ProjectConfiguration,
    live: Sequence[LiveInstance],
    cloud: Cloud,
    pool: ThreadPoolExecutor,
    progress: Progress,
) -> InstancesStatus:
    found, problems = _found(configuration.instances, live)
    listed = {instance.crn for instance in found.values()}
    calls = {pool.submit(cloud.quantum_platform.instance_usage, one.crn): name for name, one in found.items()}
    consumed: dict[str, int] = {}
    for done, call in enumerate(as_completed(calls), start=1):
        progress("reading usage", done, len(calls))
        _note(call, calls[call], consumed, problems)
    return InstancesStatus(
        tuple(replace(_status(name, one), consumed_seconds=consumed.get(name)) for name, one in found.items()),
        tuple(e.name for e in configuration.instances if e.create is not None and e.name not in found),
        tuple(_status(one.name, one) for one in live if one.crn not in listed),
        tuple(sorted(set(problems))),
    )


def _note(call: "Future[int]", name: str, consumed: dict[str, int], problems: list[str]) -> None:
    try:
        consumed[name] = call.result()
    except CloudError as error:
        problems.append(str(error.about(name)))


def _found(
    entries: Iterable[InstanceEntry], live: Sequence[LiveInstance]
) -> tuple[Mapping[str, LiveInstance], list[str]]:
    """Find the entries' instances by name of the entry, and tell which are missing; one to be created is not."""
    by_crn = {instance.crn: instance for instance in live}
    found: dict[str, LiveInstance] = {}
    problems = []
    for entry in entries:
        if entry.create is not None:
            candidates = [one for one in live if one.name == entry.name and one.region == entry.create.target]
        else:
            candidates = [by_crn[entry.crn]] if entry.crn in by_crn else []
            if not candidates:
                problems.append(
                    f"instance {entry.name}: {entry.crn} is not there, or the API key may not see it; if it was "
                    "deleted, remove the entry"
                )
        if len(candidates) == 1:
            found[entry.name] = candidates[0]
        elif candidates:
            problems.append(f"instance {entry.name}: {len(candidates)} instances in this region have its name")
    return found, problems


def _status(name: str, live: LiveInstance) -> InstanceStatus:
    allocation = live.settings.allocation_seconds if live.settings else 0
    limit = live.settings.limit_seconds if live.settings else None
    return InstanceStatus(name, live.crn, live.region, allocation, limit)
