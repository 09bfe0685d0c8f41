"""A configuration of any dialect, turned into what version 3 says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic import BaseModel

from pulumi_ibm_quantum.config.dialects import CURRENT, MAY_BE_EMPTY, MEANT, REQUIRED, dialect_of, keys_in, written_path
from pulumi_ibm_quantum.config.model import ProjectConfiguration
from pulumi_ibm_quantum.documents import Document, Path, Placed, Problem, blocks_of, moment_from, suggestion

FORMER_KEYS: Final = {
    "projects": "instances",
    "plan_id": "plan",
    "project_limit_seconds": "limit_seconds",
    "instances": "projects",
    "plan": "plan_id",
    "limit_seconds": "project_limit_seconds",
}
"""How the keys of one dialect are called in another."""


@dataclass(slots=True)
class Translated(Placed):
    """A configuration in the words of version 3, which names places in the words of its own dialect.

    Attributes:
        document: as it was written.
        source: the file or folder, or what stands for it.
        dialect: 1, 2 or 3.
        problems: what must be mended.
        value: of version 3, with unknown keys if the document is; an empty key is left out.
        warnings: what was ignored.
        other_bases: those of the document; none in a dialect of the peer, which takes such numbers.
    """

    document: Placed
    source: str
    dialect: int
    problems: list[Problem]
    value: Any = None
    warnings: list[Problem] = field(default_factory=list)
    other_bases: Sequence[Problem] = ()

    def written(self, path: Path) -> tuple[Document, Path]:
        """Return where a place of version 3 is written."""
        return self.document.written(written_path(path, self.dialect))

    def block(self, value: Any, model: type[BaseModel], path: Path) -> Any:
        """Return a block of version 3; keys that say nothing, or nothing to this dialect, are reported and left out."""
        if not isinstance(value, dict):
            return value
        keys, blocks = keys_in(model, self.dialect), blocks_of(model)
        kept: dict[Any, Any] = {}
        for key, item in value.items():
            here = (*path, key)
            if key not in keys:
                if self.dialect == CURRENT or not isinstance(key, str):
                    kept[key] = item  # The model refuses it.
                else:
                    self._ignore(here, key, model)
            elif item is None:
                self._empty(here, key)
            elif (ours := keys[key]) in blocks:
                kept[ours] = self._blocks(item, blocks[ours][0], here)
            else:
                kept[ours] = item
        return kept

    def _blocks(self, value: Any, model: type[BaseModel], path: Path) -> Any:
        if isinstance(value, list):
            return [self.block(item, model, (*path, position)) for position, item in enumerate(value)]
        return self.block(value, model, path)

    def _ignore(self, path: Path, key: str, model: type[BaseModel]) -> None:
        known = keys_in(model, self.dialect)
        hint = "; it needs version: 3" if key in keys_in(model, CURRENT) else suggestion(key, known, FORMER_KEYS)
        self.warnings.append(self.document.problem(path, f"is not a known key and is ignored{hint}"))

    def _empty(self, path: Path, key: str) -> None:
        if key not in MAY_BE_EMPTY[self.dialect]:
            hint = ", or write none for no limit" if key == "limit_seconds" else ""
            message = f"is empty: give a value or leave the key out{hint}"
            self.problems.append(self.document.problem(path, message))


def translate(document: Placed) -> Translated:
    """Turn a configuration of any dialect into what version 3 says.

    Raises:
        DocumentError: the dialect cannot be told.
    """
    dialect = dialect_of(document)
    bases = document.other_bases if dialect == CURRENT else ()
    result = Translated(document, document.source, dialect, list(document.problems), other_bases=bases)
    given = {key: value for key, value in document.value.items() if key != "version"}
    values = result.block(given, ProjectConfiguration, ())
    result.problems += [document.problem((key,), "is missing") for key in REQUIRED[dialect] if key not in given]
    if dialect == 1 and isinstance(values.get("instances"), list):
        values["instances"] = [_with_own_period(entry, values) for entry in values["instances"]]
    result.value = {**values, **MEANT[dialect]}
    return result


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
