"""The effect of a change: what the head configuration decides less what the base does, on one snapshot."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from pulumi_ibm_quantum.config import InstanceEntry, ProjectConfiguration
from pulumi_ibm_quantum.planning import Decision, InstanceDecision
from pulumi_ibm_quantum.vocabulary import Limit

_READ_BY_PEOPLE: Final = frozenset({"description"})
_SEEN_IN_TERMS: Final = frozenset(
    {"minimum_allocation_seconds", "limit_seconds", "net_grants", "target_usage_seconds"}
) | {
    "balance_period",
    "weight",
    "priority",
    "hold",
    "state",
}
"""Keys of an entry whose whole effect is on allocations and limits."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What an instance has: its allocation in seconds, and its limit in force."""

    allocation_seconds: int
    limit: Limit = Limit.NONE


@dataclass(frozen=True, slots=True)
class KeyChange:
    """A key that says another thing; each value as JSON writes it, None where the key is not there."""

    key: str
    before: str | None
    after: str | None

    def __str__(self) -> str:
        before, after = ("not given" if value is None else value for value in (self.before, self.after))
        return f"{self.key}: {before} => {after}"


@dataclass(frozen=True, slots=True)
class InstanceEffect:
    """What a change does to one instance.

    Attributes:
        name: In the head configuration, or in the base one where the head has no entry.
        crn: None where it is to be created.
        keys: What the change says differently of it; none where the change does not name it.
        live: What it has; None where it is to be created.
        base: What it would have without the change.
        head: What it would have with it.
        used_seconds: In the rolling window.
        is_deleted: Whether the instance goes with its entry.
    """

    name: str
    crn: str | None
    keys: tuple[KeyChange, ...]
    live: Terms | None
    base: Terms
    head: Terms
    used_seconds: int
    is_deleted: bool = False

    @property
    def is_named(self) -> bool:
        """Whether the change adds, changes or removes its entry."""
        return bool(self.keys)

    @property
    def seconds(self) -> int:
        """The effect on its allocation."""
        return self.head.allocation_seconds - self.base.allocation_seconds

    @property
    def is_payer(self) -> bool:
        """Whether it gives without being named."""
        return not self.is_named and self.seconds < 0

    @property
    def share_given(self) -> float:
        """How much of what it would have is taken, from 0 to 1."""
        return max(0.0, -self.share)

    @property
    def share(self) -> float:
        """The effect in parts of what it would have without the change; 0 where that is nothing."""
        return share_of(self.seconds, self.base.allocation_seconds)

    @property
    def movement_seconds(self) -> int:
        """How its allocation moves without the change."""
        return self.base.allocation_seconds - (self.live.allocation_seconds if self.live else 0)

    @property
    def has_effect(self) -> bool:
        """Whether the change does anything to it that the service or the stack would show."""
        return self.base != self.head or any(
            one.key not in _SEEN_IN_TERMS and one.key not in _READ_BY_PEOPLE for one in self.keys
        )


@dataclass(frozen=True)
class Effect:
    """What a change does, on one snapshot.

    Attributes:
        base: The decision without the change; None where there is no configuration yet, and what is live stands for it.
        head: The decision with it.
        account_keys: What the change says differently of the account.
        instances: In the order of the head configuration; entries that it no longer has come last.
    """

    base: Decision | None
    head: Decision
    account_keys: tuple[KeyChange, ...]
    instances: tuple[InstanceEffect, ...]

    @cached_property
    def named(self) -> tuple[InstanceEffect, ...]:
        """The instances whose entries the change adds, changes or removes."""
        return tuple(one for one in self.instances if one.is_named)

    @cached_property
    def others(self) -> tuple[InstanceEffect, ...]:
        """The instances that it affects without naming them, those that lose or gain most first."""
        affected = [one for one in self.instances if not one.is_named and one.has_effect]
        return tuple(sorted(affected, key=lambda one: (-abs(one.seconds), one.name)))

    @cached_property
    def payers(self) -> tuple[InstanceEffect, ...]:
        """Those of the others that give."""
        return tuple(one for one in self.others if one.is_payer)

    @property
    def largest_share_given(self) -> float:
        """The largest part of its own that any payer gives, from 0 to 1."""
        return max((one.share_given for one in self.payers), default=0.0)

    @cached_property
    def moving(self) -> tuple[InstanceEffect, ...]:
        """The instances that move without the change, those that move most first."""
        moving = [one for one in self.instances if one.movement_seconds]
        return tuple(sorted(moving, key=lambda one: (-abs(one.movement_seconds), one.name)))

    @property
    def is_none(self) -> bool:
        """Whether the change does nothing that the service or the stack would show."""
        return not any(one.has_effect for one in self.instances)


def effect_of(base: Decision | None, head: Decision) -> Effect:
    """Return what a change does; both decisions are of one observation."""
    before = {} if base is None else {_identity(one): one for one in base.instances}
    after = {_identity(one): one for one in head.instances}
    live = {one.crn: Terms(one.allocation_seconds or 0, one.limit) for one in head.observation.instances}
    effects = []
    for identity in [*after, *(identity for identity in before if identity not in after)]:
        effects.append(
            _effect_on(before.get(identity), after.get(identity), live.get(identity), has_base=base is not None)
        )
    base_keys = _account_keys(base.configuration) if base else _account_keys(head.configuration)
    keys = tuple(_key_changes(base_keys, _account_keys(head.configuration)))
    return Effect(base, head, keys, tuple(effects))


def share_of(seconds: int, whole: int) -> float:
    """Return so many seconds in parts of a whole; 0 of nothing."""
    return seconds / whole if whole else 0.0


def canonical(configuration: ProjectConfiguration) -> dict[str, Any]:
    """Return a configuration as version 3 writes it, JSON-ready, without what is as if not given."""
    return {"version": 3, **configuration.model_dump(mode="json", by_alias=True, exclude_defaults=True)}


def canonical_entry(entry: InstanceEntry) -> dict[str, Any]:
    """Return one entry of it."""
    return entry.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def _identity(one: InstanceDecision) -> str:
    return one.live.crn if one.live is not None else one.name


def _effect_on(
    before: InstanceDecision | None, after: InstanceDecision | None, live: Terms | None, *, has_base: bool
) -> InstanceEffect:
    one = after or before
    assert one is not None
    old = canonical_entry(before.entry) if before else {}
    new = canonical_entry(after.entry) if after else {}
    is_deleted = after is None and before is not None and before.entry.create is not None
    return InstanceEffect(
        name=one.name,
        crn=None if one.live is None else one.live.crn,
        keys=tuple(_key_changes(old, new)) if has_base else (),
        live=live,
        base=_terms(before, live),
        head=_terms(after, None if is_deleted else live),
        used_seconds=one.outcome.state.usage.last_28_days,
        is_deleted=is_deleted,
    )


def _terms(one: InstanceDecision | None, live: Terms | None) -> Terms:
    """Return what a decision gives; an instance without an entry keeps what it has."""
    if one is not None:
        return Terms(one.outcome.new_allocation_seconds, one.outcome.new_limit)
    return live or Terms(0)


def _account_keys(configuration: ProjectConfiguration) -> dict[str, Any]:
    return {key: value for key, value in canonical(configuration).items() if key != "instances"}


def _key_changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[KeyChange]:
    for key in dict.fromkeys([*after, *before]):
        if before.get(key) != after.get(key):
            yield KeyChange(key, _written(before, key), _written(after, key))


def _written(values: Mapping[str, Any], key: str) -> str | None:
    return json.dumps(values[key], sort_keys=True, ensure_ascii=False) if key in values else None
