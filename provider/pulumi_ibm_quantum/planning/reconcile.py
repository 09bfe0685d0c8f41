"""What a configuration file should say differently, given the account's live instances."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TypeAlias

from pulumi_ibm_quantum.balancer import NetGrant as Grant
from pulumi_ibm_quantum.balancer.limits import ROLLING_WINDOW_DAYS, still_credits
from pulumi_ibm_quantum.cloud import LiveInstance
from pulumi_ibm_quantum.config import InstanceEntry, ProjectConfiguration
from pulumi_ibm_quantum.config import NetGrant as ConfiguredGrant
from pulumi_ibm_quantum.planning.problems import PlanningError

_CLOSED_SECONDS = 1
"""The limit of an exhausted instance."""


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
    live: Sequence[LiveInstance],
    today: date,
    wanted: Wanted | None = None,
    *,
    limit_is_said: Collection[int] = (),
) -> list[FileEdit]:
    """Decide what the file should say differently; the order is that of the file, additions last, by name.

    A ``create`` entry is never removed, nor is what it may stand for added: its instance is found by its name.

    Args:
        configuration: The configuration as it is.
        live: Every instance of the plan, archived ones included.
        today: The day as of which net grants are judged, UTC.
        wanted: Which edits; not given: all.
        limit_is_said: Positions of entries that have ``limit_seconds`` without a value: those keep it so.

    Raises:
        PlanningError: no instance is of the configuration's account, which is more likely a wrong key than an empty
            account.
    """
    wanted = wanted or Wanted()
    ours = [one for one in live if f":a/{configuration.account_id}:" in one.crn]
    if not ours:
        what = f"no instance of plan {configuration.plan} in account {configuration.account_id}"
        raise PlanningError([f"the API key shows {what}: is it a key of this account?"])
    return _Reconciling(configuration, ours, today, wanted, limit_is_said).edits()


def reconciled(configuration: ProjectConfiguration, edits: Iterable[FileEdit]) -> ProjectConfiguration:
    """Return the configuration that a file means after these edits."""
    entries: dict[int, InstanceEntry] = dict(enumerate(configuration.instances))
    added: list[InstanceEntry] = []
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
            case SetLimit():
                update = {"limit_seconds": edit.limit_seconds}
                entries[edit.position] = entries[edit.position].model_copy(update=update)
            case AddInstance():
                added.append(InstanceEntry(name=edit.name, crn=edit.crn, limit_seconds=edit.limit_seconds))
    return configuration.model_copy(update={"instances": (*entries.values(), *added)})


@dataclass(slots=True)
class _Reconciling:
    configuration: ProjectConfiguration
    live: Sequence[LiveInstance]
    today: date
    wanted: Wanted
    limit_is_said: Collection[int]
    by_crn: Mapping[str, LiveInstance] = field(init=False)
    unlisted: Sequence[LiveInstance] = field(init=False)

    def __post_init__(self) -> None:
        listed = {entry.crn for entry in self.configuration.instances}
        self.by_crn = {one.crn: one for one in self.live}
        self.unlisted = [one for one in self.live if one.crn not in listed]

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
        over = tuple(at for at, grant in enumerate(entry.net_grants) if _is_over(grant, self.today))
        if over and self.wanted.net_grants:
            day = max(entry.net_grants[at].end_date for at in over).date()
            yield RemoveGrants(place, name, over, f"ended by {day}, what was used has left the rolling window")
        live = self._live_of(entry)
        if self.wanted.limits and live is not None and self._lacks_limit(place, entry, live):
            assert live.settings is not None
            yield SetLimit(place, name, live.settings.limit_seconds or 0, "the live limit")

    def _gone(self) -> dict[int, str]:
        gone = {}
        for place, entry in enumerate(self.configuration.instances):
            if entry.crn is None or not self._in_region(entry.crn):
                continue
            if entry.crn not in self.by_crn:
                gone[place] = "the account has no such instance"
            elif self.by_crn[entry.crn].is_archived:
                gone[place] = "the instance is archived"
        return gone

    def _renames(self, stays: Mapping[int, InstanceEntry]) -> dict[int, str]:
        """Give the names that differ; a name that several would share is told apart by the start of the CRN's id."""
        found = {place: self._live_of(entry) for place, entry in stays.items() if entry.crn is not None}
        differing = {
            place: live
            for place, live in found.items()
            if live is not None and not live.is_archived and stays[place].name not in _names_of(live)
        }
        taken = {entry.name for place, entry in stays.items() if place not in differing}
        return _distinct_names(differing, taken)

    def _additions(self, taken: Collection[str]) -> Iterable[FileEdit]:
        created = {(e.name, e.create.target) for e in self.configuration.instances if e.create is not None}
        new = [
            one
            for one in self.unlisted
            if self._in_region(one.crn)
            and (one.name, one.region) not in created
            and one.settings is not None
            and not one.is_archived
        ]
        new.sort(key=lambda one: (one.name, one.crn))
        names = _distinct_names(dict(enumerate(new)), taken)
        for place, one in enumerate(new):
            limit = one.settings.limit_seconds if one.settings else None
            yield AddInstance(names[place], one.crn, limit, "the file does not list it")

    def _live_of(self, entry: InstanceEntry) -> LiveInstance | None:
        if entry.create is None:
            found = [one] if (one := self.by_crn.get(entry.crn or "")) else []
        else:
            at = (entry.name, entry.create.target)
            found = [one for one in self.unlisted if (one.name, one.region) == at]
        return found[0] if len(found) == 1 and self._in_region(found[0].crn) else None

    def _lacks_limit(self, place: int, entry: InstanceEntry, live: LiveInstance) -> bool:
        limit = live.settings.limit_seconds if live.settings and not live.is_archived else None
        # A file that reopens exhausted instances does so where it has no limit: theirs is not one to keep.
        closed = self.configuration.reopen_exhausted and limit == _CLOSED_SECONDS
        return entry.limit_seconds is None and place not in self.limit_is_said and limit is not None and not closed

    def _in_region(self, crn: str) -> bool:
        return self.wanted.region in (None, crn.split(":")[5])


def _is_over(grant: ConfiguredGrant, today: date) -> bool:
    """Tell whether a grant can credit nothing any more; one that has not begun can."""
    as_if_begun = Grant(grant.start_date, grant.end_date, grant.net_grant_seconds)
    begun = grant.start_date.date() <= today
    return begun and not still_credits(as_if_begun, today)


def removable_on(grant: ConfiguredGrant) -> date:
    """Return the first day, UTC, on which a net grant can credit nothing any more."""
    return grant.end_date.date() + timedelta(days=ROLLING_WINDOW_DAYS)


def _distinct_names(instances: Mapping[int, LiveInstance], taken: Collection[str]) -> dict[int, str]:
    """Name instances as they are called, those whose name is empty, shared or taken told apart by their ids."""
    count = Counter(_names_of(one)[0] for one in instances.values())
    names: dict[int, str] = {}
    for place, one in instances.items():
        plain, *others = _names_of(one)
        free = [name for name in others if name not in taken and name not in names.values()]
        names[place] = plain if plain and count[plain] == 1 and plain not in {*taken, *names.values()} else free[0]
    return names


def _names_of(live: LiveInstance) -> tuple[str, str, str]:
    """Return the names that an entry may have: the instance's, with the start of its id, with all of its id."""
    plain = "".join(letter for letter in " ".join(live.name.split()) if letter.isprintable())
    guid = live.crn.split(":")[7]
    return plain, f"{plain}-{guid[:8]}".strip("-"), f"{plain}-{guid}".strip("-")
