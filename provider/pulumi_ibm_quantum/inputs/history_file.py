"""An account's history as a YAML file: what ``ibm-quantum history`` writes and ``ibm-quantum simulate`` plays.

account_history: {account_id: 7d1f6a0c9b3e4a52a8c64f0e2b91d375, plan: premium, today: 2026-11-05}
instances:
- name: chemistry
  live: {allocation_seconds: 72000, limit_seconds: null}
  decided: {allocation_seconds: 20h, limit_seconds: 30h}      # left out: the same as live
  days:
  - {day: 2026-11-04, backend: ibm_fez, jobs: 12, used_seconds: 600, longest_seconds: 95, mean_wait_seconds: 10m}
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import date, datetime
from functools import lru_cache
from typing import Annotated, Any, Final

import yaml
from pydantic import AfterValidator, Field, PlainValidator

from pulumi_ibm_quantum.documents import (
    INVALID,
    AnyText,
    Block,
    BrokenRule,
    Context,
    Document,
    RuledBlock,
    Text,
    valid_items,
    validate,
)
from pulumi_ibm_quantum.forecast import AccountHistory, History, JobsOfDay, Terms
from pulumi_ibm_quantum.forecast.streams import project_of
from pulumi_ibm_quantum.inputs.seconds import exact_seconds
from pulumi_ibm_quantum.queue.checks import LARGEST_SECONDS
from pulumi_ibm_quantum.vocabulary import format_value, quote

_MARK: Final = "account_history"
"""The key by which a file of this kind is known."""

_HEAD: Final = """\
# An account's history: what the instances have and are to have, and what they ran on each backend, day by day (UTC).
# It holds names and figures, and no secrets. `ibm-quantum simulate` plays it; edit it to see what would be otherwise.
"""
_OTHERS: Final = "(others "
_MOST_JOBS: Final = 1_000_000
_MOST_DAYS: Final = 3_660
_YEARS: Final = range(2000, 3000)
_ROUNDING_SECONDS: Final = 0.001
"""Analytics rounds to the millisecond, and each figure by itself."""


def is_history(document: Document) -> bool:
    """Tell an account's history from a queue."""
    return isinstance(document.value, Mapping) and _MARK in document.value


def read_history(document: Document) -> AccountHistory:
    """Take a document for an account's history.

    Raises:
        DocumentError: not of the right shape, or of figures that cannot be; one line for each problem, with its place.
    """
    account, instances = (file := validate(document, _HistoryFile)).account_history, file.instances
    return AccountHistory(
        account_id=account.account_id,
        plan=account.plan,
        history=History(account.today, {one.name: [JobsOfDay(**vars(day)) for day in one.days] for one in instances}),
        live={one.name: Terms(**vars(one.live)) for one in instances},
        decided={one.name: Terms(**vars(one.decided or one.live)) for one in instances},
    )


def history_text(account: AccountHistory) -> str:
    """Write an account's history, a line for each day of an instance on a backend."""
    return _HEAD + "".join(f"{line}\n" for line in _lines(account))


def _seconds(value: object) -> float:
    seconds = exact_seconds(value)
    if not 0 <= seconds <= LARGEST_SECONDS:
        raise ValueError(f"wants seconds from 0 to {LARGEST_SECONDS}, found {format_value(value)}")
    return float(seconds)


def _whole_seconds(value: object) -> int:
    if not (seconds := _seconds(value)).is_integer():
        raise ValueError(f"wants whole seconds, found {format_value(value)}")
    return int(seconds)


def _day(value: object) -> date:
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    raise ValueError(f"wants a date such as 2026-03-01, found {format_value(value)}")


def _today(day: date) -> date:
    if day.year not in _YEARS:
        raise ValueError(f"wants a day of the years {_YEARS[0]} to {_YEARS[-1]}, found {format_value(day)}")
    return day


def _instance_name(name: str) -> str:
    if name.startswith(_OTHERS):
        raise ValueError(f"begins with {quote(_OTHERS)}, as those of other accounts do in a simulation")
    return name


