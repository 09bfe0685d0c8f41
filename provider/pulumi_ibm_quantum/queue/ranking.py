"""Who is next on one backend: the node with the lowest fraction, level by level, found without looking at all of them.

A node's priority is ``used in the window / share``, and it changes all the time: it rises when a run of the node ends,
and falls while an old run leaves the window. A heap of priorities is therefore out of date as soon as it is built, and
working out all of a thousand priorities at each decision costs a thousand times a million. Three facts help:

1. Rises are harmless. An entry that is too low stays a *lower bound*: when it comes to the top it is worked out anew
   and sinks to its place. Only a run of a node makes it rise, so each run pays for one such correction a level.
2. Falls have few authors. Between two decisions only those nodes fall that own a run at the window's far edge, and
   the edge meets each run once (`RollingUsage`). Those nodes, and no others, get a new and lower entry beforehand; the
   old one is recognised as no longer the node's own when it comes up, and dropped. Runs that the edge is inside of
   (at most one for each backend) are looked at again at each decision.
3. Ties go to the oldest job, so an entry is ``(priority, oldest job beneath, node)``. The oldest job that may run
   beneath a node changes like the priority: younger when a job starts (harmless), older only when a limit opens again
   or a first job arrives (a new entry, up the chain of parents). A second heap a node, of its children's oldest jobs,
   answers for a whole subtree in the same lazy way.

So the top entry that is not corrected is the lowest of all. A job costs a bounded number of heap operations a level
(for usage that counts on all backends: a number in proportion to the backends), each logarithmic in the number of
siblings: ``n log m`` for n jobs and m nodes, and heaps are kept no longer than twice the siblings.
"""

from collections import deque
from heapq import heapify, heappop, heappush, heapreplace

from pulumi_ibm_quantum.queue.tree import ROOT, Tree
from pulumi_ibm_quantum.queue.window import RollingUsage

Entry = tuple[int, int, int]
"""Priority, oldest job, node."""


class Ranking:
    """The waiting jobs of one backend, ranked. Jobs are numbers; the older one has the lower number."""

    def __init__(self, tree: Tree, usage: RollingUsage, closed: bytearray, gone: bytearray) -> None:
        """Start with no jobs.

        ``usage`` is shared by backends on which usage counts together; ``closed`` tells which nodes have reached their
        limits and ``gone`` which jobs are cancelled: both are kept up to date by the owner.
        """
        nodes = len(tree.paths)
        self._tree, self._usage, self._closed, self._gone = tree, usage, closed, gone
        self._used, self._weights, self._penalties, self._bits = usage.used, tree.weights, tree.penalties, tree.bits
        self._waiting: list[deque[int] | None] = [None if below else deque() for below in tree.children]
        self._ranks: list[list[Entry]] = [[] for _ in range(nodes)]
        self._ranked: list[Entry | None] = [None] * nodes
        self._ages: list[list[tuple[int, int]]] = [[] for _ in range(nodes)]
        self._aged: list[int | None] = [None] * nodes
        self._lowered: set[int] = set()
        usage.lowered_sets.append(self._lowered)

    def submit(self, project: int, job: int) -> None:
        """Let a job wait; it must be younger than all before."""
        waiting = self._waiting[project]
        assert waiting is not None, "only projects have jobs"
        waiting.append(job)
        if len(waiting) == 1 and not self._closed[project]:  # else it has entries, or gets them when it opens
            self._enter(project, job)

    def reopen(self, node: int) -> None:
        """Take a node back into consideration that is no longer closed."""
        oldest = self._oldest(node)
        if oldest is not None:
            self._enter(node, oldest)

    def take(self, top: int = ROOT) -> int | None:
        """Return the job to run now and forget it; None if none may run. Usage must have been advanced to now.

        With ``top``, only jobs of that node are considered.
        """
        if any(self._closed[node] for node in self._tree.chains[top]):
            return None
        self._lower()
        node = top
        while (waiting := self._waiting[node]) is None:
            below = self._lowest(node)
            if below is None:
                return None
            node = below
        return waiting.popleft() if self._oldest(node) is not None else None

    def _lowest(self, parent: int) -> int | None:
        """Return the child that has a job that may run and is first by priority, then by its oldest job."""
        ranks, ranked = self._ranks[parent], self._ranked
        while ranks:
            entry = ranks[0]
            priority, job, child = entry
            if ranked[child] is not entry:
                heappop(ranks)
                continue
            now = self._penalties[child] + (self._used[child] << self._bits) // self._weights[child]
            if now == priority:
                oldest = self._oldest(child)
                if oldest == job:
                    return child
                if oldest is None:
                    heappop(ranks)
                    ranked[child] = None
                    continue
                job = oldest
            ranked[child] = entry = (now, job, child)
            heapreplace(ranks, entry)
        return None

    def _oldest(self, node: int) -> int | None:
        """Return the oldest job beneath a node that may run."""
        if self._closed[node]:
            return None
        waiting = self._waiting[node]
        if waiting is not None:
            while waiting and self._gone[waiting[0]]:
                waiting.popleft()
            return waiting[0] if waiting else None
        ages, aged = self._ages[node], self._aged
        while ages:
            job, child = ages[0]
            if aged[child] != job:
                heappop(ages)
                continue
            now = self._oldest(child)
            if now == job:
                return job
            aged[child] = now
            if now is None:
                heappop(ages)
            else:
                heapreplace(ages, (now, child))
        return None

    def _enter(self, node: int, job: int) -> None:
        """Make sure that a node with a job that may run has entries no higher than the truth, as have its parents."""
        for child in self._tree.chains[node]:
            parent = self._tree.parents[child]
            ranked, aged = self._ranked[child], self._aged[child]
            entry = (self._priority(child), job, child)
            if ranked is not None:
                entry = (min(entry[0], ranked[0]), min(job, ranked[1]), child)
            if entry != ranked:
                self._rank(parent, entry)
            if aged is None or job < aged:
                self._aged[child] = job
                heappush(self._ages[parent], (job, child))

    def _lower(self) -> None:
        """Give new entries to the nodes that have fallen since the last decision."""
        chains, ranked = self._tree.chains, self._ranked
        for _, _, chain in self._usage.rolling:
            self._lowered.add(chain[0])
        for project in self._lowered:
            for node in chains[project]:
                entry = ranked[node]
                if entry is not None and (now := self._priority(node)) < entry[0]:
                    self._rank(self._tree.parents[node], (now, entry[1], node))
        self._lowered.clear()

    def _rank(self, parent: int, entry: Entry) -> None:
        ranks = self._ranks[parent]
        self._ranked[entry[2]] = entry
        heappush(ranks, entry)
        if len(ranks) > 2 * len(self._tree.children[parent]) + 16:
            ranks[:] = [own for child in self._tree.children[parent] if (own := self._ranked[child]) is not None]
            heapify(ranks)

    def _priority(self, node: int) -> int:
        return self._penalties[node] + (self._used[node] << self._bits) // self._weights[node]
