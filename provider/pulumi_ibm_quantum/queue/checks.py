"""Whether the input of a simulation makes sense; everything that does not is reported at once."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any, Final, get_args

from pulumi_ibm_quantum.queue.model import Accounting, Backend, Job, Number, PastRun, Reservation, Share, microseconds

LARGEST_SECONDS: Final = 2**53 // 10**6
"""Some 285 years: as far as a double is exact to the microsecond."""

Place = tuple[str | int, ...]
"""Where a value sits in the input: ``("jobs", 3, "project")``."""


@dataclass(frozen=True, slots=True)
class QueueProblem:
    """One thing that is wrong: where, as ``simulate`` names its arguments, and what."""

    place: Place
    message: str

    def __str__(self) -> str:
        where = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.place)
        return f"{where.removeprefix('.')}: {self.message}"


class InvalidQueue(ValueError):
    """An input that cannot be simulated; its text has one line for each problem."""

    def __init__(self, problems: Sequence[QueueProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, problems)))


def check(
    shares: Sequence[Share],
    backends: Sequence[Backend],
    jobs: Sequence[Job],
    *,
    window_seconds: Number,
    accounting: Accounting,
    reservations: Sequence[Reservation],
    past: Sequence[PastRun],
) -> None:
    """Raise `InvalidQueue` unless names are known and unique, and times possible."""
    nodes: dict[str, Share] = {}
    problems = [
        *_of_number(("window_seconds",), window_seconds, positive=True),
        *_of_accounting(accounting),
        *_of_shares(("shares",), shares, "", nodes),
        *_of_backends(backends, {share.name for share in shares}, accounting),
    ]
    names = {backend.name for backend in backends}
    projects = {path for path, share in nodes.items() if not share.children}
    times: list[QueueProblem] = []
    for index, job in enumerate(jobs):
        if job.project not in projects or job.backend not in names:
            problems += _of_names(("jobs", index), job, nodes, names)
        if not _is_plain(job):
            times += _of_job(("jobs", index), job)
    problems += times
    first = min((job.submitted_seconds for job in jobs), default=None) if not problems else None
    for index, run in enumerate(past):
        problems += [*_of_names(("past", index), run, nodes, names), *_of_past(("past", index), run, first)]
    problems += _of_reservations(reservations, nodes, names)
    if problems:
        raise InvalidQueue(problems)


def _is_plain(job: Job) -> bool:
    """Tell at once that nothing can be wrong with a job's times, since there may be millions."""
    return (
        job.cancelled_seconds is None
        and type(job.submitted_seconds) in (int, float)
        and type(job.duration_seconds) in (int, float)
        and -LARGEST_SECONDS <= job.submitted_seconds <= LARGEST_SECONDS
        and 0 <= job.duration_seconds <= LARGEST_SECONDS
    )


def _of_accounting(accounting: str) -> Iterator[QueueProblem]:
    if accounting not in get_args(Accounting):
        yield QueueProblem(("accounting",), f"wants {' or '.join(get_args(Accounting))}, found {accounting!r}")


def _of_shares(place: Place, shares: Sequence[Share], prefix: str, nodes: dict[str, Share]) -> Iterator[QueueProblem]:
    if not shares:
        yield QueueProblem(place, "is empty: name at least one")
    for index, share in enumerate(shares):
        here = (*place, index)
        path = prefix + share.name
        if not share.name or "/" in share.name:
            yield QueueProblem((*here, "name"), f"must be a name without a slash, found {share.name!r}")
        elif path in nodes:
            yield QueueProblem((*here, "name"), f"{path!r} is there already: names are unique among siblings")
        nodes[path] = share
        yield from _of_number((*here, "share"), share.share)
        if share.limit_seconds is not None:
            yield from _of_number((*here, "limit_seconds"), share.limit_seconds)
        if share.children:
            yield from _of_shares((*here, "children"), share.children, f"{path}/", nodes)