_Seconds = Annotated[float, PlainValidator(_seconds)]
_WholeSeconds = Annotated[int, PlainValidator(_whole_seconds)]
_Day = Annotated[date, PlainValidator(_day)]


class _Terms(Block):
    allocation_seconds: _WholeSeconds
    limit_seconds: _WholeSeconds | None = None


class _JobsOfDay(RuledBlock):
    day: _Day
    backend: AnyText
    jobs: int = Field(strict=True, ge=1, le=_MOST_JOBS)
    used_seconds: _Seconds
    longest_seconds: _Seconds
    mean_wait_seconds: _Seconds

    def broken_rules(self, context: Context) -> Iterator[BrokenRule]:
        """Yield a longest job that is longer than all together."""
        used, longest = self.used_seconds, self.longest_seconds
        if INVALID not in (used, longest) and longest > used + _ROUNDING_SECONDS:
            message = f"is longer than all jobs together: used_seconds is {used:g}, found {longest:g}"
            yield BrokenRule(("longest_seconds",), message)


class _Instance(RuledBlock):
    name: Annotated[Text, AfterValidator(_instance_name)]
    live: _Terms
    decided: _Terms | None = None
    days: tuple[_JobsOfDay, ...] = ()

    def broken_rules(self, context: Context) -> Iterator[BrokenRule]:
        """Yield days that are there twice."""
        first: dict[tuple[date, str], int] = {}
        for position, one in valid_items(self.days):
            if INVALID not in (one.day, one.backend):
                before = first.setdefault((one.day, one.backend), position)
                if before != position:
                    message = f"{one.day} on {quote(one.backend)} is there already, as days[{before}]: add them up"
                    yield BrokenRule(("days", position), message)

    def days_out_of_reach(self, today: date) -> Iterator[BrokenRule]:
        for position, one in valid_items(self.days):
            if one.day is not INVALID and not 0 < (today - one.day).days <= _MOST_DAYS:
                message = f"wants a day before today, {today}, and at most {_MOST_DAYS} days, found {one.day}"
                yield BrokenRule(("days", position, "day"), message)


class _Account(Block):
    account_id: AnyText
    plan: AnyText
    today: Annotated[_Day, AfterValidator(_today)]


class _HistoryFile(RuledBlock):
    account_history: _Account
    instances: tuple[_Instance, ...]

    def broken_rules(self, context: Context) -> Iterator[BrokenRule]:
        """Yield names that are there twice, and days that are not before today."""
        first: dict[str, int] = {}
        for position, one in valid_items(self.instances):
            if one.name is not INVALID:
                before = first.setdefault(project_of(one.name), position)
                if before != position:
                    message = f"{quote(one.name)} is there already, as instances[{before}]: names are unique"
                    yield BrokenRule(("instances", position, "name"), message)
        today = getattr(self.account_history, "today", INVALID)
        if today is not INVALID:
            for position, one in valid_items(self.instances):
                for broken in one.days_out_of_reach(today):
                    yield broken.below("instances", position)


def _lines(account: AccountHistory) -> Iterator[str]:
    today = account.history.today
    yield f"{_MARK}: {_flow({'account_id': account.account_id, 'plan': account.plan, 'today': today})}"
    yield "instances:" if account.history.instances else "instances: []"
    for name, days in account.history.instances.items():
        yield f"- name: {_scalar(name)}"
        live, decided = account.live[name], account.decided[name]
        yield f"  live: {_flow(asdict(live))}"
        if decided != live:
            yield f"  decided: {_flow(asdict(decided))}"
        yield "  days:" if days else "  days: []"
        yield from (f"  - {_flow(asdict(day))}" for day in days)


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
    """Write a text so that it is one beside braces and commas too; the dumper is slow, and backends are few."""
    style = None if value.isprintable() else '"'
    listed: str = yaml.safe_dump(
        [value], default_flow_style=True, default_style=style, allow_unicode=True, width=float("inf")
    )
    return listed.strip()[1:-1]
