"""Durations in the columns of tables."""

from math import inf

import pytest

from pulumi_ibm_quantum.report.figures import duration_format, format_change, format_rounded, to_the_minute
from pulumi_ibm_quantum.report.report import Change
from pulumi_ibm_quantum.vocabulary import format_duration, parse_duration


@pytest.mark.parametrize(
    ("seconds", "column", "sentence"),
    [
        (0, "0m", "0s"),
        (1, "<1m", "1s"),
        (-7, "-7s", "-7s"),
        (59, "1m", "59s"),
        (3_243, "54m", "54m 3s"),
        (3_600, "1h 00m", "1h"),
        (32_940, "9h 09m", "9h 9m"),
        (76_173, "21h 10m", "21h 10m"),
        (-76_173, "-21h 10m", "-21h 10m"),
        (inf, "never", "never"),
    ],
)
def test_a_duration_has_no_seconds_above_an_hour(seconds: float, column: str, sentence: str) -> None:
    """In a column all are in hours and minutes; a sentence has seconds below an hour."""
    assert (to_the_minute(seconds), format_rounded(seconds)) == (column, sentence)


def test_what_a_column_shows_can_be_written_into_a_file() -> None:
    """Minutes with a nought before them are a duration."""
    assert parse_duration(to_the_minute(32_940)) == 32_940


def test_a_column_has_one_form() -> None:
    """To the minute where one is an hour or more, else to the second; what is unknown or never ends is no measure."""
    assert duration_format([3_600, None, 20])(20) == "<1m"
    assert duration_format([3_243, None, inf])(3_243) == "54m 3s"


def test_a_change_that_rounding_would_hide_is_shown_to_the_second() -> None:
    """In place of the same figure twice."""
    assert format_change(Change(36_000, 36_020), to_the_minute, format_duration) == "10h => 10h 20s"
    assert format_change(Change(36_000, 39_600), to_the_minute, format_duration) == "10h 00m => 11h 00m"
    assert format_change(Change(36_000, 36_000), to_the_minute, format_duration) == "10h 00m"
