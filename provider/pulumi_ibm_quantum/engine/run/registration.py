"""The registration of a resource: from what the program asks to the steps that bring it about."""

from dataclasses import dataclass, replace
from functools import partial

from pulumi_ibm_quantum.engine.diff.compare import Reasons, Verdict, compare
from pulumi_ibm_quantum.engine.diff.property_path import put_back
from pulumi_ibm_quantum.engine.errors import CheckFailed, EngineError
from pulumi_ibm_quantum.engine.run import steps
from pulumi_ibm_quantum.engine.run.aliases import alias_urns
from pulumi_ibm_quantum.engine.run.goal import Goal
from pulumi_ibm_quantum.engine.run.replacement import condemned_with
from pulumi_ibm_quantum.engine.run.run import Run, Stopped
from pulumi_ibm_quantum.engine.run.steps import StepError
from pulumi_ibm_quantum.engine.state.recorder import Changed
from pulumi_ibm_quantum.engine.state.resource import Resource
from pulumi_ibm_quantum.engine.state.urn import make_urn, split_type_and_name
from pulumi_ibm_quantum.engine.state.values import Properties, same


@dataclass(frozen=True, slots=True)
class Registered:
    """The answer to a registration; ``ok`` is False for what failed or was skipped."""

    urn: str
    id: str
    outputs: Properties
    ok: bool = True


def register(run: Run, goal: Goal) -> Registered:
    """Bring one resource about, and wait until it is.

    Raises:
        Stopped: If the run has failed, here or elsewhere, and does not go on after errors.
    """
    run.check_running()
    urn = ""
    try:
        urn = _claim_urn(run, goal)
        return _register(run, goal, urn)
    except Stopped:
        raise
    except StepError:
        run.fail(urn)
    except CheckFailed as error:
        for name, reason in error.failures:
            run.log.say("error", f"{name}: {reason}" if name else reason, urn)
        run.stop()
    except EngineError as error:
        run.log.say_once("error", str(error), urn)
        run.stop()
    run.check_running()
    return Registered(urn, "", {}, ok=False)


def _claim_urn(run: Run, goal: Goal) -> str:
    with run.lock:
        if goal.parent and goal.parent not in run.seen:
            raise EngineError(f"{goal.type} {goal.name!r}: its parent {goal.parent} is not registered")
        urn = make_urn(run.stack, run.project, goal.parent, goal.type, goal.name)
        if urn in run.seen:
            raise EngineError(
                f"Two resources of the program are {goal.type} with the name {goal.name!r}; give each its own ({urn})"
            )
        run.seen[urn] = None
        return urn


def _register(run: Run, goal: Goal, urn: str) -> Registered:
    old = _find_old(run, goal, urn)
    with run.slot():
        provider = steps.register_default_provider(run) if goal.custom else ""
    new = _wanted(goal, urn, provider, run.former.get(urn))
    if new.dependency_urns() & run.failed:
        run.fail(urn)
        return Registered(urn, "", {}, ok=False)
    fresh = old is None or urn in run.recreate or old.taint
    inputs = goal.inputs
    if old is not None and not fresh and goal.ignore_changes:
        inputs, impossible = put_back(goal.inputs, old.inputs, goal.ignore_changes)
        if impossible:
            run.log.say("info", f"cannot ignore changes in what was added or removed: {', '.join(impossible)}", urn)
    if new.custom:
        inputs = run.provider.check(urn, {} if fresh or old is None else old.inputs, inputs)
    new = replace(new, inputs=inputs if fresh or old is None else steps.carry_over(inputs, old.inputs))
    verdict = None if old is None or urn in run.recreate else _compare(run, goal, old, new)
    with run.slot():
        result = _carry_out(run, goal, old, new, verdict)
    with run.lock:
        run.news[urn] = result
    return Registered(urn, result.id, result.outputs if result.custom else {})


def _compare(run: Run, goal: Goal, old: Resource, new: Resource) -> Verdict:
    as_now = replace(old, urn=new.urn, ignore_changes=goal.ignore_changes)
    ask = partial(run.provider.diff, as_now, new.inputs)
    return compare(old, new, run.replaced, ask, goal.delete_before_replace)


def _find_old(run: Run, goal: Goal, urn: str) -> Resource | None:
    """Find the resource in the state, by its URN first and then by those that it may have had."""
    with run.lock:
        if (claimant := run.claimed.get(urn)) is not None:
            raise EngineError(f"{urn} is registered, but {claimant} has it as an alias already")
        if old := run.olds.get(urn):
            return old
        for former in alias_urns(goal, run.stack, run.project, run.former):
            if former in run.olds:
                if former in run.seen or former in run.claimed:
                    raise EngineError(
                        f"{urn} has the alias {former}, which is in use by another resource of the program"
                    )
                run.claimed[former] = urn
                run.former[urn] = former
                return run.olds[former]
        return None


