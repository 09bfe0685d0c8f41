"""Holding a run of the embedded engine to policies, as a policy pack does under the Pulumi CLI."""

from dataclasses import replace
from pathlib import Path

import click

from pulumi_ibm_quantum import engine
from pulumi_ibm_quantum.documents import DocumentError
from pulumi_ibm_quantum.review.policies import Declared, PolicySettings


def read_policies(path: Path) -> PolicySettings:
    """Read a file of settings.

    Raises:
        click.ClickException: it cannot be used; all reasons.
    """
    try:
        return PolicySettings.read(path)
    except DocumentError as error:
        raise click.ClickException(str(error)) from None


def judge(settings: PolicySettings, result: engine.Result) -> engine.Result:
    """Return the result of a run with what its stack violates; one that violates what is mandatory has failed."""
    if not result.ok:
        return result
    found = [
        engine.Diagnostic("error" if level == "mandatory" else "warning", f"{one.message} ({name})", one.urn)
        for name, level, one in settings.violations(_declared(result))
    ]
    failed = any(one.severity == "error" for one in found)
    return replace(result, ok=not failed, events=(*result.events, *found))


def _declared(result: engine.Result) -> list[Declared]:
    seen = (
        Declared.of(
            one.type,
            one.urn,
            one.known,
            protect=one.protect,
            crn_from=(one.property_dependencies or {}).get("crn", ()),
        )
        for one in result.resources
    )
    return [one for one in seen if one is not None]
