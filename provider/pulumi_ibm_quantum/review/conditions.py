"""A decision under conditions: from a snapshot in place of live usage, held to an approval, guarded."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path

from pulumi_ibm_quantum.cloud import Cloud
from pulumi_ibm_quantum.planning import Decision, Observation, PlanningError, Scope, decide, observe
from pulumi_ibm_quantum.planning.decision import Configuration, model_of
from pulumi_ibm_quantum.review.approval import Approval, NotApproved, Tolerance
from pulumi_ibm_quantum.review.effect import Effect, effect_of
from pulumi_ibm_quantum.review.from_snapshot import decide_from_snapshot
from pulumi_ibm_quantum.review.guards import Guarded, Guards
from pulumi_ibm_quantum.review.last_run import LastRun, LeftAs, drifts
from pulumi_ibm_quantum.review.snapshot import SNAPSHOT_AGE, Snapshot
from pulumi_ibm_quantum.vocabulary import Limit, format_signed


@dataclass(frozen=True, slots=True)
class Conditions:
    """What a run is held to.

    Attributes:
        snapshot: The file whose usage decides; None for the live one.
        snapshot_age: How old it may be.
        approved: The report that was approved; None where none is asked for.
        unattended: Whether nobody watches, so that guards hold.
        tolerance: How far an instance may be past its new allocation since the snapshot.
    """

    snapshot: Path | None = None
    snapshot_age: timedelta = SNAPSHOT_AGE
    approved: Path | None = None
    unattended: bool = False
    tolerance: Tolerance = field(default_factory=Tolerance)


@dataclass(frozen=True, slots=True)
class HeldDecision:
    """A decision that its conditions let pass.

    Attributes:
        decision: The decision.
        last_run: What the state is to keep of it for the next run.
        notes: What people should know of how it came about.
    """

    decision: Decision
    last_run: LastRun
    notes: tuple[str, ...] = ()


def decide_under(
    conditions: Conditions,
    configuration: Configuration,
    cloud: Cloud,
    last_run: Callable[[], LastRun | None] = lambda: None,
    created: Callable[[], Mapping[str, str]] = dict,
) -> HeldDecision:
    """Read the account and decide.

    Args:
        conditions: What the decision is held to.
        configuration: What is wanted.
        cloud: The account's services.
        last_run: Returns what the last run decided; called where that matters.
        created: Returns the CRNs of what was created as code, by name; called where a list may lag behind.

    Raises:
        PlanningError: the account could not be read, or does not fit the configuration.
        SnapshotError: the snapshot cannot serve.
        NotApproved: the effect is not the approved one, or there is no such approval.
        Guarded: a guard stops the run.
    """
    approval = None if conditions.approved is None else Approval.read(conditions.approved)
    decision, notes = _decide(
        conditions, configuration, partial(observe, cloud, created=created), is_compared=approval is not None
    )
    last = last_run() if conditions.unattended or model_of(configuration).on_drift in ("keep", "stop") else None
    kept: Mapping[str, LeftAs] = {}
    if last is not None:
        kept = _kept(decision, last)
        decision = _holding(decision, kept)
    named: frozenset[str] = frozenset()
    if approval is not None:
        effect = effect_since(approval, decision)
        demand_approved(approval, effect)
        notes += _comparison(approval, effect)
        named = frozenset(one.name for one in effect.named)
    if conditions.unattended:
        guards = Guards(max_change_percent=decision.configuration.max_change_percent)
        own = cloud.identity().iam_id if last is not None else ""
        if reasons := [*guards.reasons(decision, last, own_iam_id=own, approved=named)]:
            raise Guarded(reasons)
    return HeldDecision(decision, LastRun.of(decision, kept), tuple(notes))


def demand_no_freeze(decision: Decision) -> None:
    """Refuse to change anything while the configuration is frozen.

    Raises:
        Guarded: something would be changed.
    """
    if decision.configuration.freeze and decision.changes:
        raise Guarded([f"the configuration says freeze, and {len(decision.changes)} instances would change"])


def effect_since(approval: Approval, head: Decision) -> Effect:
    """Return the effect that a decision has, compared with the base that was approved, on the same observation.

    Raises:
        NotApproved: the base can no longer be decided on.
    """
    base = approval.base_configuration
    try:
        return effect_of(None if base is None else decide(base, head.observation), head)
    except PlanningError as error:
        raise NotApproved(f"{approval.source}: what was approved cannot be compared: {error}") from None


def demand_approved(approval: Approval, effect: Effect) -> None:
    """Refuse an effect that is not the approved one.

    Raises:
        NotApproved: it is not; all differences.
    """
    if differences := [*approval.differences(effect)]:
        lines = "\n".join(f"  {one}" for one in differences)
        raise NotApproved(
            f"{approval.source}: the change no longer does what was approved; look at a new report, and approve that:\n"
            f"{lines}"
        )


def _decide(
    conditions: Conditions,
    configuration: Configuration,
    read: Callable[[Scope], Observation],
    *,
    is_compared: bool,
) -> tuple[Decision, list[str]]:
    if conditions.snapshot is None:
        return decide(configuration, read(Scope(model_of(configuration), whole=is_compared))), []
    snapshot = Snapshot.read(conditions.snapshot)
    return decide_from_snapshot(snapshot, conditions.snapshot_age, conditions.tolerance, configuration, read)


def _kept(decision: Decision, last: LastRun) -> Mapping[str, LeftAs]:
    """Return how the last run left those that have drifted and are to be kept as they are; a later one must know.

    Raises:
        Guarded: the configuration says that drift stops a run.
    """
    found, on_drift = drifts(decision, last), decision.configuration.on_drift
    if found and on_drift == "stop":
        names = ", ".join(one.name for one in found)
        raise Guarded([f"{names}: not as the last run left it; see `ibm-quantum drift`"])
    return {one.name: last.instances[one.name] for one in found if on_drift == "keep"}


def _holding(decision: Decision, names: Collection[str]) -> Decision:
    """Return the decision where some instances keep what they have."""
    if not names:
        return decision
    held = {"hold": True, "limit_seconds": Limit.KEEP, "net_grants": ()}
    return decide(decision.configuration.with_entries(dict.fromkeys(names, held)), decision.observation)


def _comparison(approval: Approval, effect: Effect) -> Sequence[str]:
    """Return what would be applied beside what was approved, a line for each instance that the change names."""
    approved = {one.name: one.effect_seconds for one in approval.named}
    return [
        *(
            f"{one.name}: {format_signed(one.seconds)}, approved {format_signed(approved[one.name])}"
            for one in effect.named
        ),
        f"Largest share given: {effect.largest_share_given:.0%}, approved {approval.largest_share_given:.0%}",
    ]
