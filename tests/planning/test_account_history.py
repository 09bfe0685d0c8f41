"""What a forecast reads of an account: who ran what where, day by day."""

from datetime import date, timedelta

import pytest

from pulumi_ibm_quantum.cloud import Cloud, Credentials, Endpoints, connect
from pulumi_ibm_quantum.config import ProjectConfiguration, parse_configuration
from pulumi_ibm_quantum.fake import (
    DEFAULT_ACCOUNT_ID,
    DEFAULT_API_KEY,
    PLAN_IDS,
    Account,
    ApiKey,
    Fake,
    Fault,
    Subscription,
    UsageEvent,
    mock_ibm_quantum,
)
from pulumi_ibm_quantum.forecast import AccountHistory, JobsOfDay, Terms
from pulumi_ibm_quantum.planning import PlanningError
from pulumi_ibm_quantum.planning.account_history import read_history
from tests.support.decisions import decision_of

pytestmark = pytest.mark.usefixtures("hurry")


def configuration(*listed: tuple[str, str], plan: str = "premium") -> ProjectConfiguration:
    instances = [{"name": name, "crn": crn} for name, crn in listed]
    document = {"version": 3, "account_id": DEFAULT_ACCOUNT_ID, "plan": plan, "instances": instances}
    return parse_configuration(document).configuration


def read(cloud: Cloud, *listed: tuple[str, str], plan: str = "premium") -> AccountHistory:
    return read_history(decision_of(configuration(*listed, plan=plan), cloud), cloud)


def ran(fake: Fake, name: str, *, days_ago: float, seconds: float, backend: str, waited: float = 0.0) -> None:
    when = fake.now - timedelta(days=days_ago)
    fake.add_usage(name, [UsageEvent(when, seconds, waited, backend=backend)])


def test_jobs_are_counted_by_day_and_backend(fake: Fake, cloud: Cloud) -> None:
    """Two jobs of a day on one backend are one row, with their sum, the longest and the mean wait; others are apart."""
    crn = fake.add_instance("a", allocation_seconds=1000).crn
    ran(fake, "a", days_ago=2, seconds=30.5, backend="ibm_fez", waited=100)
    ran(fake, "a", days_ago=2, seconds=10, backend="ibm_fez", waited=300)
    ran(fake, "a", days_ago=2, seconds=7, backend="ibm_kyiv", waited=60)
    ran(fake, "a", days_ago=3, seconds=5, backend="ibm_fez")
    day = fake.now.date() - timedelta(days=2)
    assert set(read(cloud, ("a", crn)).history.instances["a"]) == {
        JobsOfDay(day - timedelta(days=1), "ibm_fez", 1, 5.0, 5.0, 0.0),
        JobsOfDay(day, "ibm_fez", 2, 40.5, 30.5, 200.0),
        JobsOfDay(day, "ibm_kyiv", 1, 7.0, 7.0, 60.0),
    }


def test_today_is_left_out_for_it_is_not_over(fake: Fake, cloud: Cloud) -> None:
    """A day that goes on has too few jobs; what is older than sixty days is not asked for."""
    crn = fake.add_instance("a", allocation_seconds=1000).crn
    midnight = fake.now.replace(hour=0, minute=0, second=0, microsecond=0)
    for moment in (fake.now, midnight, midnight - timedelta(seconds=1), midnight - timedelta(days=60, seconds=1)):
        fake.add_usage("a", [UsageEvent(moment, 10)])
    found = read(cloud, ("a", crn)).history
    assert [one.day for one in found.instances["a"]] == [midnight.date() - timedelta(days=1)]
    assert found.today == midnight.date()


def test_days_that_were_not_asked_for_are_left_out(fake: Fake, cloud: Cloud) -> None:
    """A service that rounds the interval to more days than were wanted does not upset anything."""
    crn = fake.add_instance("a", allocation_seconds=1000).crn
    ran(fake, "a", days_ago=1, seconds=1, backend="ibm_fez")
    planned = decision_of(configuration(("a", crn)), cloud)
    rows = [
        {"key": crn, "interval_start": f"{fake.now.date() - timedelta(days=age)}T00:00:00Z", "usage": 1000, "jobs": 1}
        | {"individual_jobs": 1, "max_individual_jobs_usage": 1000, "sessions": 0, "avg_queue_time": 0}
        for age in (61, 60, 1, 0)
    ]
    fake.inject(Fault("analytics.by_date", status=200, body={"data": rows}))
    found = read_history(planned, cloud).history
    assert [(fake.now.date() - one.day).days for one in found.instances["a"]] == [60, 1]
    assert len(found.by_day) == 60


