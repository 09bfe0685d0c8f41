"""What must hold between fields.

A rule reads values as they were given, says nothing about one that it cannot read (the model does), and so
works on a configuration of which other parts are wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from pulumi_ibm_quantum.vocabulary import parse_crn, whole_seconds

from .dates import moment_from
from .problems import Path, path_text
from .wording import quoted

_CREATABLE_NAME: Final = re.compile(r"[A-Za-z0-9 \-._:]{1,180}")


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule that does not hold.

    Attributes:
        path: where, from the value that the rule was asked about.
        message: what does not hold and what to do.
        first: the place that the message ends with, for something given twice.
    """

    path: Path
    message: str
    first: Path | None = None

    def sentence(self, place: Callable[[Path], str] = path_text) -> str:
        """Return the message in full; `place` names the place that it ends with."""
        return self.message if self.first is None else f"{self.message} {place(self.first)}"

    def below(self, *steps: str | int) -> Broken:
        """Return it as seen from further up."""
        return replace(self, path=(*steps, *self.path))


def all_rules(project: Mapping[str, Any], *, dialect: int) -> Iterator[Broken]:
    """Yield every broken rule of a configuration whose fields need not be valid."""
    yield from project_rules(project)
    for position, entry in _mappings(project.get("instances")):
        for broken in entry_rules(entry, dialect=dialect):
            yield broken.below("instances", position)
        for place, grant in _mappings(entry.get("net_grants")):
            for broken in grant_rules(grant):
                yield broken.below("instances", position, "net_grants", place)
        for broken in _one(priority_rules, entry, "priority"):
            yield broken.below("instances", position)
        for broken in _one(period_rules, entry, "balance_period"):
            yield broken.below("instances", position)
    yield from _one(period_rules, project, "balance_period")


def project_rules(project: Mapping[str, Any]) -> Iterator[Broken]:
    """Yield names and CRNs that are given twice, CRNs of another account, and targets that lack what they need."""
    entries = list(_mappings(project.get("instances")))
    yield from _repeated(entries, "name", lambda name: name)
    yield from _repeated(entries, "crn", lambda crn: str(parse_crn(crn)))
    for position, entry in entries:
        for broken in _target_rules(entry, project):
            yield broken.below("instances", position)
    account = project.get("account_id")
    if not isinstance(account, str) or not account:
        return
    for position, entry in entries:
        crn = _readable(entry.get("crn"), parse_crn)
        if crn is not None and crn.account_id != account:
            yield Broken(
                ("instances", position, "crn"),
                f"is a CRN of another account, {quoted(crn.account_id)}; account_id is {quoted(account)}",
            )


def entry_rules(entry: Mapping[str, Any], *, dialect: int = 3) -> Iterator[Broken]:
    """Yield what does not fit together within one instance."""
    exists, created = entry.get("crn") is not None, entry.get("create") is not None
    if exists and created:
        yield Broken(("create",), "excludes crn: an instance either exists or is created")
    elif not exists and not created:
        if dialect < 3:
            yield Broken(("crn",), "is missing")
        else:
            yield Broken((), "needs a crn (an instance that exists) or create (one to be made)")
    if entry.get("tags") and not created:
        yield Broken(("tags",), "needs create: tags are attached when an instance is made and not managed later")
    name = entry.get("name")
    if created and isinstance(name, str) and name.strip() and not _CREATABLE_NAME.fullmatch(name):
        yield Broken(("name",), "wants at most 180 letters, digits, blanks and - . _ : for a new instance")
    limit = "project_limit_seconds" if dialect == 1 else "limit_seconds"
    if entry.get("net_grants") and entry.get("limit_seconds") in (None, "none"):
        yield Broken(("net_grants",), f"needs {limit} as a number of seconds: a grant is time above a limit")
    if dialect == 1:
        yield from _first_dialect_rules(entry)
    yield from _will_rules(entry)


