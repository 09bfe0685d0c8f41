"""What is decided where the published rules say nothing, one small case each."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import pytest

from pulumi_ibm_quantum.queue import Backend, Job, PastRun, Reservation, Share, simulate

FLAT = (Share("a", 10), Share("b", 10), Share("c", 10))


def starts(jobs: Sequence[Job], shares: Sequence[Share] = FLAT, backends: str = "s", **options: Any) -> list[Any]:
    """Return the start of each job."""
    named = [Backend(name) for name in backends]
    return [run.start_seconds for run in simulate(shares, named, jobs, **options).runs]


def job(project: str, submitted: float, duration: float, backend: str = "s", **more: Any) -> Job:
    return Job(project, backend, submitted, duration, **more)


def test_the_lowest_fraction_of_the_allotted_time_runs_next() -> None:
    """Not the least time: 6 of 20 is less than 4 of 10."""
    shares = (Share("large", 20), Share("small", 10))
    jobs = [job("large", 0, 6), job("small", 0, 4), job("small", 0, 4), job("large", 0, 6)]

    assert starts(jobs, shares) == [0, 6, 16, 10]


def test_equal_fractions_go_to_the_older_job_then_to_the_one_given_first() -> None:
    """Age decides, whatever the order of projects; the input's order decides between jobs of one moment."""
    jobs = [job("a", 0, 5), job("c", 2, 5), job("b", 1, 5), job("a", 2, 5)]

    assert starts(jobs) == [0, 10, 5, 15]
    assert starts([job("c", 0, 5), job("b", 0, 5), job("a", 0, 5)]) == [0, 5, 10]


def test_a_decimal_share_means_what_is_written() -> None:
    """0.1 + 0.2 is 0.3: the fractions 1/0.1 and 3/0.3 are equal, so the older job goes first."""
    shares = (Share("a", 0.1), Share("b", 0.3))
    jobs = [job("a", 0, 1), job("b", 0, 3), job("b", 1, 1), job("a", 2, 1)]

    assert starts(jobs, shares) == [0, 1, 4, 5]


def test_shares_below_the_top_need_not_add_up() -> None:
    """2 beside 3 are two and three fifths of the parent's time; a group's number says nothing about its hub."""
    shares = (Share("hub", 50, (Share("x", 2), Share("y", 3))), Share("other", 50))
    simulation = simulate(shares, [Backend("s")], [job("hub/x", 0, 4), job("hub/y", 0, 1)])

    assert simulation.fractions("hub/x", [5], "s") == [4 / 20]
    assert simulation.fractions("hub", [5], "s") == [5 / 50]


def test_without_a_share_a_node_runs_when_no_sibling_with_one_has_a_job() -> None:
    """Even if it has used nothing; two of them take turns by what they used."""
    shares = (Share("none", 0), Share("zero", 0), Share("some", 1))
    jobs = [job("some", 0, 5), job("none", 0, 5), job("some", 1, 5), job("none", 1, 5), job("zero", 2, 5)]

    assert starts(jobs, shares) == [0, 10, 5, 20, 15]


def test_usage_leaves_the_window_microsecond_by_microsecond() -> None:
    """At 24 s four of a's ten have left a window of 20 s, so it is level with b; with a shorter window it is ahead."""
    jobs = [job("a", 0, 10), job("b", 10, 6), job("c", 16, 8), job("b", 23, 1), job("a", 23.5, 1)]
    assert starts(jobs, window_seconds=20)[3:] == [24, 25]

    shorter = starts(jobs, window_seconds=Fraction("19.999999"))
    assert shorter[3:] == [25, 24]


def test_a_job_does_not_count_while_it_runs() -> None:
    """Usage counts on all backends, but a's long job on s has not ended when t is free: a is still at 0."""
    jobs = [job("a", 0, 100), job("b", 0, 5, "t"), job("b", 1, 5, "t"), job("a", 2, 5, "t")]

    assert starts(jobs, backends="st", accounting="all_backends") == [0, 0, 10, 5]


def test_usage_counts_where_it_was_spent_or_everywhere() -> None:
    """A project that used one backend is behind on another only if usage counts on all."""
    jobs = [job("a", 0, 5), job("c", 0, 6, "t"), job("a", 1, 5, "t"), job("b", 2, 5, "t")]

    assert starts(jobs, backends="st", accounting="each_backend") == [0, 0, 6, 11]
    assert starts(jobs, backends="st", accounting="all_backends") == [0, 0, 11, 6]


def test_a_hub_may_have_another_time_on_another_backend() -> None:
    """The same jobs on two backends, in another order where the times are other."""
    shares = (Share("a", 10), Share("b", 20))
    backends = [Backend("s"), Backend("t", {"a": 40})]
    jobs = [job(project, 0, 5, backend) for backend in "st" for project in "abba"]
    runs = simulate(shares, backends, jobs).runs

    assert [run.start_seconds for run in runs] == [0, 5, 10, 15, 0, 5, 15, 10]


