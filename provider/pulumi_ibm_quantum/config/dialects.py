"""The dialects of the project configuration: how to tell them, and the words of each."""

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

from pydantic import BaseModel

from pulumi_ibm_quantum.config.model import BalancePeriod, InstanceEntry, NetGrant, ProjectConfiguration
from pulumi_ibm_quantum.documents import DocumentError, Path, Placed, keys_of
from pulumi_ibm_quantum.vocabulary import format_value

CURRENT: Final = 3

Keys: TypeAlias = Mapping[str, str]
"""What is written in a dialect, and how version 3 calls it."""

_GRANT: Final[Keys] = {key: key for key in ("start_date", "end_date", "net_grant_seconds")}
_KEYS_OF_1: Final[Mapping[type[BaseModel], Keys]] = {
    ProjectConfiguration: {
        "account_id": "account_id",
        "plan_id": "plan",
        "minimum_allocation_seconds": "minimum_allocation_seconds",
        "allocation_reserve_percent": "allocation_reserve_percent",
        "balance_period": "balance_period",
        "projects": "instances",
    },
    InstanceEntry: {
        "name": "name",
        "crn": "crn",
        "target_usage_seconds": "target_usage_seconds",
        "project_limit_seconds": "limit_seconds",
        # A project's own dates are its balance period, or the half of it that differs from the account's.
        "start_date": "start_date",
        "end_date": "end_date",
        "description": "description",
        "net_grants": "net_grants",
    },
    NetGrant: _GRANT,
    BalancePeriod: {"start_date": "start_date", "end_date": "end_date"},
}
_KEYS_OF_2: Final[Mapping[type[BaseModel], Keys]] = {
    ProjectConfiguration: {
        key: key
        for key in ("account_id", "plan", "minimum_allocation_seconds", "allocation_reserve_percent", "instances")
    },
    InstanceEntry: {key: key for key in ("name", "crn", "limit_seconds", "net_grants")},
    NetGrant: _GRANT,
}
_WRITTEN_IN_1: Final = {ours: key for keys in _KEYS_OF_1.values() for key, ours in keys.items()}

MAY_BE_EMPTY: Final[Mapping[int, tuple[str, ...]]] = {
    1: ("target_usage_seconds", "project_limit_seconds", "description"),
    2: ("limit_seconds",),
    3: (),
}
"""Keys that may stand without a value, which then says as much as no key."""

REQUIRED: Final[Mapping[int, tuple[str, ...]]] = {1: ("balance_period",), 2: ("minimum_allocation_seconds",), 3: ()}
"""Keys at the top without which a file of a dialect is refused, although the model has a default."""

MEANT: Final[Mapping[int, Mapping[str, Any]]] = {
    1: {"change_threshold_percent": 0, "reopen_exhausted": True},
    2: {"change_threshold_percent": 0},
    3: {},
}
"""What a file of a dialect means without saying it, where that is not the default of version 3."""


def dialect_of(document: Placed) -> int:
    """Tell the dialect of a configuration by its keys.

    Raises:
        DocumentError: it is none, or more than one.
    """
    keys = document.value
    if not isinstance(keys, dict):
        message = f"wants a mapping with account_id, plan and instances at the top, found {format_value(keys)}"
        raise DocumentError([document.problem((), message)])
    if "version" in keys:
        version = keys["version"]
        if isinstance(version, bool) or version != CURRENT:
            known = "3 is; files with `instances` written for earlier tools have no version"
            raise DocumentError(
                [document.problem(("version",), f"is not known, found {format_value(version)}: {known}")]
            )
        return CURRENT
    if "projects" in keys and "instances" in keys:
        message = "has both projects and instances: keep instances (and say version: 3)"
        raise DocumentError([document.problem(("projects",), message)])
    if "projects" in keys:
        return 1
    if "instances" not in keys:
        message = "has neither version nor instances: start with version: 3 and list the instances"
        raise DocumentError([document.problem((), message)])
    return 2


def keys_in(model: type[BaseModel], dialect: int) -> Keys:
    """Return what may be written in a dialect for a block of the configuration."""
    if dialect == CURRENT:
        return {key: key for key in keys_of(model)}
    return _KEYS_OF_1[model] if dialect == 1 else _KEYS_OF_2[model]


def written_path(path: Path, dialect: int) -> Path:
    """Return where the text of a dialect holds what sits at `path` in version 3."""
    if dialect != 1:
        return path
    if len(path) > 2 and path[0] == "instances" and path[2] == "balance_period":
        path = (*path[:2], *path[3:])
    return tuple(_WRITTEN_IN_1.get(step, step) if isinstance(step, str) else step for step in path)
