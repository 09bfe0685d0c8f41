"""Finding the configured instances among the live ones."""

from collections import Counter
from collections.abc import Sequence
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


def match(configuration: ProjectConfiguration, live: Sequence[LiveInstance]) -> Matching:
    """Find each entry's instance: by CRN, or for a ``create`` entry by name and region.

    Raises:
        PlanningError: with every entry that has no instance, an archived one, or more than one.
    """
    problems: list[str] = []
    warnings: list[str] = []
    matches: list[Match] = []
    by_crn = {instance.crn: instance for instance in live}
    named = {entry.crn for entry in configuration.instances if entry.crn is not None}
    for entry in configuration.instances:
        if entry.create is None:
            found = by_crn.get(entry.crn or "")
            if found is None:
                problems.append(
                    f"instance {entry.name}: {entry.crn} is not an active instance of plan {configuration.plan} in account "
                    f"{configuration.account_id}; remove the entry or correct its crn"
                )
                continue
            if found.name != entry.name:
                warnings.append(f"instance {entry.name} is called {found.name!r} in the account ({found.crn})")
        else:
            candidates = [i for i in live if _fits(i, entry.name, entry.create) and i.crn not in named]
            if len(candidates) > 1:
                crns = ", ".join(sorted(instance.crn for instance in candidates))
                problems.append(
                    f"instance {entry.name}: {len(candidates)} instances in {entry.create.target} have this name; give the "
                    f"crn of the one that is meant in place of create ({crns})"
                )
                continue
            found = candidates[0] if candidates else None
        if found is not None:
            problems.extend(_problems_of(entry, found))
        matches.append(Match(entry, found))
    taken = Counter(m.live.crn for m in matches if m.live is not None)
    if problems:
        raise PlanningError(problems)
    return Matching(
        matches=tuple(matches),
        unconfigured=tuple(i for i in live if i.crn not in taken and not i.is_archived),
        warnings=tuple(warnings),
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
        raise PlanningError(
            [
                f"{account} has several subscriptions of plan {configuration.plan}; set subscription_id to one of {listed}"
            ]
        )
    return chosen[0]


def _fits(instance: LiveInstance, name: str, create: CreateBlock) -> bool:
    return instance.name == name and instance.region == create.target


def _problems_of(entry: InstanceEntry, found: LiveInstance) -> list[str]:
    if found.is_archived:
        return [
            f"instance {entry.name}: {found.crn} is archived (its allocation is 0); remove the entry, or give it an "
            "allocation in the console first"
        ]
    if found.settings is None:
        return [f"instance {entry.name}: the service reports no allocation for {found.crn}"]
    return []
