"""What a configuration file should say differently, given the account's live instances."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

from pulumi_ibm_quantum.balancer import still_credits
from pulumi_ibm_quantum.config import InstanceEntry, NetGrant, ProjectConfiguration, SlurmSite
from pulumi_ibm_quantum.planning.errors import PlanningError
from pulumi_ibm_quantum.planning.instances import net_grants
from pulumi_ibm_quantum.planning.matching import Matching, match
from pulumi_ibm_quantum.planning.names import demand_crns, distinct_names, possible_names
from pulumi_ibm_quantum.planning.observation import ObservedInstance
from pulumi_ibm_quantum.vocabulary import CLOSED_LIMIT, ROLLING_WINDOW, Limit, parse_crn


@dataclass(frozen=True, slots=True)
class RemoveInstance:
    """An entry whose instance is archived or missing."""

    position: int
    name: str
    reason: str

    def __str__(self) -> str:
        return f"remove {self.name}: {self.reason}"


@dataclass(frozen=True, slots=True)
class RemoveGrants:
    """Net grants of an entry that can no longer credit; positions in the file."""

    position: int
    name: str
    grants: tuple[int, ...]
    reason: str

    def __str__(self) -> str:
        count = len(self.grants)
        return f"remove {count} net grant{'s' if count > 1 else ''} of {self.name}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Rename:
    """An entry whose name is not its instance's."""

    position: int
    name: str
    new_name: str
    reason: str

    def __str__(self) -> str:
        return f'rename "{self.name}" to "{self.new_name}": {self.reason}'


@dataclass(frozen=True, slots=True)
class SetLimit:
    """A live limit, in seconds, where an entry has none."""

    position: int
    name: str
    limit_seconds: int
    reason: str

    def __str__(self) -> str:
        return f"set limit_seconds of {self.name} to {self.limit_seconds}: {self.reason}"


@dataclass(frozen=True, slots=True)
class AddInstance:
    """An instance that the file does not list, with its live limit in seconds; None where it has none."""

    name: str
    crn: str
    limit_seconds: int | None
    reason: str

    def __str__(self) -> str:
        return f"add {self.name} ({self.crn}): {self.reason}"


