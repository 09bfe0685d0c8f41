"""The page of a report: whatever the account is like, what it draws, and how it writes."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings

from pulumi_ibm_quantum.balancer import (
    Account,
    Balance,
    ConfiguredInstance,
    InstanceState,
    NetGrant,
    Policy,
    Usage,
    balance,
)
from pulumi_ibm_quantum.report.history import History
from pulumi_ibm_quantum.report.html.account_page import account_page
from pulumi_ibm_quantum.report.html.budget import parts_after, parts_now
from pulumi_ibm_quantum.report.html.figures import Scale
from pulumi_ibm_quantum.vocabulary import Limit
from tests.support.accounts import TODAY, balances
from tests.support.reports import report_of


def page_of(balance: Balance, usage: Mapping[str, Mapping[date, int]]) -> str:
    return account_page(report_of(balance, usage=usage))


@settings(max_examples=60)
@given(balances())
def test_any_account_makes_a_page(drawn: tuple[Account, list[ConfiguredInstance], Policy]) -> None:
    """Whatever the account is like, the page is well-formed, and both bars of the budget account for all of it."""
    account, instances, policy = drawn
    result = balance(account, instances, policy, TODAY)
    usage = {one.state.crn: one.state.usage.by_day for one in instances if one.state.crn is not None}
    page = page_of(result, usage)
    report = report_of(result)

    ElementTree.fromstring(page.removeprefix("<!doctype html>"))
    assert "nan" not in page
    assert "inf" not in page.replace("information", "")
    assert sum(part.seconds for part in parts_now(report)) == account.budget_seconds
    if result.total_seconds <= account.budget_seconds:
        assert sum(part.seconds for part in parts_after(report)) == account.budget_seconds


def test_a_reserve_that_is_not_there_is_not_drawn() -> None:
    """Where allocations leave less than the reserve, the bar shows what is left, and ends at the budget."""
    state = InstanceState("crn:a", "a", 950, Limit.NONE, Usage(950, 950, 950, 950, 950))
    policy = Policy(allocation_reserve_percent=50)
    report = report_of(balance(Account("acc", "premium", 1000, 50, 950), [ConfiguredInstance(state)], policy, TODAY))
    parts = {part.name: part.seconds for part in parts_after(report)}

    assert report.errors
    assert (parts["floors"], parts["unallocated"], parts["reserve"]) == (950, 0, 50)


def test_a_budget_of_nothing_makes_a_page() -> None:
    """No budget, no usage, no instance: nothing to divide by."""
    ElementTree.fromstring(
        page_of(balance(Account("a", "premium", 0, 0, 0), [], Policy(), TODAY), {}).removeprefix("<!doctype html>")
    )


def test_the_curve_is_the_rolling_sum_and_the_limit_steps_with_the_grant() -> None:
    """Each moment has the 28 days before it, the last the service's own figure; a grant lifts the limit on its days."""
    by_day = {TODAY - timedelta(days=ago): ago for ago in range(1, 57)}
    start = datetime.combine(TODAY - timedelta(days=7), datetime.min.time(), UTC)
    grant = NetGrant(start, start + timedelta(days=28), 500)
    state = InstanceState("crn:a", "a", 400, Limit.of(300), Usage(285, 140, 70, 30, 10))
    configured = ConfiguredInstance(state, Limit.of(300), (grant,))
    result = balance(Account("acc", "premium", 10_000, 9_600, 285), [configured], Policy(), TODAY)
    history = History.of(result.instances[0], by_day, TODAY)

    assert history.rolling_seconds[0] == sum(range(29, 57))
    assert history.rolling_seconds[27] == sum(range(2, 30))
    assert history.rolling_seconds[28] == 285
    assert history.limit_seconds is not None
    # On its first day nothing is spent of the grant; what was used above the limit before it counts on top.
    before = sum(range(8, 36)) - 300
    assert (history.limit_seconds[0], history.limit_seconds[20], history.limit_seconds[21]) == (
        300,
        300,
        300 + 500 + before,
    )
    assert history.days[0] == TODAY - timedelta(days=28)
    assert history.days[-1] == TODAY - timedelta(days=1)


@pytest.mark.parametrize(
    ("top", "most", "ticks"), [(0, 5, []), (1.2, 5, [0.5, 1.0]), (26, 6, [5, 10, 15, 20, 25]), (133, 6, [50, 100])]
)
def test_axes_have_round_numbers(top: float, most: int, ticks: list[float]) -> None:
    """A few multiples of 1, 2 or 5, none beyond the top."""
    assert Scale(top, 0, 100).ticks(most) == pytest.approx(ticks)
