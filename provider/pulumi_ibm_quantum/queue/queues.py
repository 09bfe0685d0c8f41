"""The queues of backends on which usage counts together, played from moment to moment."""

from bisect import bisect_right
from collections.abc import Sequence
from heapq import heapify, heappop, heappush
from math import inf
from typing import Final

from pulumi_ibm_quantum.queue.limits import Gate
from pulumi_ibm_quantum.queue.model import PastRun, Reservation, microseconds
from pulumi_ibm_quantum.queue.ranking import Ranking
from pulumi_ibm_quantum.queue.schedule import Schedule
from pulumi_ibm_quantum.queue.tree import ROOT, Tree
from pulumi_ibm_quantum.queue.window import RollingUsage

_END, _CANCELLATION, _OPENING, _RESERVATION = range(4)
_FREE: Final = -1


class Queues:
    """Everything that happens on some backends; jobs are numbered by age."""

    def __init__(
        self,
        tree: Tree,
        backends: Sequence[str],
        schedule: Schedule,
        *,
        window: int,
        reservations: Sequence[Reservation],
        past: Sequence[PastRun],
    ) -> None:
        """Take the part of the input that concerns ``backends``."""
        self._tree, self._schedule = tree, schedule
        self._jobs = schedule.of(backends)
        number_of = {backend: number for number, backend in enumerate(backends)}
        node_of = tree.node_of
        self._projects = [node_of[schedule.jobs[index].project] for index in self._jobs]
        self._homes = [number_of[schedule.jobs[index].backend] for index in self._jobs]
        self._running = [_FREE] * len(backends)
        self._stirred: set[int] = set()
        self._events: list[tuple[int, int, int, int]] = []

        self._usage = RollingUsage(window, len(tree.paths))
        self._closed, self._gone = bytearray(len(tree.paths)), bytearray(len(self._jobs))
        self._rankings = [Ranking(tree, self._usage, self._closed, self._gone) for _ in backends]
        self._gates = {node: Gate(limit, window) for node, limit in enumerate(tree.limits) if limit is not None}
        for run in past:
            if run.backend in number_of:
                start = microseconds(run.start_seconds)
                self._count(node_of[run.project], start, start + microseconds(run.duration_seconds))

        self._reserved: list[list[tuple[int, int, int | None]]] = [[] for _ in backends]
        for one in reservations:
            if one.backend in number_of:
                span = microseconds(one.start_seconds), microseconds(one.end_seconds)
                self._reserved[number_of[one.backend]].append((*span, None if one.node is None else node_of[one.node]))
        for spans in self._reserved:
            spans.sort(key=lambda span: span[0])

    def play(self) -> None:
        """Go from moment to moment until nothing is left that could happen."""
        if not self._jobs:
            return
        jobs, submitted, events = self._jobs, self._schedule.submitted, self._events
        self._foresee(submitted[jobs[0]])
        arrived, next_arrival = 0, float(submitted[jobs[0]])
        while arrived < len(jobs) or events:
            now = events[0][0] if events and events[0][0] <= next_arrival else submitted[jobs[arrived]]
            while events and events[0][0] == now:
                _, kind, subject, job = heappop(events)
                self._happen(now, kind, subject, job)
            while next_arrival == now:
                self._rankings[self._homes[arrived]].submit(self._projects[arrived], arrived)
                self._stirred.add(self._homes[arrived])
                arrived += 1
                next_arrival = submitted[jobs[arrived]] if arrived < len(jobs) else inf
            if self._stirred:
                stirred = sorted(self._stirred)
                self._stirred.clear()
                for backend in stirred:
                    if self._running[backend] == _FREE:
                        self._decide(backend, now)

    def _foresee(self, begin: int) -> None:
        """Put down what is known in advance, and close what is at its limit from the start."""
        for number, index in enumerate(self._jobs):
            cancelled = self._schedule.jobs[index].cancelled_seconds
            if cancelled is not None:
                self._events.append((microseconds(cancelled), _CANCELLATION, self._homes[number], number))
        for backend, spans in enumerate(self._reserved):
            moments = [moment for start, end, _ in spans for moment in (start, end) if moment > begin]
            self._events += [(moment, _RESERVATION, backend, _FREE) for moment in moments]
        heapify(self._events)
        for node in self._gates:
            self._look_at(node, begin)

    def _happen(self, now: int, kind: int, subject: int, job: int) -> None:
        if kind == _END:
            if self._running[subject] == job:
                self._release(subject)
                start = self._schedule.starts[self._jobs[job]]
                assert start is not None, "what ends has started"
                for node in self._count(self._projects[job], start, now):
                    self._look_at(node, now)
        elif kind == _CANCELLATION:
            self._gone[job] = True
            if self._running[subject] == job:
                self._schedule.ends[self._jobs[job]] = now
                self._release(subject)
        elif kind == _RESERVATION:
            self._stirred.add(subject)
        elif self._gates[subject].wake == now:  # else the gate has been looked at since, and foresees another moment
            self._look_at(subject, now)

    def _decide(self, backend: int, now: int) -> None:
        """Start the next job on a free backend, if one may run."""
        top: int | None = ROOT
        if spans := self._reserved[backend]:
            latest = bisect_right(spans, now, key=lambda span: span[0]) - 1
            if latest >= 0 and now < spans[latest][1]:
                top = spans[latest][2]
        if top is None:
            return
        self._usage.advance(now)
        job = self._rankings[backend].take(top)
        if job is not None:
            self._running[backend] = job
            heappush(self._events, (self._schedule.start(self._jobs[job], now), _END, backend, job))

    def _release(self, backend: int) -> None:
        self._running[backend] = _FREE
        self._stirred.add(backend)

    def _count(self, project: int, start: int, end: int) -> list[int]:
        """Add a run's time to its nodes; return those of them that have a limit."""
        chain = self._tree.chains[project]
        self._usage.add(start, end, chain)
        if not self._gates:
            return []
        limited = [node for node in chain if node in self._gates]
        for node in limited:
            self._gates[node].count(start, end)
        return limited

    def _look_at(self, node: int, now: int) -> None:
        """Close or open a node by its limit, and foresee when to look again."""
        gate, was_closed, expected = self._gates[node], self._closed[node], self._gates[node].wake
        if gate.is_closed(now):
            self._closed[node] = True
            if gate.wake is not None and gate.wake != expected:
                heappush(self._events, (gate.wake, _OPENING, node, _FREE))
        elif was_closed:
            self._closed[node] = False
            for backend, ranking in enumerate(self._rankings):
                ranking.reopen(node)
                self._stirred.add(backend)
