"""The steps themselves: each calls the provider if there is something to call, and records what came of it."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

from pulumi_ibm_quantum.engine.diff.compare import Reasons
from pulumi_ibm_quantum.engine.errors import EngineError
from pulumi_ibm_quantum.engine.events import Op, Running, Step
from pulumi_ibm_quantum.engine.run.run import PROVIDER_TYPE, Run, Stopped
from pulumi_ibm_quantum.engine.state.recorder import Added, Changed, Ended, Event, Removed
from pulumi_ibm_quantum.engine.state.resource import Resource, now
from pulumi_ibm_quantum.engine.state.urn import provider_reference
from pulumi_ibm_quantum.engine.state.values import UNKNOWN_TEXT, Properties, Secret, contains_secret, same

T = TypeVar("T")


class StepError(EngineError):
    """A step failed, and the log says so already."""


def carry_over(news: Properties, olds: Properties) -> Properties:
    """Keep the old object of each property that has not changed, and with it the ciphertext of a secret."""
    return {key: olds[key] if key in olds and same(olds[key], value) else value for key, value in news.items()}


def _with_outputs(resource: Resource, outputs: Properties, old: Resource | None) -> Resource:
    """Give a resource its outputs, with everything marked secret that the program or its inputs say is secret."""
    marked = {
        key: Secret(value) if _is_secret(key, value, resource) and not isinstance(value, Secret) else value
        for key, value in outputs.items()
    }
    return replace(resource, outputs=carry_over(marked, old.outputs) if old else marked)


def _is_secret(key: str, value: object, resource: Resource) -> bool:
    declared = key in resource.additional_secret_outputs or isinstance(resource.inputs.get(key), Secret)
    return declared or (contains_secret(resource.inputs.get(key)) and not contains_secret(value))


def _mutate(run: Run, running: Running, kind: str, resource: Resource, call: Callable[[], T]) -> tuple[T, Ended]:
    """Make a call that changes something: recorded as pending before, so that a kill is not forgotten."""
    pending: Ended | None = None
    try:
        pending = run.recorder.begin(kind, resource)
        return call(), pending
    except Stopped:
        running.failed("Interrupted: a later run finds out what became of it")
        raise
    except EngineError as error:
        if pending is not None:
            run.recorder.record(pending)
        running.failed(str(error))
        raise StepError(str(error)) from None


def keep(run: Run, old: Resource, new: Resource) -> Resource:
    """Confirm a resource: its new inputs and options are stored, its id and outputs stay."""
    result = replace(new, id=old.id, outputs=old.outputs, created=old.created, modified=old.modified)
    running = run.log.started(Step("same", new.urn, old, replace(new, created=old.created, modified=old.modified)))
    run.recorder.record(Added(result, instead_of=old))
    running.done(result)
    return result


def create(run: Run, new: Resource) -> Resource:
    """Create a resource."""
    return _create(run, Step("create", new.urn, None, new), new, [])


def update(run: Run, old: Resource, new: Resource, reasons: Reasons) -> Resource:
    """Update a resource in place."""
    before = replace(new, created=old.created, modified=old.modified)
    running = run.log.started(Step("update", new.urn, old, before, reasons.replaces, reasons.changes, reasons.detailed))
    target = replace(before, id=old.id)
    outputs, ended = target.inputs if target.custom else {}, []
    if target.managed and not run.dry_run:
        outputs, pending = _mutate(run, running, "updating", target, lambda: run.provider.update(old, target))
        ended = [pending]
    result = _with_outputs(target, outputs, old)
    if not run.dry_run:
        result = replace(result, modified=now())
    run.recorder.record(Added(result, instead_of=old), *ended)
    running.done(result)
    return result


def replace_after_create(run: Run, old: Resource, new: Resource, reasons: Reasons) -> Resource:
    """Create the new one; the old one is marked, and deleted when all else is done."""
    condemned = replace(old, delete=True)
    step = Step("create-replacement", new.urn, old, new, reasons.replaces, reasons.changes, reasons.detailed)
    result = _create(run, step, new, [Changed(old, condemned)])
    run.log.started(
        Step("replace", new.urn, condemned, result, reasons.replaces, reasons.changes, reasons.detailed)
    ).done(result)
    return result


def replace_after_delete(run: Run, old: Resource, new: Resource, reasons: Reasons) -> Resource:
    """Create the new one where the old one is deleted already (and marked as pending its replacement)."""
    run.log.started(Step("replace", new.urn, old, new, reasons.replaces, reasons.changes, reasons.detailed)).done(new)
    step = Step("create-replacement", new.urn, old, new, reasons.replaces, reasons.changes, reasons.detailed)
    return _create(run, step, new, [Removed(old)])


def _create(run: Run, step: Step, new: Resource, effects: list[Event]) -> Resource:
    running = run.log.started(step)
    id_, outputs, ended = "", new.inputs if new.custom else {}, []
    if new.is_provider:
        id_ = UNKNOWN_TEXT if run.dry_run else str(uuid.uuid4())
    elif new.custom and not run.dry_run:
        (id_, outputs), pending = _mutate(run, running, "creating", new, lambda: run.provider.create(new))
        ended = [pending]
    time = now()
    result = replace(_with_outputs(new, outputs, None), id=id_, created=time, modified=time)
    run.recorder.record(Added(result), *effects, *ended)
    running.done(result)
    return result


def delete(run: Run, old: Resource, op: Op, *, pending_replacement: bool = False) -> Resource | None:
    """Delete a resource.

    Args:
        run: The run.
        old: The resource.
        op: ``delete``, or ``delete-replaced`` as part of a replacement, which its protection does not stop.
        pending_replacement: Whether it stays in the state until its replacement is there.

    Returns:
        What stays in the state, or None.
    """
    running = run.log.started(Step(op, old.urn, old, None))
    if op == "delete" and old.protect:
        message = protected_message(old)
        running.failed(message)
        raise StepError(message)
    ended: list[Event] = []
    if old.managed and not run.dry_run and not old.retain_on_delete and old.deleted_with not in run.deleted:
        _, pending = _mutate(run, running, "deleting", old, lambda: run.provider.delete(old))
        ended = [pending]
    remains = replace(old, pending_replacement=True) if pending_replacement else None
    run.recorder.record(Changed(old, remains) if remains else Removed(old), *ended)
    running.done(remains)
    return remains


def protected_message(resource: Resource) -> str:
    """Say how a protected resource is removed."""
    return (
        f"{resource.urn} is protected and will not be deleted. To remove it: first set `protect` to false for it in "
        "the program and run `up`, then take it out of the program and run `up` again"
    )


def forget_replaced(run: Run, old: Resource) -> None:
    """Drop a resource that was deleted for a replacement which the program no longer asks for."""
    running = run.log.started(Step("remove-pending-replace", old.urn, old, None))
    run.recorder.record(Removed(old))
    running.done(None)


def register_default_provider(run: Run) -> str:
    """Make sure that the provider of the dynamic resources is in the state; return the reference to it.

    Its inputs are the whole configuration, so a change of configuration is a (hidden) update of it.
    """
    urn = run.default_provider_urn
    with run.lock:
        provider = run.news.get(urn)
        if provider is None:
            old = run.olds.get(urn)
            inputs = carry_over(run.provider_config, old.inputs) if old else run.provider_config
            new = Resource(urn=urn, type=PROVIDER_TYPE, custom=True, inputs=inputs)
            if old is None:
                provider = create(run, new)
            elif same(old.inputs, inputs):
                provider = keep(run, old, new)
            else:
                provider = update(run, old, new, Reasons())
            run.news[urn] = provider
            run.seen[urn] = None
            run.handled.add(urn)
    return provider_reference(urn, provider.id)
