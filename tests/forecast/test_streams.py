"""Days taken apart into jobs: nothing is lost, nothing is added."""

from collections import Counter
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_ibm_quantum.forecast import WINDOW_DAYS, History, JobsOfDay
from pulumi_ibm_quantum.forecast.history import DAY_SECONDS
from pulumi_ibm_quantum.forecast.streams import jobs_of, last_days, past_runs, resampled_days, spread
from tests.support.accounts_with_days import TODAY, steady


@given(
    total=st.floats(0.001, 1e6),
    part=st.floats(0, 1),
    count=st.integers(1, 60),
    seed=st.integers(0, 1000),
)
def test_a_sum_is_spread_whole_and_the_longest_is_the_longest(total: float, part: float, count: int, seed: int) -> None:
    """Jobs add up to what was used, none is negative, none passes the longest, and one is as long as that."""
    longest = total / count + part * (total - total / count)
    seconds = spread(total, longest, count, Random(seed))
    assert len(seconds) == count
    assert sum(seconds) == pytest.approx(total)
    assert min(seconds) >= -1e-9 * total
    assert max(seconds) == pytest.approx(longest)


@pytest.mark.parametrize("longest", [0.0, 5000.0])
def test_a_longest_that_cannot_be_is_mended(longest: float) -> None:
    """A longest job below the mean or above the sum does not upset the sum."""
    seconds = spread(1000.0, longest, 4, Random(1))
    assert sum(seconds) == pytest.approx(1000)
    assert min(seconds) >= 0


def test_jobs_come_within_the_hours_around_noon() -> None:
    """All jobs of a day are submitted on that day, within the hours that are assumed."""
    days = [[("a", JobsOfDay(TODAY, "ibm_alpha", 50, 500.0, 20.0, 0.0))], [], []] * 2
    jobs = list(jobs_of(days, 8.0, Random(3)).jobs())
    assert Counter(int(job.submitted_seconds // DAY_SECONDS) for job in jobs) == {0: 50, 3: 50}
    assert all(8 * 3600 <= job.submitted_seconds % DAY_SECONDS <= 16 * 3600 for job in jobs)


def test_what_counts_at_the_start_is_what_was_used_in_the_window() -> None:
    """A day of 28 days ago counts, one of 29 days ago does not, and nothing reaches beyond the start."""
    ages = {1: 100.0, 28: 20.0, 29: 3.0}
    history = History(TODAY, {"a": [JobsOfDay(TODAY - timedelta(a), "s", 1, u, u, 0.0) for a, u in ages.items()]})
    runs = list(past_runs(history, TODAY))
    assert sum(run.duration_seconds for run in runs) == 120
    assert all(run.start_seconds >= -WINDOW_DAYS * DAY_SECONDS for run in runs)
    assert all(run.start_seconds + run.duration_seconds <= 0 for run in runs)
    assert history.used_seconds("a", TODAY) == 120


def test_weekends_come_from_weekends() -> None:
    """A project that never works on Saturdays and Sundays does not do so in the forecast, and works on all others."""
    days = [day for day in steady(3, 60) if day.day.weekday() < 5]
    drawn = resampled_days(History(TODAY, {"a": days, "b": steady(1, 1)}), Random(5))
    for number, day in enumerate(drawn):
        weekend = (TODAY + timedelta(number)).weekday() >= 5
        assert [name for name, _ in day] == (["b"] if weekend else ["a", "b"])


def test_recent_days_are_likelier() -> None:
    """Of a project that started four weeks ago, clearly more than half of the days drawn have jobs."""
    history = History(TODAY, {"old": steady(1, 60), "new": steady(1, 60, days=28)})
    drawn = [day for seed in range(50) for day in resampled_days(history, Random(seed))]
    share = sum(any(name == "new" for name, _ in day) for day in drawn) / len(drawn)
    assert 0.58 < share < 0.78


def test_busy_together_stays_busy_together() -> None:
    """Two projects that only ever ran on the same days run on the same days in each resample."""
    some = [day for number, day in enumerate(steady(1, 60)) if number % 3 == 0]
    for seed in range(10):
        for day in resampled_days(History(TODAY, {"a": some, "b": some, "c": steady(1, 1)}), Random(seed)):
            assert len(day) != 2


def test_the_last_days_are_played_again_in_order() -> None:
    """The replay has the 28 days before today, oldest first, idle ones included."""
    ran = JobsOfDay(TODAY - timedelta(27), "s", 1, 1.0, 1.0, 0.0)
    old = JobsOfDay(TODAY - timedelta(40), "s", 1, 1.0, 1.0, 0.0)
    days = last_days(History(TODAY, {"a": [old, ran]}))
    assert [len(day) for day in days] == [0, 1, *[0] * 26]
