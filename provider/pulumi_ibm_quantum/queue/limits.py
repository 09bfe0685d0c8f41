"""A limit of one node: closed once usage reaches it, open again when enough has left the window."""

from pulumi_ibm_quantum.queue.window import RollingUsage


class Gate:
    """The limit of one node, in microseconds, and its own account of the node's usage.

    ``wake`` is the next moment at which it is worth looking whether usage has fallen below, while it is closed.
    """

    def __init__(self, limit: int, window: int) -> None:
        """Start with no usage."""
        self.wake: int | None = None
        self._limit = limit
        self._usage = RollingUsage(window, 1)

    def count(self, start: int, end: int) -> None:
        """Count a run that has ended."""
        self._usage.add(start, end, (0,))

    def is_closed(self, now: int) -> bool:
        """Tell whether usage has reached the limit; if so, set ``wake`` (None: it stays closed unless more comes)."""
        self._usage.advance(now)
        excess = self._usage.used[0] - self._limit + 1
        self.wake = self._usage.next_turn(now, excess) if excess > 0 else None
        return excess > 0