def _will_rules(entry: Mapping[str, Any]) -> Iterator[Broken]:
    """Yield what an administrator cannot want at the same time."""
    hold, ended, priority = entry.get("hold") is True, entry.get("state") == "ended", entry.get("priority")
    if hold and ended:
        yield Broken(("hold",), "contradicts state: ended, which gives the allocation back: keep one of them")
    if hold and entry.get("create") is not None:
        yield Broken(("hold",), "excludes create: a new instance has no live allocation to keep")
    if priority is not None and (hold or ended):
        why = "an instance that has ended" if ended else "an instance on hold"
        yield Broken(("priority",), f"contradicts {'state: ended' if ended else 'hold'}: {why} is given nothing more")


def _first_dialect_rules(entry: Mapping[str, Any]) -> Iterator[Broken]:
    """Yield what 0.2.x refuses; in version 3 a period may be longer than the window that the limit is about."""
    limit, target = (_readable(entry.get(key), whole_seconds) for key in ("limit_seconds", "target_usage_seconds"))
    if limit is not None and target is not None and limit < target:
        yield Broken(("limit_seconds",), f"must not be below target_usage_seconds, {target}, found {limit}")


def _target_rules(entry: Mapping[str, Any], project: Mapping[str, Any]) -> Iterator[Broken]:
    if entry.get("target_usage_seconds") is None:
        return
    if entry.get("balance_period") is None and project.get("balance_period") is None:
        yield Broken(("target_usage_seconds",), "needs balance_period: say from when to when usage counts towards it")
    if entry.get("limit_seconds") in (None, "none") and project.get("reopen_exhausted") is not True:
        yield Broken(
            ("target_usage_seconds",),
            "needs limit_seconds as a number of seconds: the limit that holds again after the target has closed it",
        )


def grant_rules(grant: Mapping[str, Any]) -> Iterator[Broken]:
    """Yield what does not fit together within one net grant."""
    yield from _in_order(grant, "start_date", "end_date")


def priority_rules(priority: Mapping[str, Any]) -> Iterator[Broken]:
    """Yield what does not fit together within one priority."""
    yield from _in_order(priority, "from", "until")


def period_rules(period: Mapping[str, Any]) -> Iterator[Broken]:
    """Yield what does not fit together within one balance period."""
    yield from _in_order(period, "start_date", "end_date")


def _in_order(span: Mapping[str, Any], first: str, last: str) -> Iterator[Broken]:
    start, end = (_readable(span.get(key), _moment) for key in (first, last))
    if start is not None and end is not None and end <= start:
        yield Broken((last,), f"must be after {first}, {start.isoformat()}, found {end.isoformat()}")


def _one(ask: Callable[[Mapping[str, Any]], Iterator[Broken]], holder: Mapping[str, Any], key: str) -> Iterator[Broken]:
    value = holder.get(key)
    if isinstance(value, Mapping):
        yield from (broken.below(key) for broken in ask(value))


def _moment(value: object) -> datetime:
    return moment_from(value, plain_dates=True, naive=True)


def _readable(value: Any, read: Callable[[Any], Any]) -> Any:
    try:
        return None if value is None else read(value)
    except (ValueError, AttributeError, TypeError):
        return None


def _repeated(entries: list[tuple[int, Mapping[str, Any]]], key: str, same: Callable[[str], str]) -> Iterator[Broken]:
    first: dict[str, Path] = {}
    for position, entry in entries:
        value = entry.get(key)
        identity = _readable(value, same) if isinstance(value, str) else None
        if not identity:
            continue
        path = ("instances", position, key)
        if identity in first:
            yield Broken(path, f"is the same {key} as", first[identity])
        first.setdefault(identity, path)


def _mappings(items: object) -> Iterator[tuple[int, Mapping[str, Any]]]:
    if isinstance(items, list | tuple):
        yield from ((position, item) for position, item in enumerate(items) if isinstance(item, Mapping))
