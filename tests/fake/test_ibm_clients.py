"""IBM's own clients, unmodified, against the fake."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from pulumi_ibm_quantum.fake import (
    DEFAULT_ACCOUNT_ID,
    DEFAULT_API_KEY,
    DEFAULT_RESOURCE_GROUP_ID,
    SERVICE_ID,
    Clock,
    UsageEvent,
    mock_ibm_quantum,
)
from tests.support.fake_cloud import PREMIUM, Cloud, make_fake

sdk = pytest.importorskip("ibm_platform_services")
core = pytest.importorskip("ibm_cloud_sdk_core")


@pytest.fixture(params=["mock", "server"])
def door(request: pytest.FixtureRequest) -> str:
    """Give the front doors without the adapter: IBM's authenticators take no session that one could be mounted on."""
    name: str = request.param
    return name


def authenticator(cloud: Cloud, key: str = DEFAULT_API_KEY) -> Any:
    """Make IBM's own authenticator for the fake."""
    from ibm_cloud_sdk_core.authenticators import IAMAuthenticator

    return IAMAuthenticator(key, url=cloud.endpoints["IBMCLOUD_IAM_API_ENDPOINT"])


@pytest.fixture
def controller(cloud: Cloud) -> Any:
    """Give IBM's client of the Resource Controller, signed in by IBM's authenticator."""
    client = sdk.ResourceControllerV2(authenticator=authenticator(cloud))
    client.set_service_url(cloud.endpoints["IBMCLOUD_RESOURCE_CONTROLLER_API_ENDPOINT"])
    return client


def test_ibms_pager_lists_every_instance(cloud: Cloud, controller: Any) -> None:
    """The pager of ``ibm-platform-services`` follows our ``next_url`` to the end."""
    from ibm_platform_services.resource_controller_v2 import ResourceInstancesPager

    for number in range(23):
        cloud.fake.add_instance(f"i{number}")
    pager = ResourceInstancesPager(client=controller, resource_id=SERVICE_ID, resource_plan_id=PREMIUM, limit=10)
    assert [each["name"] for each in pager.get_all()] == [f"i{number}" for number in range(23)]


def test_ibms_client_goes_through_the_life_of_an_instance(cloud: Cloud, controller: Any) -> None:
    """Create, get, update, lock, unlock and delete, with the models that IBM generates from its own specification."""
    from ibm_platform_services.resource_controller_v2 import ResourceInstance

    created = controller.create_resource_instance(
        name="made-by-ibm",
        target="eu-de",
        resource_group=DEFAULT_RESOURCE_GROUP_ID,
        resource_plan_id=PREMIUM,
        tags=["x"],
        parameters={"usage_allocation_seconds": "120", "instance_limit_seconds": None},
    )
    assert created.get_status_code() == 201
    crn = created.get_result()["id"]
    read = controller.get_resource_instance(id=crn).get_result()
    assert ResourceInstance.from_dict(read).to_dict()["extensions"]["usage_allocation_seconds"] == 120
    controller.update_resource_instance(id=crn, parameters={"usage_allocation_seconds": "240", "backends": ["ANY"]})
    assert cloud.fake.instance(crn).allocation_seconds == 240
    assert controller.lock_resource_instance(id=crn).get_result()["locked"] is True
    with pytest.raises(core.ApiException) as refused:
        controller.update_resource_instance(id=crn, name="other")
    assert refused.value.status_code == 400
    assert refused.value.message == "The instance is locked; unlock it first."
    controller.unlock_resource_instance(id=crn)
    assert controller.delete_resource_instance(id=crn, recursive=True).get_status_code() == 204
    assert controller.get_resource_instance(id=crn).get_result()["state"] == "removed"
    assert [call.route for call in cloud.fake.writes] == [
        "instances.create",
        "instances.update",
        "instances.lock",
        "instances.update",
        "instances.unlock",
        "instances.delete",
    ]


