"""A configuration of any dialect, turned into what version 3 says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Final

from pydantic import BaseModel

from .dates import moment_from
from .dialects import CURRENT, MAY_BE_EMPTY, MEANT, REQUIRED, dialect_of, keys_of
from .folder import Written
from .model import BalancePeriod, Contract, CreateBlock, InstanceEntry, NetGrant, Priority, ProjectConfiguration
from .problems import Path, Problem, path_text
from .wording import found

BELOW: Final[Mapping[str, type[BaseModel]]] = {
    "instances": InstanceEntry,
    "net_grants": NetGrant,
    "create": CreateBlock,
    "priority": Priority,
    "balance_period": BalancePeriod,
    "contract": Contract,
}
"""Keys whose value, or each item of it, is a part of the configuration with keys of its own."""

_RENAMED: Final = {
    "projects": "instances",
    "plan_id": "plan",
    "project_limit_seconds": "limit_seconds",
    "instances": "projects",
    "plan": "plan_id",
    "limit_seconds": "project_limit_seconds",
}


@dataclass(slots=True)
class Translated:
    """A configuration in the words of version 3, with what was noticed on the way.

    Attributes:
        dialect: 1, 2 or 3.
        values: known keys only; an empty one is left out.
        problems: what must be mended.
        warnings: what was ignored.
    """

    dialect: int
    values: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)


def translate(document: Written) -> Translated:
    """Turn a configuration of any dialect into what version 3 says.

    Raises:
        ConfigurationError: the dialect cannot be told.
    """
    result = Translated(dialect_of(document))
    given = {key: value for key, value in document.value.items() if key != "version"}
    _Translation(document, result).run(given)
    return result


@dataclass(slots=True)
class _Translation:
    document: Written
    result: Translated

    def run(self, given: dict[Any, Any]) -> None:
        dialect, values = self.result.dialect, self._known(given, ProjectConfiguration, ())
        for key in REQUIRED[dialect]:
            if key not in given:
                self._refuse((key,), "is missing")
        if dialect == 1 and isinstance(values.get("instances"), list):
            values["instances"] = [_with_own_period(entry, values) for entry in values["instances"]]
        self.result.values = {**values, **MEANT[dialect]}

    def _known(self, value: Any, model: type[BaseModel], path: Path) -> Any:
        """Return a value without the keys that are not known or say nothing, each of which is reported."""
        if not isinstance(value, dict):
            return value
        keys = keys_of(model, self.result.dialect)
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
                ours = keys[key]
                kept[ours] = self._below(item, BELOW[ours], here) if ours in BELOW else item
        return kept

    def _below(self, value: Any, model: type[BaseModel], path: Path) -> Any:
        if isinstance(value, list):
            return [self._known(item, model, (*path, position)) for position, item in enumerate(value)]
        return self._known(value, model, path)

    def _unknown(self, path: Path, key: str, keys: Iterable[str], model: type[BaseModel]) -> None:
        if self.result.dialect == CURRENT:
            self._refuse(path, f"is not a known key{_suggestion(key, keys)}")
        else:
            hint = "; it needs version: 3" if key in keys_of(model, CURRENT) else _suggestion(key, keys)
            self.result.warnings.append(self.document.problem(path, f"is not a known key and is ignored{hint}"))

    def _empty(self, path: Path, key: str) -> None:
        if key not in MAY_BE_EMPTY[self.result.dialect]:
            hint = ", or write none for no limit" if key == "limit_seconds" else ""
            self._refuse(path, f"is empty: give a value or leave the key out{hint}")

    def _refuse(self, path: Path, message: str) -> None:
        self.result.problems.append(self.document.problem(path, message))


def _with_own_period(entry: Any, top: Mapping[str, Any]) -> Any:
    """Turn a project's own dates into its balance period; the account's stands in for the one that is not given."""
    if not isinstance(entry, dict):
        return entry
    own = {key: entry[key] for key in ("start_date", "end_date") if key in entry}
    rest = {key: value for key, value in entry.items() if key not in own}
    if not own:
        return rest
    period = top.get("balance_period")
    shared = {key: value for key, value in period.items() if _is_moment(value)} if isinstance(period, dict) else {}
    whole = {**shared, **own}
    # Where the account's own date is wrong, that is said there; half a period would only be complained of twice.
    return rest if len(whole) < 2 else {**rest, "balance_period": whole}


def _is_moment(value: object) -> bool:
    try:
        moment_from(value, plain_dates=True, naive=True)
    except ValueError:
        return False
    return True


def _suggestion(key: str, keys: Iterable[str]) -> str:
    known = list(keys)
    near = [name for name in known if name == _RENAMED.get(key)] or get_close_matches(key, known, n=1)
    return f" (did you mean {path_text((near[0],))}?)" if near else ""
