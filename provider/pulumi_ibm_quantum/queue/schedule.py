"""All jobs of a simulation in microseconds, and the starts and ends found so far."""

from collections.abc import Callable, Sequence
from typing import Final

from pulumi_ibm_quantum.queue.model import Job, microseconds

Progress = Callable[[int, int], None]
"""Called now and then with the number of jobs that have started, and of all."""

_REPORT_EVERY: Final = 20_000


class Schedule:
    """Jobs by their place in the input; ``starts`` and ``ends`` are None until they are known."""

    def __init__(self, jobs: Sequence[Job], progress: Progress | None) -> None:
        """Start with nothing scheduled."""
        self.jobs = jobs
        self.submitted = [microseconds(job.submitted_seconds) for job in jobs]
        self.durations = [microseconds(job.duration_seconds) for job in jobs]
        self.starts: list[int | None] = [None] * len(jobs)
        self.ends: list[int | None] = [None] * len(jobs)
        self._by_age: dict[str, list[int]] = {}
        for index in sorted(range(len(jobs)), key=self.submitted.__getitem__):
            self._by_age.setdefault(jobs[index].backend, []).append(index)
        self._started = 0
        self._progress = progress

    def of(self, backends: Sequence[str]) -> list[int]:
        """Return the jobs of some backends, oldest first."""
        if len(backends) == 1:
            return self._by_age.get(backends[0], [])
        jobs = [index for backend in backends for index in self._by_age.get(backend, ())]
        return sorted(jobs, key=lambda index: (self.submitted[index], index))

    def start(self, index: int, now: int) -> int:
        """Note a start; return the end, which it notes as well."""
        self.starts[index] = now
        self.ends[index] = end = now + self.durations[index]
        self._started += 1
        if self._progress is not None and self._started % _REPORT_EVERY == 0:
            self._progress(self._started, len(self.jobs))
        return end