def _wanted(goal: Goal, urn: str, provider: str, former: str | None) -> Resource:
    return Resource(
        urn=urn,
        type=goal.type,
        custom=goal.custom,
        inputs=goal.inputs,
        parent=goal.parent,
        provider=provider,
        dependencies=goal.dependencies,
        property_dependencies=dict(goal.property_dependencies) or None,
        protect=goal.protect,
        additional_secret_outputs=goal.additional_secret_outputs,
        aliases=(former,) if former else (),
        timeouts=goal.timeouts,
        retain_on_delete=goal.retain_on_delete,
        deleted_with=goal.deleted_with,
        replace_with=goal.replace_with,
        ignore_changes=goal.ignore_changes,
        replace_on_changes=goal.replace_on_changes,
        rest={"hideDiff": list(goal.hidden_diffs)} if goal.hidden_diffs else {},
    )


def _carry_out(run: Run, goal: Goal, old: Resource | None, new: Resource, verdict: Verdict | None) -> Resource:
    """Take the steps; a resource that was deleted meanwhile, for the sake of another, is created again."""
    with run.lock:
        run.handled.update((new.urn, run.former.get(new.urn, new.urn)))
        recreating = new.urn in run.recreate
        if recreating:
            run.recreate.discard(new.urn)
            run.deleted.discard(new.urn)
        if recreating or (verdict and verdict.action == "replace"):
            run.replaced.add(new.urn)
    if old is None:
        return steps.create(run, new)
    if recreating or verdict is None:
        return steps.replace_after_delete(run, _pending(run, old), new, Reasons())
    if verdict.action == "same":
        return steps.keep(run, old, new)
    if verdict.action == "update":
        return steps.update(run, old, new, verdict.reasons)
    return _replace(run, goal, old, new, verdict)


def _replace(run: Run, goal: Goal, old: Resource, new: Resource, verdict: Verdict) -> Resource:
    if new.protect and old.protect:
        _refuse_replacement(run, old, new)
    if new.custom:
        new = replace(new, inputs=run.provider.check(new.urn, {}, goal.inputs))
    if not verdict.delete_before_replace:
        return steps.replace_after_create(run, old, new, verdict.reasons)
    with run.lock:
        pending = _delete_before(run, old)
    return steps.replace_after_delete(run, pending, new, verdict.reasons)


def _refuse_replacement(run: Run, old: Resource, new: Resource) -> None:
    """Refuse to replace a protected resource; a preview goes on, so that the reason can be seen."""
    type_, name = split_type_and_name(old.urn)
    message = (
        f"{type_} {name!r} is protected and cannot be replaced: set `protect` to false for it and run `up`, "
        "then make the change"
    )
    if not run.dry_run:
        raise EngineError(message)
    run.log.say("error", message, new.urn)
    run.errored = True


def _delete_before(run: Run, old: Resource) -> Resource:
    """Delete a resource, and before it all that would be replaced with it, those that depend on others first."""
    condemned = condemned_with(run, old)
    for item in condemned:
        if item.protect and not item.delete and not item.pending_replacement:
            raise EngineError(
                f"{item.urn} would be replaced with {old.urn}, but is protected: "
                "set `protect` to false for it and run `up` first"
            )
    run.recreate.update(item.urn for item in condemned)
    run.deleted.update((old.urn, *(item.urn for item in condemned)))
    for item in reversed(condemned):
        if item.delete:
            steps.delete(run, item, "delete")
        elif not item.pending_replacement:
            _delete_until_replaced(run, item)
    return old if old.pending_replacement else _delete_until_replaced(run, old)


def _delete_until_replaced(run: Run, old: Resource) -> Resource:
    remains = steps.delete(run, old, "delete-replaced", pending_replacement=True)
    assert remains is not None
    run.olds[old.urn] = remains
    return remains


def _pending(run: Run, old: Resource) -> Resource:
    """Return the resource as the state has it now: deleted, and marked as pending its replacement."""
    with run.lock:
        return run.olds.get(old.urn, old)


def register_outputs(run: Run, urn: str, outputs: Properties) -> None:
    """Store the outputs that a component has once its children are there."""
    with run.slot(), run.lock:
        resource = run.news.get(urn)
        if resource is None:
            return
        marked = steps.carry_over(outputs, resource.outputs)
        if same(marked, resource.outputs):
            return
        result = replace(resource, outputs=marked)
        run.recorder.record(Changed(resource, result))
        run.news[urn] = result
