"""What a decision declares: a plain list, in the order in which it is to be declared."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pulumi_ibm_quantum.planning import Decision, InstanceDecision
from pulumi_ibm_quantum.resources.allocation import ALLOCATION
from pulumi_ibm_quantum.resources.instance import INSTANCE
from pulumi_ibm_quantum.resources.resource_type import ResourceType


@dataclass(frozen=True, slots=True)
class IdOf:
    """Stands for the id of the instance that another declaration of this name makes."""

    name: str


@dataclass(frozen=True, slots=True)
class Declaration:
    """One resource to declare.

    Attributes:
        type: What it is.
        name: Its name in the stack.
        properties: Its inputs, without those that are not given.
        protect: Whether it must not be deleted; None for as its parent is.
        after: The names of the allocations that must be as decided before this is declared.
    """

    type: ResourceType
    name: str
    properties: Mapping[str, Any]
    protect: bool | None = None
    after: tuple[str, ...] = ()


def declarations(decision: Decision, *, as_found: bool = False) -> list[Declaration]:
    """Return what to declare, in the order of the file; what is raised waits for all that is not.

    What stayed the same when it was decided may have been raised since, by others. A new instance is a raise: what it
    has at birth counts. Where everything is to stay ``as_found``, what there is is declared as it is.
    """
    if as_found:
        found = [one for one in decision.instances if one.live is not None]
        return [declaration for one in found for declaration in _declarations_of(decision, one, (), as_found=True)]
    raised = {one.name for one in decision.instances if one.outcome.allocation_delta_seconds > 0}
    settled = tuple(one.name for one in decision.instances if one.name not in raised)
    pairs = (_declarations_of(decision, one, settled if one.name in raised else ()) for one in decision.instances)
    return [declaration for pair in pairs for declaration in pair]


def output_of(decision: Decision) -> dict[str, Any]:
    """Return what was decided, in seconds, without the usage it was decided from: it moves only with a decision."""
    balance = decision.balance
    limits = {one.name: one.outcome.new_limit.seconds for one in decision.instances}
    return {
        "budget_seconds": balance.account.budget_seconds,
        "unallocated_seconds": balance.account.budget_seconds - balance.total_seconds,
        "unconfigured": sorted(instance.label for instance in decision.unconfigured),
        "allocation_seconds": {one.name: one.outcome.new_allocation_seconds for one in decision.instances},
        "limit_seconds": {name: seconds for name, seconds in limits.items() if seconds is not None},
    }


def _declarations_of(
    decision: Decision, one: InstanceDecision, after: tuple[str, ...], *, as_found: bool = False
) -> list[Declaration]:
    """Return an entry's allocation, and before it the instance where that is created as code."""
    entry, create = one.entry, one.entry.create
    settings: dict[str, Any] = {
        "allocation_seconds": one.outcome.new_allocation_seconds,
        "limit_seconds": one.limit.setting,
        "backends": entry.backends,
    }
    if as_found:
        settings = {"allocation_seconds": one.outcome.state.allocation_seconds}
    crn = entry.crn if create is None else IdOf(entry.name)
    allocation = Declaration(ALLOCATION, entry.name, _given({"crn": crn, **settings}), after=after)
    if create is None:
        return [allocation]
    identity = {
        "name": entry.name,
        "plan": decision.configuration.plan,
        "target": create.target,
        "resource_group": create.resource_group,
    }
    at_birth = {"tags": entry.tags or None, "adopt_crn": one.live.crn if one.live else None}
    instance = Declaration(
        INSTANCE, entry.name, _given({**identity, **settings, **at_birth}), protect=entry.protect, after=after
    )
    return [instance, allocation]


def _given(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in properties.items() if value is not None}
