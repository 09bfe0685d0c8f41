"""Reading an account: what is asked when."""

import threading
from typing import Any

import pytest
import requests

from pulumi_ibm_quantum.cloud import Cloud, Credentials, Endpoints, connect
from pulumi_ibm_quantum.config import parse_configuration
from pulumi_ibm_quantum.fake import DEFAULT_ACCOUNT_ID, DEFAULT_API_KEY, Fake, Fault
from pulumi_ibm_quantum.fake.adapter import FakeAdapter
from pulumi_ibm_quantum.planning import PlanningError, Scope, observe

pytestmark = pytest.mark.usefixtures("hurry")


class PageThatWaits(FakeAdapter):
    """Holds back every page of the list of instances but the first until some instance's usage is asked for."""

    def __init__(self, fake: Fake) -> None:
        super().__init__(fake)
        self.asked = threading.Event()

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> requests.Response:
        """Send a request, sooner or later."""
        url = request.url or ""
        if url.endswith("/instances/usage"):
            self.asked.set()
        assert "start=" not in url or self.asked.wait(5), "nothing was asked while the instances were listed"
        return super().send(request, *args, **options)


def scope_of(fake: Fake, count: int) -> Scope:
    """Make so many instances, and list them in a configuration."""
    instances = [fake.add_instance(f"team-{index}", allocation_seconds=1_000) for index in range(count)]
    document = {
        "version": 3,
        "account_id": DEFAULT_ACCOUNT_ID,
        "plan": "premium",
        "instances": [{"name": one.name, "crn": one.crn} for one in instances],
    }
    return Scope(parse_configuration(document).configuration)


def test_usage_is_read_while_the_instances_are_listed(fake: Fake) -> None:
    """Pages come one after the other, and what the first one names is not kept waiting for the last."""
    scope = scope_of(fake, 150)
    session = requests.Session()
    session.mount("https://", PageThatWaits(fake))
    observation = observe(connect(Credentials(DEFAULT_API_KEY), Endpoints.of_ibm_cloud(), session=session), scope)

    assert len(observation.usage) == len(observation.instances) == 150
    assert [call.route for call in fake.calls].count("usage.get") == 150


def test_an_instance_that_is_not_listed_is_not_asked_about(fake: Fake, cloud: Cloud) -> None:
    """A configured instance that is gone costs no call, and is no failure of the reading."""
    scope = scope_of(fake, 2)
    fake.change_instance("team-1", state="removed")

    assert set(observe(cloud, scope).usage) == {fake.instance("team-0").crn}
    assert [call.crn for call in fake.calls if call.route == "usage.get"] == [fake.instance("team-0").crn]


def test_a_list_that_breaks_off_fails_the_reading(fake: Fake, cloud: Cloud) -> None:
    """Nothing is made of half a list, and once it has failed nothing more is asked."""
    scope = scope_of(fake, 250)
    fake.inject(Fault("instances.list", nth=2, status=403, count=None))
    with pytest.raises(PlanningError, match=r"^could not list the instances: "):
        observe(cloud, scope)

    assert "analytics.usage" not in {call.route for call in fake.calls}


def test_what_was_created_and_is_in_no_list_yet_is_read_singly(fake: Fake, cloud: Cloud) -> None:
    """Lists lag: without it, what it holds would be taken for somebody else's, and the others would be lowered."""
    fake.behaviour.list_lag_seconds = 300
    entry = {"name": "new", "create": {"target": "us-east", "resource_group": "group"}}
    document = {"version": 3, "account_id": DEFAULT_ACCOUNT_ID, "plan": "premium", "instances": [entry]}
    scope = Scope(parse_configuration(document).configuration)
    crn = fake.add_instance("new", allocation_seconds=100, created_at=fake.now).crn

    assert observe(cloud, scope).instances == ()
    assert [one.crn for one in observe(cloud, scope, created=lambda: {"new": crn, "old": "x"}).instances] == [crn]
    assert observe(cloud, scope, created=lambda: {"new": crn[:-4] + "0::"}).instances == ()


def test_calls_that_fail_alike_are_one_sentence(fake: Fake, cloud: Cloud) -> None:
    """Four windows of a region: each call has a transaction of its own, and the same thing to say."""
    fake.inject(Fault("analytics.grouped", status=403, delay_seconds=0.05, count=None))
    with pytest.raises(PlanningError) as refusal:
        observe(cloud, scope_of(fake, 2))

    assert len(refusal.value.problems) == 1
