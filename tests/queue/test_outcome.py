"""What a simulation tells of projects, backends and fractions."""

from math import inf

import pytest

from pulumi_ibm_quantum.queue import Backend, Job, PastRun, Share, simulate

SHARES = (Share("hub", 20, (Share("x", 1), Share("y", 1))), Share("none", 0), Share("idle", 5))


def test_a_project_is_told_how_its_jobs_waited() -> None:
    """Median between the two in the middle, 90th percentile by nearest rank, over the jobs that ran."""
    jobs = [Job("hub/x", "s", 0, 1) for _ in range(10)]
    jobs += [Job("hub/y", "t", 5, 2), Job("hub/y", "t", 5, 2), Job("hub/y", "s", 0, 3, cancelled_seconds=0)]
    x, y, none, idle = simulate(SHARES, [Backend("s"), Backend("t")], jobs).projects()

    assert (x.project, x.jobs, x.ran, x.never_ran) == ("hub/x", 10, 10, 0)
    assert (x.median_wait_seconds, x.p90_wait_seconds, x.used_seconds) == (4.5, 8.0, 10.0)
    assert (y.jobs, y.ran, y.never_ran, y.median_wait_seconds, y.p90_wait_seconds) == (3, 2, 1, 1.0, 2.0)
    assert y.used_seconds_by_backend == {"t": 4.0}
    assert (none.jobs, idle.jobs, idle.median_wait_seconds) == (0, 0, None)


def test_a_backend_is_told_how_busy_it_was() -> None:
    """From the first submission to it until the end of its last job; one without jobs was never in use."""
    jobs = [Job("hub/x", "s", 10, 5), Job("hub/x", "s", 25, 5)]
    busy, unused = simulate(SHARES, [Backend("s"), Backend("t")], jobs).backend_use()

    assert (busy.jobs, busy.busy_seconds, busy.span_seconds, busy.utilization) == (2, 10.0, 20.0, 0.5)
    assert (unused.jobs, unused.utilization) == (0, 0.0)


def test_fractions_rise_when_jobs_end_and_fall_as_the_window_moves() -> None:
    """A group has what its projects have; between two corners the line is straight."""
    jobs = [Job("hub/x", "s", 0, 4), Job("hub/y", "s", 0, 4)]
    simulation = simulate(SHARES, [Backend("s")], jobs, window_seconds=10)
    moments = [0, 3, 4, 8, 10, 12, 14, 16, 18, 30]

    assert simulation.fractions("hub/x", moments, "s") == [0, 0, 0.4, 0.4, 0.4, 0.2, 0, 0, 0, 0]
    assert simulation.fractions("hub", moments, "s") == [0, 0, 0.2, 0.4, 0.4, 0.3, 0.2, 0.1, 0, 0]
    assert simulation.corners("hub/x", "s") == [3.999999, 4, 10, 14]


def test_without_a_share_a_fraction_is_nothing_or_infinite() -> None:
    """As fairness is for an allocation of 0: without usage 0, with usage infinity."""
    simulation = simulate(SHARES, [Backend("s")], [Job("none", "s", 0, 4)], past=[PastRun("idle", "s", -5, 5)])

    assert simulation.fractions("none", [0, 4], "s") == [0, inf]
    assert simulation.fractions("idle", [0, 4], "s") == [1, 1]


def test_fractions_name_a_backend_only_where_usage_counts_on_each() -> None:
    """Anything else has no meaning, and says so."""
    jobs = [Job("hub/x", "s", 0, 4)]
    each = simulate(SHARES, [Backend("s")], jobs)
    both = simulate(SHARES, [Backend("s")], jobs, accounting="all_backends")

    with pytest.raises(ValueError, match="name the backend"):
        each.fractions("hub", [0])
    with pytest.raises(ValueError, match="name none"):
        both.fractions("hub", [0], "s")
    assert both.fractions("hub", [4]) == [0.2]


def test_runs_are_told_in_the_order_of_the_jobs_and_of_their_starts() -> None:
    """As given, and as they happened on one backend or on all."""
    jobs = [Job("hub/x", "s", 9, 1, name="late"), Job("hub/x", "s", 0, 1, name="early"), Job("hub/y", "t", 3, 1)]
    simulation = simulate(SHARES, [Backend("s"), Backend("t")], jobs)

    assert [run.job for run in simulation.runs] == jobs
    assert [run.job.name for run in simulation.in_order("s")] == ["early", "late"]
    assert [run.start_seconds for run in simulation.in_order()] == [0, 3, 9]


def test_progress_is_told_now_and_then() -> None:
    """The number of jobs that have started, and of all."""
    told: list[tuple[int, int]] = []
    jobs = [Job("idle", "s", 0, 0) for _ in range(50_000)]
    simulate(SHARES, [Backend("s")], jobs, progress=lambda done, total: told.append((done, total)))

    assert told == [(20_000, 50_000), (40_000, 50_000)]
