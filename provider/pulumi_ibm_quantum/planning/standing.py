"""How configured instances stand: allocation, limit and usage as they are, with nothing worked out.

What could not be observed of a single instance is told and does not hide the others: a key may be allowed to see only
some of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pulumi_ibm_quantum.balancer import fairness
from pulumi_ibm_quantum.config import ProjectConfiguration
from pulumi_ibm_quantum.planning.contract import choose_contract
from pulumi_ibm_quantum.planning.decision import account_of, unknown_usage
from pulumi_ibm_quantum.planning.matching import match
from pulumi_ibm_quantum.planning.observation import Observation, ObservedInstance
from pulumi_ibm_quantum.vocabulary import Contract, Limit


@dataclass(frozen=True, slots=True)
class InstanceStanding:
    """One instance; seconds. ``by_window`` is what it used by the length of the window in days, as far as is known."""

    name: str
    crn: str
    allocation_seconds: int
    limit: Limit
    by_window: Mapping[int, int] = field(default_factory=dict)

    @property
    def consumed_seconds(self) -> int | None:
        """What it used in 28 days; None where it is not known."""
        return self.by_window.get(28)

    @property
    def fairness(self) -> float | None:
        """Consumed in 28 days / allocation; None where it is not known."""
        return None if self.consumed_seconds is None else fairness(self.consumed_seconds, self.allocation_seconds)

    @property
    def in_debt(self) -> bool:
        """Whether usage is above the limit."""
        return self.limit.is_passed_by(self.consumed_seconds or 0)


@dataclass(frozen=True, slots=True)
class InstancesStanding:
    """The configured instances that there are, in the order of the configuration; those that it does not list.

    ``to_create`` names the entries whose instance is still to be created; ``problems`` tell what does not fit or could
    not be read, a line each.
    """

    instances: tuple[InstanceStanding, ...]
    to_create: tuple[str, ...]
    unconfigured: tuple[InstanceStanding, ...]
    problems: tuple[str, ...]

    @property
    def allocation_seconds(self) -> int:
        """All allocations of the configured instances."""
        return sum(instance.allocation_seconds for instance in self.instances)

    @property
    def consumed_seconds(self) -> int:
        """All usage of the configured instances in 28 days, as far as it is known."""
        return sum(instance.consumed_seconds or 0 for instance in self.instances)


@dataclass(frozen=True, slots=True)
class AccountStanding:
    """An account's contract, and its instances.

    ``consumed_seconds`` is that of all instances in 28 days, ``unconfigured_seconds`` what unconfigured ones hold.
    """

    contract: Contract
    consumed_seconds: int
    unconfigured_seconds: int
    instances: InstancesStanding

    @property
    def over_budget(self) -> bool:
        """Whether usage has reached the budget."""
        return self.consumed_seconds >= self.contract.budget_seconds


def instances_standing(configuration: ProjectConfiguration, observation: Observation) -> InstancesStanding:
    """Return how the configured instances stand."""
    matching = match(configuration, observation.instances)
    return InstancesStanding(
        instances=tuple(
            _standing(found.entry.name, found.live, observation) for found in matching.matches if found.live is not None
        ),
        to_create=tuple(found.entry.name for found in matching.matches if found.is_to_be_created),
        unconfigured=tuple(_standing(one.label, one, observation) for one in matching.others),
        problems=tuple(sorted([*matching.problems, *unknown_usage(matching, observation)])),
    )


def account_standing(configuration: ProjectConfiguration, observation: Observation) -> AccountStanding:
    """Return how the account and the configured instances stand.

    Raises:
        PlanningError: it is not clear which contract the configuration is about.
    """
    contract = choose_contract(configuration, observation.contracts)
    instances = instances_standing(configuration, observation)
    account = account_of(contract, match(configuration, observation.instances), observation)
    held = account.held_by_unconfigured(instances.allocation_seconds)
    return AccountStanding(contract, account.consumed_seconds, held, instances)


def _standing(name: str, live: ObservedInstance, observation: Observation) -> InstanceStanding:
    usage = observation.usage.get(live.crn)
    by_window = {} if usage is None else usage.by_window
    return InstanceStanding(name, live.crn, live.allocation_seconds or 0, live.limit, by_window)
