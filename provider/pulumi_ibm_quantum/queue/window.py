"""Usage in a floating window, exact to the microsecond, for every node at once."""

from heapq import heappop, heappush


class RollingUsage:
    """What each node has used in the window that ends now, as now moves on.

    A run counts once it has ended, with the part of it that lies in the window. It leaves the window as it was spent,
    microsecond by microsecond: while the window's far edge passes through a run, the usage of its nodes falls steadily.
    So between two moments only those nodes change that own a run at the edge. Each run is met there once as a whole,
    and ``rolling`` names those that the edge is inside of: at most one for each backend, unless past runs overlap.
    """

    def __init__(self, window: int, nodes: int) -> None:
        """Start with no usage; ``window`` in microseconds."""
        self.window = window
        self.used = [0] * nodes
        self.rolling: list[tuple[int, int, tuple[int, ...]]] = []
        self.lowered_sets: list[set[int]] = []
        self._ahead: list[tuple[int, int, tuple[int, ...]]] = []

    def add(self, start: int, end: int, chain: tuple[int, ...]) -> None:
        """Count a run that has ended, as a whole, for all nodes of ``chain``."""
        if end > start:
            for node in chain:
                self.used[node] += end - start
            heappush(self._ahead, (start, end, chain))

    def advance(self, now: int) -> None:
        """Let go of what is older than the window; note in ``lowered_sets`` whose runs have left it entirely."""
        edge, used, ahead, leaving = now - self.window, self.used, self._ahead, self.rolling
        while ahead and ahead[0][0] < edge:
            leaving.append(heappop(ahead))
        self.rolling = []
        for start, end, chain in leaving:
            for node in chain:
                used[node] -= (end if end < edge else edge) - start
            if end > edge:
                self.rolling.append((edge, end, chain))
            else:
                for lowered in self.lowered_sets:
                    lowered.add(chain[0])

    def next_turn(self, now: int, excess: int) -> int | None:
        """Return the moment, after ``now``, at which usage can first have fallen by ``excess``; None if it never will.

        Usage may fall more slowly than it does now and reach that later, never sooner. Only for a single node's usage,
        after `advance` to ``now``.
        """
        turns = []
        if self._ahead:
            turns.append(max(self._ahead[0][0] + self.window, now + 1))
        if self.rolling:
            turns.append(now - (-excess // len(self.rolling)))
        return min(turns, default=None)
