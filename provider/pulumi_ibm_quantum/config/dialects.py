"""The dialects of the project configuration, and each of them turned into what version 3 says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Final

from pydantic import BaseModel

from .document import Document
from .model import BalancePeriod, Contract, CreateBlock, InstanceEntry, NetGrant, Priority, ProjectConfiguration
from .problems import ConfigurationError, Path, Problem, path_text
from .wording import found

CURRENT: Final = 3

_BELOW: Final[Mapping[str, type[BaseModel]]] = {
    "instances": InstanceEntry,
    "net_grants": NetGrant,
    "create": CreateBlock,
    "priority": Priority,
    "balance_period": BalancePeriod,
    "contract": Contract,
}
_KEYS_OF_2: Final[Mapping[type[BaseModel], tuple[str, ...]]] = {
    ProjectConfiguration: (
        "account_id",
        "plan",
        "minimum_allocation_seconds",
        "allocation_reserve_percent",
        "instances",
    ),
    InstanceEntry: ("name", "crn", "limit_seconds", "net_grants"),
    NetGrant: ("start_date", "end_date", "net_grant_seconds"),
}
_RENAMED: Final = {"projects": "instances", "plan_id": "plan", "project_limit_seconds": "limit_seconds"}


@dataclass(slots=True)
class Translated:
    """A configuration in the words of version 3, with what was noticed on the way.

    Attributes:
        dialect: 2 or 3.
        values: known keys only; an empty one is left out.
        problems: what must be mended.
        warnings: what was ignored.
    """

    dialect: int
    values: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)


def translate(document: Document) -> Translated:
    """Turn a configuration of any dialect into what version 3 says.

    Raises:
        ConfigurationError: the dialect cannot be told, or is not supported.
    """
    if not isinstance(document.value, dict):
        message = f"wants a mapping with account_id, plan and instances at the top, found {found(document.value)}"
        raise ConfigurationError([document.problem((), message)])
    result = Translated(_dialect(document))
    given = {key: value for key, value in document.value.items() if key != "version"}
    _Translation(document, result).run(given)
    return result


def _dialect(document: Document) -> int:
    keys = document.value
    if "version" in keys:
        version = keys["version"]
        if isinstance(version, bool) or version != CURRENT:
            known = "3 is; files with `instances` written for earlier tools have no version"
            raise ConfigurationError([document.problem(("version",), f"is not known, found {found(version)}: {known}")])
        return CURRENT
    if "projects" in keys and "instances" in keys:
        message = "has both projects and instances: keep instances (and say version: 3)"
        raise ConfigurationError([document.problem(("projects",), message)])
    if "projects" in keys:
        # The first dialect (0.2.x: plan_id, balance_period, projects) gets its translation here.
        message = "is of the first dialect (0.2.x), not supported yet: write instances (from 0.4 on) or version: 3"
        raise ConfigurationError([document.problem(("projects",), message)])
    if "instances" not in keys:
        message = "has neither version nor instances: start with version: 3 and list the instances"
        raise ConfigurationError([document.problem((), message)])
    return 2


@dataclass(slots=True)
class _Translation:
    document: Document
    result: Translated

    def run(self, given: dict[Any, Any]) -> None:
        self.result.values = self._known(given, ProjectConfiguration, ())
        if self.result.dialect == 2:
            if "minimum_allocation_seconds" not in given:
                self._refuse(("minimum_allocation_seconds",), "is missing")
            self.result.values["change_threshold_percent"] = 0.0

    def _known(self, value: Any, model: type[BaseModel], path: Path) -> Any:
        """Return a value without the keys that are not known or say nothing, each of which is reported."""
        if not isinstance(value, dict):
            return value
        keys = self._keys(model)
        kept: dict[str, Any] = {}
        for key, item in value.items():
            here = (*path, key)
            if not isinstance(key, str):
                self._refuse(path, f"has {found(key)} for a key: keys are text")
            elif key not in keys:
                self._unknown(here, key, keys, model)
            elif item is None:
                self._empty(here, key)
            else:
                kept[key] = self._below(item, _BELOW[key], here) if key in _BELOW else item
        return kept

    def _below(self, value: Any, model: type[BaseModel], path: Path) -> Any:
        if isinstance(value, list):
            return [self._known(item, model, (*path, position)) for position, item in enumerate(value)]
        return self._known(value, model, path)

    def _keys(self, model: type[BaseModel]) -> tuple[str, ...]:
        return _keys_of_3(model) if self.result.dialect == CURRENT else _KEYS_OF_2[model]

    def _unknown(self, path: Path, key: str, keys: tuple[str, ...], model: type[BaseModel]) -> None:
        if self.result.dialect == CURRENT:
            self._refuse(path, f"is not a known key{_suggestion(key, keys)}")
        else:
            hint = "; it needs version: 3" if key in _keys_of_3(model) else _suggestion(key, keys)
            self.result.warnings.append(self.document.problem(path, f"is not a known key and is ignored{hint}"))

    def _empty(self, path: Path, key: str) -> None:
        if key == "limit_seconds" and self.result.dialect == 2:
            return
        hint = ", or write none for no limit" if key == "limit_seconds" else ""
        self._refuse(path, f"is empty: give a value or leave the key out{hint}")

    def _refuse(self, path: Path, message: str) -> None:
        self.result.problems.append(self.document.problem(path, message))


def _keys_of_3(model: type[BaseModel]) -> tuple[str, ...]:
    return tuple(field.alias or name for name, field in model.model_fields.items())


def _suggestion(key: str, keys: tuple[str, ...]) -> str:
    near = [_RENAMED[key]] if _RENAMED.get(key) in keys else get_close_matches(key, keys, n=1)
    return f" (did you mean {path_text((near[0],))}?)" if near else ""
