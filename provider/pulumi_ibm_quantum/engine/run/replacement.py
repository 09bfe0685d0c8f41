"""Which resources have to go first when one is deleted before it is created again."""

from collections.abc import Mapping

from pulumi_ibm_quantum.engine.diff.compare import resolve
from pulumi_ibm_quantum.engine.diff.object_diff import top_level
from pulumi_ibm_quantum.engine.run.run import Run
from pulumi_ibm_quantum.engine.state.resource import Resource
from pulumi_ibm_quantum.engine.state.urn import provider_urn
from pulumi_ibm_quantum.engine.state.values import UNKNOWN


def condemned_with(run: Run, root: Resource) -> list[Resource]:
    """Find all that would be replaced if a resource got a new id, dependencies first.

    A dependent has to go only if its provider says so when everything that comes from the condemned ones is unknown.
    What the program has registered already cannot depend on the resource any more.
    """
    found: list[Resource] = []
    going = {root.urn}
    dependents = {root.urn}
    for resource in run.recorder.untouched():
        if resource is root or resource.urn in run.handled or not (_depends_on(resource) & dependents):
            continue
        dependents.add(resource.urn)
        if root.urn in resource.replace_with or _is_replaced(run, resource, going):
            found.append(resource)
            going.add(resource.urn)
    return found


def _depends_on(resource: Resource) -> set[str]:
    edges = {*resource.dependencies, *resource.replace_with, resource.deleted_with}
    for urns in (resource.property_dependencies or {}).values():
        edges.update(urns)
    return edges


def _is_replaced(run: Run, resource: Resource, going: set[str]) -> bool:
    """Whether a dependent cannot stay when others go."""
    if not resource.custom:
        return False
    if resource.deleted_with in going:
        return True
    if resource.provider and provider_urn(resource.provider) in going:
        return True
    touched = {key for key, urns in _by_property(resource).items() if going.intersection(urns)}
    if not touched.intersection(resource.inputs):
        return False
    news = {key: UNKNOWN if key in touched else value for key, value in resource.inputs.items()}
    diff, found = resolve(run.provider.diff(resource, news), resource.inputs, news, resource.ignore_changes)
    return bool(
        diff.changes and (diff.replaces or any(top_level(path) in resource.replace_on_changes for path in found or ()))
    )


def _by_property(resource: Resource) -> Mapping[str, tuple[str, ...]]:
    return resource.property_dependencies or {}
