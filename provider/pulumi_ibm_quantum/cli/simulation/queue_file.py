"""A queue as a YAML file: the arguments of ``simulate`` under their own names, times as numbers or durations.

window_seconds: 28d                # the default
accounting: each_system            # or all_systems
shares:
- name: north
  share: 60h
  children: [{name: physics, share: 2}, {name: chemistry, share: 1, limit_seconds: 10h}]
systems: [ibm_alpha, {name: ibm_beta, allotted_seconds: {north: 20h}}]
jobs:
- {provider: north/physics, system: ibm_alpha, submitted_seconds: 0, duration_seconds: 10m, name: first}
- {provider: north/chemistry, system: ibm_alpha, submitted_seconds: 1h, duration_seconds: 90, repeat: 20, every_seconds: 5m}
reservations: [{system: ibm_alpha, start_seconds: 2h, end_seconds: 3h, node: north}]
past: [{provider: north/physics, system: ibm_alpha, start_seconds: -2d, duration_seconds: 30m}]
"""  # noqa: E501

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import isfinite
from pathlib import Path
from typing import Any, Final, TypeVar

from pulumi_ibm_quantum.config import ConfigurationError, Problem
from pulumi_ibm_quantum.config.document import Document
from pulumi_ibm_quantum.config.wording import found, quoted
from pulumi_ibm_quantum.config.yaml_text import read_yaml
from pulumi_ibm_quantum.queue import (
    ROLLING_WINDOW_SECONDS,
    InvalidQueue,
    Job,
    Number,
    PastRun,
    Reservation,
    Share,
    Simulation,
    System,
    simulate,
)
from pulumi_ibm_quantum.queue.schedule import Progress

_Path = tuple[str | int, ...]
_T = TypeVar("_T")
_UNITS: Final = {"": 1, "s": 1, "m": 60, "h": 3_600, "d": 86_400, "qau": 96_000}
_DURATION: Final = re.compile(r"([+-]?[0-9]{1,12}(?:\.[0-9]{1,12})?) ?([a-z]*)", re.IGNORECASE | re.ASCII)
_MOST_REPEATED: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class QueueFile:
    """A queue that was read; ``entries`` says of each job which entry of the file it came from."""

    document: Document
    arguments: Mapping[str, Any]
    entries: tuple[int, ...]

    def simulated(self, progress: Progress | None = None) -> Simulation:
        """Play it through.

        Raises:
            ConfigurationError: it contradicts itself; one line for each problem, with its place in the file.
        """
        try:
            return simulate(**self.arguments, progress=progress)
        except InvalidQueue as invalid:
            problems = {self._placed(problem.place): problem.message for problem in invalid.problems}
            raise ConfigurationError(
                self.document.problem(place, message) for place, message in problems.items()
            ) from None

    def _placed(self, place: _Path) -> _Path:
        if place[0] == "jobs" and len(place) > 1 and isinstance(place[1], int):
            return ("jobs", self.entries[place[1]], *place[2:])
        return place


def read_queue(path: Path) -> QueueFile:
    """Read a queue from a file.

    Raises:
        ConfigurationError: not to be read, not YAML, or not of the right shape; one line for each problem, with its
            place.
    """
    try:
        text = path.read_bytes()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise ConfigurationError([Problem("", f"cannot be read: {reason}", source=str(path))]) from None
    document = read_yaml(text, str(path))
    reading = _Reading(document, list(document.problems))
    arguments, entries = reading.queue(document.value)
    if reading.problems:
        raise ConfigurationError(sorted(reading.problems, key=lambda one: (one.line or 0, one.column or 0)))
    return QueueFile(document, arguments, tuple(entries))


