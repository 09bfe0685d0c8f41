"""What came of a simulation: each job's start and end, and what projects and backends got."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import inf
from statistics import median

from pulumi_ibm_quantum.queue.model import Accounting, Job, Number, PastRun, Reservation, microseconds
from pulumi_ibm_quantum.queue.tree import Tree
from pulumi_ibm_quantum.queue.window import RollingUsage


@dataclass(frozen=True, slots=True)
class Run:
    """What came of one job.

    Attributes:
        job: the job.
        start_seconds: None if it never ran: cancelled while it waited, or held back by a limit for ever.
        end_seconds: when it left the backend.
    """

    job: Job
    start_seconds: float | None
    end_seconds: float | None

    @property
    def cut_short(self) -> bool:
        """Whether it was cancelled while it ran, so that its time does not count."""
        return self.start_seconds is not None and self._took != microseconds(self.job.duration_seconds)

    @property
    def wait_seconds(self) -> float | None:
        """From submission to start; None if it never ran."""
        if self.start_seconds is None:
            return None
        return (microseconds(self.start_seconds) - microseconds(self.job.submitted_seconds)) / 1e6

    @property
    def held_seconds(self) -> float:
        """How long it held its backend."""
        return self._took / 1e6

    @property
    def _took(self) -> int:
        if self.start_seconds is None or self.end_seconds is None:
            return 0
        return microseconds(self.end_seconds) - microseconds(self.start_seconds)


@dataclass(frozen=True, slots=True)
class ProjectOutcome:
    """What a project got; the waits are of the jobs that ran, None if none did."""

    project: str
    jobs: int
    ran: int
    never_ran: int
    median_wait_seconds: float | None
    p90_wait_seconds: float | None
    used_seconds: float
    used_seconds_by_backend: dict[str, float]


@dataclass(frozen=True, slots=True)
class BackendOutcome:
    """What a backend did between the first submission to it and the end of its last job."""

    backend: str
    jobs: int
    busy_seconds: float
    span_seconds: float

    @property
    def utilization(self) -> float:
        """Busy time / span; 0 where nothing ran."""
        return self.busy_seconds / self.span_seconds if self.span_seconds else 0.0


@dataclass(frozen=True)
class Simulation:
    """A finished simulation.

    Attributes:
        trees: the tree of each backend, in the order of the backends; they differ only in what is allotted.
        runs: one for each job, in the order in which the jobs were given.
        past: what counted from the start.
        reservations: as they were given.
        window_seconds: how far back usage counted.
        accounting: where it counted.
    """

    trees: Mapping[str, Tree]
    runs: tuple[Run, ...]
    past: tuple[PastRun, ...]
    reservations: tuple[Reservation, ...]
    window_seconds: Number
    accounting: Accounting

    @property
    def tree(self) -> Tree:
        """The tree of the first backend; its nodes are those of all."""
        return next(iter(self.trees.values()))

    def in_order(self, backend: str | None = None) -> list[Run]:
        """Return the runs that started, in the order in which they did, of one backend or of all."""
        started = [run for run in self.runs if run.start_seconds is not None and backend in (None, run.job.backend)]
        return sorted(started, key=lambda run: (run.start_seconds, run.end_seconds))

    def projects(self) -> list[ProjectOutcome]:
        """Return what each project got, in the order of the tree; one without jobs has zeros."""
        runs: defaultdict[str, list[Run]] = defaultdict(list)
        for run in self.runs:
            runs[run.job.project].append(run)
        return [_project_outcome(path, runs[path]) for path in (self.tree.paths[n] for n in self.tree.projects)]

    def backend_use(self) -> list[BackendOutcome]:
        """Return what each backend did, in the order in which the backends were given."""
        runs: defaultdict[str, list[Run]] = defaultdict(list)
        for run in self.runs:
            runs[run.job.backend].append(run)
        return [_backend_outcome(backend, runs[backend]) for backend in self.trees]

    def fractions(self, node: str, moments: Iterable[Number], backend: str | None = None) -> list[float]:
        """Return a node's fairness at each of ``moments``, which must not go back: used in the window / allotted.

        It counts runs that have ended, as decisions do. ``backend`` is needed where usage counts on each backend
        by itself, and refused where it counts on all. A node with no share has 0, or infinity once it has used any.

        Raises:
            KeyError: there is no such node or backend.
            ValueError: ``backend`` is missing, or given where it means nothing.
        """
        self._check_scope(backend)
        tree = self.tree if backend is None else self.trees[backend]
        allotted = float(tree.allotted[tree.node_of[node]] * 1_000_000)
        usage = RollingUsage(microseconds(self.window_seconds), 1)
        ended = self._counted(node, backend)
        result, done = [], 0
        for moment in map(microseconds, moments):
            while done < len(ended) and ended[done][1] <= moment:
                usage.add(*ended[done], (0,))
                done += 1
            usage.advance(moment)
            result.append(usage.used[0] / allotted if allotted else inf if usage.used[0] else 0.0)
        return result

    def corners(self, node: str, backend: str | None = None) -> list[float]:
        """Return the moments between which a node's fairness is a straight line, in order."""
        self._check_scope(backend)
        window = microseconds(self.window_seconds)
        corners = {
            corner
            for start, end in self._counted(node, backend)
            for corner in (end - 1, end, start + window, end + window)
            if corner >= end - 1
        }
        return [corner / 1e6 for corner in sorted(corners)]

    def _check_scope(self, backend: str | None) -> None:
        if (backend is None) == (self.accounting == "each_backend"):
            raise ValueError(
                "usage counts on each backend by itself: name the backend"
                if backend is None
                else "usage counts on all backends: name none"
            )

    def _counted(self, node: str, backend: str | None) -> list[tuple[int, int]]:
        """Return start and end of what counts as usage of a node, in microseconds, in the order of the ends."""
        spans = [
            span
            for (project, where), some in self._counted_by_project.items()
            if backend in (None, where) and (project == node or project.startswith(f"{node}/"))
            for span in some
        ]
        return sorted(spans, key=lambda span: (span[1], span[0]))

    @cached_property
    def _counted_by_project(self) -> Mapping[tuple[str, str], list[tuple[int, int]]]:
        counted: defaultdict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
        for past in self.past:
            start = microseconds(past.start_seconds)
            counted[past.project, past.backend].append((start, start + microseconds(past.duration_seconds)))
        for run in self.runs:
            if run.start_seconds is not None and run.end_seconds is not None and not run.cut_short:
                span = microseconds(run.start_seconds), microseconds(run.end_seconds)
                counted[run.job.project, run.job.backend].append(span)
        return counted


