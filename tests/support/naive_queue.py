"""The fair-share queue written straight from the rules: everything is worked out anew at each decision. Slow.

Times are whole microseconds here. It shares nothing with the package but the values that describe the input.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import inf
from typing import overload

from pulumi_ibm_quantum.queue import Backend, Job, PastRun, Reservation, Share


@overload
def us(seconds: float | Fraction) -> int: ...
@overload
def us(seconds: None) -> None: ...
def us(seconds: float | Fraction | None) -> int | None:
    """Return whole microseconds; None stays None."""
    return None if seconds is None else round(Fraction(seconds) * 1_000_000)


@dataclass
class Waiting:
    """A job and what came of it."""

    index: int
    job: Job
    submitted: int
    duration: int
    cancelled: int | None
    start: int | None = None
    end: int | None = None
    counts: bool = False

    def is_over(self, now: int) -> bool:
        return self.end is not None and self.end <= now

    @property
    def age(self) -> tuple[int, int]:
        return self.submitted, self.index


@dataclass
class Naive:
    """The state of the simulation."""

    shares: Sequence[Share]
    backends: Sequence[Backend]
    jobs: list[Waiting]
    window: int
    everywhere: bool
    reservations: Sequence[Reservation]
    past: Sequence[PastRun]
    counted: list[tuple[str, str, int, int]] = field(default_factory=list)

    def play(self) -> list[tuple[int | None, int | None]]:
        """Return start and end of each job."""
        for run in self.past:
            start = us(run.start_seconds)
            self.counted.append((run.project, run.backend, start, start + us(run.duration_seconds)))
        now = min((job.submitted for job in self.jobs), default=None)
        while now is not None:
            self.end_jobs(now)
            decisions = [self.decide(backend, now) for backend in self.backends]
            started = any(decisions)
            now = now if started and self.has_ending(now) else self.next_moment(now)
        return [(job.start, job.end) for job in self.jobs]

    def has_ending(self, now: int) -> bool:
        return any(job.end == now and not job.counts for job in self.jobs)

    def end_jobs(self, now: int) -> None:
        for job in self.jobs:
            if job.start is None or job.end is None or job.counts:
                continue
            if job.end == now == job.start + job.duration:
                job.counts = True
                self.counted.append((job.job.project, job.job.backend, job.start, job.end))
            elif job.end > now and job.cancelled is not None and job.start < job.cancelled <= now:
                job.end = now

    def used(self, node: str, backend: str, now: int) -> int:
        """Microseconds of ended runs of a node in the window."""
        return sum(
            max(0, end - max(start, now - self.window))
            for project, where, start, end in self.counted
            if (self.everywhere or where == backend) and (project == node or project.startswith(node + "/"))
        )

    def is_closed(self, path: str, share: Share, backend: str, now: int) -> bool:
        return share.limit_seconds is not None and self.used(path, backend, now) >= us(share.limit_seconds)

    def decide(self, backend: Backend, now: int) -> bool:
        """Start a job on a backend if it is free and one may run."""
        on_it = [job for job in self.jobs if job.job.backend == backend.name]
        if any(job.start is not None and not job.is_over(now) for job in on_it):
            return False
        waiting = [
            job
            for job in on_it
            if job.start is None and job.submitted <= now and (job.cancelled is None or job.cancelled > now)
        ]
        for one in self.reservations:
            if one.backend == backend.name and us(one.start_seconds) <= now < us(one.end_seconds):
                only = one.node
                waiting = [
                    job
                    for job in waiting
                    if only is not None and (job.job.project == only or job.job.project.startswith(only + "/"))
                ]
        waiting = self.not_limited(waiting, self.shares, "", backend.name, now)
        if not waiting:
            return False
        siblings, prefix = self.shares, ""
        while siblings:
            ranked = []
            for share in siblings:
                path = prefix + share.name
                beneath = [j for j in waiting if j.job.project == path or j.job.project.startswith(path + "/")]
                if beneath:
                    allotted = backend.allotted_seconds.get(path, share.share)
                    used = self.used(path, backend.name, now)
                    rank = (0, used / Fraction(str(allotted))) if allotted else (1, used)
                    ranked.append((rank, min(job.age for job in beneath), share, beneath))
            _, _, best, waiting = min(ranked, key=lambda row: row[:2])
            siblings, prefix = best.children, prefix + best.name + "/"
        job = min(waiting, key=lambda job: job.age)
        job.start, job.end = now, now + job.duration
        return True

    def not_limited(
        self, waiting: list[Waiting], shares: Sequence[Share], prefix: str, backend: str, now: int
    ) -> list[Waiting]:
        for share in shares:
            path = prefix + share.name
            if self.is_closed(path, share, backend, now):
                waiting = [j for j in waiting if j.job.project != path and not j.job.project.startswith(path + "/")]
            waiting = self.not_limited(waiting, share.children, path + "/", backend, now)
        return waiting

    def next_moment(self, now: int) -> int | None:
        """Return the next moment at which anything can be different."""
        moments = [job.submitted for job in self.jobs]
        moments += [job.cancelled for job in self.jobs if job.cancelled is not None]
        moments += [job.end for job in self.jobs if job.end is not None]
        for one in self.reservations:
            moments += [us(one.start_seconds), us(one.end_seconds)]
        moments += self.openings(self.shares, "", now)
        return min((moment for moment in moments if moment > now), default=None)

    def openings(self, shares: Sequence[Share], prefix: str, now: int) -> list[int]:
        """Return when each closed node will have fallen below its limit if nothing more ends, by bisection."""
        found = []
        for share in shares:
            path = prefix + share.name
            for backend in self.backends[:1] if self.everywhere else self.backends:
                last = max((end for _, _, _, end in self.counted), default=-inf)
                if share.limit_seconds and self.is_closed(path, share, backend.name, now):
                    low, high = now, int(last) + self.window
                    while high - low > 1:
                        middle = (low + high) // 2
                        if self.is_closed(path, share, backend.name, middle):
                            low = middle
                        else:
                            high = middle
                    found.append(high)
            found += self.openings(share.children, path + "/", now)
        return found


def naive(
    shares: Sequence[Share],
    backends: Sequence[Backend],
    jobs: Sequence[Job],
    *,
    window_seconds: float,
    accounting: str = "each_backend",
    reservations: Sequence[Reservation] = (),
    past: Sequence[PastRun] = (),
) -> list[tuple[int | None, int | None]]:
    """Return start and end of each job in microseconds, as `simulate` should find them."""
    waiting = [
        Waiting(index, job, us(job.submitted_seconds), us(job.duration_seconds), us(job.cancelled_seconds))
        for index, job in enumerate(jobs)
    ]
    return Naive(shares, backends, waiting, us(window_seconds), accounting == "all_backends", reservations, past).play()
