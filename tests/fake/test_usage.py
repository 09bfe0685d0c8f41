"""Usage: rolling window, analytics, regions and limits."""

from __future__ import annotations

import cProfile
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_ibm_quantum.fake import (
    DEFAULT_ACCOUNT_ID,
    DEFAULT_API_KEY,
    PLAN_IDS,
    Account,
    Request,
    Subscription,
    UsageEvent,
)
from pulumi_ibm_quantum.fake.usage import Series, Window, microseconds
from tests.support.fake_cloud import NOW, Cloud, make_fake

BEGINNING = "1970-01-01T00:00:00Z"
FAR = "2100-01-01T00:00:00Z"


def rows(cloud: Cloud, path: str = "usage_grouped", *, region: str = "us-east", **params: Any) -> dict[str, int]:
    """Read grouped analytics as key to milliseconds."""
    params.setdefault("group_by", "instance")
    data = cloud.quantum(f"/analytics/{path}", region=region, params=params).json()["data"]
    return {row["key"]: row["usage"] for row in data}


def test_the_window_of_an_instance_is_28_days_with_both_ends_in(cloud: Cloud) -> None:
    """An event exactly 28 days old still counts, one a microsecond older does not; one of this moment counts."""
    crn = cloud.fake.add_instance("a").crn
    month_ago = NOW - timedelta(days=28)
    cloud.fake.add_usage(crn, 1, when=month_ago)
    cloud.fake.add_usage(crn, 10, when=month_ago - timedelta(microseconds=1))
    cloud.fake.add_usage(crn, 100.5, when=NOW)
    cloud.fake.add_usage(crn, 1000, when=NOW + timedelta(microseconds=1))
    usage = cloud.quantum("/instances/usage", crn=crn).json()
    assert usage["usage_consumed_seconds"] == 101.5
    assert usage["usage_period"] == {"start_time": "2026-10-05T08:00:00.000Z", "end_time": "2026-11-02T08:00:00.000Z"}
    cloud.fake.advance(1)
    assert cloud.quantum("/instances/usage", crn=crn).json()["usage_consumed_seconds"] == 1100.5


def test_an_interval_holds_its_start_and_not_its_end(cloud: Cloud) -> None:
    """Neighbouring intervals count each event exactly once."""
    crn = cloud.fake.add_instance("a").crn
    noon = datetime(2026, 10, 20, 12, tzinfo=UTC)
    cloud.fake.add_usage(crn, 1.25, when=noon)
    assert cloud.usage_ms(crn, "2026-10-20T12:00:00Z", "2026-10-20T13:00:00Z") == 1250
    assert cloud.usage_ms(crn, "2026-10-20T11:00:00Z", "2026-10-20T12:00:00Z") == 0
    assert cloud.usage_ms(crn, "2026-10-20T14:00:00+02:00", "2026-10-20T14:00:00.000001+02:00") == 1250


def test_the_future_is_not_seen_before_the_clock_gets_there(cloud: Cloud) -> None:
    """Neither view of usage shows an event before its time, however far the interval reaches."""
    crn = cloud.fake.add_instance("a").crn
    cloud.fake.add_usage(crn, 5, when=NOW + timedelta(days=3))
    assert cloud.usage_ms(crn, BEGINNING, FAR) == 0
    cloud.fake.advance(timedelta(days=3))
    assert cloud.usage_ms(crn, BEGINNING, FAR) == 5000
    assert cloud.quantum("/instances/usage", crn=crn).json()["usage_consumed_seconds"] == 5


def test_analytics_may_lag_behind_the_instances_own_usage(cloud: Cloud) -> None:
    """With a lag of an hour, usage of the last hour is seen in one view and not in the other."""
    cloud.fake.behaviour.analytics_lag_seconds = 3600
    crn = cloud.fake.add_instance("a").crn
    cloud.fake.add_usage(crn, 7, when=NOW - timedelta(minutes=30))
    cloud.fake.add_usage(crn, 1, when=NOW - timedelta(minutes=90))
    assert cloud.usage_ms(crn, BEGINNING, FAR) == 1000
    assert cloud.quantum("/instances/usage", crn=crn).json()["usage_consumed_seconds"] == 8


def test_an_instance_answers_on_its_own_region_only(cloud: Cloud) -> None:
    """The other region's host does not know it."""
    crn = cloud.fake.add_instance("a", region="eu-de").crn
    assert cloud.quantum("/instances/usage", crn=crn, region="eu-de").status_code == 200
    for path in ("/instances/usage", "/instance", "/backends", "/instances/configuration"):
        assert cloud.quantum(path, crn=crn).status_code == 404


