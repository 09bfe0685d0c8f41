"""The queue of instances that stand side by side and whose usage counts on all backends: today's platform, played fast.

The rules are those of `simulation`, and so are the starts, to the microsecond. There is no tree, no reservation and no
cancellation here, which leaves so little to do that a forecast can play it dozens of times:

1. Where the jobs of one project wait, no priorities are needed. Where several compete, each is looked at: at hand they
   are compared faster than a heap of them is kept in order, for up to some hundred that wait at once.
2. What a project has used is worked out when it competes and not when it changes. Its runs are in a heap of its own,
   of which the window's far edge takes away; ``falls`` is the moment from which there is something to take.
3. A limit needs a look only after the project's own runs; while it is closed, the moment at which it opens is known.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush, heapreplace
from math import inf
from typing import Final

from pulumi_ibm_quantum.queue.model import Job, PastRun, Share, microseconds
from pulumi_ibm_quantum.queue.tree import Tree, build_tree
from pulumi_ibm_quantum.vocabulary import ROLLING_WINDOW_SECONDS

_NEVER: Final = 1 << 80
"""A moment after all others, in microseconds."""
_FREE: Final = -1
_Runs = list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Stream:
    """Jobs, a list for each property: there may be millions, and an object each would cost more than to play them."""

    projects: list[str] = field(default_factory=list)
    backends: list[str] = field(default_factory=list)
    submitted_seconds: list[float] = field(default_factory=list)
    duration_seconds: list[float] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.projects)

    def __add__(self, other: "Stream") -> "Stream":
        return Stream(
            self.projects + other.projects,
            self.backends + other.backends,
            self.submitted_seconds + other.submitted_seconds,
            self.duration_seconds + other.duration_seconds,
        )

    def jobs(self) -> Iterator[Job]:
        """Yield them one by one."""
        return map(Job, self.projects, self.backends, self.submitted_seconds, self.duration_seconds)


class FlatQueue:
    """Jobs and what was used before them, to be played under as many shares as there are to compare."""

    def __init__(self, projects: Sequence[str], backends: Sequence[str], jobs: Stream, past: Sequence[PastRun]) -> None:
        """Prepare what is the same under all shares; past runs have ended when the first job comes."""
        self._backends = len(backends)
        node_of = {project: node for node, project in enumerate(projects, start=1)}
        submitted, durations = (
            [round(seconds * 1_000_000) for seconds in some] for some in (jobs.submitted_seconds, jobs.duration_seconds)
        )
        self._age = age = sorted(range(len(jobs)), key=submitted.__getitem__)
        number_of = {backend: number for number, backend in enumerate(backends)}
        self._homes = [number_of[jobs.backends[job]] for job in age]
        self._nodes = [node_of[jobs.projects[job]] for job in age]
        self._submitted = [submitted[job] for job in age]
        self._durations = [durations[job] for job in age]
        self._past: list[_Runs] = [[] for _ in range(len(projects) + 1)]
        for run in past:
            start, duration = microseconds(run.start_seconds), microseconds(run.duration_seconds)
            if duration > 0:
                self._past[node_of[run.project]].append((start, start + duration))
        for runs in self._past:
            runs.sort()

    def waits(self, shares: Sequence[Share]) -> list[float]:
        """Return how long each job waits, in seconds; infinitely if it never runs. ``shares`` are the projects' own."""
        play = _Play(build_tree(shares, {}), self._past, self._backends)
        starts = play.starts(self._submitted, self._durations, self._nodes, self._homes)
        waits = [inf] * len(starts)
        for job, submitted, start in zip(self._age, self._submitted, starts, strict=True):
            if start is not None:
                waits[job] = (start - submitted) / 1e6
        return waits


