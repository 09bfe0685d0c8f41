"""Deletions at the end of a run: what the program no longer has, and what was replaced; dependents go first."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor

from pulumi_ibm_quantum.engine.run import steps
from pulumi_ibm_quantum.engine.run.run import Run, Stopped
from pulumi_ibm_quantum.engine.run.steps import StepError
from pulumi_ibm_quantum.engine.state.resource import Resource


def delete_unregistered(run: Run) -> None:
    """Delete all that no step of this run has continued, in waves; one wave ends before the next begins.

    A failure ends it after its wave; if the run goes on after errors, only what the failed ones depend on stays.
    """
    doomed = [item for item in run.recorder.untouched() if item.delete or item.urn not in run.handled]
    run.deleted.update(item.urn for item in doomed)
    everything = run.recorder.deployment().resources
    staying = {urn for item in everything if item.urn in run.failed for urn in _reach(item, everything)}
    with ThreadPoolExecutor(max_workers=run.parallel) as pool:
        for wave in waves(doomed):
            chosen = [item for item in wave if item.urn not in staying]
            for item, failed in zip(chosen, pool.map(lambda item: _delete(run, item), chosen), strict=True):
                if failed:
                    staying |= _reach(item, everything)
            if run.stopped:
                return


def _delete(run: Run, resource: Resource) -> bool:
    """Delete one resource; return whether it failed."""
    try:
        with run.slot():
            if resource.delete:
                steps.delete(run, resource, "delete-replaced")
            elif resource.pending_replacement:
                steps.forget_replaced(run, resource)
            else:
                steps.delete(run, resource, "delete")
    except StepError:
        run.fail(resource.urn)
        return True
    except Stopped:
        return True
    return False


def waves(doomed: Iterable[Resource]) -> list[list[Resource]]:
    """Sort resources into waves, so that none depends on any of its own or an earlier wave.

    Args:
        doomed: The resources, dependencies first.
    """
    depth: dict[str, int] = {}
    by_depth: dict[int, list[Resource]] = {}
    for resource in doomed:
        level = 1 + max((depth[urn] for urn in resource.edges() if urn in depth), default=-1)
        depth[resource.urn] = max(level, depth.get(resource.urn, 0))
        by_depth.setdefault(level, []).append(resource)
    return [by_depth[level] for level in sorted(by_depth, reverse=True)]


def _reach(start: Resource, resources: Iterable[Resource]) -> set[str]:
    """All URNs that a resource depends on, directly or through others."""
    by_urn = {item.urn: item for item in resources}
    reached: set[str] = set()
    todo = list(start.edges())
    while todo:
        urn = todo.pop()
        if urn not in reached:
            reached.add(urn)
            if urn in by_urn:
                todo.extend(by_urn[urn].edges())
    return reached