def test_grouped_rows_are_of_the_hosts_region_and_the_sum_is_of_all(cloud: Cloud) -> None:
    """Adding up the regions' rows gives the account-wide figure of the main host, unless regions answer for all."""
    here, there = cloud.fake.add_instance("a"), cloud.fake.add_instance("b", region="eu-de")
    cloud.fake.add_usage(here.crn, 1)
    cloud.fake.add_usage(there.crn, 2)
    assert rows(cloud) == {here.crn: 1000}
    assert rows(cloud, region="eu-de") == {there.crn: 2000}
    assert cloud.quantum("/analytics/usage", params={"plan": "premium"}).json()["usage"] == 3000
    cloud.fake.behaviour.analytics_global = True
    assert rows(cloud) == rows(cloud, region="eu-de") == {here.crn: 1000, there.crn: 2000}


def test_rows_can_be_grouped_and_filtered_by_user_backend_plan_and_subscription(cloud: Cloud) -> None:
    """Each grouping adds up to the same total, and filters take what they name."""
    one, two = cloud.fake.add_instance("a"), cloud.fake.add_instance("b")
    cloud.fake.add_usage(one.crn, 1, user="ann", backend="x")
    cloud.fake.add_usage(one.crn, 2, user="bob", backend="y", jobs=2)
    cloud.fake.add_usage(two.crn, 4, user="ann", backend="y")
    assert rows(cloud, group_by="user_id") == {"ann": 5000, "bob": 2000}
    assert rows(cloud, group_by="backend") == {"x": 1000, "y": 6000}
    assert rows(cloud, group_by="plan") == {"premium": 7000}
    assert rows(cloud, group_by="subscription_id") == {PLAN_IDS["premium"]: 7000}
    assert rows(cloud, user_id="ann") == {one.crn: 1000, two.crn: 4000}
    assert rows(cloud, backend="y", user_id="bob") == {one.crn: 2000}
    assert rows(cloud, plan="internal") == {}
    assert rows(cloud, subscription_id="another") == {}


def test_only_repeated_keys_make_a_list(cloud: Cloud) -> None:
    """``instance[]=`` is ignored silently and a list with commas is one unknown name."""
    one, two, three = (cloud.fake.add_instance(name) for name in "abc")
    for instance in (one, two, three):
        cloud.fake.add_usage(instance.crn, 1)
    assert set(rows(cloud, instance=[one.crn, two.crn])) == {one.crn, two.crn}
    assert len(rows(cloud, **{"instance[]": one.crn})) == 3
    assert rows(cloud, instance=f"{one.crn},{two.crn}") == {}


def test_days_are_utc_days_cut_to_the_interval_and_empty_ones_are_missing(cloud: Cloud) -> None:
    """One row for each day with usage; a day that the interval cuts counts only what is inside."""
    crn = cloud.fake.add_instance("a").crn
    for day, hour, seconds in [(20, 0, 1), (20, 23, 2), (21, 0, 16), (23, 12, 4), (24, 0, 8)]:
        cloud.fake.add_usage(crn, seconds, when=datetime(2026, 10, day, hour, tzinfo=UTC))
    params = {"group_by": "instance", "instance": crn}
    params |= {"interval_start": "2026-10-20T01:00:00Z", "interval_end": "2026-10-24T00:00:00Z"}
    document = cloud.quantum("/analytics/usage_grouped_by_date", params=params).json()
    assert [(row["interval_start"], row["usage"]) for row in document["data"]] == [
        ("2026-10-20T00:00:00.000Z", 2000),
        ("2026-10-21T00:00:00.000Z", 16000),
        ("2026-10-23T00:00:00.000Z", 4000),
    ]
    assert document["interval_end"] == "2026-10-24T00:00:00Z"


def test_figures_of_jobs_and_queues(cloud: Cloud) -> None:
    """Sums, averages and largest values are in milliseconds, and every documented field is there."""
    crn = cloud.fake.add_instance("a").crn
    cloud.fake.add_usage(crn, 4, jobs=2, queue_seconds=10)
    cloud.fake.add_usage(crn, 3, queue_seconds=2)
    figures = cloud.quantum("/analytics/usage", params={"instance": crn}).json()
    assert len(figures) == 21
    assert (figures["jobs"], figures["avg_individual_jobs_usage"], figures["max_individual_jobs_usage"]) == (
        3,
        pytest.approx(7000 / 3),
        3000,
    )
    assert (figures["queue_time"], figures["max_queue_time"]) == (12000, 5000)


