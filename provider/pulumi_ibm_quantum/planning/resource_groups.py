"""The resource groups that new instances are to be created in, given by name or by id."""

import re
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from typing import Final

from pulumi_ibm_quantum.config import InstanceEntry, ProjectConfiguration
from pulumi_ibm_quantum.planning.matching import Match
from pulumi_ibm_quantum.planning.observation import Observation
from pulumi_ibm_quantum.vocabulary import printable, quote

_ID: Final = re.compile(r"[0-9a-f]{32}")
"""Ids as IBM's documentation shows them; others may exist, which is why a group is looked for by id first."""
_MOST_NAMES: Final = 6

Place = Callable[[int, str], str]
"""Puts the place of an entry's resource group, by its position, before a sentence."""


def needs_group(found: Match) -> bool:
    """Tell whether an entry's resource group has to be looked up: to create an instance, or because it is a name."""
    create = found.entry.create
    return create is not None and (found.live is None or not _ID.fullmatch(create.resource_group))


def resolve_groups(
    configuration: ProjectConfiguration, matches: tuple[Match, ...], observation: Observation, place: Place
) -> tuple[ProjectConfiguration, list[str]]:
    """Return the configuration with ids in place of names, and what is wrong with groups, a sentence each.

    Where the groups are not known, they are taken for ids.
    """
    groups, entries, problems = observation.resource_groups, list(configuration.instances), []
    for position, found in enumerate(matches):
        if groups is None or found.entry.create is None or not needs_group(found):
            continue
        given = found.entry.create.resource_group
        ids = [given] if given in groups else [one for one, name in groups.items() if name == given]
        if len(ids) == 1:
            entries[position] = _in_group(found.entry, ids[0])
        else:
            problems.append(place(position, _problem(given, ids, groups)))
    return configuration.model_copy(update={"instances": tuple(entries)}), problems


def unchecked_groups(matches: tuple[Match, ...], observation: Observation) -> list[str]:
    """Return a sentence for each group that nobody could look up."""
    return [
        f"instance {found.entry.name}: whether there is a resource group {quote(found.entry.create.resource_group)} is "
        "not known, the service does not list them; it is taken for an id"
        for found in matches
        if observation.resource_groups is None and found.entry.create is not None and needs_group(found)
    ]


def _in_group(entry: InstanceEntry, group_id: str) -> InstanceEntry:
    assert entry.create is not None
    return entry.model_copy(update={"create": entry.create.model_copy(update={"resource_group": group_id})})


def _problem(given: str, ids: list[str], groups: Mapping[str, str]) -> str:
    if ids:
        return f"{quote(given)} is the name of {len(ids)} resource groups; give the id: {', '.join(ids)}"
    names = sorted(set(groups.values()))
    near = get_close_matches(given, names, n=1) or get_close_matches(given.lower(), names, n=1)
    hint = f" (did you mean {printable(near[0])}?)" if near else ""
    listed = ", ".join(map(printable, names[:_MOST_NAMES])) + (", ..." if len(names) > _MOST_NAMES else "")
    return f"is no resource group that this key can see, found {quote(given)}{hint}; there is {listed or 'none'}"
