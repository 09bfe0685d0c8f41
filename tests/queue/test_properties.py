"""What holds for every simulation."""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from random import Random

import pytest

from pulumi_ibm_quantum.queue import Number, Share, Simulation, simulate
from tests.support.naive_queue import us
from tests.support.queue_cases import MICRO, random_case

SEEDS = range(400)


def spans(simulation: Simulation, backend: str) -> list[tuple[int, int]]:
    """Return when a backend was busy, in order."""
    return sorted(
        (us(run.start_seconds), us(run.end_seconds))
        for run in simulation.runs
        if run.start_seconds is not None and run.end_seconds is not None and run.job.backend == backend
    )


def without_limits(share: Share) -> Share:
    return replace(share, limit_seconds=None, children=tuple(map(without_limits, share.children)))


def scaled(share: Share, factor: Fraction) -> Share:
    return replace(share, share=share.share * factor, children=tuple(scaled(one, factor) for one in share.children))


@pytest.mark.parametrize("seed", range(0, 400, 100))
def test_no_backend_idles_while_a_job_waits_that_may_run(seed: int) -> None:
    """Without limits and reservations, a backend works without a pause from a job's submission to its start."""
    for number in range(seed, seed + 100):
        case = random_case(number) | {"reservations": ()}
        case["shares"] = tuple(map(without_limits, case["shares"]))
        simulation = simulate(**case)
        for run in simulation.runs:
            cancelled = us(run.job.cancelled_seconds)
            until = cancelled if run.start_seconds is None else us(run.start_seconds)
            assert until is not None
            reached = us(run.job.submitted_seconds)
            for start, end in spans(simulation, run.job.backend):
                if start <= reached < end:
                    reached = end
            assert reached >= until, f"random_case({number})"


def test_time_is_conserved() -> None:
    """A backend runs one job at a time, a job for its whole duration, and what projects used is what backends gave."""
    for seed in SEEDS:
        simulation = simulate(**random_case(seed))
        for backend in simulation.trees:
            assert all(before[1] <= after[0] for before, after in pairwise(spans(simulation, backend)))
        for run in simulation.runs:
            if run.start_seconds is not None and run.job.cancelled_seconds is None:
                assert us(run.held_seconds) == us(run.job.duration_seconds)
                assert run.wait_seconds is not None
                assert run.wait_seconds >= 0
        busy = sum(us(one.busy_seconds) for one in simulation.backend_use())
        used = sum(us(one.used_seconds) for one in simulation.projects())
        assert busy == used == sum(us(run.held_seconds) for run in simulation.runs)


def test_shares_scaled_by_one_factor_change_nothing() -> None:
    """Only relations among siblings decide."""
    for seed in SEEDS:
        case = random_case(seed)
        case["backends"] = [replace(backend, allotted_seconds={}) for backend in case["backends"]]
        other = case | {"shares": tuple(scaled(share, Fraction(22, 7)) for share in case["shares"])}
        assert simulate(**case).runs == simulate(**other).runs


def test_a_larger_share_never_delays_a_providers_first_job() -> None:
    """All else equal; usage from before is what makes the share matter for the first job."""
    sooner = 0
    for seed in range(1500):
        case = random_case(seed)
        case["backends"] = [replace(backend, allotted_seconds={}) for backend in case["backends"]]
        project = Random(seed).choice(case["jobs"]).project
        more = case | {"shares": raised(case["shares"], project.split("/"))}
        before, after = first_start(simulate(**case), project), first_start(simulate(**more), project)
        assert after <= before, f"random_case({seed}), {project}"
        sooner += after < before
    assert sooner > 10


def raised(shares: tuple[Share, ...], path: list[str]) -> tuple[Share, ...]:
    """Return the tree with a larger share for the project at a path."""
    name, *rest = path
    more: Callable[[Share], Share] = lambda one: (  # noqa: E731
        replace(one, children=raised(one.children, rest)) if rest else replace(one, share=one.share * 3 + 1)
    )
    return tuple(more(one) if one.name == name else one for one in shares)


def first_start(simulation: Simulation, project: str) -> float:
    starts = [run.start_seconds for run in simulation.runs if run.job.project == project]
    return min((start for start in starts if start is not None), default=float("inf"))


def test_a_limit_is_passed_by_no_more_than_the_job_that_crossed_it() -> None:
    """Where a job starts, the usage of all nodes above it is below their limits, by what had ended until then."""
    closest = []
    for seed in range(1000):
        case = random_case(seed)
        simulation = simulate(**case)
        limits = {path: us(limit) for path, limit in limited(case["shares"], "")}
        window = us(case["window_seconds"])
        for run in simulation.runs:
            if run.start_seconds is None:
                continue
            start = us(run.start_seconds)
            for node, limit in limits.items():
                if f"{run.job.project}/".startswith(f"{node}/"):
                    backend = run.job.backend if case["accounting"] == "each_backend" else None
                    used = used_by(simulation, node, backend, start, window)
                    assert used < limit, f"random_case({seed})"
                    closest.append(limit - used)
    assert min(closest) == 1


def limited(shares: tuple[Share, ...], prefix: str) -> list[tuple[str, Number]]:
    found = [(prefix + share.name, share.limit_seconds) for share in shares if share.limit_seconds is not None]
    return found + [row for share in shares for row in limited(share.children, f"{prefix}{share.name}/")]


def used_by(simulation: Simulation, node: str, backend: str | None, now: int, window: int) -> int:
    ended = [
        (us(one.start_seconds), us(one.start_seconds) + us(one.duration_seconds))
        for one in simulation.past
        if f"{one.project}/".startswith(f"{node}/") and backend in (None, one.backend)
    ]
    ended += [
        (us(run.start_seconds), us(run.end_seconds))
        for run in simulation.runs
        if f"{run.job.project}/".startswith(f"{node}/")
        and backend in (None, run.job.backend)
        and run.start_seconds is not None
        and run.end_seconds is not None
        and us(run.end_seconds) <= now
        and not run.cut_short
    ]
    return sum(max(0, end - max(start, now - window)) for start, end in ended)


def test_the_order_of_the_input_decides_only_between_jobs_of_one_moment() -> None:
    """Jobs in another order run at the same times, as long as no two are submitted at once; so do backends."""
    for seed in range(200):
        case = random_case(seed)
        case["jobs"] = [
            replace(job, submitted_seconds=job.submitted_seconds + index * MICRO / 100, cancelled_seconds=None)
            for index, job in enumerate(case["jobs"])
        ]
        case["jobs"] = [replace(job, submitted_seconds=job.submitted_seconds * 100) for job in case["jobs"]]
        mixed = case | {
            "jobs": Random(seed).sample(case["jobs"], len(case["jobs"])),
            "backends": case["backends"][::-1],
        }
        by_moment = [sorted(simulate(**one).runs, key=lambda run: run.job.submitted_seconds) for one in (case, mixed)]
        assert by_moment[0] == by_moment[1]