def test_filters_name_what_there_is(cloud: Cloud) -> None:
    """Instances that are gone are listed as deleted."""
    crn = cloud.fake.add_instance("a").crn
    cloud.fake.add_usage(crn, 1, user="ann", backend="x")
    cloud.fake.change_instance(crn, state="removed")
    assert cloud.quantum("/analytics/filters").json() == {
        "backends": [{"name": "x"}],
        "instances": [{"id": crn, "deleted": True}],
        "users": [{"id": "ann"}],
        "plans": [{"name": "premium"}],
        "subscriptions": [{"id": PLAN_IDS["premium"], "name": "premium"}],
    }


@pytest.mark.parametrize(
    ("path", "params"),
    [
        ("/analytics/usage_grouped", {}),
        ("/analytics/usage_grouped", {"group_by": "moon"}),
        ("/analytics/usage_grouped_by_date", {"group_by": "plan"}),
        ("/analytics/usage", {"interval_start": "yesterday"}),
        ("/analytics/usage", {"interval_start": "2026-10-20T12:00:00"}),
        ("/analytics/usage", {"interval_start": "2026-10-20T12:00:00Z", "interval_end": "2026-10-19T12:00:00Z"}),
    ],
)
def test_bad_questions_are_400_in_the_shape_of_analytics(cloud: Cloud, path: str, params: dict[str, str]) -> None:
    """Usage and analytics have numeric codes and a solution."""
    answer = cloud.quantum(path, params=params)
    assert answer.status_code == 400
    assert set(answer.json()) == {"errors", "trace"}
    error = answer.json()["errors"][0]
    assert error["code"] == 400
    assert set(error) == {"code", "message", "solution", "more_info"}


def test_the_two_shapes_of_errors(cloud: Cloud) -> None:
    """Usage has a number as its code, instance and account calls have a string."""
    usage = cloud.quantum("/instances/usage", crn="crn:unknown").json()["errors"][0]
    instance = cloud.quantum("/instance", crn="crn:unknown").json()["errors"][0]
    assert (usage["code"], instance["code"]) == (404, "not_found")
    assert set(instance) == {"code", "message", "more_info"}
    assert cloud.quantum("/instance").status_code == 400


def test_another_accounts_analytics_are_forbidden(cloud: Cloud) -> None:
    """An ``Account-Id`` header is checked against the token's account."""
    assert cloud.quantum("/analytics/usage", headers={"Account-Id": DEFAULT_ACCOUNT_ID}).status_code == 200
    assert cloud.quantum("/analytics/usage", headers={"Account-Id": "f" * 32}).status_code == 403


def test_a_url_too_long_for_a_proxy_is_414(cloud: Cloud) -> None:
    """Five hundred CRNs do not fit into a query."""
    crns = [cloud.fake.add_instance(f"i{number}").crn for number in range(100)]
    answer = cloud.quantum("/analytics/usage_grouped", params={"group_by": "instance", "instance": crns})
    assert answer.status_code == 414


def test_a_limit_is_reached_at_its_very_value(cloud: Cloud) -> None:
    """Usage equal to the limit stops the instance; where no limit applies, flag and limit are absent, or that null."""
    crn = cloud.fake.add_instance("a", limit_seconds=10).crn
    free = cloud.fake.add_instance("b").crn
    cloud.fake.add_usage(crn, 9.999)
    assert cloud.quantum("/instances/usage", crn=crn).json()["usage_limit_reached"] is False
    cloud.fake.add_usage(crn, 0.001)
    assert cloud.quantum("/instances/usage", crn=crn).json()["usage_limit_reached"] is True
    usage = cloud.quantum("/instances/usage", crn=free).json()
    assert "usage_limit_reached" not in usage
    assert "usage_limit_seconds" not in usage
    cloud.fake.behaviour.null_limit = True
    assert cloud.quantum("/instances/usage", crn=free).json()["usage_limit_seconds"] is None


def test_the_accounts_limit_stops_every_instance() -> None:
    """Once all instances together reach it, one without a limit or usage of its own is stopped too."""
    account = make_fake(limit_seconds=100).account
    busy, idle = account.add_instance("a", region="eu-de"), account.add_instance("b")
    account.add_usage(busy.crn, [UsageEvent(NOW, 99)])
    assert account.limit_reached(idle) is False
    account.add_usage(busy.crn, [UsageEvent(NOW, 1)])
    assert account.limit_reached(idle) is True


def test_paygo_limits_look_at_everything_since_creation() -> None:
    """A paygo limit does not reset after 28 days, a premium one does."""
    account = Account(subscriptions=[Subscription("paygo", "p", "paygo"), Subscription("premium", "q", "premium")])
    long_ago = account.clock.now() - timedelta(days=300)
    for plan, reached in (("paygo", True), ("premium", False)):
        instance = account.add_instance(plan, plan=plan, limit_seconds=10)
        account.add_usage(instance.crn, [UsageEvent(long_ago, 10)])
        assert account.limit_reached(instance) is reached


