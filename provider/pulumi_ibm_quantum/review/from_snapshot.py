"""Deciding from a snapshot while the account goes on: what was used since must fit what is decided."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta

from pulumi_ibm_quantum.config import ProjectConfiguration
from pulumi_ibm_quantum.planning import (
    Decision,
    InstanceDecision,
    Observation,
    ObservedUsage,
    Scope,
    decide,
)
from pulumi_ibm_quantum.planning.decision import Configuration, model_of
from pulumi_ibm_quantum.planning.observation import WINDOW_DAYS
from pulumi_ibm_quantum.review.approval import Tolerance
from pulumi_ibm_quantum.review.snapshot import Snapshot, SnapshotError
from pulumi_ibm_quantum.vocabulary import format_duration


def decide_from_snapshot(
    snapshot: Snapshot,
    at_most: timedelta,
    tolerance: Tolerance,
    configuration: Configuration,
    read: Callable[[Scope], Observation],
) -> tuple[Decision, list[str]]:
    """Decide on the usage of a snapshot and on what instances have now; return what people should know of that as well.

    An instance that has since used more than it is to have gets that as its floor, within the tolerance.

    Raises:
        PlanningError: the account could not be read, or does not fit the configuration.
        SnapshotError: the snapshot is too old, or usage has passed what would be decided from it.
    """
    live = read(Scope(model_of(configuration), usage="rolling"))
    snapshot.demand_fresh(live.moment - snapshot.observation.moment, at_most)
    observation = with_live_settings(snapshot.observation, live)
    decision = decide(configuration, observation)
    used = {crn: usage.last_28_days for crn, usage in live.usage.items()}
    if reasons := [*_passed_limits(decision, used), *_passed_tolerance(decision, used, tolerance)]:
        raise SnapshotError("\n".join(f"{snapshot.source}: {reason}; take the snapshot again" for reason in reasons))
    age = format_duration((live.moment - snapshot.observation.moment).total_seconds(), brief=True)
    notes = [f"Decided from {snapshot.source}, which is {age} old."]
    floors = {one.name: used_since for one, used_since in _overtaken(decision, used)}
    if floors:
        notes += [
            f"{name} has used {format_duration(used_since)} since, and keeps that."
            for name, used_since in floors.items()
        ]
        decision = decide(_with_floors(decision, floors), observation)
    return decision, notes


def with_live_settings(snapshot: Observation, live: Observation) -> Observation:
    """Return an observation with the usage of a snapshot and what instances and contracts are now.

    An instance that was created since has used nothing.
    """
    starts = {start for usage in snapshot.usage.values() for start in usage.since}
    new = ObservedUsage(dict.fromkeys(WINDOW_DAYS, 0), {}, snapshot.day.min, dict.fromkeys(starts, 0))
    known = {one.crn for one in snapshot.instances}
    created = {one.crn: new for one in live.instances if one.crn not in known}
    return replace(snapshot, instances=live.instances, contracts=live.contracts, usage={**snapshot.usage, **created})


def _passed_limits(decision: Decision, used: Mapping[str, int]) -> Iterator[str]:
    """Yield the instances whose usage has since passed the limit that they are to have."""
    for one in decision.instances:
        before, now = one.outcome.state.usage.last_28_days, _used_by(one, used)
        limit = one.outcome.new_limit
        if limit.is_passed_by(now) and not limit.is_passed_by(before):
            yield f"{one.name} has used {format_duration(now)} by now, more than the limit that it would have"


def _passed_tolerance(decision: Decision, used: Mapping[str, int], tolerance: Tolerance) -> Iterator[str]:
    for one, now in _overtaken(decision, used):
        allocation = one.outcome.new_allocation_seconds
        if now - allocation > tolerance.of(allocation):
            yield (
                f"{one.name} has used {format_duration(now)} by now, more than the {format_duration(allocation)} that "
                "it would have"
            )


def _overtaken(decision: Decision, used: Mapping[str, int]) -> Iterator[tuple[InstanceDecision, int]]:
    """Yield those that used more than they are to have, and had not when the snapshot was taken."""
    for one in decision.instances:
        now, allocation = _used_by(one, used), one.outcome.new_allocation_seconds
        if now > allocation >= one.outcome.state.usage.last_28_days:
            yield one, now


def _used_by(one: InstanceDecision, used: Mapping[str, int]) -> int:
    return 0 if one.live is None else used.get(one.live.crn, 0)


def _with_floors(decision: Decision, floors: Mapping[str, int]) -> ProjectConfiguration:
    """Return the configuration in which some instances keep what they have used, which is more than they would get."""
    configuration = decision.configuration
    minimum = {one.name: one.minimum_allocation_seconds or 0 for one in configuration.instances}
    everybody = configuration.minimum_allocation_seconds
    return configuration.with_entries(
        {
            name: {"minimum_allocation_seconds": max(used_since, minimum[name], everybody)}
            for name, used_since in floors.items()
        }
    )
