"""An account snapshot as a YAML file: what ``ibm-quantum snapshot`` writes and ``ibm-quantum simulate`` plays.

account_snapshot: {account_id: 7d1f6a0c9b3e4a52a8c64f0e2b91d375, plan: premium, today: 2026-11-05}
instances:
- name: chemistry
  live: {allocation_seconds: 72000, limit_seconds: null}
  decided: {allocation_seconds: 20h, limit_seconds: 30h}      # left out: the same as live
  days:
  - {day: 2026-11-04, system: ibm_fez, jobs: 12, used_seconds: 600, longest_seconds: 95, mean_wait_seconds: 10m}
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import lru_cache
from typing import Any, Final

import yaml

from pulumi_ibm_quantum.cli.simulation.reading import Place, Reading
from pulumi_ibm_quantum.documents import Document
from pulumi_ibm_quantum.forecast import AccountHistory, History, JobsOfDay, Terms
from pulumi_ibm_quantum.forecast.account_history import MARK, as_document
from pulumi_ibm_quantum.forecast.streams import provider_of
from pulumi_ibm_quantum.queue.checks import LARGEST_SECONDS
from pulumi_ibm_quantum.vocabulary import format_value as found
from pulumi_ibm_quantum.vocabulary import quote as quoted

_HEAD: Final = """\
# An account snapshot: what the instances have and are to have, and what they ran on each system on each full day (UTC).
# It holds names and figures, and no secrets. `ibm-quantum simulate` plays it; edit it to see what would be otherwise.
"""
_DAY_KEYS: Final = frozenset(one.name for one in fields(JobsOfDay))
_OTHERS: Final = "(others "
_MOST_JOBS: Final = 1_000_000
_MOST_DAYS: Final = 3_660
_YEARS: Final = range(2000, 3000)
_ROUNDING_SECONDS: Final = 0.001
"""Analytics rounds to the millisecond, and each figure by itself."""


def snapshot_text(snapshot: AccountHistory) -> str:
    """Write a snapshot, a line for each day of an instance on a system."""
    return _HEAD + "".join(f"{line}\n" for line in _lines(as_document(snapshot)))


def is_snapshot(document: Document) -> bool:
    """Tell a snapshot from a queue."""
    return isinstance(document.value, Mapping) and MARK in document.value


def read_account(document: Document) -> AccountHistory:
    """Take a document for a snapshot.

    Raises:
        ConfigurationError: not of the right shape, or of figures that cannot be; one line for each problem, with its
            place.
    """
    reading = _SnapshotReading(document)
    snapshot = reading.snapshot(document.value)
    reading.finish()
    return snapshot


def _lines(document: Mapping[str, Any]) -> Iterator[str]:
    yield f"{MARK}: {_flow(document[MARK])}"
    yield "instances:" if document["instances"] else "instances: []"
    for instance in document["instances"]:
        yield f"- name: {_scalar(instance['name'])}"
        yield from (f"  {terms}: {_flow(instance[terms])}" for terms in ("live", "decided") if terms in instance)
        yield "  days:" if instance["days"] else "  days: []"
        yield from (f"  - {_flow(day)}" for day in instance["days"])


def _flow(entry: Mapping[str, Any]) -> str:
    return f"{{{', '.join(f'{key}: {_scalar(value)}' for key, value in entry.items())}}}"


def _scalar(value: date | str | float | None) -> str:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, float):
        digits = str(int(value)) if value.is_integer() else repr(value)
        return digits if "." in digits else digits.replace("e", ".0e")  # YAML 1.1 takes 1e-07 for a text.
    return "null" if value is None else str(value)


@lru_cache(maxsize=1024)
def _text(value: str) -> str:
    """Write a text so that it is one beside braces and commas too; the dumper is slow, and systems are few."""
    style = None if value.isprintable() else '"'
    listed: str = yaml.safe_dump(
        [value], default_flow_style=True, default_style=style, allow_unicode=True, width=float("inf")
    )
    return listed.strip()[1:-1]


@dataclass(frozen=True, slots=True)
class _Instance:
    name: str
    live: Terms
    decided: Terms
    days: list[JobsOfDay | None]


class _SnapshotReading(Reading):
    """One pass over the document of a snapshot."""

    def snapshot(self, value: Any) -> AccountHistory:
        top = self.mapping((), value, {MARK, "instances"})
        mark = self.mapping((MARK,), top[MARK], {"account_id", "plan", "today"})
        today = self.today(mark)
        instances = self.items(top, (), "instances", self.instance)
        self.refuse_equal_names([one.name for one in instances])
        if today is not None:
            for number, one in enumerate(instances):
                self.refuse_days_out_of_reach(("instances", number, "days"), one.days, today)
        return AccountHistory(
            account_id=self.text(mark, (MARK,), "account_id"),
            plan=self.text(mark, (MARK,), "plan"),
            history=History(today or date.max, {one.name: [day for day in one.days if day] for one in instances}),
            live={one.name: one.live for one in instances},
            decided={one.name: one.decided for one in instances},
        )

    def today(self, mark: Mapping[Any, Any]) -> date | None:
        today = self.day(mark, (MARK,), "today")
        if today is not None and today.year not in _YEARS:
            self.refuse((MARK, "today"), f"wants a day of the years {_YEARS[0]} to {_YEARS[-1]}, found {found(today)}")
            return None
        return today

    def instance(self, path: Place, value: Any) -> _Instance:
        entry = self.mapping(path, value, {"name", "live"}, {"decided", "days"})
        live = self.terms(entry, path, "live")
        days = self.items(entry, path, "days", self.jobs_of_day)
        self.refuse_equal_days((*path, "days"), days)
        decided = self.terms(entry, path, "decided") if "decided" in entry else live
        return _Instance(self.name(entry, path), live, decided, days)

    def name(self, entry: Mapping[Any, Any], path: Place) -> str:
        name = self.text(entry, path, "name")
        if not name.isprintable() or name != name.strip():
            self.refuse((*path, "name"), f"has control characters or blanks around it: {quoted(name)}")
        if name.startswith(_OTHERS):
            self.refuse(
                (*path, "name"), f"begins with {quoted(_OTHERS)}, as those of other accounts do in a simulation"
            )
        return name

    def terms(self, entry: Mapping[Any, Any], path: Place, key: str) -> Terms:
        if key not in entry:
            return Terms(0)
        here = (*path, key)
        terms = self.mapping(here, entry[key], {"allocation_seconds"}, {"limit_seconds"})
        limited = terms.get("limit_seconds") is not None
        return Terms(
            allocation_seconds=self.whole_seconds(terms, here, "allocation_seconds"),
            limit_seconds=self.whole_seconds(terms, here, "limit_seconds") if limited else None,
        )

    def jobs_of_day(self, path: Place, value: Any) -> JobsOfDay | None:
        known = len(self.problems)
        entry = self.mapping(path, value, _DAY_KEYS)
        used = self.seconds(entry, path, "used_seconds")
        longest = self.seconds(entry, path, "longest_seconds")
        if len(self.problems) == known and longest > used + _ROUNDING_SECONDS:
            message = f"is longer than all jobs together: used_seconds is {used:g}, found {longest:g}"
            self.refuse((*path, "longest_seconds"), message)
        jobs = JobsOfDay(
            day=self.day(entry, path, "day") or date.max,
            system=self.text(entry, path, "system"),
            jobs=self.count(entry, path, "jobs", _MOST_JOBS),
            used_seconds=used,
            longest_seconds=longest,
            mean_wait_seconds=self.seconds(entry, path, "mean_wait_seconds"),
        )
        return jobs if len(self.problems) == known else None

    def seconds(self, entry: Mapping[Any, Any], path: Place, key: str) -> float:
        number = self.number(entry, path, key) or 0
        if not 0 <= number <= LARGEST_SECONDS:
            self.refuse((*path, key), f"wants seconds from 0 to {LARGEST_SECONDS}, found {found(entry[key])}")
            return 0.0
        return float(number)

    def whole_seconds(self, entry: Mapping[Any, Any], path: Place, key: str) -> int:
        seconds = self.seconds(entry, path, key)
        if not seconds.is_integer():
            self.refuse((*path, key), f"wants whole seconds, found {found(entry[key])}")
        return int(seconds)

    def refuse_equal_names(self, names: Sequence[str]) -> None:
        first: dict[str, int] = {}
        for number, name in enumerate(names):
            before = first.setdefault(provider_of(name), number)
            if name and before != number:
                message = f"{quoted(name)} is there already, as instances[{before}]: names are unique"
                self.refuse(("instances", number, "name"), message)

    def refuse_equal_days(self, path: Place, days: Sequence[JobsOfDay | None]) -> None:
        first: dict[tuple[date, str], int] = {}
        for number, one in enumerate(days):
            if one is not None and (before := first.setdefault((one.day, one.system), number)) != number:
                message = f"{one.day} on {quoted(one.system)} is there already, as days[{before}]: add them up"
                self.refuse((*path, number), message)

    def refuse_days_out_of_reach(self, path: Place, days: Sequence[JobsOfDay | None], today: date) -> None:
        for number, one in enumerate(days):
            if one is not None and not 0 < (today - one.day).days <= _MOST_DAYS:
                message = f"wants a day before today, {today}, and at most {_MOST_DAYS} days, found {one.day}"
                self.refuse((*path, number, "day"), message)
