"""From an observed account and a project configuration to a decision: values in, a value out."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TypeAlias

from pulumi_ibm_quantum import balancer
from pulumi_ibm_quantum.balancer import Balance, Outcome
from pulumi_ibm_quantum.config import InstanceEntry, LoadedConfiguration, ProjectConfiguration
from pulumi_ibm_quantum.planning.contract import choose_contract, contract_warnings
from pulumi_ibm_quantum.planning.errors import PlanningError
from pulumi_ibm_quantum.planning.instances import configured_instance, policy_of, usage_needed
from pulumi_ibm_quantum.planning.matching import Matching, match
from pulumi_ibm_quantum.planning.observation import Observation, ObservedInstance
from pulumi_ibm_quantum.planning.resource_groups import resolve_groups, unchecked_groups
from pulumi_ibm_quantum.vocabulary import Contract, Limit, format_duration

Configuration: TypeAlias = ProjectConfiguration | LoadedConfiguration
"""A project configuration; one that was loaded lends its lines to what is wrong with it."""


@dataclass(frozen=True, slots=True)
class InstanceDecision:
    """What is decided for one entry, beside the entry and its live instance.

    Attributes:
        entry: What the configuration says.
        live: The instance; None where it is to be created.
        outcome: What it is to have, with its usage and all that led there.
    """

    entry: InstanceEntry
    live: ObservedInstance | None
    outcome: Outcome

    @property
    def name(self) -> str:
        """The instance's name in the configuration."""
        return self.entry.name

    @property
    def limit(self) -> Limit:
        """The limit to declare: ``Limit.KEEP`` where the configuration does not manage it."""
        entry, reopens = self.entry, self.outcome.bounds.instance.reopens
        is_managed = entry.limit_seconds != Limit.KEEP or entry.target_usage_seconds is not None or reopens
        return self.outcome.new_limit if is_managed else Limit.KEEP


@dataclass(frozen=True, slots=True)
class Decision:
    """What is decided for an account and plan, and what it was decided from.

    ``warnings`` do not keep it from being applied; ``errors`` do.
    """

    configuration: ProjectConfiguration
    observation: Observation
    balance: Balance
    instances: tuple[InstanceDecision, ...]
    unconfigured: tuple[ObservedInstance, ...]
    warnings: tuple[str, ...]

    @property
    def day(self) -> date:
        """The day for which net grants and limits are resolved, UTC."""
        return self.balance.day

    @property
    def errors(self) -> tuple[str, ...]:
        """Broken invariants: why this must not be applied."""
        return self.balance.errors

    @property
    def changes(self) -> tuple[InstanceDecision, ...]:
        """The instances that have to be written or created."""
        return tuple(one for one in self.instances if one.outcome.changes)


def decide(configuration: Configuration, observation: Observation, day: date | None = None) -> Decision:
    """Balance an account that was observed with the scope of this configuration.

    Net grants and limits are resolved for ``day``, if not given that of the observation; usage stays that of now.

    Raises:
        PlanningError: configuration and account do not fit, or the usage of an instance is not known: all reasons.
    """
    place = partial(_group_problem, configuration)
    configuration = model_of(configuration)
    _demand_same_account(configuration, observation)
    contract = choose_contract(configuration, observation.contracts)
    matches = match(configuration, observation.instances).matches
    configuration, unknown_groups = resolve_groups(configuration, matches, observation, place)
    matching = match(configuration, observation.instances)
    refused = [*unknown_usage(matching, observation), *unknown_groups]
    if problems := [*matching.problems, *refused, *_not_observed(configuration, matching, observation, day)]:
        raise PlanningError(problems)
    account = account_of(contract, matching, observation)
    wanted = [configured_instance(configuration, found, observation) for found in matching.matches]
    balance = balancer.balance(account, wanted, policy_of(configuration), day or observation.day)
    return Decision(
        configuration=configuration,
        observation=observation,
        balance=balance,
        instances=tuple(
            InstanceDecision(found.entry, found.live, outcome)
            for found, outcome in zip(matching.matches, balance.instances, strict=True)
        ),
        unconfigured=matching.unconfigured,
        warnings=(
            *contract_warnings(configuration, observation.day),
            *_excess_warnings(balance),
            *matching.warnings,
            *unchecked_groups(matching.matches, observation),
            *balance.warnings,
        ),
    )


def model_of(configuration: Configuration) -> ProjectConfiguration:
    """Return a configuration without where it was loaded from."""
    return configuration.configuration if isinstance(configuration, LoadedConfiguration) else configuration


def _group_problem(configuration: Configuration, position: int, problem: str) -> str:
    if isinstance(configuration, LoadedConfiguration):
        return str(configuration.problem(("instances", position, "create", "resource_group"), problem))
    return f"instance {configuration.instances[position].name}: create.resource_group {problem}"


def account_of(contract: Contract, matching: Matching, observation: Observation) -> balancer.Account:
    """Return a contract's budget, and what is used and held of it."""
    # An instance does not tell to which of several contracts it belongs.
    is_only_one = len(observation.contracts) == 1
    return balancer.Account(
        account_id=observation.account_id,
        plan=observation.plan,
        budget_seconds=contract.budget_seconds,
        unallocated_seconds=contract.unallocated_seconds,
        consumed_seconds=observation.consumed_seconds or 0,
        limit_seconds=contract.limit_seconds,
        unconfigured_seconds=sum(one.allocation_seconds or 0 for one in matching.unconfigured) if is_only_one else 0,
    )


def unknown_usage(matching: Matching, observation: Observation) -> list[str]:
    """Return a sentence for each entry whose instance's usage the service did not tell."""
    return [
        observation.refusals[found.live.crn]
        for found in matching.matches
        if found.live is not None and found.live.crn in observation.refusals
    ]


def _demand_same_account(configuration: ProjectConfiguration, observation: Observation) -> None:
    observed, wanted = (observation.account_id, observation.plan), (configuration.account_id, configuration.plan)
    if observed != wanted:
        was, is_about = (f"plan {plan} of account {account}" for account, plan in (observed, wanted))
        raise PlanningError([f"what was observed is {was}, but the configuration is about {is_about}"])


def _not_observed(
    configuration: ProjectConfiguration, matching: Matching, observation: Observation, day: date | None
) -> Iterator[str]:
    """Yield a sentence for each entry of whose usage an observation, made for another configuration, has too little."""
    for found in matching.matches:
        if found.live is None or found.live.crn in observation.refusals:
            continue
        usage = observation.usage.get(found.live.crn)
        needed = usage_needed(configuration, found.entry, observation.moment, day)
        if usage is None or not usage.holds(needed.days_from, needed.since):
            yield f"instance {found.entry.name}: what was observed lacks usage that this decision needs; observe again"


def _excess_warnings(balance: Balance) -> Iterator[str]:
    """Say that the account has more allocated than its budget, which a contract that was renewed smaller leaves."""
    excess = balance.live_total_seconds - balance.account.budget_seconds
    if excess > 0:
        yield (
            f"the live allocations add up to {format_duration(balance.live_total_seconds)}, {format_duration(excess)} "
            f"more than the budget; what is lowered is lowered before anything is raised"
        )
