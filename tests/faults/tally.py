"""Counting what came of all cells, and showing it as a table and as distinct patterns."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

PROPERTY: Final = "fault outcome"
"""The property of a test report that holds an outcome."""

# What differs from run to run, or from instance to instance, in a pattern.
_VARYING: Final = (
    (re.compile(r"\b\d{4}-\d\d-\d\dT[\d:.+]+"), "TIME"),
    (re.compile(r"crn:[\w:/-]+"), "CRN"),
    (re.compile(r"http://127\.0\.0\.1:\d+\S*"), "URL"),
    (re.compile(r"\b[0-9a-f]{8}-[\w-]{27}\b|\b[0-9a-f]{32}\b"), "ID"),
    (re.compile(r"/\S+/cell-\d+\S*"), "PATH"),
    (re.compile(r"'?\b(?:busy|calm|idle|granted|new)\b'?"), "INSTANCE"),
    (re.compile(r"\b(?:us-east|eu-de)\b"), "REGION"),
    (re.compile(r"\b\d{3,}\b"), "N"),
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one cell, one kill or one cancelled job.

    Attributes:
        row: The row of the table that it belongs to.
        name: Its name, by which it can be run alone.
        checks: What was checked.
        problems: What is wrong, by check.
        notes: What is counted beside.
    """

    row: str
    name: str
    checks: Sequence[str]
    problems: Mapping[str, str]
    notes: Sequence[str] = ()

    def property(self) -> tuple[str, dict[str, Any]]:
        """Return it as a property of a test's report."""
        return PROPERTY, asdict(self)


def outcomes_of(reports: Iterable[Any]) -> Iterator[Outcome]:
    """Give the outcomes that test reports hold."""
    for report in reports:
        for name, value in getattr(report, "user_properties", ()):
            if name == PROPERTY:
                yield Outcome(**value)


def pattern(problem: str) -> str:
    """Return a problem without what differs from cell to cell."""
    for varying, name in _VARYING:
        problem = varying.sub(name, problem)
    return problem


def table(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Give the lines of a table: a row for each setting, a column for each check with the cells that fail it."""
    checks = list(dict.fromkeys(check for one in outcomes for check in one.checks))
    rows: dict[str, list[Outcome]] = defaultdict(list)
    for one in outcomes:
        rows[one.row].append(one)
    width = max(map(len, [*rows, "all"]))
    yield f"{'':<{width}}  {'cells':>6}  {'failed':>6}  {'  '.join(f'{check:>10}' for check in checks)}"
    for row, those in [*rows.items(), ("all", list(outcomes))]:
        counts = Counter(check for one in those for check in one.problems)
        checked = {check for one in those for check in one.checks}
        cells = "  ".join(f"{counts[check] if check in checked else '':>10}" for check in checks)
        yield f"{row:<{width}}  {len(those):>6}  {sum(bool(one.problems) for one in those):>6}  {cells}"


def patterns(outcomes: Iterable[Outcome]) -> Iterator[str]:
    """Give the distinct ways to fail, the most frequent first, each with its count and a cell that shows it."""
    counts: Counter[tuple[str, str]] = Counter()
    example: dict[tuple[str, str], str] = {}
    for one in outcomes:
        for check, problem in one.problems.items():
            key = check, pattern(problem)
            counts[key] += 1
            example.setdefault(key, one.name)
    for (check, text), count in counts.most_common():
        yield f"{count:>6}  {check}: {text}"
        yield f"{'':>8}such as {example[check, text]}"


def notes(outcomes: Iterable[Outcome]) -> Iterator[str]:
    """Give what was counted beside."""
    counts = Counter((one.row, note) for one in outcomes for note in one.notes)
    for (row, note), count in sorted(counts.items()):
        yield f"{count:>6}  {row}: {note}"
