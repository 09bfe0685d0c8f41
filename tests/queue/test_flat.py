"""The queue that is played fast has the starts of the one that is played by the rules."""

from fractions import Fraction
from math import inf
from random import Random

import pytest

from pulumi_ibm_quantum.queue import Backend, FlatQueue, Number, PastRun, Share, Stream, simulate

DAY = 86_400
UNITS: tuple[float, ...] = (DAY, 7 * 3600, 1, 1e-6, 0.1)


def flat_case(seed: int) -> tuple[list[Share], list[str], Stream, list[PastRun]]:
    """Shares, backends, jobs and past of up to ninety days, in units so coarse that ties are many."""
    random = Random(seed)
    unit, days = random.choice(UNITS), random.choice([1, 30, 90])
    steps = max(1, int(days * DAY / unit)) if unit >= 3600 else 40
    scales: list[Number] = [1, 10_000, 0.1, Fraction(1, 7)]
    scale, limited = random.choice(scales), random.random() < 0.6
    shares = [
        Share(
            f"p{number}",
            random.choice([0, 1, 1, 2, 3]) * scale,
            limit_seconds=random.randint(0, 20) * unit if limited and random.random() < 0.5 else None,
        )
        for number in range(random.randint(1, 6))
    ]
    backends = [f"b{number}" for number in range(random.randint(1, 3))]
    jobs = Stream()
    for _ in range(random.randint(1, 40)):
        jobs.projects.append(random.choice(shares).name)
        jobs.backends.append(random.choice(backends))
        jobs.submitted_seconds.append(float(random.randint(0, steps) * unit))
        jobs.duration_seconds.append(float(random.choice([0, 1, 1, 2, 5, random.randint(1, 9)]) * unit))
    past = []
    for _ in range(random.randint(0, 12)):
        used = random.randint(0, 9) * unit
        start = -used - random.choice([0, random.randint(0, 30) * DAY, 28 * DAY - used])
        past.append(PastRun(random.choice(shares).name, random.choice(backends), start, used))
    return shares, backends, jobs, past


@pytest.mark.parametrize("block", range(8))
def test_waits_are_those_of_the_rules(block: int) -> None:
    """For ties, zeros, limits, shares of nothing and a past that overlaps: the same wait for each job, exactly."""
    ran_late = never_ran = 0
    for seed in range(block * 250, block * 250 + 250):
        shares, backends, jobs, past = flat_case(seed)
        queue = FlatQueue([share.name for share in shares], backends, jobs, past)
        slow = simulate(shares, [*map(Backend, backends)], [*jobs.jobs()], accounting="all_backends", past=past)
        waits = [inf if run.wait_seconds is None else run.wait_seconds for run in slow.runs]
        assert queue.waits(shares) == waits, seed
        never_ran += inf in waits
        ran_late += any(20 * DAY < wait < inf for wait in waits)
    assert ran_late > 5
    assert never_ran > 5


def test_one_queue_can_be_played_under_many_shares() -> None:
    """Nothing of one run is left in the next."""
    shares, backends, jobs, past = flat_case(3)
    queue = FlatQueue([share.name for share in shares], backends, jobs, past)
    first = queue.waits(shares)
    queue.waits([Share(share.name, 1, limit_seconds=0) for share in shares])
    assert queue.waits(shares) == first


def test_nothing_to_play() -> None:
    """No jobs wait for nothing, whatever the limits."""
    assert FlatQueue(["a"], ["b"], Stream(), []).waits([Share("a", 1, limit_seconds=0)]) == []
