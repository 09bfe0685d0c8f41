"""A queue as a YAML file: the arguments of ``simulate``, times as numbers or durations.

window_seconds: 28d                # the default
accounting: each_backend           # or all_backends
shares:
- name: north
  share: 60h
  children: [{name: physics, share: 2}, {name: chemistry, share: 1, limit_seconds: 10h}]
backends: [ibm_alpha, {name: ibm_beta, allotted_seconds: {north: 20h}}]
jobs:
- {project: north/physics, backend: ibm_alpha, submitted_seconds: 0, duration_seconds: 10m, name: first}
- {project: north/chemistry, backend: ibm_alpha, submitted_seconds: 1h, duration_seconds: 90, repeat: 9, every_seconds: 5m}
reservations: [{backend: ibm_alpha, start_seconds: 2h, end_seconds: 3h, node: north}]
past: [{project: north/physics, backend: ibm_alpha, start_seconds: -2d, duration_seconds: 30m}]
"""  # noqa: E501

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, Any, Final

from pydantic import Field, PlainValidator, model_validator

from pulumi_ibm_quantum.documents import AnyText, Block, Document, DocumentError, Path, validate
from pulumi_ibm_quantum.inputs.seconds import exact_seconds
from pulumi_ibm_quantum.queue import (
    Accounting,
    Backend,
    InvalidQueue,
    Job,
    Number,
    PastRun,
    Reservation,
    Share,
    Simulation,
    simulate,
)
from pulumi_ibm_quantum.queue.schedule import Progress
from pulumi_ibm_quantum.vocabulary import ROLLING_WINDOW_SECONDS

_MOST_REPEATED: Final = 1_000_000

_Seconds = Annotated[Number, PlainValidator(exact_seconds)]


class _Share(Block):
    name: AnyText
    share: _Seconds
    children: "tuple[_Share, ...]" = ()
    limit_seconds: _Seconds | None = None

    def share_of_queue(self) -> Share:
        return Share(self.name, self.share, tuple(one.share_of_queue() for one in self.children), self.limit_seconds)


class _Backend(Block):
    name: AnyText
    allotted_seconds: dict[AnyText, _Seconds] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _named(cls, value: Any) -> Any:
        return {"name": value} if isinstance(value, str) else value


class _Job(Block):
    project: AnyText
    backend: AnyText
    submitted_seconds: _Seconds
    duration_seconds: _Seconds
    cancelled_seconds: _Seconds | None = None
    name: AnyText = ""
    repeat: int = Field(default=1, strict=True, ge=1, le=_MOST_REPEATED)
    every_seconds: _Seconds = 0

    def jobs(self) -> Iterator[Job]:
        yield self._job(self.submitted_seconds, self.cancelled_seconds, self.name)
        for number in range(1, self.repeat):
            later, cancelled = Fraction(self.every_seconds) * number, self.cancelled_seconds
            yield self._job(
                later + Fraction(self.submitted_seconds),
                None if cancelled is None else later + Fraction(cancelled),
                f"{self.name}-{number + 1}" if self.name else "",
            )

    def _job(self, submitted_seconds: Number, cancelled_seconds: Number | None, name: str) -> Job:
        return Job(self.project, self.backend, submitted_seconds, self.duration_seconds, cancelled_seconds, name)


class _Reservation(Block):
    backend: AnyText
    start_seconds: _Seconds
    end_seconds: _Seconds
    node: AnyText | None = None


class _PastRun(Block):
    project: AnyText
    backend: AnyText
    start_seconds: _Seconds
    duration_seconds: _Seconds


class _Queue(Block):
    shares: tuple[_Share, ...]
    backends: tuple[_Backend, ...]
    jobs: tuple[_Job, ...]
    window_seconds: _Seconds = ROLLING_WINDOW_SECONDS
    accounting: Accounting = "each_backend"
    reservations: tuple[_Reservation, ...] = ()
    past: tuple[_PastRun, ...] = ()


@dataclass(frozen=True, slots=True)
class QueueFile:
    """A queue that was read; ``entries`` says of each job which entry of the file it came from."""

    document: Document
    arguments: Mapping[str, Any]
    entries: tuple[int, ...]

    def simulated(self, progress: Progress | None = None) -> Simulation:
        """Play it through.

        Raises:
            DocumentError: it contradicts itself; one line for each problem, with its place in the file.
        """
        try:
            return simulate(**self.arguments, progress=progress)
        except InvalidQueue as invalid:
            problems = {self._written_path(problem.place): problem.message for problem in invalid.problems}
            raise DocumentError.in_order(
                self.document.problem(path, message) for path, message in problems.items()
            ) from None

    def _written_path(self, place: Path) -> Path:
        match place:
            case ("jobs", int(position), *below):
                return ("jobs", self.entries[position], *below)
        return place


def read_queue(document: Document) -> QueueFile:
    """Take a document for a queue.

    Raises:
        DocumentError: not of the right shape; one line for each problem, with its place.
    """
    queue = validate(document, _Queue)
    jobs: list[Job] = []
    entries: list[int] = []
    for position, entry in enumerate(queue.jobs):
        jobs += entry.jobs()
        entries += [position] * entry.repeat
    arguments = {
        "shares": tuple(one.share_of_queue() for one in queue.shares),
        "backends": tuple(Backend(**vars(one)) for one in queue.backends),
        "jobs": jobs,
        "window_seconds": queue.window_seconds,
        "accounting": queue.accounting,
        "reservations": [Reservation(**vars(one)) for one in queue.reservations],
        "past": [PastRun(**vars(one)) for one in queue.past],
    }
    return QueueFile(document, arguments, tuple(entries))
