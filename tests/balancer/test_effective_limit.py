"""The effective limit: the worked figures, and the guarantee that a grant never leaves debt behind."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_ibm_quantum.balancer import ConfiguredInstance, InstanceState, LimitBreakdown, NetGrant, Usage
from pulumi_ibm_quantum.balancer.limits import first_day_needed, limit_breakdown
from pulumi_ibm_quantum.vocabulary import Limit

TODAY = date(2026, 6, 15)


def moment(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def grant(start: date, end: date, seconds: int) -> NetGrant:
    return NetGrant(moment(start), moment(end), seconds)


def breakdown(limit: int, grants: list[NetGrant], by_day: dict[date, int], today: date) -> LimitBreakdown:
    state = InstanceState("crn", "team", usage=Usage(by_day=by_day))
    result = limit_breakdown(ConfiguredInstance(state, Limit.of(limit), tuple(grants)), today)
    assert result is not None
    return result


@pytest.mark.parametrize(("usage", "limit"), [(40, 50), (100, 110), (105, 110), (110, 110), (120, 110)])
def test_at_expiry_a_grant_keeps_what_it_paid_for(usage: int, limit: int) -> None:
    """On the day a grant of 100 ends, the limit of 10 is raised by what the grant paid, at most 100."""
    end = date(2026, 3, 11)
    granted = grant(date(2026, 3, 1), end, 100)

    assert breakdown(10, [granted], {end - timedelta(days=1): usage}, end).total_seconds == limit


@pytest.mark.parametrize(
    ("today", "limit"),
    [
        (date(2026, 3, 10), 110),
        (date(2026, 3, 11), 110),
        (date(2026, 4, 2), 110),
        (date(2026, 4, 3), 40),
        (date(2026, 4, 5), 40),
        (date(2026, 4, 6), 10),
    ],
)
def test_what_a_grant_paid_for_decays_as_it_leaves_the_window(today: date, limit: int) -> None:
    """70 used on March 5 and 50 on March 8 under a grant of 100 keep the limit up until those days have rolled out."""
    granted = grant(date(2026, 3, 1), date(2026, 3, 11), 100)
    by_day = {date(2026, 3, 5): 70, date(2026, 3, 8): 50}

    assert breakdown(10, [granted], by_day, today).total_seconds == limit


@pytest.mark.parametrize(
    ("today", "limit"),
    [(date(2026, 4, 2), 1100), (date(2026, 4, 3), 500), (date(2026, 4, 30), 500), (date(2026, 5, 1), 100)],
)
def test_a_long_grant_is_a_budget_for_its_whole_life(today: date, limit: int) -> None:
    """600 of a grant of 1000 that were spent are not granted again once they have rolled out of the window."""
    granted = grant(date(2026, 3, 1), date(2026, 5, 1), 1000)

    assert breakdown(100, [granted], {date(2026, 3, 5): 600}, today).total_seconds == limit


def test_usage_before_a_grant_does_not_eat_it_up() -> None:
    """An instance that was in debt when its grant began can use the whole grant while it lasts."""
    granted = grant(TODAY - timedelta(days=2), TODAY + timedelta(days=5), 100)

    assert breakdown(10, [granted], {TODAY - timedelta(days=9): 50}, TODAY) == LimitBreakdown(
        base_seconds=10,
        unspent_grant_seconds=100,
        pre_boost_overage_seconds=40,
        boost_start=TODAY - timedelta(days=2),
    )


def test_of_two_grants_the_one_that_ends_first_pays_first() -> None:
    """A day's usage is charged to the grant that ends soonest, then to the next, then to the base limit."""
    short = grant(TODAY - timedelta(days=3), TODAY, 60)
    long = grant(TODAY - timedelta(days=5), TODAY + timedelta(days=9), 100)
    result = breakdown(10, [long, short], {TODAY - timedelta(days=1): 90}, TODAY)

    assert (result.grant_funded_seconds, result.unspent_grant_seconds) == (90, 70)


@pytest.mark.parametrize(
    ("start", "end"),
    [(TODAY + timedelta(days=1), TODAY + timedelta(days=9)), (TODAY - timedelta(days=60), TODAY - timedelta(days=28))],
)
def test_a_grant_that_is_not_due_changes_nothing(start: date, end: date) -> None:
    """A grant that has yet to begin, or whose last day has rolled out, adds nothing and needs no usage by day."""
    granted = grant(start, end, 100)

    assert breakdown(10, [granted], {TODAY - timedelta(days=30): 50}, TODAY) == LimitBreakdown(base_seconds=10)
    assert first_day_needed([granted], TODAY) is None


def test_days_are_needed_back_to_the_start_of_a_grant() -> None:
    """What was spent long ago counts against a long grant, so its days have to be read too."""
    granted = grant(TODAY - timedelta(days=90), TODAY + timedelta(days=1), 100)

    assert first_day_needed([granted], TODAY) == TODAY - timedelta(days=90)


@pytest.mark.parametrize("limit", [Limit.KEEP, Limit.NONE])
def test_without_a_number_there_is_nothing_to_break_down(limit: Limit) -> None:
    """A limit that is left alone or removed has no terms."""
    assert limit_breakdown(ConfiguredInstance(InstanceState("crn", "team"), limit), TODAY) is None


days = st.integers(0, 120).map(lambda ago: TODAY - timedelta(days=ago))
grants = st.builds(
    lambda start, length, seconds: grant(start, start + timedelta(days=length), seconds),
    days,
    st.integers(1, 90),
    st.integers(1, 500),
)


def day_by_day(limit: int, granted: NetGrant, by_day: dict[date, int], today: date) -> int:
    """What was used in the window without help of the grant, counted a second at a time."""
    left, unpaid = granted.seconds, 0
    for day in sorted(by_day):
        for _ in range(by_day[day]):
            if granted.start.date() <= day < granted.end.date() and left > 0:
                left -= 1
            elif day >= today - timedelta(days=28):
                unpaid += 1
    return unpaid


@given(limit=st.integers(1, 500), granted=grants, by_day=st.dictionaries(days, st.integers(0, 200), max_size=12))
def test_an_ended_grant_never_leaves_an_instance_worse_off(
    limit: int, granted: NetGrant, by_day: dict[date, int]
) -> None:
    """After a grant, what is left to use is at least what would be left had only the base limit's usage happened."""
    by_day = {day: seconds for day, seconds in by_day.items() if day < TODAY}
    used = sum(seconds for day, seconds in by_day.items() if day >= TODAY - timedelta(days=28))
    result = breakdown(limit, [granted], by_day, TODAY)

    assert result.total_seconds >= limit
    if granted.end.date() <= TODAY:
        assert result.total_seconds - used >= limit - day_by_day(limit, granted, by_day, TODAY)
        assert result.grant_funded_seconds <= granted.seconds