def test_backends_are_those_that_the_instance_may_use(cloud: Cloud) -> None:
    """``["ANY"]`` is all of the plan's, a name that the plan has not is left out."""
    everything = cloud.fake.add_instance("a").crn
    some = cloud.fake.add_instance("b", backends=["ibm_beta", "ibm_gone"]).crn
    names = [device["name"] for device in cloud.quantum("/backends", crn=everything).json()["devices"]]
    assert names == ["ibm_alpha", "ibm_beta"]
    (device,) = cloud.quantum("/backends", crn=some, params={"fields": "wait_time_seconds"}).json()["devices"]
    assert device["name"] == "ibm_beta"
    assert "wait_time_seconds" in device


def test_the_deprecated_write_of_the_limit_does_not_work_unless_told_to(cloud: Cloud) -> None:
    """It is 504 as seen in practice; told to work it is 204, and 409 below the usage."""
    crn = cloud.fake.add_instance("a", limit_seconds=50).crn
    cloud.fake.add_usage(crn, 20)
    put = {"method": "PUT", "crn": crn}
    assert cloud.quantum("/instances/configuration", json={"instance_limit": 30}, **put).status_code == 504
    assert cloud.fake.changes == ()
    cloud.fake.behaviour.configuration_put = True
    assert cloud.quantum("/instances/configuration", json={"instance_limit": 30}, **put).status_code == 204
    assert cloud.quantum("/instances/configuration", json={"instance_limit": 10}, **put).status_code == 409
    assert cloud.quantum("/instances/configuration", json={"instance_limit": 0}, **put).status_code == 400
    assert cloud.quantum("/instances/configuration", crn=crn).json() == {"instance_limit": 30}


def test_versions_need_no_signing_in(cloud: Cloud) -> None:
    """The list of API versions is open to all."""
    del cloud.session.headers["Authorization"]
    assert cloud.quantum("/versions").json()["versions"][0]["status"] == "live"


_OFFSETS = st.integers(-40 * 86400, 40 * 86400)


@given(
    events=st.lists(st.tuples(_OFFSETS, st.integers(0, 10**6), st.integers(1, 5)), max_size=40),
    batches=st.integers(1, 4),
    start=_OFFSETS,
    length=st.integers(0, 90 * 86400),
)
def test_sums_by_bisection_equal_sums_by_hand(
    events: list[tuple[int, int, int]], batches: int, start: int, length: int
) -> None:
    """Whatever the order and the batches in which events come, totals and days are what plain addition gives."""
    booked = [
        UsageEvent(NOW + timedelta(seconds=offset), milliseconds / 1000, jobs=jobs)
        for offset, milliseconds, jobs in events
    ]
    series = Series()
    window = Window(microseconds(NOW + timedelta(seconds=start)), microseconds(NOW + timedelta(seconds=start + length)))
    for batch in range(batches):
        series.extend(booked[batch::batches])
        series.totals(window)
    inside = [event for event in booked if window.start <= microseconds(event.when) < window.end]  # type: ignore[operator]
    totals = series.totals(window)
    assert (totals is None) == (not inside)
    assert series.usage_ms(window) == sum(event.milliseconds for event in inside)
    if totals is not None:
        assert totals.jobs == sum(event.jobs for event in inside)
        assert totals.max_usage_ms == max(event.milliseconds / event.jobs for event in inside)
    by_day: dict[str, int] = {}
    for event in inside:
        day = event.when.date().isoformat()
        by_day[day] = by_day.get(day, 0) + event.milliseconds
    days = {
        (datetime(1970, 1, 1) + timedelta(microseconds=day)).date().isoformat(): each.usage_ms
        for day, each in series.days(window)
    }
    assert days == by_day


@pytest.mark.parametrize("days", [30, 360])
def test_a_large_account_is_summed_up_quickly(days: int) -> None:
    """Grouped analytics makes a few calls for each instance, however long its past is: sums are not made anew."""
    fake = make_fake()
    for number in range(200):
        crn = fake.add_instance(f"i{number}").crn
        fake.add_usage(crn, [UsageEvent(NOW - timedelta(days=day, hours=1), 100.5) for day in range(days)])
    key = {"authorization": f"apikey {DEFAULT_API_KEY}"}
    request = Request("GET", "quantum.cloud.ibm.com", "/api/v1/analytics/usage_grouped", "group_by=instance", key)
    fake.handle(request)
    profile = cProfile.Profile()
    assert profile.runcall(fake.handle, request).status == 200

    assert sum(each.callcount for each in profile.getstats()) < 20 * 200
