"""The tree of shares as numbered nodes, and the priority of each as one whole number."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import gcd, lcm
from typing import Final

from pulumi_ibm_quantum.queue.model import Number, Share, exactly, microseconds

ROOT: Final = 0
"""The node above all; it has no name, no share and no usage of its own."""


@dataclass(frozen=True, slots=True)
class Tree:
    """Nodes in the order in which they are declared, parents before children.

    Attributes:
        paths: the name of each node from the top, with slashes; empty for the root.
        parents: of each node; the root is its own.
        children: of each node.
        chains: of each node, itself and what it is part of, without the root; the order of addition after a run.
        limits: microseconds, or None.
        allotted: seconds that each node is meant to have in the window.
        weights: shares among siblings as coprime whole numbers; 1 for a share of 0, which ``penalties`` sends back.
        penalties: what is added to a node's priority.
        bits: so many that ``(used << bits) // weight`` orders siblings exactly as ``used / weight`` does.
    """

    paths: tuple[str, ...]
    parents: tuple[int, ...]
    children: tuple[tuple[int, ...], ...]
    chains: tuple[tuple[int, ...], ...]
    limits: tuple[int | None, ...]
    allotted: tuple[Fraction, ...]
    weights: tuple[int, ...]
    penalties: tuple[int, ...]
    bits: int

    @property
    def node_of(self) -> dict[str, int]:
        """The number of each node by its path."""
        return {path: node for node, path in enumerate(self.paths) if node != ROOT}

    @property
    def projects(self) -> tuple[int, ...]:
        """The nodes that have jobs."""
        return tuple(node for node, below in enumerate(self.children) if not below and node != ROOT)


def build_tree(shares: Sequence[Share], allotted_seconds: Mapping[str, Number]) -> Tree:
    """Number the nodes of a tree that has been checked, with other times at the top where they are given.

    Two different fractions ``u/w`` of weights below ``2**b`` differ by more than ``2**-2b``, so with ``2b`` binary
    places their whole parts differ in the same sense; equal ones stay equal. Comparing whole numbers is thereby exact,
    and several times faster than comparing fractions.
    """
    rows = list(_walk(shares, "", ROOT, 1))
    paths = ("", *(path for path, _, _ in rows))
    parents = (ROOT, *(parent for _, parent, _ in rows))
    below: list[list[int]] = [[] for _ in paths]
    given = [Fraction(1)]
    for node, (path, parent, share) in enumerate(rows, start=1):
        below[parent].append(node)
        given.append(exactly(allotted_seconds.get(path, share.share) if parent == ROOT else share.share))
    allotted, weights = [Fraction(0)] * len(paths), [1] * len(paths)
    chains: list[tuple[int, ...]] = [()] * len(paths)
    for node, siblings in enumerate(below):
        total = sum((given[child] for child in siblings), Fraction(0))
        for child, weight in zip(siblings, _whole([given[child] for child in siblings]), strict=True):
            weights[child] = weight or 1
            part = given[child] if node == ROOT else allotted[node] * given[child] / (total or 1)
            allotted[child] = part
            chains[child] = (child, *chains[node])
    bits = 2 * max(weights).bit_length()
    return Tree(
        paths=paths,
        parents=parents,
        children=tuple(map(tuple, below)),
        chains=tuple(chains),
        limits=(None, *(None if s.limit_seconds is None else microseconds(s.limit_seconds) for _, _, s in rows)),
        allotted=tuple(allotted),
        weights=tuple(weights),
        penalties=tuple(0 if share else 1 << (bits + 128) for share in given),
        bits=bits,
    )


def _walk(shares: Sequence[Share], prefix: str, parent: int, number: int) -> Iterator[tuple[str, int, Share]]:
    for share in shares:
        path = prefix + share.name
        yield path, parent, share
        own = number
        number += 1
        for row in _walk(share.children, f"{path}/", own, number):
            number += 1
            yield row


def _whole(shares: Sequence[Fraction]) -> list[int]:
    """Scale shares to whole numbers without a common divisor."""
    scale = lcm(*(share.denominator for share in shares))
    numbers = [int(share * scale) for share in shares]
    divisor = gcd(*numbers) or 1
    return [number // divisor for number in numbers]
