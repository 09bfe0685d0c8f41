"""The state of a stack: its resources in order, and the JSON of Pulumi's deployments (version 3)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from pulumi_ibm_quantum.engine.errors import EngineError
from pulumi_ibm_quantum.engine.state.resource import Json, Resource, now, resource_from_json, resource_to_json
from pulumi_ibm_quantum.engine.state.values import to_state

DEPLOYMENT_VERSION: Final = 3
_PARTS: Final[Mapping[str, type]] = {
    "resources": list,
    "pending_operations": list,
    "metadata": dict,
    "secrets_providers": dict,
}


@dataclass(frozen=True, slots=True)
class PendingOperation:
    """A call that was begun and whose end nobody saw.

    Attributes:
        kind: ``creating``, ``updating``, ``deleting`` or ``reading``.
    """

    resource: Resource
    kind: str


@dataclass(frozen=True, slots=True)
class Deployment:
    """The whole state of a stack, dependencies first."""

    resources: tuple[Resource, ...] = ()
    pending: tuple[PendingOperation, ...] = ()
    metadata: Mapping[str, Any] = field(default_factory=dict)

    def live(self) -> dict[str, Resource]:
        """Return the resources by URN, without those that wait for their deletion."""
        return {resource.urn: resource for resource in self.resources if not resource.delete}


def deployment_to_json(deployment: Deployment, salt: str, encrypt: Callable[[str, str | None], str]) -> Json:
    """Write a deployment (version 3)."""

    def write(resource: Resource) -> Json:
        return resource_to_json(resource, lambda value: to_state(value, encrypt))

    written: Json = {
        # No version of the CLI wrote this; with an empty version the magic is empty as well.
        "manifest": {"time": now(), "magic": "", "version": ""},
        "secrets_providers": {"type": "passphrase", "state": {"salt": salt}},
        "resources": [write(resource) for resource in deployment.resources],
    }
    if deployment.pending:
        written["pending_operations"] = [
            {"resource": write(item.resource), "type": item.kind} for item in deployment.pending
        ]
    written["metadata"] = dict(deployment.metadata)
    return written


def check_deployment(written: object, where: str) -> Json:
    """Return a deployment as written, whose parts are all of the kind that they must be.

    Raises:
        EngineError: If it is not a deployment.
    """
    if not isinstance(written, dict):
        raise EngineError(f"{where}: not a state, but a {type(written).__name__}")
    for key, kind in _PARTS.items():
        part = written.get(key)
        if part is not None and not isinstance(part, kind):
            raise EngineError(f"{where}: not a state: `{key}` is a {type(part).__name__}")
    return written


def deployment_from_json(written: Json, decrypt: Callable[[str], str], where: str = "The state") -> Deployment:
    """Read a deployment.

    Args:
        written: The deployment, its parts checked.
        decrypt: Decrypts its secrets.
        where: What messages call it: its file.

    Raises:
        EngineError: If something in it is damaged, cannot be decrypted, or is not supported.
    """
    try:
        return Deployment(
            resources=tuple(resource_from_json(item, decrypt) for item in written.get("resources") or ()),
            pending=tuple(
                PendingOperation(resource_from_json(item["resource"], decrypt), str(item["type"]))
                for item in written.get("pending_operations") or ()
            ),
            metadata=written.get("metadata") or {},
        )
    except (LookupError, TypeError, ValueError) as error:
        raise EngineError(f"{where}: damaged: {error}") from None


def drop_dangling(resources: Iterable[Resource], *, tidy: bool = False) -> tuple[Resource, ...]:
    """Forget references to resources that are gone, as a refresh leaves them; a child goes to its grandparent.

    Args:
        resources: The resources, dependencies first.
        tidy: Whether every property without dependencies leaves ``propertyDependencies``, as after a refresh.
    """
    kept: list[Resource] = []
    present: set[str] = set()
    parents: dict[str, str] = {}
    for resource in resources:
        parent = resource.parent if resource.parent in present else parents.get(resource.parent, "")
        parents[resource.urn] = parent
        dangling = not resource.dependency_urns() <= present
        by_property = {
            key: present_urns
            for key, urns in (resource.property_dependencies or {}).items()
            if (present_urns := _present(urns, present))
        }
        if dangling or (tidy and by_property != resource.property_dependencies):
            kept.append(
                replace(
                    resource,
                    parent=parent,
                    dependencies=_present(resource.dependencies, present),
                    property_dependencies=by_property or None,
                    deleted_with=resource.deleted_with if resource.deleted_with in present else "",
                    replace_with=_present(resource.replace_with, present),
                )
            )
        else:
            kept.append(resource)
        present.add(resource.urn)
    return tuple(kept)


def settle_aliases(resources: Sequence[Resource]) -> tuple[Resource, ...]:
    """Let references to a resource's former URN name its present one, and forget the former one.

    References are left over where a run ended before it registered everything again.
    """
    present = {item.urn for item in resources}
    moved = {former: item.urn for item in resources for former in item.aliases if former not in present}

    def follow(urns: Sequence[str]) -> tuple[str, ...]:
        return tuple(moved.get(urn, urn) for urn in urns)

    return tuple(
        replace(
            item,
            parent=moved.get(item.parent, item.parent),
            dependencies=follow(item.dependencies),
            property_dependencies={key: follow(urns) for key, urns in (item.property_dependencies or {}).items()}
            or None,
            deleted_with=moved.get(item.deleted_with, item.deleted_with),
            replace_with=follow(item.replace_with),
            aliases=(),
        )
        if item.aliases or (moved and item.dependency_urns() & moved.keys())
        else item
        for item in resources
    )


def _present(urns: Sequence[str], present: set[str]) -> tuple[str, ...]:
    return tuple(urn for urn in urns if urn in present)
