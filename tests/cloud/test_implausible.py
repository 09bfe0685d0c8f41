"""Answers of the documented shape that cannot be right: they stop the run by name, and nothing is decided on them."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
import requests

from pulumi_ibm_quantum.cloud import Cloud, CloudError, Credentials, Endpoints, connect
from pulumi_ibm_quantum.config import parse_configuration
from pulumi_ibm_quantum.fake import DEFAULT_ACCOUNT_ID, DEFAULT_API_KEY, PLAN_IDS, Fake, FakeAdapter, Fault
from pulumi_ibm_quantum.planning import PlanningError
from pulumi_ibm_quantum.vocabulary import find_plan
from tests.support.decisions import decision_of

PREMIUM = find_plan("premium").plan_id
GUID = "99999999-2222-4333-8444-555555555555"
OTHER = f"crn:v1:bluemix:public:quantum-computing:us-east:a/{DEFAULT_ACCOUNT_ID}:{GUID}::"
CONTRACT = {"plan_id": PREMIUM, "subscription_id": "s", "subscription_name": "s", "usage_allocation_seconds": 1000}


def decide(fake: Fake, cloud: Cloud) -> None:
    """Work out the allocation of the account's instances."""
    document = {
        "version": 3,
        "account_id": DEFAULT_ACCOUNT_ID,
        "plan": "premium",
        "instances": [{"name": one.name, "crn": one.crn} for one in fake.account.instances],
    }
    decision_of(parse_configuration(document).configuration, cloud)


@pytest.mark.parametrize(
    ("route", "patch", "sentence"),
    [
        ("account.get", {"plans": [{**CONTRACT, "plan_id": PLAN_IDS["paygo"]}]}, "is about plan paygo, not premium"),
        ("account.get", {"plans": [{**CONTRACT, "usage_allocation_seconds": -1}]}, "usage_allocation_seconds is -1"),
        ("account.get", {"plans": [{**CONTRACT, "unallocated_usage_seconds": 1e300}]}, "_usage_seconds is 1e.300"),
        ("usage.get", {"instance_id": OTHER}, f"is about another instance, {GUID}"),
        ("usage.get", {"usage_consumed_seconds": -5}, "usage_consumed_seconds is -5"),
        ("usage.get", {"usage_consumed_seconds": float("inf")}, "usage_consumed_seconds is inf"),
        ("usage.get", {"usage_consumed_seconds": float("nan")}, "usage_consumed_seconds is nan"),
        ("usage.get", {"usage_consumed_seconds": "1e400"}, "usage_consumed_seconds is 1e400"),
        ("analytics.usage", {"usage": -5}, "usage is -5"),
        ("analytics.grouped", {"data": [{"key": OTHER, "usage": -5}]}, f"the usage of {OTHER} is -5"),
    ],
)
def test_a_figure_or_a_subject_that_cannot_be_is_refused(
    fake: Fake, cloud: Cloud, route: str, patch: Mapping[str, Any], sentence: str
) -> None:
    """The sentence says what could not be read and what was told."""
    fake.add_instance("a", allocation_seconds=100)
    fake.inject(Fault(route, patch=patch, count=None))
    with pytest.raises(
        PlanningError, match=rf"^could not read the .*: the service's answer cannot be right: .*{sentence}"
    ):
        decide(fake, cloud)


def test_a_number_beyond_all_numbers_is_no_traceback(fake: Fake, cloud: Cloud) -> None:
    """JSON may say 1e400, which Python reads as infinity."""
    crn = fake.add_instance("a", allocation_seconds=100).crn
    fake.inject(Fault("usage.get", content='{"usage_consumed_seconds": 1e400}'))
    with pytest.raises(CloudError, match="usage_consumed_seconds is inf"):
        cloud.quantum_platform.instance_usage(crn)


@pytest.mark.parametrize("seconds", [-5, float("inf")])
def test_the_instance_of_an_allocation_that_cannot_be_is_named(fake: Fake, cloud: Cloud, seconds: float) -> None:
    """Among many it would be hard to find."""
    fake.add_instance("b", allocation_seconds=100)
    crn = fake.add_instance("a", allocation_seconds=100).crn
    fake.change_instance(crn, allocation_seconds=seconds)
    with pytest.raises(CloudError, match=r"usage_allocation_seconds of instance 'a' is (-5|inf)"):
        list(cloud.resource_controller.instances(PREMIUM))


@pytest.mark.parametrize("field", ["crn", "name", "region_id", "resource_plan_id", "updated_at"])
@pytest.mark.parametrize("value", [7, True, ["a"], {"a": 1}], ids=str)
def test_a_text_that_is_none_is_refused(fake: Fake, cloud: Cloud, field: str, value: object) -> None:
    """Before something is sorted by it, or looked up."""
    document = listed(fake, cloud, "a")
    document["resources"][0][field] = value
    fake.inject(Fault("instances.list", content=json.dumps(document)))
    with pytest.raises(CloudError, match=r"could not list the instances: .* has not the documented shape"):
        list(cloud.resource_controller.instances(PREMIUM))