def test_instances_that_no_entry_names_compete(fake: Fake, cloud: Cloud) -> None:
    """An unconfigured instance is there with its jobs, and keeps what it has; two of one name stay apart."""
    crn = fake.add_instance("a", allocation_seconds=1000, limit_seconds=500).crn
    other = fake.add_instance("a", region="eu-de", allocation_seconds=2000, limit_seconds=700).crn
    fake.add_usage(other, [UsageEvent(fake.now - timedelta(days=1), 10)])
    found = read(cloud, ("a", crn))
    name = f"a ({other})"
    assert found.live == {"a": Terms(1000, 500), name: Terms(2000, 700)}
    assert found.decided[name] == Terms(2000, 700)
    assert len(found.history.instances[name]) == 1
    assert found.history.instances["a"] == []


def test_the_plan_stands_beside_what_there_is(fake: Fake, cloud: Cloud) -> None:
    """What is proposed are the plan's allocations."""
    listed = [(name, fake.add_instance(name, allocation_seconds=5000).crn) for name in ("a", "b")]
    ran(fake, "a", days_ago=1, seconds=900, backend="ibm_fez")
    planned = decision_of(configuration(*listed), cloud)
    found = read_history(planned, cloud)
    assert {name: terms.allocation_seconds for name, terms in found.decided.items()} == {
        one.name: one.outcome.new_allocation_seconds for one in planned.instances
    }
    assert found.decided != found.live


def test_many_instances_in_two_regions_are_all_read(fake: Fake, cloud: Cloud) -> None:
    """More instances than one call takes, on hosts of two regions: each has its own jobs."""
    listed = []
    for number in range(70):
        name = f"i{number}"
        listed.append(
            (name, fake.add_instance(name, region=("us-east", "eu-de")[number % 2], allocation_seconds=9).crn)
        )
        ran(fake, name, days_ago=1, seconds=number + 1, backend="ibm_fez")
    found = read(cloud, *listed).history.instances
    assert {name: [one.used_seconds for one in days] for name, days in found.items()} == {
        f"i{number}": [number + 1.0] for number in range(70)
    }


@pytest.mark.parametrize(("longest", "seconds"), [(6_000_000, 6000.0), (20_000_000, 9000.0)], ids=["day", "midnight"])
def test_a_session_waits_once_and_holds_its_backend(fake: Fake, cloud: Cloud, longest: int, seconds: float) -> None:
    """Jobs in sessions do not queue one by one: a session is one job, as long as what the day has of it."""
    crn = fake.add_instance("a", allocation_seconds=1000).crn
    ran(fake, "a", days_ago=1, seconds=1, backend="ibm_fez")
    row = {
        "key": crn,
        "interval_start": "2026-11-01T00:00:00.000Z",
        "usage": 9_000_000,
        "jobs": 400,
        "individual_jobs": 3,
        "max_individual_jobs_usage": 500_000,
        "sessions": 2,
        "max_sessions_usage": longest,
        "avg_queue_time": 90_000,
    }
    planned = decision_of(configuration(("a", crn)), cloud)
    fake.inject(Fault("analytics.by_date", status=200, body={"data": [row]}))
    found = read_history(planned, cloud).history.instances["a"]
    assert found == [JobsOfDay(date(2026, 11, 1), "ibm_fez", 5, 9000.0, seconds, 90.0)]


def test_a_plan_without_a_rolling_window_has_no_forecast() -> None:
    """Limits of pay-as-you-go count from an instance's birth, so a forecast says that it cannot be made."""
    contract = Subscription("paygo", PLAN_IDS["paygo"], "paygo", 10_000)
    with mock_ibm_quantum(Fake(Account(subscriptions=[contract], api_keys=[ApiKey(DEFAULT_API_KEY)]))) as fake:
        cloud = connect(Credentials(DEFAULT_API_KEY), Endpoints.of_ibm_cloud())
        crn = fake.add_instance("a", plan="paygo", allocation_seconds=100).crn
        with pytest.raises(PlanningError, match="no forecast for plan paygo: only internal and premium have"):
            read(cloud, ("a", crn), plan="paygo")


def test_analytics_that_fail_are_named(fake: Fake, cloud: Cloud) -> None:
    """A history that cannot be read is an error that says so, not a forecast of nothing."""
    crn = fake.add_instance("a", allocation_seconds=1000).crn
    ran(fake, "a", days_ago=1, seconds=1, backend="ibm_fez")
    planned = decision_of(configuration(("a", crn)), cloud)
    fake.inject(Fault("analytics.by_date", status=403))
    with pytest.raises(PlanningError, match="could not read the usage of account"):
        read_history(planned, cloud)
