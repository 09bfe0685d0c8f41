"""How a live function reads: as the outputs of its resource, with the mark that its version has."""

import re
from typing import Final

from pulumi_ibm_quantum.cloud.serverless import LiveFunction
from pulumi_ibm_quantum.resources import kinds
from pulumi_ibm_quantum.resources.function_rules import DEFAULT_ENTRYPOINT, live_requirements
from pulumi_ibm_quantum.resources.lifecycle import Outputs
from pulumi_ibm_quantum.resources.resource_type import Properties

CHANGED_OUTSIDE: Final = "unknown (changed outside of this stack)"
NO_VERSION: Final = "0"
"""What stands for none: once there is a version, the service cannot be without."""

_MARK: Final = re.compile(r"(?P<version>.*?)[+.]sha\.(?P<mark>[0-9a-f]{12})")


def outputs(before: Properties, live: LiveFunction) -> Outputs:
    """Return the outputs of before with the live function's values; what cannot be read back stays.

    Where somebody else has uploaded, the name of the upload differs, and mostly the mark; the digest then says so.
    """
    base, mark = base_and_mark(live.version)
    declared_version = before.get("version", "")
    values = {
        "entrypoint": (live.entrypoint, DEFAULT_ENTRYPOINT if "image" not in before else live.entrypoint),
        "dependencies": (live_requirements(live.dependencies), []),
        "description": (live.description, ""),
        "version": (declared_version if base == (declared_version or NO_VERSION) else base, ""),
        "runner": (live.runner, "ray"),
        "arguments_schema": (kinds.JSON_OBJECT.parse(live.arguments_schema or {}), "{}"),
        "sizes": (dict(live.sizes or {}), {}),
        "default_size": (live.default_size, ""),
    }
    # What nobody declared is not listed where the service has its default.
    shown = {name: value for name, (value, default) in values.items() if name in before or value != default}
    known = before.get("source_digest", "")
    is_marked = before.get("version_mark", True)
    is_same = live.artifact == before.get("artifact", "") and (not is_marked or mark == known[:12])
    return {
        **{name: value for name, value in before.items() if name not in values},
        **{name: value for name, value in shown.items() if value != "" or name in before},
        "source_digest": known if is_same else CHANGED_OUTSIDE,
        "artifact": live.artifact,
        "live_version": live.version,
    }


def marked(version: str | None, digest: str, *, mark: bool) -> str:
    """Return a version with the mark of what is uploaded, where it is to have one."""
    base = version or NO_VERSION
    return f"{base}{'.' if '+' in base else '+'}sha.{digest[:12]}" if mark else base


def base_and_mark(version: str) -> tuple[str, str]:
    """Return what a version is without its mark, and the mark."""
    match = _MARK.fullmatch(version)
    return (version or NO_VERSION, "") if match is None else (match["version"], match["mark"])
