"""The digest of ``--json``, in the CLI's own format."""

from typing import Any, Final

from pulumi_ibm_quantum.engine.diff.object_diff import top_level
from pulumi_ibm_quantum.engine.events import Diagnostic, Result, Step, StepDone
from pulumi_ibm_quantum.engine.state.resource import Resource, resource_to_json
from pulumi_ibm_quantum.engine.state.urn import STACK_TYPE
from pulumi_ibm_quantum.engine.state.values import redact

_PARTS_OF_A_REPLACEMENT: Final = frozenset({"create-replacement", "delete-replaced", "remove-pending-replace"})


def digest(result: Result) -> dict[str, Any]:
    """Return what ``preview --json`` prints: secrets hidden, what stays the same left out but for the stack."""
    document: dict[str, Any] = {}
    if result.config:
        document["config"] = dict(sorted(result.config.items()))
    effects = {event.step: _effect(event) for event in result.events if isinstance(event, StepDone)}
    if steps := [_step(effects.get(step, step)) for step in result.steps if _is_shown(step)]:
        document["steps"] = steps
    if messages := [_message(item) for item in result.diagnostics if item.severity != "debug"]:
        document["diagnostics"] = messages
    document["duration"] = int(result.seconds * 1e9)
    if result.summary:
        document["changeSummary"] = dict(result.summary)
    return document


def _is_shown(step: Step) -> bool:
    if step.resource.is_provider or step.op in _PARTS_OF_A_REPLACEMENT:
        return False
    protection_changes = step.old is not None and step.new is not None and step.old.protect != step.new.protect
    return step.op != "same" or step.resource.type == STACK_TYPE or protection_changes


def _effect(done: StepDone) -> Step:
    """Return a refresh that found something as what it found, if the engine knows that in detail."""
    step = done.step
    if step.op == "refresh" and done.effect == "delete":
        return Step("delete", step.urn, step.old, None)
    if step.op == "refresh" and done.effect == "update" and done.drift:
        keys = tuple(dict.fromkeys(map(top_level, done.drift)))
        return Step("update", step.urn, step.old, done.result, diff_reasons=keys, detailed=done.drift)
    return step


def _step(step: Step) -> dict[str, Any]:
    written: dict[str, Any] = {"op": step.op, "urn": step.urn}
    if step.resource.provider:
        written["provider"] = step.resource.provider
    if step.old is not None:
        written["oldState"] = _state(step.old)
    if step.new is not None:
        written["newState"] = _state(step.new)
    if step.diff_reasons:
        written["diffReasons"] = list(step.diff_reasons)
    if step.replace_reasons:
        written["replaceReasons"] = list(step.replace_reasons)
    written["detailedDiff"] = _detailed(step)
    return written


def _detailed(step: Step) -> dict[str, Any] | None:
    if step.detailed is None:
        return None
    return {path: {"kind": kind, "inputDiff": True} for path, kind in sorted(step.detailed.items())}


def _state(resource: Resource) -> dict[str, Any]:
    return resource_to_json(resource, redact)


def _message(item: Diagnostic) -> dict[str, Any]:
    prefix = f"{item.severity}: " if item.severity in ("warning", "error") else ""
    written = {"message": f"{prefix}{item.message}\n", "severity": item.severity}
    return {"urn": item.urn, **written} if item.urn else written
