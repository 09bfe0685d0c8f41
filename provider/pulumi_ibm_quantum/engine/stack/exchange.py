"""Export and import of a stack's state, and its outputs."""

from typing import Any

from pulumi_ibm_quantum.engine.errors import EngineError
from pulumi_ibm_quantum.engine.stack.backend import check_version
from pulumi_ibm_quantum.engine.stack.saving import render
from pulumi_ibm_quantum.engine.stack.settings import open_config, read_settings, write_salt
from pulumi_ibm_quantum.engine.stack.stack import Opened, Stack, open_all, open_secrets
from pulumi_ibm_quantum.engine.state.deployment import (
    DEPLOYMENT_VERSION,
    check_deployment,
    deployment_from_json,
    deployment_to_json,
)
from pulumi_ibm_quantum.engine.state.integrity import integrity_errors
from pulumi_ibm_quantum.engine.state.resource import Json
from pulumi_ibm_quantum.engine.state.urn import stack_urn
from pulumi_ibm_quantum.engine.state.values import plain, redact


def export_state(stack: Stack) -> Json:
    """Return the state of a stack as ``pulumi stack export`` does, secrets encrypted.

    Raises:
        EngineError: If the stack has no state, or it cannot be read.
    """
    opened = _opened(stack)
    if opened.written is not None and not opened.interrupted:
        return {"version": DEPLOYMENT_VERSION, "deployment": opened.written}
    crypter = opened.crypter
    return {
        "version": DEPLOYMENT_VERSION,
        "deployment": deployment_to_json(opened.deployment, crypter.salt, crypter.encrypt),
    }


def import_state(stack: Stack, written: object) -> int:
    """Replace the state of a stack, and return the number of its resources.

    Raises:
        EngineError: If what is given is not a state, is of another stack, or does not hold together.
    """
    if not isinstance(written, dict) or not isinstance(written.get("deployment"), dict):
        raise EngineError("What is to be imported is not an exported state: it has no `deployment`")
    check_version(written, "The state to be imported")
    given = check_deployment(written["deployment"], "The state to be imported")
    settings = read_settings(stack.project, stack.name)
    with stack.backend.lock(stack.project.name, stack.name):
        stack.backend.read(stack.project.name, stack.name)  # What cannot be read is not written over.
        crypter = open_secrets(stack, given, settings)
        imported = deployment_from_json(given, crypter.decrypt, "The state to be imported")
        prefix = f"urn:pulumi:{stack.name}::{stack.project.name}::"
        errors = [f"{item.urn} is of another stack" for item in imported.resources if not item.urn.startswith(prefix)]
        errors += integrity_errors(imported)
        if errors:
            more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
            raise EngineError(f"The state to be imported does not hold together: {errors[0]}{more}")
        open_config(settings, crypter)  # A key that does not open the configuration is not the stack's.
        stack.backend.write(stack.project.name, stack.name, render(stack, crypter, imported))
        stack.backend.journal(stack.project.name, stack.name).unlink(missing_ok=True)
        if settings.salt is None:
            write_salt(settings.path, crypter.salt)
    return len(imported.resources)


def read_outputs(stack: Stack, *, show_secrets: bool = False) -> dict[str, Any]:
    """Return the outputs of a stack as JSON, secrets hidden or in clear.

    Raises:
        EngineError: If the stack has no state, or it cannot be read.
    """
    resource = _opened(stack).deployment.live().get(stack_urn(stack.name, stack.project.name))
    outputs: dict[str, Any] = (plain if show_secrets else redact)(resource.outputs) if resource else {}
    return outputs


def read_ids(stack: Stack) -> frozenset[str]:
    """Return the ids of what a stack manages; needs no passphrase.

    Raises:
        EngineError: If the state cannot be read.
    """
    written, _ = stack.backend.read(stack.project.name, stack.name)
    resources = (written or {}).get("resources") or ()
    return frozenset(item["id"] for item in resources if isinstance(item, dict) and isinstance(item.get("id"), str))


def _opened(stack: Stack) -> Opened:
    opened = open_all(stack)
    if opened.written is None and not opened.interrupted:
        raise EngineError(
            f"Stack {stack.name} of project {stack.project.name} has no state in {stack.backend.folder}: `up` makes one"
        )
    return opened
