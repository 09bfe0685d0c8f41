"""Leaving small changes unmade: the windows slide by the second, so every run would move every allocation a little."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Move:
    """An allocation's way from ``live`` to ``target`` seconds; ``may_stay`` is whether the live value is permissible.

    ``key`` tells equal moves apart, so that the order in which they come does not matter.
    """

    key: str
    live: int
    target: int
    may_stay: bool

    @property
    def size(self) -> int:
        """How far the target is away."""
        return abs(self.target - self.live)


def damp(moves: Sequence[Move], threshold_percent: float, available: int) -> list[int]:
    """Return the allocations to apply, in the order of ``moves``.

    A move smaller than ``threshold_percent`` of the live allocation is not made where the live value may stay. If what
    is kept does not fit into ``available`` seconds, small decreases are made after all, the largest first, until it
    does; if the targets themselves fit, so does the result.
    """
    held = {
        index
        for index, move in enumerate(moves)
        if move.may_stay and 0 < move.size < move.live * threshold_percent / 100
    }
    excess = sum(move.live if index in held else move.target for index, move in enumerate(moves)) - available
    decreases = (index for index in held if moves[index].target < moves[index].live)
    for index in sorted(decreases, key=lambda index: (-moves[index].size, moves[index].key)):
        if excess <= 0:
            break
        held.discard(index)
        excess -= moves[index].size
    return [move.live if index in held else move.target for index, move in enumerate(moves)]
