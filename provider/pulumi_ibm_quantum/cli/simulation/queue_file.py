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

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, Final

from pulumi_ibm_quantum.cli.simulation.reading import Place, Reading
from pulumi_ibm_quantum.config import ConfigurationError
from pulumi_ibm_quantum.documents import Document
from pulumi_ibm_quantum.queue import (
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
from pulumi_ibm_quantum.vocabulary import ROLLING_WINDOW_SECONDS

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

    def _placed(self, place: Place) -> Place:
        if place[0] == "jobs" and len(place) > 1 and isinstance(place[1], int):
            return ("jobs", self.entries[place[1]], *place[2:])
        return place


def read_queue(document: Document) -> QueueFile:
    """Take a document for a queue.

    Raises:
        ConfigurationError: not of the right shape; one line for each problem, with its place.
    """
    reading = _QueueReading(document)
    arguments, entries = reading.queue(document.value)
    reading.finish()
    return QueueFile(document, arguments, tuple(entries))


class _QueueReading(Reading):
    """One pass over the document of a queue."""

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

    def share(self, path: Place, value: Any) -> Share:
        entry = self.mapping(path, value, {"name", "share"}, {"children", "limit_seconds"})
        return Share(
            name=self.text(entry, path, "name"),
            share=self.number(entry, path, "share") or 0,
            children=tuple(self.items(entry, path, "children", self.share)),
            limit_seconds=self.number(entry, path, "limit_seconds"),
        )

    def system(self, path: Place, value: Any) -> System:
        if isinstance(value, str):
            return System(value)
        entry = self.mapping(path, value, {"name"}, {"allotted_seconds"})
        times = entry.get("allotted_seconds", {})
        here = (*path, "allotted_seconds")
        known = times if isinstance(times, Mapping) else self.mapping(here, times, set())
        allotted = {str(name): self.number(known, here, name) or 0 for name in known}
        return System(self.text(entry, path, "name"), allotted)

    def jobs(self, path: Place, value: Any) -> list[Job]:
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
        repeat = self.count(entry, path, "repeat", _MOST_REPEATED)
        every = self.number(entry, path, "every_seconds") or 0
        return [first, *(_later(first, number, number * every) for number in range(1, repeat))]

    def reservation(self, path: Place, value: Any) -> Reservation:
        entry = self.mapping(path, value, {"system", "start_seconds", "end_seconds"}, {"node"})
        return Reservation(
            system=self.text(entry, path, "system"),
            start_seconds=self.number(entry, path, "start_seconds") or 0,
            end_seconds=self.number(entry, path, "end_seconds") or 0,
            node=self.text(entry, path, "node") or None,
        )

    def past_run(self, path: Place, value: Any) -> PastRun:
        entry = self.mapping(path, value, {"provider", "system", "start_seconds", "duration_seconds"})
        return PastRun(
            provider=self.text(entry, path, "provider"),
            system=self.text(entry, path, "system"),
            start_seconds=self.number(entry, path, "start_seconds") or 0,
            duration_seconds=self.number(entry, path, "duration_seconds") or 0,
        )


def _later(job: Job, number: int, seconds: Number) -> Job:
    cancelled = job.cancelled_seconds
    return replace(
        job,
        submitted_seconds=Fraction(job.submitted_seconds) + Fraction(seconds),
        cancelled_seconds=None if cancelled is None else Fraction(cancelled) + Fraction(seconds),
        name=f"{job.name}-{number + 1}" if job.name else "",
    )
