"""The pre-flight: its verdicts beside those of IBM's own check, and the days on which time returns."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pulumi_ibm_quantum.cloud import Cloud, connect_from_environment
from pulumi_ibm_quantum.fake import DEFAULT_API_KEY, Fake, Fault, mock_ibm_quantum
from pulumi_ibm_quantum.planning.preflight import Preflight, judge, unknown, with_return
from pulumi_ibm_quantum.planning.preflight_reading import read_preflight
from pulumi_ibm_quantum.report.preflight import preflight_line
from pulumi_ibm_quantum.vocabulary import InstanceUsage
from tests.support.fake_cloud import MANAGER_KEY, make_fake

NOW = datetime(2026, 11, 5, 8, tzinfo=UTC)
AT_LOWER_PRIORITY = (
    "a: can run, at lower priority: it has used 2h 1m 40s of its allocation of 2h "
    "(qiskit-serverless refuses to run there)"
)
USED_UP = "a: cannot run: the time of its plan is used up for the whole account"
ARCHIVED = "a: cannot run: it is archived, its allocation is 0"
ALL_THE_SAME = " (qiskit-serverless sends work there all the same)"
REACHED = "its limit of 1h is reached; time returns by 2026-12-04 at the latest, if nothing runs until then"


def usage(consumed: float | None, limit: float | None = None, allocation: float | None = None, **more: Any) -> Any:
    return InstanceUsage(NOW, consumed, limit, allocation, plan="premium", **more)


def reached(consumed: float, limit: float | None = None, allocation: float | None = None) -> Any:
    return usage(consumed, limit, allocation, is_limit_reached=True)


ANSWERS = [
    (usage(50), "ok", "runs", "a: can run: it has no limit"),
    (usage(2999.9, 3600), "ok", "runs", "a: can run: 10m of its limit of 1h is left"),
    (usage(3000, 3600), "low", "warns", "a: can run: only 10m of its limit of 1h is left"),
    (usage(3598.5, 3600), "low", "warns", "a: can run: only 1s of its limit of 1h is left"),
    (usage(3599, 3600), "empty", "refuses", f"a: cannot run: {REACHED}"),
    (usage(7300, allocation=7200), "ok", "refuses", AT_LOWER_PRIORITY),
    (usage(50, allocation=7200, has_null_limit=True), "ok", "warns", "a: can run: it has no limit"),
    (usage(None, 3600), "unknown", "warns", "a: not known: the service reports no usage"),
    (reached(50), "empty", "refuses", USED_UP),
    (reached(600, 3600), "empty", "runs", USED_UP + ALL_THE_SAME),
    (usage(0, 0, 0), "empty", "runs", ARCHIVED + ALL_THE_SAME),
    (
        usage(0, 0, 100),
        "empty",
        "refuses",
        "a: cannot run: its limit of 0s is reached; time does not return by waiting",
    ),
    (None, "unknown", "warns", "a: not known: could not read"),
]
"""The answers that IBM's client tells apart, what it does (measured on 0.37), and what we say."""


@pytest.mark.parametrize(("answer", "state", "client", "line"), ANSWERS, ids=range(len(ANSWERS)))
def test_each_answer_has_its_line_beside_what_the_client_does(answer: Any, state: str, client: str, line: str) -> None:
    """Where the two come to different verdicts, the line says so."""
    verdict = unknown("crn", "could not read") if answer is None else judge("crn", answer)
    found = with_return(verdict, None)

    assert (found.state, found.client, preflight_line(found, "a")) == (state, client, line)


@pytest.mark.parametrize(
    ("needed", "expected"),
    [
        (0, (date(2026, 11, 6), date(2026, 11, 7))),
        (1200, (date(2026, 11, 6), date(2026, 11, 7))),
        (1201, (date(2026, 11, 13), date(2026, 11, 14))),
        (3000, (date(2026, 11, 13), date(2026, 11, 14))),
        (3600, (date(2026, 12, 2), date(2026, 12, 3))),
        (3601, "never"),
    ],
)
def test_the_oldest_days_return_first(needed: float, expected: object) -> None:
    """What was used on a day leaves the window on the 28th day after it; more than the limit is never there."""
    days = {date(2026, 10, 9): 1200.0, date(2026, 10, 16): 1800.0, date(2026, 11, 4): 600.0}
    found = with_return(judge("crn", reached(3600, 3600), needed_seconds=needed), days)

    assert ("never" if found.never_returns else (found.returns_from, found.returns_by)) == expected


