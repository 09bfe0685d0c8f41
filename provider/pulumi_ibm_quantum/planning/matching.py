"""Finding the configured instances among the live ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pulumi_ibm_quantum.cloud import LiveInstance, Subscription
from pulumi_ibm_quantum.config import CreateBlock, InstanceEntry, ProjectConfiguration
from pulumi_ibm_quantum.planning.problems import PlanningError


@dataclass(frozen=True, slots=True)
class Match:
    """An entry of the configuration and its live instance; None where it is to be created."""

    entry: InstanceEntry
    live: LiveInstance | None


@dataclass(frozen=True, slots=True)
class Matching:
    """All entries in the order of the file, the live instances that no entry names, and what deserves a warning."""

    matches: tuple[Match, ...]
    unconfigured: tuple[LiveInstance, ...]
    warnings: tuple[str, ...]


class _Mismatch(Exception):
    """An entry does not fit the account; the text is the problem."""


def match(configuration: ProjectConfiguration, live: Sequence[LiveInstance]) -> Matching:
    """Find each entry's instance: by CRN, or for a ``create`` entry by name and region.

    Raises:
        PlanningError: with every entry that has no instance, an archived one, or more than one.
    """
    matches: list[Match] = []
    problems: list[str] = []
    named = {entry.crn for entry in configuration.instances}
    by_crn = {instance.crn: instance for instance in live}
    unnamed = [instance for instance in live if instance.crn not in named]
    for entry in configuration.instances:
        try:
            found = _named(entry, by_crn) if entry.create is None else _created(entry, entry.create, unnamed)
            matches.append(Match(entry, _usable(found)))
        except _Mismatch as mismatch:
            problems.append(f"instance {entry.name}: {mismatch}")
    if problems:
        raise PlanningError(problems)
    taken = {found.live.crn for found in matches if found.live is not None}
    return Matching(
        matches=tuple(matches),
        unconfigured=tuple(i for i in live if i.crn not in taken and not i.is_archived),
        warnings=tuple(
            f"instance {m.entry.name} is called {m.live.name!r} in the account ({m.live.crn})"
            for m in matches
            if m.live is not None and m.live.name != m.entry.name
        ),
    )


def choose_subscription(configuration: ProjectConfiguration, subscriptions: Sequence[Subscription]) -> Subscription:
    """Return the contract that the configuration is about; raise PlanningError where that is not clear."""
    account = f"account {configuration.account_id}"
    if not subscriptions:
        raise PlanningError([f"{account} has no plan {configuration.plan}"])
    wanted = configuration.subscription_id
    chosen = [s for s in subscriptions if wanted in (None, s.subscription_id)]
    listed = ", ".join(f"{s.subscription_id} ({s.name})" for s in subscriptions)
    if not chosen:
        raise PlanningError([f"{account} has no subscription {wanted} of plan {configuration.plan}; it has {listed}"])
    if len(chosen) > 1:
        several = f"{account} has several subscriptions of plan {configuration.plan}"
        raise PlanningError([f"{several}; set subscription_id to one of {listed}"])
    _compare_contract(configuration, chosen[0])
    return chosen[0]


def _compare_contract(configuration: ProjectConfiguration, subscription: Subscription) -> None:
    contract = configuration.contract
    if contract is None or contract.budget_seconds == subscription.budget_seconds:
        return
    ours = f"contract.budget_seconds is {contract.budget_seconds} in the configuration"
    theirs = f"the service has {subscription.budget_seconds} for {subscription.subscription_id} ({subscription.name})"
    raise PlanningError([f"{ours}, but {theirs}; correct the file, or clear it up with IBM"])


def _named(entry: InstanceEntry, by_crn: Mapping[str, LiveInstance]) -> LiveInstance:
    found = by_crn.get(entry.crn or "")
    if found is None:
        raise _Mismatch(
            f"the account has no active instance {entry.crn} of this plan; remove the entry or correct its crn"
        )
    return found


def _created(entry: InstanceEntry, create: CreateBlock, unnamed: Sequence[LiveInstance]) -> LiveInstance | None:
    found = [instance for instance in unnamed if instance.name == entry.name and instance.region == create.target]
    if len(found) > 1:
        crns = ", ".join(sorted(instance.crn for instance in found))
        raise _Mismatch(
            f"{len(found)} instances in {create.target} have this name; in place of create, give the crn of the one "
            f"that is meant: {crns}"
        )
    return found[0] if found else None


def _usable(found: LiveInstance | None) -> LiveInstance | None:
    if found is not None and found.is_archived:
        raise _Mismatch(
            f"{found.crn} is archived, its allocation is 0; remove the entry, or give it an allocation in the "
            "console first"
        )
    if found is not None and found.settings is None:
        raise _Mismatch(f"the service reports no allocation for {found.crn}")
    return found
