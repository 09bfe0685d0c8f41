"""The policies of pulumi-ibm-quantum as a policy pack of the Pulumi CLI."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from pulumi_policy import (
    EnforcementLevel,
    PolicyConfigSchema,
    PolicyPack,
    PolicyResource,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy.proxy import UnknownValueError

from pulumi_ibm_quantum.review.policies import POLICIES, Declared, Policy


def known(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Return the properties whose values are known: a preview knows no CRN of what is still to be created."""
    values = {}
    for name in properties:
        with suppress(UnknownValueError):
            values[name] = properties[name]
    return values


def declared(resource: ResourceValidationArgs | PolicyResource) -> Declared | None:
    """Return a resource as the policies see it."""
    sources = getattr(resource, "property_dependencies", {}).get("crn", ())
    return Declared.of(
        resource.resource_type,
        resource.urn,
        known(resource.props),
        protect=resource.opts.protect,
        crn_from=[source.urn for source in sources],
    )


def validation(name: str, policy: type[Policy]) -> ResourceValidationPolicy | StackValidationPolicy:
    """Return a policy as the CLI takes it."""

    def validate(args: ResourceValidationArgs | StackValidationArgs, report: ReportViolation) -> None:
        settings = policy.model_validate(dict(args.get_config()))
        resources = args.resources if isinstance(args, StackValidationArgs) else [args]
        for violation in settings.violations([one for one in map(declared, resources) if one is not None]):
            report(violation.message, violation.urn or None)

    return (StackValidationPolicy if policy.of_stack else ResourceValidationPolicy)(
        name,
        policy.description(),
        validate,
        EnforcementLevel(policy().level),
        PolicyConfigSchema(policy.settings_schema()),
    )


PolicyPack("ibm-quantum", [validation(name, policy) for name, policy in POLICIES.items()])