FileEdit: TypeAlias = RemoveInstance | RemoveGrants | Rename | SetLimit | AddInstance


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which edits are wanted; ``region`` None stands for every region."""

    net_grants: bool = True
    add: bool = True
    names: bool = True
    remove: bool = True
    limits: bool = True
    region: str | None = None


def reconcile(
    configuration: ProjectConfiguration,
    live: Sequence[ObservedInstance],
    today: date,
    wanted: Wanted | None = None,
    *,
    limit_is_said: Collection[int] = (),
) -> list[FileEdit]:
    """Decide what the file should say differently; the order is that of the file, additions last, by name.

    A ``create`` entry is never removed, nor is what it may stand for added: its instance is found by its name. Net
    grants are judged as of ``today``, UTC; the entries at the positions ``limit_is_said`` have ``limit_seconds``
    without a value, and keep it so.

    Raises:
        PlanningError: no instance is of the configuration's account, which is more likely a wrong key than an empty
            account; or an instance has an unknown kind of CRN.
    """
    wanted = wanted or Wanted()
    demand_crns(live)
    ours = [one for one in live if parse_crn(one.crn).account_id == configuration.account_id]
    if not ours:
        what = f"no instance of plan {configuration.plan} in account {configuration.account_id}"
        raise PlanningError([f"the API key shows {what}: is it a key of this account?"])
    return _Reconciling(configuration, ours, today, wanted, limit_is_said).edits()


def reconciled(configuration: ProjectConfiguration, edits: Iterable[FileEdit]) -> ProjectConfiguration:
    """Return the configuration that a file means after these edits."""
    entries: dict[int, InstanceEntry] = dict(enumerate(configuration.instances))
    added: list[InstanceEntry] = []
    renamed: dict[str, str] = {}
    for edit in edits:
        match edit:
            case RemoveInstance():
                del entries[edit.position]
            case RemoveGrants():
                grants = entries[edit.position].net_grants
                kept = tuple(grant for place, grant in enumerate(grants) if place not in edit.grants)
                entries[edit.position] = entries[edit.position].model_copy(update={"net_grants": kept})
            case Rename():
                entries[edit.position] = entries[edit.position].model_copy(update={"name": edit.new_name})
                renamed[edit.name] = edit.new_name
            case SetLimit():
                update = {"limit_seconds": Limit.of(edit.limit_seconds)}
                entries[edit.position] = entries[edit.position].model_copy(update=update)
            case AddInstance():
                limit = Limit.from_setting(edit.limit_seconds)
                added.append(InstanceEntry(name=edit.name, crn=edit.crn, limit_seconds=limit))
    sites = tuple(_with_renamed(site, renamed) for site in configuration.slurm_sites)
    return configuration.model_copy(update={"instances": (*entries.values(), *added), "slurm_sites": sites})


def _with_renamed(site: SlurmSite, names: Mapping[str, str]) -> SlurmSite:
    projects = [one.model_copy(update={"instance": names.get(one.instance, one.instance)}) for one in site.projects]
    return site.model_copy(update={"projects": tuple(projects)})


@dataclass(slots=True)
class _Reconciling:
    configuration: ProjectConfiguration
    live: Sequence[ObservedInstance]
    today: date
    wanted: Wanted
    limit_is_said: Collection[int]
    matching: Matching = field(init=False)

    def __post_init__(self) -> None:
        self.matching = match(self.configuration, self.live)

    def edits(self) -> list[FileEdit]:
        gone = self._gone() if self.wanted.remove else {}
        stays = {place: entry for place, entry in enumerate(self.configuration.instances) if place not in gone}
        renames = self._renames(stays) if self.wanted.names else {}
        edits: list[FileEdit] = []
        for place, entry in enumerate(self.configuration.instances):
            if place in gone:
                edits.append(RemoveInstance(place, entry.name, gone[place]))
            else:
                edits += self._changes(place, entry, renames)
        names = {renames.get(place, entry.name) for place, entry in stays.items()}
        return [*edits, *(self._additions(names) if self.wanted.add else ())]

    def _changes(self, place: int, entry: InstanceEntry, renames: Mapping[int, str]) -> Iterable[FileEdit]:
        if place in renames:
            yield Rename(place, entry.name, renames[place], "the name of the instance in the account")
        name = renames.get(place, entry.name)
        # One that has not begun can credit yet.
        over = tuple(
            at
            for at, grant in enumerate(net_grants(entry))
            if grant.start.date() <= self.today and not still_credits(grant, self.today)
        )
        if over and self.wanted.net_grants:
            day = max(entry.net_grants[at].end_date for at in over).date()
            yield RemoveGrants(place, name, over, f"ended by {day}, what was used has left the rolling window")
        limit = self._limit_to_set(place)
        if self.wanted.limits and limit is not None:
            yield SetLimit(place, name, limit, "the live limit")

    def _gone(self) -> dict[int, str]:
        why = {"missing": "the account has no such instance", "archived": "the instance is archived"}
        return {
            place: why[found.misfit]
            for place, found in enumerate(self.matching.matches)
            if found.entry.crn is not None and self._in_region(found.entry.crn) and found.misfit in why
        }

    def _renames(self, stays: Mapping[int, InstanceEntry]) -> dict[int, str]:
        """Give the names that differ; a name that several would share is told apart by the start of the CRN's id."""
        found = {place: self._live_of(place) for place, entry in stays.items() if entry.crn is not None}
        differing = {
            place: live
            for place, live in found.items()
            if live is not None and not live.is_archived and stays[place].name not in possible_names(live)
        }
        taken = {entry.name for place, entry in stays.items() if place not in differing}
        return distinct_names(differing, taken)

    def _additions(self, taken: Collection[str]) -> Iterable[FileEdit]:
        created = {(e.name, e.create.target) for e in self.configuration.instances if e.create is not None}
        new = [
            one
            for one in self.matching.others
            if self._in_region(one.crn)
            and (one.name, one.region) not in created
            and one.allocation_seconds is not None
            and not one.is_archived
        ]
        new.sort(key=lambda one: (one.name, one.crn))
        names = distinct_names(dict(enumerate(new)), taken)
        for place, one in enumerate(new):
            yield AddInstance(names[place], one.crn, one.limit.seconds, "the file does not list it")

    def _live_of(self, place: int) -> ObservedInstance | None:
        live = self.matching.matches[place].live
        return live if live is not None and self._in_region(live.crn) else None

    def _limit_to_set(self, place: int) -> int | None:
        """Return the live limit, in seconds, where the entry has none and is to have it."""
        entry, live = self.configuration.instances[place], self._live_of(place)
        if live is None or live.is_archived or entry.limit_seconds != Limit.KEEP or place in self.limit_is_said:
            return None
        # A file that reopens exhausted instances does so where it has no limit: theirs is not one to keep.
        closed = self.configuration.reopen_exhausted and live.limit == CLOSED_LIMIT
        return None if closed else live.limit.seconds

    def _in_region(self, crn: str) -> bool:
        return self.wanted.region in (None, parse_crn(crn).region)


def removable_on(grant: NetGrant) -> date:
    """Return the first day, UTC, on which a net grant can credit nothing any more."""
    return grant.end_date.date() + ROLLING_WINDOW
