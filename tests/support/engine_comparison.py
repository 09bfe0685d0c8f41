"""What two engines' steps and states have to agree on: everything but times, source positions and random bytes."""

from __future__ import annotations

import re
from typing import Any

_NOISE = {"sourcePosition", "stackTrace", "created", "modified", "ciphertext", "salt"}
_UUID = re.compile(r"::[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$")


def quiet(value: Any) -> Any:
    """Take the noise out of a document."""
    if isinstance(value, dict):
        cleaned = {key: quiet(item) for key, item in value.items() if key not in _NOISE}
        if str(cleaned.get("type", "")).startswith("pulumi:providers:") and "id" in cleaned:
            cleaned["id"] = "uuid"
        for key in ("dependencies", "replaceWith"):
            if key in cleaned:
                cleaned[key] = sorted(cleaned[key])
        return cleaned
    if isinstance(value, list):
        return [quiet(item) for item in value]
    return _UUID.sub("::uuid", value) if isinstance(value, str) else value


def steps(document: dict[str, Any]) -> dict[str, Any]:
    """The steps of a preview by URN and operation, and the summary."""
    found = {f"{step['op']} {step['urn']}": quiet(step) for step in document.get("steps", ())}
    return {"steps": found, "summary": document.get("changeSummary", {}), "config": document.get("config", {})}


def resources(deployment: dict[str, Any]) -> dict[str, Any]:
    """The resources of a state by URN (and whether they wait for their deletion).

    The CLI keeps a provider of its own for the function that reads a stack's outputs; there is nothing in it.
    """
    kept = (item for item in deployment.get("resources") or () if item["type"] != "pulumi:providers:pulumi")
    return {f"{item['urn']} {item.get('delete', False)}": quiet(item) for item in kept}


def differences(ours: Any, theirs: Any, path: str = "") -> list[str]:
    """Name each place where two documents differ, with both values."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        found = []
        for key in sorted({*ours, *theirs}):
            if key not in ours or key not in theirs:
                found.append(f"{path}/{key}: {'only theirs' if key not in ours else 'only ours'}")
            else:
                found += differences(ours[key], theirs[key], f"{path}/{key}")
        return found
    return [] if ours == theirs else [f"{path}: ours {ours!r}, theirs {theirs!r}"]
