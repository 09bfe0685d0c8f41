"""What must hold between the fields of a configuration."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from pulumi_ibm_quantum.documents import BrokenRule, Path, valid_items
from pulumi_ibm_quantum.vocabulary import Limit, parse_crn, quote

if TYPE_CHECKING:
    from pulumi_ibm_quantum.config.model import InstanceEntry, ProjectConfiguration

_CREATABLE_NAME: Final = re.compile(r"[A-Za-z0-9 \-._:]{1,180}")


def project_rules(project: "ProjectConfiguration") -> Iterator[BrokenRule]:
    """Yield names and CRNs that are given twice, CRNs of another account, and targets that lack what they need."""
    entries = valid_items(project.instances)
    yield from _repeated("name", [(position, entry.name) for position, entry in entries])
    yield from _repeated("crn", [(position, entry.crn) for position, entry in entries])
    for position, entry in entries:
        for broken in _target_rules(entry, project):
            yield broken.below("instances", position)
    if not isinstance(project.account_id, str):
        return
    for position, entry in entries:
        if isinstance(entry.crn, str) and (account_id := parse_crn(entry.crn).account_id) != project.account_id:
            yield BrokenRule(
                ("instances", position, "crn"),
                f"is a CRN of another account, {quote(account_id)}; account_id is {quote(project.account_id)}",
            )


def entry_rules(entry: "InstanceEntry", dialect: int) -> Iterator[BrokenRule]:
    """Yield what does not fit together within one instance."""
    exists, created = entry.crn is not None, entry.create is not None
    if exists and created:
        yield BrokenRule(("create",), "excludes crn: an instance either exists or is created")
    elif not exists and not created:
        if dialect < 3:
            yield BrokenRule(("crn",), "is missing")
        else:
            yield BrokenRule((), "needs a crn (an instance that exists) or create (one to be made)")
    if entry.tags and not created:
        yield BrokenRule(("tags",), "needs create: tags are attached when an instance is made and not managed later")
    if created and isinstance(entry.name, str) and not _CREATABLE_NAME.fullmatch(entry.name):
        yield BrokenRule(("name",), "wants at most 180 letters, digits, blanks and - . _ : for a new instance")
    if entry.net_grants and entry.limit_seconds in (Limit.KEEP, Limit.NONE):
        limit = "project_limit_seconds" if dialect == 1 else "limit_seconds"
        yield BrokenRule(("net_grants",), f"needs {limit} as a number of seconds: a grant is time above a limit")
    if dialect == 1:
        yield from _first_dialect_rules(entry)
    yield from _will_rules(entry)


def in_order(first: str, start: object, last: str, end: object) -> Iterator[BrokenRule]:
    """Yield an end that is not after the start; `first` and `last` are their keys."""
    if isinstance(start, datetime) and isinstance(end, datetime) and end <= start:
        yield BrokenRule((last,), f"must be after {first}, {start.isoformat()}, found {end.isoformat()}")


def _will_rules(entry: "InstanceEntry") -> Iterator[BrokenRule]:
    """Yield what an administrator cannot want at the same time."""
    hold, ended = entry.hold is True, entry.state == "ended"
    if hold and ended:
        yield BrokenRule(("hold",), "contradicts state: ended, which gives the allocation back: keep one of them")
    if hold and entry.create is not None:
        yield BrokenRule(("hold",), "excludes create: a new instance has no live allocation to keep")
    if entry.priority is not None and (hold or ended):
        why = "an instance that has ended" if ended else "an instance on hold"
        contradicted = "state: ended" if ended else "hold"
        yield BrokenRule(("priority",), f"contradicts {contradicted}: {why} is given nothing more")


def _first_dialect_rules(entry: "InstanceEntry") -> Iterator[BrokenRule]:
    """Yield what 0.2.x refuses; in version 3 a period may be longer than the window that the limit is about."""
    limit, target = entry.limit_seconds, entry.target_usage_seconds
    if isinstance(limit, Limit) and isinstance(target, int) and limit.is_passed_by(target):
        yield BrokenRule(("limit_seconds",), f"must not be below target_usage_seconds, {target}, found {limit.seconds}")


def _target_rules(entry: "InstanceEntry", project: "ProjectConfiguration") -> Iterator[BrokenRule]:
    if entry.target_usage_seconds is None:
        return
    path: Path = ("target_usage_seconds",)
    if entry.balance_period is None and project.balance_period is None:
        yield BrokenRule(path, "needs balance_period: say from when to when usage counts towards it")
    if entry.limit_seconds in (Limit.KEEP, Limit.NONE) and project.reopen_exhausted is not True:
        yield BrokenRule(
            path,
            "needs limit_seconds as a number of seconds: the limit that holds again after the target has closed it",
        )


def _repeated(key: str, values: Sequence[tuple[int, object]]) -> Iterator[BrokenRule]:
    first: dict[str, Path] = {}
    for position, value in values:
        if not isinstance(value, str):
            continue
        path = ("instances", position, key)
        if value in first:
            yield BrokenRule(path, f"is the same {key} as", first[value])
        first.setdefault(value, path)
