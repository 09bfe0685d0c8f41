"""Durations for people: one form in tables, pages and notes."""

from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_ibm_quantum.vocabulary import LARGEST_SECONDS, format_duration, parse_duration


@pytest.mark.parametrize(
    ("seconds", "exact", "brief"),
    [
        (0, "0s", "0s"),
        (0.000001, "0.000001s", "0s"),
        (0.25, "0.25s", "0s"),
        (1.239, "1.24s", "1s"),
        (45, "45s", "45s"),
        (59.4, "59.4s", "59s"),
        (59.6, "59.6s", "1m"),
        (59.999, "1m", "1m"),
        (60, "1m", "1m"),
        (100.4, "1m 40s", "2m"),
        (3_599, "59m 59s", "1h"),
        (3_600, "1h", "1h"),
        (22_878, "6h 21m 18s", "6h 21m"),
        (86_399, "23h 59m 59s", "24h"),
        (187_200, "52h", "52h"),
        (479_940, "133h 19m", "133h"),
        (2_419_200, "672h", "672h"),
        (-90, "-1m 30s", "-2m"),
        (-0.0000001, "0s", "0s"),
        (inf, "never", "never"),
    ],
)
def test_seconds_are_written_as_people_read_them(seconds: float, exact: str, brief: str) -> None:
    """To the second, and below a minute to its fractions; brief figures have two units at most, none overflows."""
    assert (format_duration(seconds), format_duration(seconds, brief=True)) == (exact, brief)


@given(st.integers(0, LARGEST_SECONDS))
def test_what_is_written_exactly_adds_up(seconds: int) -> None:
    """The units of the exact form are units of durations in a file, and their sum is what was written."""
    assert sum(map(parse_duration, format_duration(seconds).split())) == seconds
