"""Durations, on the command line and in files."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_ibm_quantum.vocabulary import format_duration, parse_duration

WANTED = 'wants whole seconds or a duration such as 96000, "45s", "1h 30m", "10h", "2.5d" or "1qau"'


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("96000", 96_000),
        ("0", 0),
        ("45s", 45),
        ("90m", 5_400),
        ("10h", 36_000),
        ("2.5d", 216_000),
        ("1qau", 96_000),
        ("0.5 QAU", 48_000),
        (" 10 h ", 36_000),
        ("0.1m", 6),
        ("96000.0", 96_000),
        ("-0", 0),
        ("1h30m", 5_400),
        ("266h 40m", 960_000),
        ("2D 3h 4M 5s", 183_845),
        ("1d 5 s", 86_405),
        ("0h 0m", 0),
    ],
)
def test_a_duration_is_whole_seconds(text: str, seconds: int) -> None:
    """A number and a unit become whole seconds, without the errors of binary fractions."""
    assert parse_duration(text) == seconds


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", f'{WANTED}, found ""'),
        ("ten", f'{WANTED}, found "ten"'),
        ("10w", f'{WANTED}, found "10w"'),
        ("30m 1h", f'{WANTED}, found "30m 1h"'),
        ("1h 1h", f'{WANTED}, found "1h 1h"'),
        ("1.5h 30m", f'{WANTED}, found "1.5h 30m"'),
        ("1h 30", f'{WANTED}, found "1h 30"'),
        ("-1h 30m", 'must not be negative, found "-1h 30m"'),
        ("1e3", f'{WANTED}, found "1e3"'),
        ("٣h", f'{WANTED}, found "٣h"'),
        ("1\n0s", f'{WANTED}, found "1\\n0s"'),
        ("-5h", 'must not be negative, found "-5h"'),
        ("0.5s", 'must be a whole number of seconds, found "0.5s", which is 0.5 seconds'),
        (
            "99999999999999999999d",
            'is too large, found "99999999999999999999d": more than 9007199254740992 seconds cannot be kept exactly',
        ),
    ],
)
def test_what_is_no_duration_is_refused(text: str, message: str) -> None:
    """What is not a duration is refused in one line that quotes it and says what would do."""
    with pytest.raises(ValueError, match=r".") as refusal:
        parse_duration(text)
    assert str(refusal.value) == message


@given(
    st.integers(0, 10**9),
    st.sampled_from([("", 1), ("s", 1), ("m", 60), ("h", 3_600), ("d", 86_400), ("qau", 96_000)]),
)
def test_any_whole_number_of_units_reads_back(count: int, unit: tuple[str, int]) -> None:
    """Any whole number of any unit is that many times the unit's seconds."""
    assert parse_duration(f"{count}{unit[0]}") == count * unit[1]


@given(st.integers(0, 10**6))
def test_a_thousandth_of_a_unit_is_exact(thousandths: int) -> None:
    """A decimal number of units of 96 000 s is exact to the second, never rounded."""
    assert parse_duration(f"{thousandths // 1000}.{thousandths % 1000:03}qau") == thousandths * 96


@given(st.integers(0, 10**12))
def test_what_is_printed_is_read(seconds: int) -> None:
    """A duration as a page or a table shows it means the same in a file or on the command line."""
    assert parse_duration(format_duration(seconds)) == seconds


@given(st.text())
def test_nothing_but_a_refusal(text: str) -> None:
    """Any text is whole seconds or a refusal on one line."""
    refusal = ""
    try:
        assert parse_duration(text) >= 0
    except ValueError as error:
        refusal = str(error)
    assert len(refusal.splitlines()) <= 1


@pytest.mark.parametrize(
    ("seconds", "exact"),
    [(0, "0s"), (45, "45s"), (5_400, "1h 30m"), (960_001, "266h 40m 1s"), (-90, "-1m 30s"), (86_400, "24h")],
)
def test_a_duration_is_written_in_hours_minutes_and_seconds(seconds: int, exact: str) -> None:
    """Never in days: allocations and limits are compared with each other in hours."""
    assert format_duration(seconds) == exact


@given(st.integers(0, 2**53))
def test_what_is_written_is_all_there(seconds: int) -> None:
    """The parts add up to the seconds."""
    assert sum(parse_duration(part) for part in format_duration(seconds).split()) == seconds