class _Play:
    """One run of the queue; what belongs to a project is in a list by its node."""

    def __init__(self, tree: Tree, past: Sequence[_Runs], backends: int) -> None:
        nodes = len(tree.paths)
        self._tree = tree
        self._window = ROLLING_WINDOW_SECONDS * 1_000_000
        self._ahead = [runs.copy() for runs in past]
        self._used = [sum(end - start for start, end in runs) for runs in past]
        self._falls = [-_NEVER] * nodes
        self._priorities = [0] * nodes
        self._closed = bytearray(nodes)
        self._opens: list[int | None] = [None] * nodes
        self._events: list[tuple[int, int]] = []
        self._has_limit = [limit is not None for limit in tree.limits]
        self._queues = [[deque[int]() for _ in range(nodes)] for _ in range(backends)]
        self._competing: list[dict[int, deque[int]]] = [{} for _ in range(backends)]

    def starts(
        self, submitted: Sequence[int], durations: Sequence[int], nodes: Sequence[int], homes: Sequence[int]
    ) -> list[int | None]:
        """Return when each job starts; they are given by age, all times are microseconds.

        What happens at one moment is gone through one by one, and then those backends decide that it has stirred.
        """
        starts: list[int | None] = [None] * len(submitted)
        events, queues, competing, closed = self._events, self._queues, self._competing, self._closed
        used, ahead, falls = self._used, self._ahead, self._falls
        running, stirred = [_FREE] * len(queues), list[int]()
        moments = [*submitted, _NEVER]
        self._look_at_all(moments[0])
        arrived, next_arrival = 0, moments[0]
        while events or next_arrival < _NEVER:
            if events and events[0][0] <= next_arrival:
                now, job = heappop(events)
                if job >= 0:
                    backend, node = homes[job], nodes[job]
                    running[backend] = _FREE
                    stirred.append(backend)
                    used[node] += durations[job]
                    heappush(ahead[node], (now - durations[job], now))
                    falls[node] = -_NEVER
                    if self._has_limit[node] and self._look_at(node, now):
                        stirred += range(len(queues))
                elif self._opens[~job] == now and self._look_at(~job, now):
                    stirred += range(len(queues))
            else:
                now, job, backend, node = next_arrival, arrived, homes[arrived], nodes[arrived]
                arrived += 1
                next_arrival = moments[arrived]
                if running[backend] == _FREE and not competing[backend] and not closed[node] and next_arrival > now:
                    running[backend], starts[job] = job, now
                    heappush(events, (now + durations[job], job))
                else:
                    queue = queues[backend][node]
                    if not queue and not closed[node]:
                        competing[backend][node] = queue
                    queue.append(job)
                    stirred.append(backend)
            if stirred and next_arrival > now and not (events and events[0][0] == now):
                for backend in stirred:
                    if running[backend] == _FREE and competing[backend]:
                        running[backend] = job = self._take(backend, now)
                        starts[job] = now
                        heappush(events, (now + durations[job], job))
                stirred.clear()
        return starts

    def _take(self, backend: int, now: int) -> int:
        """Return the job to run now, of those that compete for a backend, and forget it."""
        competing = self._competing[backend]
        first = -1
        if len(competing) == 1:
            (first,) = competing
        else:
            falls, priorities, lowest = self._falls, self._priorities, 0
            for node, queue in competing.items():
                if falls[node] < now:
                    self._rate(node, now)
                priority = priorities[node]
                if first < 0 or priority < lowest or (priority == lowest and queue[0] < competing[first][0]):
                    first, lowest = node, priority
        queue = competing[first]
        job = queue.popleft()
        if not queue:
            del competing[first]
        return job

    def _rate(self, node: int, now: int) -> None:
        """Work out what a project has used in the window, and its priority."""
        edge, runs, used = now - self._window, self._ahead[node], self._used[node]
        while runs and runs[0][0] < edge:
            start, end = runs[0]
            if end > edge:
                used -= edge - start
                heapreplace(runs, (edge, end))
            else:
                used -= end - start
                heappop(runs)
        self._used[node] = used
        self._falls[node] = runs[0][0] + self._window if runs else _NEVER
        tree = self._tree
        self._priorities[node] = tree.penalties[node] + (used << tree.bits) // tree.weights[node]

    def _look_at_all(self, now: int) -> None:
        """Close what is at its limit from the start."""
        for node, has_limit in enumerate(self._has_limit):
            if has_limit:
                self._look_at(node, now)

    def _look_at(self, node: int, now: int) -> bool:
        """Close or open a project by its limit, and tell whether it has been opened."""
        limit = self._tree.limits[node]
        assert limit is not None, "only what has a limit is looked at"
        if self._used[node] >= limit:
            self._rate(node, now)
        excess = self._used[node] - limit + 1
        was_closed, self._closed[node] = self._closed[node], excess > 0
        if excess > 0:
            for competing in self._competing:
                competing.pop(node, None)
            self._opens[node] = opens = self._opening(node, now, excess)
            if opens is not None:
                heappush(self._events, (opens, ~node))
        elif was_closed:
            for competing, queues in zip(self._competing, self._queues, strict=True):
                if queues[node]:
                    competing[node] = queues[node]
        return bool(was_closed) and excess <= 0

    def _opening(self, node: int, now: int, excess: int) -> int | None:
        """Return the moment at which ``excess`` of a project's runs has left the window; None if there is less."""
        runs, ends, edge = self._ahead[node].copy(), list[int](), now - self._window
        while runs or ends:
            while runs and runs[0][0] <= edge:
                heappush(ends, heappop(runs)[1])
            turn = min(runs[0][0] if runs else _NEVER, ends[0] if ends else _NEVER)
            if ends and (turn - edge) * len(ends) >= excess:
                return edge - (-excess // len(ends)) + self._window
            excess -= (turn - edge) * len(ends)
            edge = turn
            while ends and ends[0] <= edge:
                heappop(ends)
        return None
