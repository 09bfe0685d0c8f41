"""The fast simulation against the one that works everything out anew at each decision."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pulumi_ibm_quantum.queue import Backend, Job, Share, simulate
from tests.support.naive_queue import naive, us
from tests.support.queue_cases import MICRO, random_case

Spans = list[tuple[int | None, int | None]]


def fast(**case: Any) -> Spans:
    return [(us(run.start_seconds), us(run.end_seconds)) for run in simulate(**case).runs]


@pytest.mark.parametrize("block", range(10))
def test_every_job_starts_and_ends_as_the_rules_say(block: int) -> None:
    """Trees, limits, reservations, cancellations, past usage, one backend or several: equal to the microsecond."""
    for seed in range(block * 200, block * 200 + 200):
        case = random_case(seed)
        assert fast(**case) == naive(**case), f"random_case({seed})"


SHARES = st.sampled_from([0, 1, 2, 3, 0.1, 0.3, Fraction(1, 3)])
LIMITS = st.none() | st.integers(0, 30).map(lambda micros: micros * MICRO)
LEAVES = st.lists(st.builds(lambda share, limit: (share, (), limit), SHARES, LIMITS), min_size=1, max_size=3)
TREES = st.recursive(
    LEAVES,
    lambda below: st.lists(
        st.builds(lambda share, children, limit: (share, children, limit), SHARES, below, LIMITS),
        min_size=1,
        max_size=3,
    ),
    max_leaves=8,
)
DRAWN_JOBS = st.lists(
    st.tuples(st.integers(0, 99), st.integers(0, 1), st.integers(0, 20), st.integers(0, 9)), min_size=1, max_size=14
)


def planted(rows: Any) -> tuple[Share, ...]:
    return tuple(Share(f"n{i}", share, planted(below), limit) for i, (share, below, limit) in enumerate(rows))


def projects(shares: tuple[Share, ...], prefix: str = "") -> list[str]:
    return [
        path
        for share in shares
        for path in (projects(share.children, f"{prefix}{share.name}/") if share.children else [prefix + share.name])
    ]


@settings(max_examples=300)
@given(TREES, DRAWN_JOBS, st.integers(1, 40), st.sampled_from(["each_backend", "all_backends"]))
def test_no_small_case_breaks_the_rules(rows: Any, drawn: Any, window: int, accounting: Any) -> None:
    """Hypothesis looks for the smallest tree and jobs that are not simulated as the rules say."""
    shares = planted(rows)
    names = projects(shares)
    jobs = [Job(names[p % len(names)], f"s{s}", at * MICRO, took * MICRO) for p, s, at, took in drawn]
    case: dict[str, Any] = {
        "shares": shares,
        "backends": [Backend("s0"), Backend("s1")],
        "jobs": jobs,
        "window_seconds": window * MICRO,
        "accounting": accounting,
    }
    assert fast(**case) == naive(**case)
