"""How a run is to go: what the program says, else the settings of its stack."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pulumi

from pulumi_ibm_quantum.review import SNAPSHOT_AGE, Conditions
from pulumi_ibm_quantum.vocabulary import parse_duration

SETTINGS = "ibm-quantum"


def read_conditions(given: Mapping[str, Any]) -> Conditions:
    """Return what a run is held to.

    Raises:
        pulumi.RunError: a setting is not of its kind.
    """
    settings = pulumi.Config(SETTINGS)
    return Conditions(
        snapshot=_path(given.get("snapshot") or settings.get("snapshot")),
        snapshot_age=_age(settings.get("snapshotMaxAge")),
        approved=_path(given.get("approved") or settings.get("approved")),
        unattended=_flag(given, settings, "unattended"),
    )


def is_observing(given: Mapping[str, Any]) -> bool:
    """Tell whether nothing is to be written, whatever is decided."""
    return _flag(given, pulumi.Config(SETTINGS), "observe")


def _flag(given: Mapping[str, Any], settings: pulumi.Config, name: str) -> bool:
    if given.get(name) is not None:
        return bool(given[name])
    try:
        return settings.get_bool(name) or False
    except pulumi.ConfigTypeError:
        raise pulumi.RunError(f"{SETTINGS}:{name} must be true or false") from None


def _age(text: str | None) -> timedelta:
    if text is None:
        return SNAPSHOT_AGE
    try:
        return timedelta(seconds=parse_duration(text))
    except (ValueError, OverflowError) as error:
        raise pulumi.RunError(f"{SETTINGS}:snapshotMaxAge {error}") from None


def _path(given: str | None) -> Path | None:
    """Return a path in the folder of ``Pulumi.yaml``; a component of another language has the working directory."""
    return Path(pulumi.get_root_directory() or "", given) if given else None