def _of_backends(backends: Sequence[Backend], top: set[str], accounting: Accounting) -> Iterator[QueueProblem]:
    seen: set[str] = set()
    for index, backend in enumerate(backends):
        if not backend.name or backend.name in seen:
            yield QueueProblem(("backends", index, "name"), f"must be a name of its own, found {backend.name!r}")
        seen.add(backend.name)
        here = ("backends", index, "allotted_seconds")
        if backend.allotted_seconds and accounting == "all_backends":
            yield QueueProblem(here, "means nothing where usage counts on all backends: leave it out")
        for name, seconds in backend.allotted_seconds.items():
            if name not in top:
                yield QueueProblem((*here, name), "is no node at the top of the shares")
            yield from _of_number((*here, name), seconds)


def _of_names(
    place: Place, one: Job | PastRun, nodes: Mapping[str, Share], backends: set[str]
) -> Iterator[QueueProblem]:
    node = nodes.get(one.project)
    if node is None:
        yield QueueProblem((*place, "project"), f"{one.project!r} is not among the shares")
    elif node.children:
        yield QueueProblem((*place, "project"), f"{one.project!r} is divided further: name one of its parts")
    if one.backend not in backends:
        yield QueueProblem((*place, "backend"), f"{one.backend!r} is not among the backends")


def _of_job(place: Place, job: Job) -> Iterator[QueueProblem]:
    problems = [
        *_of_number((*place, "submitted_seconds"), job.submitted_seconds, signed=True),
        *_of_number((*place, "duration_seconds"), job.duration_seconds),
    ]
    if job.cancelled_seconds is not None:
        problems += _of_number((*place, "cancelled_seconds"), job.cancelled_seconds, signed=True)
        if not problems and job.cancelled_seconds < job.submitted_seconds:
            problems.append(QueueProblem((*place, "cancelled_seconds"), "is before the submission"))
    yield from problems


def _of_past(place: Place, run: PastRun, first: Number | None) -> Iterator[QueueProblem]:
    problems = [
        *_of_number((*place, "start_seconds"), run.start_seconds, signed=True),
        *_of_number((*place, "duration_seconds"), run.duration_seconds),
    ]
    if not problems and first is not None:
        end = microseconds(run.start_seconds) + microseconds(run.duration_seconds)
        if end > microseconds(first):
            problems.append(QueueProblem(place, f"ends at {end / 1e6:g}, after the first submission: it is not past"))
    yield from problems


def _of_reservations(
    reservations: Sequence[Reservation], nodes: Mapping[str, Share], backends: set[str]
) -> Iterator[QueueProblem]:
    spans: defaultdict[str, list[tuple[Number, Number, int]]] = defaultdict(list)
    for index, one in enumerate(reservations):
        here = ("reservations", index)
        if one.backend not in backends:
            yield QueueProblem((*here, "backend"), f"{one.backend!r} is not among the backends")
        if one.node is not None and one.node not in nodes:
            yield QueueProblem((*here, "node"), f"{one.node!r} is not among the shares")
        wrong = [
            *_of_number((*here, "start_seconds"), one.start_seconds, signed=True),
            *_of_number((*here, "end_seconds"), one.end_seconds, signed=True),
        ]
        yield from wrong
        if not wrong and one.end_seconds <= one.start_seconds:
            yield QueueProblem((*here, "end_seconds"), "must be after the start")
        elif not wrong:
            spans[one.backend].append((one.start_seconds, one.end_seconds, index))
    for reserved in spans.values():
        reserved.sort()
        for before, after in pairwise(reserved):
            if after[0] < before[1]:
                message = f"overlaps reservations[{before[2]}] of the same backend"
                yield QueueProblem(("reservations", after[2]), message)


def _of_number(place: Place, number: Any, *, signed: bool = False, positive: bool = False) -> Iterator[QueueProblem]:
    if isinstance(number, bool) or not isinstance(number, int | float | Fraction):
        yield QueueProblem(place, f"wants a number, found {number!r}")
    elif not -LARGEST_SECONDS <= number <= LARGEST_SECONDS:
        yield QueueProblem(place, f"is out of reach: a number is at most {LARGEST_SECONDS} here")
    elif positive and number <= 0:
        yield QueueProblem(place, f"must be more than 0, found {number}")
    elif not signed and number < 0:
        yield QueueProblem(place, f"must not be negative, found {number}")
