"""Durations in tables for people: one form to a column, and no seconds where any of them is an hour or more."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from math import inf, isfinite, isinf
from typing import TYPE_CHECKING, Final, TypeVar

from pulumi_ibm_quantum.report.layout import table
from pulumi_ibm_quantum.vocabulary import format_duration

if TYPE_CHECKING:
    from pulumi_ibm_quantum.report.report import Change

T = TypeVar("T")
Format = Callable[[float], str]
"""How the durations of one column are written."""

_WINDOWS: Final = ("USED IN", "28 DAYS", "14 DAYS", "7 DAYS", "3 DAYS", "24 HOURS")
_HOUR: Final = 3_600


def duration_format(seconds: Iterable[float | None]) -> Format:
    """Return how a column of durations is written: all to the minute where one is an hour or more, else exactly."""
    longest = max((abs(each) for each in seconds if each is not None and isfinite(each)), default=0)
    return to_the_minute if longest >= _HOUR else format_duration


def format_rounded(seconds: float) -> str:
    """Write a duration in a sentence: to the minute where it is an hour or more, else exactly."""
    return format_duration(round(seconds / 60) * 60 if _HOUR <= abs(seconds) < inf else seconds)


def to_the_minute(seconds: float) -> str:
    """Write a duration in hours and minutes: ``21h 09m``, ``54m``; of what rounds to none, ``<1m`` or ``-7s``."""
    if isinf(seconds):
        return format_duration(seconds)
    hours, minutes = divmod(abs(round(seconds / 60)), 60)
    if not (hours or minutes):
        return "<1m" if seconds > 0 else format_duration(seconds) if seconds else "0m"
    return ("-" if seconds < 0 else "") + (f"{hours}h {minutes:02}m" if hours else f"{minutes}m")


def format_change(change: "Change[T]", write: Callable[[T], str], exactly: Callable[[T], str]) -> str:
    """Write a figure before and after, once where it stays; ``exactly`` where less would hide the change."""
    if not change.is_change:
        return write(change.after)
    before, after = write(change.before), write(change.after)
    return f"{before} => {after}" if before != after else f"{exactly(change.before)} => {exactly(change.after)}"


def windows_table(usage: Mapping[str, Sequence[float | None]], width: int | None) -> str:
    """Return what was used in each window, the longest first, a row for each name; None is not known."""
    return duration_table(_WINDOWS, usage, width)


def duration_table(header: Sequence[str], rows: Mapping[str, Sequence[float | None]], width: int | None) -> str:
    """Return a table of nothing but durations, all of one form, a row for each name; empty without rows."""
    write = duration_format(seconds for row in rows.values() for seconds in row)
    cells = [(name, *("?" if each is None else write(each) for each in row)) for name, row in rows.items()]
    return table([header, *cells], width, figures=range(1, len(header))) if cells else ""
