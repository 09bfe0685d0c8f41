"""Sharing a pool: in proportion, never past a cap, and the same in any order."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_ibm_quantum.balancer.water_fill import Claim, water_fill

claims = st.lists(
    st.builds(Claim, st.floats(0, 1e9, allow_subnormal=False), st.none() | st.integers(0, 100_000)), max_size=30
)
pools = st.integers(0, 1_000_000)


@pytest.mark.parametrize(
    ("pool", "given_claims", "awards"),
    [
        (100, [Claim(1), Claim(3)], [25, 75]),
        (100, [Claim(1), Claim(1, 10)], [90, 10]),
        (100, [Claim(1, 5), Claim(1, 10)], [5, 10]),
        (100, [Claim(0), Claim(2)], [0, 100]),
        (100, [Claim(1), Claim(1), Claim(1)], [33, 33, 33]),
        (2, [Claim(1), Claim(1), Claim(1)], [0, 0, 0]),
        (0, [Claim(1)], [0]),
        (100, [], []),
    ],
)
def test_a_pool_is_shared_in_proportion(pool: int, given_claims: list[Claim], awards: list[int]) -> None:
    """Shares follow the scores; what a full claim cannot take goes round again; fractions of a second stay."""
    assert water_fill(pool, given_claims) == awards


@given(pools, claims)
def test_nobody_gets_more_than_there_is_room_or_pool(pool: int, given_claims: list[Claim]) -> None:
    """Awards are never negative, never past a cap, never for a score of 0, and together at most the pool."""
    awards = water_fill(pool, given_claims)

    assert sum(awards) <= pool
    for claim, award in zip(given_claims, awards, strict=True):
        assert 0 <= award <= (pool if claim.room is None else claim.room)
        assert award == 0 or claim.score > 0


@given(pools, claims, st.randoms(use_true_random=False))
def test_the_order_of_the_claims_means_nothing(pool: int, given_claims: list[Claim], random: object) -> None:
    """Each claim gets the same whatever stands before it."""
    order = list(range(len(given_claims)))
    random.shuffle(order)  # type: ignore[attr-defined]
    awards = water_fill(pool, given_claims)

    assert water_fill(pool, [given_claims[index] for index in order]) == [awards[index] for index in order]


@given(pools, claims)
def test_what_is_left_is_too_little_to_share(pool: int, given_claims: list[Claim]) -> None:
    """The pool is used up but for less than a second for each claim that could take more."""
    awards = water_fill(pool, given_claims)
    hungry = [
        claim
        for claim, award in zip(given_claims, awards, strict=True)
        if claim.score > 0 and (claim.room is None or award < claim.room)
    ]
    assert not hungry or pool - sum(awards) <= len(hungry)


@given(pools, claims)
def test_equal_room_and_more_score_never_means_less(pool: int, given_claims: list[Claim]) -> None:
    """Of two uncapped claims the one with the higher score gets at least as much."""
    uncapped = [Claim(claim.score) for claim in given_claims]
    awards = water_fill(pool, uncapped)
    by_score = sorted(zip((Fraction(claim.score) for claim in uncapped), awards, strict=True))

    assert [award for _, award in by_score] == sorted(awards)