def test_another_instance_than_asked_for_is_refused(fake: Fake, cloud: Cloud) -> None:
    """Its values would go into the state of the one that was asked for."""
    crn = fake.add_instance("a", allocation_seconds=100).crn
    fake.inject(Fault("instances.get", patch={"crn": OTHER}))
    with pytest.raises(CloudError, match=f"cannot be right: it is about another instance, {GUID}"):
        cloud.resource_controller.instance(crn)


def test_an_instance_of_another_plan_than_asked_for_is_refused(fake: Fake, cloud: Cloud) -> None:
    """It would count as one that nobody configured, and take from the wrong budget."""
    document = listed(fake, cloud, "a")
    document["resources"][0]["resource_plan_id"] = PLAN_IDS["paygo"]
    fake.inject(Fault("instances.list", content=json.dumps(document)))
    with pytest.raises(CloudError, match="instance 'a' is of another plan than asked for"):
        list(cloud.resource_controller.instances(PREMIUM))


def listed(fake: Fake, cloud: Cloud, *names: str) -> dict[str, Any]:
    """Add instances, and give the page that lists them."""
    for name in names:
        fake.add_instance(name, allocation_seconds=100)
    transport = cloud.resource_controller._transport
    url = "https://resource-controller.cloud.ibm.com/v2/resource_instances"
    document: dict[str, Any] = transport.get_json(url, purpose="list")
    fake.forget_calls()
    return document


class TestTwoPages:
    """A list that changes while it is read."""

    @staticmethod
    def serve_pages(fake: Fake, first: dict[str, Any], second: dict[str, Any]) -> None:
        first = {**first, "next_url": "/v2/resource_instances?start=2"}
        fake.inject(
            Fault("instances.list", content=json.dumps(first)),
            Fault("instances.list", nth=2, content=json.dumps(second)),
        )

    def test_an_instance_that_moved_to_the_next_page_counts_once(self, fake: Fake, cloud: Cloud) -> None:
        """Another that is created meanwhile shifts the pages."""
        page = listed(fake, cloud, "a", "b")
        self.serve_pages(fake, page, {**page, "resources": page["resources"][1:]})

        assert len(list(cloud.resource_controller.instances(PREMIUM))) == 2

    def test_an_instance_that_comes_twice_and_differs_is_named(self, fake: Fake, cloud: Cloud) -> None:
        """Which of the two would count? Another run sees one of them."""
        page = listed(fake, cloud, "a")
        (one,) = page["resources"]
        changed = {**one, "extensions": {**one["extensions"], "usage_allocation_seconds": 7}}
        self.serve_pages(fake, page, {**page, "resources": [changed]})
        with pytest.raises(CloudError, match="instance 'a' is listed twice, with different values; run again"):
            list(cloud.resource_controller.instances(PREMIUM))


class _RealClock(FakeAdapter):
    """Answers as a service does: it does not say that its time is its own."""

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        answer = super().send(request, *args, **options)
        answer.headers.pop("X-Fake-Clock", None)
        return answer


class TestClock:
    """The service's clock decides the day as of which everything is planned."""

    @pytest.fixture
    def real(self) -> tuple[Fake, Cloud]:
        """A service that takes its time for the real one."""
        fake, session = Fake(), requests.Session()
        session.mount("https://", _RealClock(fake))
        return fake, connect(Credentials(DEFAULT_API_KEY), Endpoints.of_ibm_cloud(), session=session)

    @pytest.mark.parametrize("date", ["Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", "days ago"])
    def test_a_day_that_cannot_be_is_refused(self, real: tuple[Fake, Cloud], date: str) -> None:
        """The sentence has both times: either may be wrong."""
        fake, cloud = real
        ago = format_datetime(datetime.now(UTC) - timedelta(days=2), usegmt=True)
        fake.inject(Fault("account.get", date=ago if date == "days ago" else date))
        with pytest.raises(CloudError, match=r"it is of \d{4}-.* UTC, and this machine's clock says \d{4}-"):
            cloud.quantum_platform.account(DEFAULT_ACCOUNT_ID, PREMIUM)

    @pytest.mark.parametrize("date", ["hours ago", "yesterday", ""])
    def test_clocks_may_differ_by_hours(self, real: tuple[Fake, Cloud], date: str) -> None:
        """The service's counts; this machine's only where the service has none, or none that can be read."""
        fake, cloud = real
        moment = datetime.now(UTC) - timedelta(hours=20 if date == "hours ago" else 0)
        fake.inject(Fault("account.get", date=format_datetime(moment, usegmt=True) if date == "hours ago" else date))
        told = cloud.quantum_platform.account(DEFAULT_ACCOUNT_ID, PREMIUM).now

        assert abs(told - moment) < timedelta(minutes=1)

    def test_a_fake_lives_at_a_time_of_its_own(self, fake: Fake, cloud: Cloud) -> None:
        """It says so, and then its date is compared with that."""
        later = fake.advance(timedelta(days=1000))
        assert abs(cloud.quantum_platform.account(DEFAULT_ACCOUNT_ID, PREMIUM).now - later) < timedelta(minutes=1)
        fake.inject(Fault("account.get", date="Thu, 01 Jan 1970 00:00:00 GMT"))
        with pytest.raises(CloudError, match="it is of 1970-01-01 00:00 UTC"):
            cloud.quantum_platform.account(DEFAULT_ACCOUNT_ID, PREMIUM)
