"""The three states of a limit, and the ways in which it is written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_ibm_quantum.vocabulary import Limit, LimitSetting

settings = st.none() | st.just("none") | st.integers(0, 2**53)


@given(settings)
def test_a_setting_reads_back_as_it_is_written(setting: LimitSetting) -> None:
    """Nothing, ``none`` and a number are three limits, and no two of them the same."""
    assert Limit.from_setting(setting).setting == setting


@given(settings, settings)
def test_two_limits_are_equal_only_where_they_are_written_alike(one: LimitSetting, other: LimitSetting) -> None:
    """In particular, keeping a limit is not the same as having none."""
    assert (Limit.from_setting(one) == Limit.from_setting(other)) == (one == other)


@pytest.mark.parametrize(
    ("wanted", "live", "in_force"),
    [
        (Limit.KEEP, Limit.of(5), Limit.of(5)),
        (Limit.KEEP, Limit.NONE, Limit.NONE),
        (Limit.NONE, Limit.of(5), Limit.NONE),
        (Limit.of(7), Limit.of(5), Limit.of(7)),
        (Limit.of(7), Limit.NONE, Limit.of(7)),
    ],
)
def test_what_is_wanted_goes_over_what_is_live(wanted: Limit, live: Limit, in_force: Limit) -> None:
    """Only a limit that is kept leaves the live one."""
    assert wanted.over(live) == in_force


@pytest.mark.parametrize(
    ("limit", "used", "reached", "passed"),
    [
        (Limit.of(10), 9, False, False),
        (Limit.of(10), 10, True, False),
        (Limit.of(10), 11, True, True),
        (Limit.NONE, 10**9, False, False),
    ],
)
def test_a_limit_is_reached_before_it_is_passed(limit: Limit, used: int, reached: bool, passed: bool) -> None:
    """At the limit an instance cannot run; above it, it is in debt."""
    assert (limit.is_reached_by(used), limit.is_passed_by(used)) == (reached, passed)
