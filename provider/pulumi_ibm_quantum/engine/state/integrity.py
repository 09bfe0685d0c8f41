"""The rules that a state must hold, whoever wrote it."""

from pulumi_ibm_quantum.engine.state.deployment import Deployment
from pulumi_ibm_quantum.engine.state.urn import provider_urn


def integrity_errors(deployment: Deployment) -> list[str]:
    """Name all that is wrong with a state; an empty list means that it holds.

    The order is topological: a resource comes after its parent, its provider and all that it depends on. A URN may be
    there twice only if all but one of them wait for their deletion.
    """
    errors: list[str] = []
    seen: set[str] = set()
    live: set[str] = set()
    provider_ids: set[str] = set()
    for resource in deployment.resources:
        urn = resource.urn
        if not urn or not resource.type:
            errors.append(f"a resource has no URN or no type: {urn or resource.type}")
        if not resource.custom and resource.id:
            errors.append(f"{urn}: a component has an id")
        if resource.provider and resource.provider not in provider_ids:
            errors.append(f"{urn}: its provider {resource.provider} does not come before it")
        errors.extend(
            f"{urn}: {dependency}, on which it depends, does not come before it"
            for dependency in sorted(resource.dependency_urns() - seen)
        )
        if not resource.delete:
            if urn in live:
                errors.append(f"{urn}: is there twice")
            live.add(urn)
        seen.add(urn)
        if resource.is_provider:
            provider_ids.add(f"{urn}::{resource.id}")
    errors.extend(
        f"{resource.urn}: its provider {provider_urn(resource.provider)} is missing"
        for resource in deployment.resources
        if resource.managed and not resource.provider
    )
    return errors