def test_ibms_authenticator_reads_our_tokens(cloud: Cloud, controller: Any) -> None:
    """It signs in once for many calls, and again when the token is near its end."""
    before = len([call for call in cloud.fake.calls if call.route == "iam.token"])
    for _ in range(3):
        controller.list_resource_instances()
    assert len([call for call in cloud.fake.calls if call.route == "iam.token"]) == before + 1
    cloud.fake.behaviour.token_lifetime_seconds = 1
    short = sdk.ResourceControllerV2(authenticator=authenticator(cloud))
    short.set_service_url(cloud.endpoints["IBMCLOUD_RESOURCE_CONTROLLER_API_ENDPOINT"])
    for _ in range(2):
        short.list_resource_instances()
    assert len([call for call in cloud.fake.calls if call.route == "iam.token"]) == before + 3


def test_ibms_authenticator_understands_our_refusal(cloud: Cloud) -> None:
    """A wrong key is an ApiException with IBM's text."""
    with pytest.raises(core.ApiException) as refused:
        authenticator(cloud, "wrong").token_manager.get_token()
    assert (refused.value.status_code, refused.value.message) == (400, "Provided API key could not be found.")


def test_ibms_tagging_client_reads_tags(cloud: Cloud) -> None:
    """Tags attached through ``GlobalTaggingV1`` can be listed by it."""
    crn = cloud.fake.add_instance("a").crn
    tagging = sdk.GlobalTaggingV1(authenticator=authenticator(cloud))
    tagging.set_service_url(cloud.endpoints["IBMCLOUD_GT_API_ENDPOINT"])
    tagging.attach_tag(resources=[{"resource_id": crn}], tag_names=["blue"])
    assert tagging.list_tags(attached_to=crn).get_result()["items"] == [{"name": "blue"}]


def test_ibms_resource_manager_lists_groups(cloud: Cloud) -> None:
    """``ResourceManagerV2`` finds the default group."""
    resource_manager = sdk.ResourceManagerV2(authenticator=authenticator(cloud))
    resource_manager.set_service_url(cloud.endpoints["IBMCLOUD_RESOURCE_CONTROLLER_API_ENDPOINT"])
    groups = resource_manager.list_resource_groups().get_result()["resources"]
    assert [group["id"] for group in groups] == [DEFAULT_RESOURCE_GROUP_ID]


def test_the_peer_tool_analyses_an_account(tmp_path: Path) -> None:
    """Qauvern's ``analyze`` reads list, usage, analytics and account from the fake and reports what was booked."""
    pytest.importorskip("qauvern")
    from click.testing import CliRunner
    from qauvern.cli import main

    fake = make_fake(budget_seconds=96000)
    fake.account.clock = Clock(datetime.now(UTC))
    here = fake.add_instance("here", allocation_seconds=20000, limit_seconds=50000)
    there = fake.add_instance("there", region="eu-de", allocation_seconds=30000)
    fake.add_instance("archived", allocation_seconds=0)
    for instance, seconds in ((here, 100), (there, 300)):
        days = [UsageEvent(fake.now - timedelta(days=day, hours=1), seconds) for day in range(40)]
        fake.add_usage(instance.crn, days)
    project = {
        "account_id": DEFAULT_ACCOUNT_ID,
        "plan": "premium",
        "minimum_allocation_seconds": 60,
        "instances": [{"name": each.name, "crn": each.crn} for each in (here, there)],
    }
    config = tmp_path / "project.yaml"
    config.write_text(yaml.safe_dump(project))
    with mock_ibm_quantum(fake):
        arguments = ["analyze", "--config", str(config), "--format", "json", "--api-key", DEFAULT_API_KEY]
        result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 0, result.output
    report = json.loads(result.stdout)
    assert report["account"]["allocation_budget_seconds"] == 96000
    assert report["account"]["unallocated_seconds"] == 46000
    assert report["account"]["consumed_seconds"] == 28 * 400
    figures = {
        each["name"]: [each[f"consumed_{window}_seconds"] for window in ("28day", "14day", "7day", "3day", "24h")]
        for each in report["instances"]
    }
    assert figures == {
        "here": [2800, 1400, 700, 300, 100],
        "there": [8400, 4200, 2100, 900, 300],
    }
