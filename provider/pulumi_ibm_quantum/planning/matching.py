"""Which live instance each entry of a configuration is about: said once, for every command and the component."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pulumi_ibm_quantum.config import CreateBlock, InstanceEntry, ProjectConfiguration
from pulumi_ibm_quantum.planning.observation import ObservedInstance

Misfit = Literal["missing", "archived", "ambiguous", "no allocation"]


@dataclass(frozen=True, slots=True)
class Match:
    """An entry and its live instance.

    Attributes:
        entry: The entry.
        live: Its instance; None where it is to be created, and where it cannot be told.
        misfit: Why nothing can be decided for it; None where all is well.
        problem: The same as a sentence that names the entry; "" where all is well.
    """

    entry: InstanceEntry
    live: ObservedInstance | None
    misfit: Misfit | None = None
    problem: str = ""

    @property
    def instance(self) -> ObservedInstance:
        """The live instance of an entry that has one."""
        assert self.live is not None
        return self.live

    @property
    def is_to_be_created(self) -> bool:
        """Whether there is no instance yet, and is to be."""
        return self.live is None and self.misfit is None


@dataclass(frozen=True, slots=True)
class Matching:
    """All entries in the order of the file, and the live instances that no entry is about, archived ones included."""

    matches: tuple[Match, ...]
    others: tuple[ObservedInstance, ...]

    @property
    def problems(self) -> tuple[str, ...]:
        """Why nothing can be decided, a sentence for each entry that does not fit."""
        return tuple(match.problem for match in self.matches if match.problem)

    @property
    def unconfigured(self) -> tuple[ObservedInstance, ...]:
        """The live instances that no entry is about and that hold time."""
        return tuple(instance for instance in self.others if not instance.is_archived)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What deserves notice: entries that are called otherwise than their instance."""
        return tuple(
            f"instance {match.entry.name} is called {match.live.name!r} in the account ({match.live.crn})"
            for match in self.matches
            if match.live is not None and match.misfit is None and match.live.name != match.entry.name
        )


def match(configuration: ProjectConfiguration, instances: Sequence[ObservedInstance]) -> Matching:
    """Find each entry's instance: by CRN, or for a ``create`` entry by name and region among those without an entry.

    ``instances`` are all of the plan, archived ones included.
    """
    named = {entry.crn for entry in configuration.instances}
    by_crn = {instance.crn: instance for instance in instances}
    unnamed: dict[tuple[str, str], list[ObservedInstance]] = {}
    for instance in instances:
        if instance.crn not in named:
            unnamed.setdefault((instance.name, instance.region), []).append(instance)
    matches = tuple(
        _match_by_crn(entry, by_crn) if entry.create is None else _match_by_name(entry, entry.create, unnamed)
        for entry in configuration.instances
    )
    taken = {found.live.crn for found in matches if found.live is not None}
    return Matching(matches, tuple(instance for instance in instances if instance.crn not in taken))


def _match_by_crn(entry: InstanceEntry, by_crn: Mapping[str, ObservedInstance]) -> Match:
    found = by_crn.get(entry.crn or "")
    if found is None:
        why = f"the account has no active instance {entry.crn} of this plan; remove the entry or correct its crn"
        return _misfit(entry, None, "missing", why)
    return _usable(entry, found)


def _match_by_name(
    entry: InstanceEntry, create: CreateBlock, unnamed: Mapping[tuple[str, str], Sequence[ObservedInstance]]
) -> Match:
    found = unnamed.get((entry.name, create.target), ())
    if len(found) > 1:
        crns = ", ".join(sorted(instance.crn for instance in found))
        several = f"{len(found)} instances in {create.target} have this name"
        why = f"{several}; in place of create, give the crn of the one that is meant: {crns}"
        return _misfit(entry, None, "ambiguous", why)
    return _usable(entry, found[0]) if found else Match(entry, None)


def _usable(entry: InstanceEntry, found: ObservedInstance) -> Match:
    if found.is_archived:
        cure = "remove the entry, or give it an allocation in the console first"
        return _misfit(entry, found, "archived", f"{found.crn} is archived, its allocation is 0; {cure}")
    if found.allocation_seconds is None:
        return _misfit(entry, found, "no allocation", f"the service reports no allocation for {found.crn}")
    return Match(entry, found)


def _misfit(entry: InstanceEntry, live: ObservedInstance | None, misfit: Misfit, why: str) -> Match:
    return Match(entry, live, misfit, f"instance {entry.name}: {why}")