def test_a_limit_lets_the_job_that_crosses_it_end_and_opens_when_usage_is_below() -> None:
    """Reached is closed: 10 of 10; it opens a microsecond after the first run begins to leave the window."""
    shares = (Share("a", 10, limit_seconds=10), Share("b", 10))
    jobs = [job("a", 0, 7), job("a", 0, 3), job("a", 0, 5), job("b", 20, 4)]

    assert starts(jobs, shares, window_seconds=100) == [0, 7, 100.000001, 20]


def test_a_limit_of_a_group_closes_all_that_is_beneath() -> None:
    """The other project of the group waits as well; the rest of the hub does not."""
    group = Share("g", 1, (Share("x", 1), Share("y", 1)), limit_seconds=5)
    shares = (Share("hub", 10, (group, Share("h", 1))),)
    jobs = [job("hub/g/x", 0, 5), job("hub/g/y", 0, 5), job("hub/h", 1, 5)]

    assert starts(jobs, shares, window_seconds=50) == [0, 50.000001, 5]


def test_when_a_limit_opens_its_old_jobs_count_in_ties_again() -> None:
    """At 60 both hubs are at 0; the oldest job is x's second, which the limit had hidden when the hubs tied before."""
    closing = Share("p", 1, (Share("x", 1, limit_seconds=4), Share("y", 1)))
    shares = (Share("a", 10, (closing, Share("q", 1))), Share("b", 10), Share("c", 10))
    jobs = [job("a/p/x", 0, 4), job("b", 0, 4), job("a/p/x", 1, 1), job("b", 2, 1), job("b", 3, 1)]
    jobs += [job("a/q", 4, 1), job("a/p/y", 5, 1), job("c", 8.5, 51)]

    assert starts(jobs, shares, window_seconds=20) == [0, 4, 60, 8, 61, 62, 63, 9]


def test_a_limit_of_nothing_is_for_ever() -> None:
    """How to say archived: its jobs never start, and the simulation ends all the same."""
    assert starts([job("a", 0, 5), job("b", 0, 5)], (Share("a", 0, limit_seconds=0), Share("b", 1))) == [None, 0]


def test_several_systems_may_pass_a_limit_together() -> None:
    """Each start is lawful, as neither run has ended; the third waits."""
    shares = (Share("a", 10, limit_seconds=5),)
    jobs = [job("a", 0, 5), job("a", 0, 5, "t"), job("a", 1, 1)]

    assert starts(jobs, shares, "st", accounting="all_backends", window_seconds=50)[:2] == [0, 0]
    assert starts(jobs, shares, "st", accounting="all_backends", window_seconds=50)[2] == 52.500001


def test_what_was_used_before_counts() -> None:
    """A project with a past is behind one without, until it has left the window."""
    past = [PastRun("a", "s", -10, 8)]

    assert starts([job("a", 0, 5), job("b", 0, 5)], past=past) == [5, 0]
    assert starts([job("a", 0, 5), job("b", 0, 5)], past=past, window_seconds=2) == [0, 5]


def test_a_cancelled_job_leaves_the_queue_or_its_backend() -> None:
    """Waiting it never runs, running it ends there and its time counts for nobody."""
    jobs = [job("a", 0, 10, cancelled_seconds=4), job("b", 0, 5, cancelled_seconds=4), job("a", 0, 5), job("c", 0, 5)]
    simulation = simulate(FLAT, [Backend("s")], jobs)

    assert [run.start_seconds for run in simulation.runs] == [0, None, 4, 9]
    assert simulation.runs[0].cut_short
    assert simulation.runs[0].held_seconds == 4
    assert simulation.fractions("a", [4, 9], "s") == [0, 0.5]


def test_a_job_that_ends_at_its_cancellation_has_ended() -> None:
    """And one that would start at it does not."""
    jobs = [job("a", 0, 5, cancelled_seconds=5), job("b", 0, 5, cancelled_seconds=5)]
    simulation = simulate(FLAT, [Backend("s")], jobs)

    assert [run.start_seconds for run in simulation.runs] == [0, None]
    assert not simulation.runs[0].cut_short
    assert simulation.fractions("a", [5], "s") == [0.5]


def test_in_a_reservation_only_its_node_starts_jobs() -> None:
    """What ran before goes on into it; its own jobs count; others wait until it ends."""
    jobs = [job("b", 0, 6), job("b", 0, 6), job("a", 8, 3), job("a", 9, 3)]
    reserved = [Reservation("s", 5, 20, "a")]

    assert starts(jobs, reservations=reserved) == [0, 20, 8, 11]


def test_maintenance_starts_nothing() -> None:
    """A reservation for nobody; the queue goes on at its end."""
    assert starts([job("a", 0, 2), job("a", 0, 2)], reservations=[Reservation("s", 1, 9)]) == [0, 9]


def test_the_same_input_gives_the_same_result() -> None:
    """Nothing depends on chance, or on the order of a set."""
    jobs = [job("abc"[number % 3], number % 7, 1 + number % 5) for number in range(60)]

    assert simulate(FLAT, [Backend("s")], jobs) == simulate(FLAT, [Backend("s")], jobs)


@pytest.mark.parametrize("count", [0, 1])
def test_nothing_to_do_is_no_error(count: int) -> None:
    """No jobs, and jobs that take no time."""
    assert starts([job("a", 3, 0)] * count) == [3.0] * count
