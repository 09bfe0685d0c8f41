"""Sharing a pool in proportion to scores, with what a full vessel cannot take going round again."""

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Claim:
    """A share of the pool in proportion to ``score`` (finite, at least 0), at most ``room`` seconds (None: no cap)."""

    score: float
    room: int | None = None


def water_fill(pool: int, claims: Sequence[Claim]) -> list[int]:
    """Return the seconds awarded to each claim, in the order of ``claims``; their sum is at most ``pool``.

    Each round gives ``int(score / total * remaining)``, with a total that does not depend on the order of the claims.
    A claim that is full leaves; a round that awards nothing (all shares below one second) is the last, and what is left
    stays in the pool, as it does when every claim is full.
    """
    awards = [0] * len(claims)
    rooms = [math.inf if claim.room is None else claim.room for claim in claims]
    open_claims = [index for index, claim in enumerate(claims) if claim.score > 0 and rooms[index] > 0]
    remaining = pool
    while remaining > 0 and open_claims:
        total = math.fsum(claims[index].score for index in open_claims)
        awarded = 0
        for index in open_claims:
            share = int(claims[index].score / total * remaining)
            award = share if share < rooms[index] else int(rooms[index])
            awards[index] += award
            rooms[index] -= award
            awarded += award
        if awarded == 0:
            break
        remaining -= awarded
        open_claims = [index for index in open_claims if rooms[index] > 0]
    return awards
