"""Refresh: read every resource as it is now, and bring the state up to it."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from pulumi_ibm_quantum.engine.diff.compare import resolve
from pulumi_ibm_quantum.engine.errors import EngineError
from pulumi_ibm_quantum.engine.events import Step
from pulumi_ibm_quantum.engine.run.run import Run, Stopped
from pulumi_ibm_quantum.engine.run.steps import carry_over
from pulumi_ibm_quantum.engine.state.deployment import drop_dangling
from pulumi_ibm_quantum.engine.state.recorder import Changed, Refreshed, Removed
from pulumi_ibm_quantum.engine.state.resource import Resource, now
from pulumi_ibm_quantum.engine.state.values import same


def refresh(run: Run, *, alone: bool) -> bool:
    """Read all resources, several at once; return whether every read went well.

    Args:
        run: The run; its ``olds`` are brought up to date.
        alone: Whether this is an operation of its own, which counts and compares, or the start of another.
    """
    with ThreadPoolExecutor(max_workers=run.parallel) as pool:
        went_well = all(list(pool.map(lambda item: _refresh(run, item, alone=alone), run.recorder.untouched())))
    left = run.recorder.untouched()
    mended = [
        Changed(old, new) for old, new in zip(left, drop_dangling(left, tidy=True), strict=True) if old is not new
    ]
    run.recorder.record(*mended, Refreshed(alone))
    run.olds = {item.urn: item for item in run.recorder.untouched() if not item.delete}
    return went_well


def _refresh(run: Run, old: Resource, *, alone: bool) -> bool:
    try:
        with run.slot():
            running = run.log.started(Step("refresh", old.urn, old, old))
            if not old.managed or old.pending_replacement:
                running.done(old, "same" if alone else "refresh")
                return True
            try:
                new = _read(run, old)
                effect, drift = _effect(run, old, new) if alone else ("refresh", None)
            except EngineError as error:
                running.failed(str(error))
                run.errored = True
                return False
            if new is None:
                run.recorder.record(Removed(old), Refreshed())
            elif new is not old:
                run.recorder.record(Changed(old, new))
            running.done(new, effect, drift)
            return True
    except Stopped:
        return False


def _read(run: Run, old: Resource) -> Resource | None:
    """Read a resource: None if it is gone, the same object if nothing has changed."""
    read = run.provider.read(old)
    if not read.id:
        return None
    outputs = carry_over(read.outputs, old.outputs)
    inputs = old.inputs if read.inputs is None else carry_over(read.inputs, old.inputs)
    if read.id == old.id and same(inputs, old.inputs) and same(outputs, old.outputs):
        return old
    return replace(old, id=read.id, inputs=inputs, outputs=outputs, init_errors=(), modified=now())


def _effect(run: Run, old: Resource, new: Resource | None) -> tuple[str, dict[str, str] | None]:
    """Return what a refresh came to, seen as the change that an update of the unchanged program would now undo."""
    if new is None:
        return "delete", None
    diff, found = resolve(run.provider.diff(new, old.inputs), new.inputs, old.inputs, old.ignore_changes)
    opposite = {"add": "delete", "delete": "add"}
    drift = None if found is None else {path: opposite.get(kind, kind) for path, kind in found.items()}
    return ("update" if diff.changes else "same"), drift
