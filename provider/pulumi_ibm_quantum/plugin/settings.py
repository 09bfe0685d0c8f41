"""The provider's own configuration: the API key, and what FairShare reads of the stack's settings."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pulumi_ibm_quantum.resources.unknown import is_unknown

API_KEY: Final = "apiKey"


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting; ``kind`` is its type in a schema."""

    name: str
    kind: str
    text: str


SETTINGS: Final = (
    Setting(API_KEY, "string", "The IBM Cloud API key; the variable IBMCLOUD_API_KEY comes before it."),
    Setting("approved", "string", "For FairShare: a JSON report whose approved effect a run is held to."),
    Setting("observe", "boolean", "For FairShare: whether nothing is written, whatever is decided."),
    Setting("snapshot", "string", "For FairShare: a snapshot file whose usage decides in place of live usage."),
    Setting("snapshotMaxAge", "string", "For FairShare: how old a snapshot may be, a duration such as `12h`."),
    Setting("unattended", "boolean", "For FairShare: whether nobody watches, so that guards hold."),
)
_NAMES: Final = frozenset(one.name for one in SETTINGS)
# What the engine itself keeps among a provider's inputs.
_OF_THE_ENGINE: Final = frozenset({"version", "pluginDownloadURL"})


def check(settings: Mapping[str, Any]) -> dict[str, str]:
    """Return what is wrong with settings, by name."""
    problems = {
        name: f"unknown setting; known are {', '.join(sorted(_NAMES))}"
        for name in settings
        if name not in _NAMES | _OF_THE_ENGINE and not name.startswith("__")
    }
    key = settings.get(API_KEY)
    if key is not None and not (isinstance(key, str) and key.strip()):
        problems[API_KEY] = "must be text, and not empty"
    return problems


def api_key(settings: Mapping[str, Any]) -> str | None:
    """Return the API key; None where there is none, or it is not known yet."""
    key = settings.get(API_KEY)
    return None if key is None or is_unknown(key) else str(key)