def test_what_analytics_does_not_show_yet_is_taken_to_be_of_today() -> None:
    """It is about an hour behind the live figure."""
    found = with_return(judge("crn", reached(3600, 3600), needed_seconds=3600), {date(2026, 10, 9): 3500.0})

    assert found.returns_from == NOW.date() + timedelta(days=28)


@pytest.mark.parametrize(("plan", "never"), [("paygo", True), ("flex", False)])
def test_a_plan_without_a_rolling_window_has_no_day(plan: str, never: bool) -> None:
    """Nothing returns where all counts since the beginning; how others count is not known."""
    found = with_return(judge("crn", InstanceUsage(NOW, 60, 60, plan=plan)), {NOW.date(): 60.0})

    assert (found.never_returns, found.returns_from, found.returns_by) == (never, None, None)


def connected(key: str = DEFAULT_API_KEY) -> Cloud:
    return connect_from_environment({"IBMCLOUD_API_KEY": key})


def asked(fake: Fake, key: str = DEFAULT_API_KEY, **options: Any) -> Preflight:
    return read_preflight(connected(key), fake.instance("a").crn, name="a", **options)


@settings(max_examples=30)
@given(
    st.lists(st.tuples(st.integers(0, 40 * 1440), st.integers(1, 900_000)), min_size=1, max_size=12),
    st.integers(1, 4000),
    st.integers(0, 4000),
)
def test_time_is_there_by_the_day_that_was_told_and_not_before(
    used: list[tuple[int, int]], limit: int, needed: int
) -> None:
    """Whatever was used when: the fake's clock is moved to both days, and asked again."""
    with mock_ibm_quantum(make_fake()) as fake:
        fake.account.add_instance("a", allocation_seconds=9000, limit_seconds=limit)
        for minutes_ago, milliseconds in used:
            fake.add_usage("a", milliseconds / 1000, when=fake.now - timedelta(minutes=minutes_ago))
        told = asked(fake, needed_seconds=needed)
        if told.can_run or told.never_returns:
            return
        assert told.returns_from is not None
        assert told.returns_by is not None
        last = datetime.combine(told.returns_from, time(), UTC) - timedelta(seconds=1)
        if last > fake.now:
            fake.advance(last - fake.now)
            assert not asked(fake, needed_seconds=needed).can_run
        fake.advance(datetime.combine(told.returns_by, time(), UTC) - fake.now)
        assert asked(fake, needed_seconds=needed).can_run


def test_a_key_without_rights_on_the_account_is_told_the_latest_day() -> None:
    """The days are in the account's analytics; nothing else that is asked needs more than to use the instance."""
    with mock_ibm_quantum(make_fake()) as fake:
        fake.account.add_instance("a", allocation_seconds=9000, limit_seconds=60)
        fake.add_usage("a", 60, when=fake.now - timedelta(days=3))
        fake.add_usage("a", 60, when=fake.now - timedelta(days=28, hours=1))
        user, administrator = asked(fake, MANAGER_KEY), asked(fake)

    assert (user.state, user.returns_from, user.returns_by) == ("empty", None, date(2026, 12, 1))
    assert (administrator.returns_from, administrator.returns_by) == (date(2026, 11, 27), date(2026, 11, 28))
    assert {call.route for call in fake.calls} == {"iam.token", "usage.get", "analytics.by_date"}


def test_the_verdicts_are_those_of_the_account() -> None:
    """A null limit as on the Open plan, a plan that is used up, an archived instance, a backend, and no answer."""
    with mock_ibm_quantum(make_fake(limit_seconds=100)) as fake:
        fake.account.add_instance("a", allocation_seconds=9000, backends=["ibm_alpha"])
        fake.behaviour.null_limit = True
        assert (asked(fake).reason, asked(fake).client) == ("none", "warns")
        assert asked(fake, backends=["ibm_alpha", "ibm_nosuch"]).missing_backends == ("ibm_nosuch",)
        fake.add_usage("a", 100)
        assert asked(fake).reason == "account"
        fake.inject(Fault("usage.get", status=403, count=None))
        verdict = asked(fake)
        assert (verdict.can_run, verdict.detail.startswith("could not read the usage of instance a: 403")) == (
            None,
            True,
        )
        fake.clear_faults()
        fake.change_instance("a", allocation_seconds=0)
        assert asked(fake).reason == "archived"