@dataclass
class _Reading:
    """One pass over a document, collecting what is wrong."""

    document: Document
    problems: list[Problem] = field(default_factory=list)

    def queue(self, value: Any) -> tuple[dict[str, Any], list[int]]:
        keys = {"shares", "systems", "jobs"}
        top = self.mapping((), value, keys, {"window_seconds", "accounting", "reservations", "past"})
        window = self.number(top, (), "window_seconds")
        jobs: list[Job] = []
        entries: list[int] = []
        for index, some in enumerate(self.items(top, (), "jobs", self.jobs)):
            jobs += some
            entries += [index] * len(some)
        return {
            "shares": tuple(self.items(top, (), "shares", self.share)),
            "systems": tuple(self.items(top, (), "systems", self.system)),
            "jobs": jobs,
            "window_seconds": ROLLING_WINDOW_SECONDS if window is None else window,
            "accounting": self.text(top, (), "accounting") or "each_system",
            "reservations": self.items(top, (), "reservations", self.reservation),
            "past": self.items(top, (), "past", self.past_run),
        }, entries

    def share(self, path: _Path, value: Any) -> Share:
        entry = self.mapping(path, value, {"name", "share"}, {"children", "limit_seconds"})
        return Share(
            name=self.text(entry, path, "name"),
            share=self.number(entry, path, "share") or 0,
            children=tuple(self.items(entry, path, "children", self.share)),
            limit_seconds=self.number(entry, path, "limit_seconds"),
        )

    def system(self, path: _Path, value: Any) -> System:
        if isinstance(value, str):
            return System(value)
        entry = self.mapping(path, value, {"name"}, {"allotted_seconds"})
        times = entry.get("allotted_seconds", {})
        here = (*path, "allotted_seconds")
        known = times if isinstance(times, Mapping) else self.mapping(here, times, set(), set())
        allotted = {str(name): self.number(known, here, name) or 0 for name in known}
        return System(self.text(entry, path, "name"), allotted)

    def jobs(self, path: _Path, value: Any) -> list[Job]:
        required = {"provider", "system", "submitted_seconds", "duration_seconds"}
        entry = self.mapping(path, value, required, {"cancelled_seconds", "name", "repeat", "every_seconds"})
        first = Job(
            provider=self.text(entry, path, "provider"),
            system=self.text(entry, path, "system"),
            submitted_seconds=self.number(entry, path, "submitted_seconds") or 0,
            duration_seconds=self.number(entry, path, "duration_seconds") or 0,
            cancelled_seconds=self.number(entry, path, "cancelled_seconds"),
            name=self.text(entry, path, "name"),
        )
        repeat, every = entry.get("repeat", 1), self.number(entry, path, "every_seconds") or 0
        if isinstance(repeat, bool) or not isinstance(repeat, int) or not 1 <= repeat <= _MOST_REPEATED:
            self.refuse((*path, "repeat"), f"wants a whole number from 1 to {_MOST_REPEATED}, found {found(repeat)}")
            repeat = 1
        return [first, *(_later(first, number, number * every) for number in range(1, repeat))]

    def reservation(self, path: _Path, value: Any) -> Reservation:
        entry = self.mapping(path, value, {"system", "start_seconds", "end_seconds"}, {"node"})
        return Reservation(
            system=self.text(entry, path, "system"),
            start_seconds=self.number(entry, path, "start_seconds") or 0,
            end_seconds=self.number(entry, path, "end_seconds") or 0,
            node=self.text(entry, path, "node") or None,
        )

    def past_run(self, path: _Path, value: Any) -> PastRun:
        entry = self.mapping(path, value, {"provider", "system", "start_seconds", "duration_seconds"}, set())
        return PastRun(
            provider=self.text(entry, path, "provider"),
            system=self.text(entry, path, "system"),
            start_seconds=self.number(entry, path, "start_seconds") or 0,
            duration_seconds=self.number(entry, path, "duration_seconds") or 0,
        )

    def mapping(self, path: _Path, value: Any, required: set[str], optional: set[str]) -> Mapping[Any, Any]:
        """Return a mapping without keys that are unknown; an empty one where there is none."""
        if not isinstance(value, Mapping):
            self.refuse(path, f"wants a mapping with {', '.join(sorted(required | optional))}, found {found(value)}")
            return {}
        for key in value:
            if key not in required | optional:
                known = ", ".join(sorted(required | optional))
                self.refuse((*path, str(key)), f"unknown key; there are {known}")
        for key in sorted(required - value.keys()):
            self.refuse((*path, key), "is missing")
        return {key: value[key] for key in value if key in required | optional}

    def items(self, entry: Mapping[Any, Any], path: _Path, key: str, one: Callable[[_Path, Any], _T]) -> list[_T]:
        value = entry.get(key, [])
        if not isinstance(value, list):
            self.refuse((*path, key), f"wants a list, found {found(value)}")
            return []
        return [one((*path, key, index), item) for index, item in enumerate(value)]

    def text(self, entry: Mapping[Any, Any], path: _Path, key: str) -> str:
        value = entry.get(key, "")
        if not isinstance(value, str) or (key in entry and not value):
            self.refuse((*path, key), f"wants a text, found {found(value)}; put it in quotes")
            return ""
        return value

    def number(self, entry: Mapping[Any, Any], path: _Path, key: Any) -> Number | None:
        """Return a number, or a duration in seconds; None where there is none."""
        value = entry.get(key)
        if isinstance(value, str) and (match := _DURATION.fullmatch(value.strip())) and match[2].lower() in _UNITS:
            return Fraction(match[1]) * _UNITS[match[2].lower()]
        if not isinstance(value, bool) and (isinstance(value, int) or (isinstance(value, float) and isfinite(value))):
            return value
        if key in entry:
            wanted = "wants a number of seconds or a duration such as 90, 0.5, 45s, 90m, 10h, 2.5d or 1qau"
            self.refuse((*path, key), f"{wanted}, found {quoted(value) if isinstance(value, str) else found(value)}")
        return None

    def refuse(self, path: _Path, message: str) -> None:
        self.problems.append(self.document.problem(path, message))


def _later(job: Job, number: int, seconds: Number) -> Job:
    cancelled = job.cancelled_seconds
    return replace(
        job,
        submitted_seconds=Fraction(job.submitted_seconds) + Fraction(seconds),
        cancelled_seconds=None if cancelled is None else Fraction(cancelled) + Fraction(seconds),
        name=f"{job.name}-{number + 1}" if job.name else "",
    )