def p90(ordered: Sequence[float]) -> float:
    """Return the 90th percentile of values in rising order, one of them; there must be one."""
    return ordered[(9 * len(ordered) + 9) // 10 - 1]


def _project_outcome(path: str, runs: Sequence[Run]) -> ProjectOutcome:
    waits = sorted(wait for run in runs if (wait := run.wait_seconds) is not None)
    by_backend: defaultdict[str, int] = defaultdict(int)
    for run in runs:
        by_backend[run.job.backend] += microseconds(run.held_seconds)
    return ProjectOutcome(
        project=path,
        jobs=len(runs),
        ran=len(waits),
        never_ran=len(runs) - len(waits),
        median_wait_seconds=median(waits) if waits else None,
        p90_wait_seconds=p90(waits) if waits else None,
        used_seconds=sum(by_backend.values()) / 1e6,
        used_seconds_by_backend={backend: used / 1e6 for backend, used in by_backend.items() if used},
    )


def _backend_outcome(name: str, runs: Sequence[Run]) -> BackendOutcome:
    ends = [run.end_seconds for run in runs if run.end_seconds is not None]
    first = min((microseconds(run.job.submitted_seconds) for run in runs), default=0)
    return BackendOutcome(
        backend=name,
        jobs=len(ends),
        busy_seconds=sum(microseconds(run.held_seconds) for run in runs) / 1e6,
        span_seconds=(microseconds(max(ends)) - first) / 1e6 if ends else 0.0,
    )
