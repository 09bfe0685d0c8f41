"""Birth, budget, lock and death of an instance."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_ibm_quantum.fake import DEFAULT_ACCOUNT_ID, Account, Subscription
from pulumi_ibm_quantum.fake.behaviour import Behaviour
from pulumi_ibm_quantum.fake.errors import Refused
from pulumi_ibm_quantum.fake.lifecycle import Lifecycle
from tests.support.fake_cloud import PREMIUM, Cloud, make_fake


def test_a_creation_is_201_and_active_at_once(cloud: Cloud) -> None:
    """What was asked for reads back, and a second one of that name is another instance."""
    answer = cloud.create("team-b", parameters={"usage_allocation_seconds": "60"}, target="eu-de", tags=["Team:B"])
    document = answer.json()
    assert (answer.status_code, document["state"], document["region_id"]) == (201, "active", "eu-de")
    assert document["last_operation"]["async"] is False
    assert document["extensions"]["usage_allocation_seconds"] == 60
    assert ":eu-de:a/" in document["crn"]
    assert cloud.create("team-b").json()["crn"] != document["crn"]


@pytest.mark.parametrize("missing", ["name", "target", "resource_group", "resource_plan_id"])
def test_a_creation_needs_four_fields(cloud: Cloud, missing: str) -> None:
    """Each required field is named when it is missing."""
    absent: dict[str, Any] = {missing: ""}
    answer = cloud.create(**absent)
    assert answer.status_code == 400
    assert missing in answer.json()["message"]


@pytest.mark.parametrize(
    "body",
    [
        {"name": "a" * 181},
        {"name": "slash/es"},
        {"name": "ümlaut"},
        {"target": "moon"},
        {"resource_group": "unknown"},
        {"resource_plan_id": "unknown"},
        {"parameters": "none"},
    ],
)
def test_a_creation_with_bad_values_makes_nothing(cloud: Cloud, body: dict[str, Any]) -> None:
    """Names, regions, groups and plans are checked."""
    assert cloud.create(**body).status_code == 400
    assert cloud.fake.account.instances == ()


@pytest.mark.parametrize("name", ["a" * 180, "A b-c.d_e:f 9"])
def test_the_documented_letters_make_a_name(cloud: Cloud, name: str) -> None:
    """All of the documented characters and 180 of them are taken."""
    assert cloud.create(name).json()["name"] == name


def test_provisioning_may_take_a_number_of_polls(cloud: Cloud) -> None:
    """Asynchronous creation is 202; it counts against the budget from the start and cannot be changed yet."""
    cloud.fake.behaviour.provisioning_polls = 2
    answer = cloud.create(parameters={"usage_allocation_seconds": "60"})
    crn = answer.json()["crn"]
    assert (answer.status_code, answer.json()["last_operation"]["state"]) == (202, "in progress")
    assert cloud.fake.total() == 60
    assert cloud.patch(crn, usage_allocation_seconds="70").status_code == 400
    states = [cloud.controller("GET", crn).json()["state"] for _ in range(3)]
    assert states == ["provisioning", "provisioning", "active"]


def test_provisioning_may_take_some_of_the_accounts_time(cloud: Cloud) -> None:
    """It is over when the fake's clock says so, however often it is polled."""
    cloud.fake.behaviour.provisioning_seconds = 30
    crn = cloud.create().json()["crn"]
    assert {cloud.controller("GET", crn).json()["state"] for _ in range(5)} == {"provisioning"}
    cloud.fake.advance(30)
    assert cloud.controller("GET", crn).json()["state"] == "active"


def test_provisioning_may_fail(cloud: Cloud) -> None:
    """A creation that was accepted can end in ``failed``, which frees its allocation and leaves the default list."""
    cloud.fake.behaviour.provisioning_polls = 1
    cloud.fake.behaviour.provisioning_fails = True
    crn = cloud.create(parameters={"usage_allocation_seconds": "60"}).json()["crn"]
    cloud.controller("GET", crn)
    document = cloud.controller("GET", crn).json()
    assert (document["state"], document["last_operation"]["state"]) == ("failed", "failed")
    assert document["last_operation"]["description"]
    assert cloud.fake.total() == 0
    assert cloud.controller("GET").json()["resources"] == []


def test_a_creation_in_progress_can_be_cancelled(cloud: Cloud) -> None:
    """Cancelling removes the instance; where nothing is in progress it is refused."""
    cloud.fake.behaviour.provisioning_polls = 9
    crn = cloud.create().json()["crn"]
    assert cloud.controller("DELETE", f"{crn}//last_operation").json()["state"] == "removed"
    assert cloud.controller("DELETE", f"{crn}//last_operation").status_code == 422


def test_a_raise_past_the_budget_is_refused(cloud: Cloud) -> None:
    """The plan's total may reach its budget and no more, by PATCH or by POST."""
    crn = cloud.fake.add_instance("a", allocation_seconds=400).crn
    cloud.fake.add_instance("b", allocation_seconds=500)
    assert cloud.patch(crn, usage_allocation_seconds="500").status_code == 200
    refused = cloud.patch(crn, usage_allocation_seconds="501")
    assert (refused.status_code, refused.json()["error_code"]) == (400, "RC-ServiceBrokerErrorResponse")
    assert cloud.create(parameters={"usage_allocation_seconds": 1}).status_code == 400
    assert cloud.fake.highest_total() == 1000


def test_the_refusal_can_be_told_to_look_different(cloud: Cloud) -> None:
    """No source shows the real body, so its status and body are a test's to choose."""
    cloud.fake.behaviour.over_budget_status = 422
    cloud.fake.behaviour.over_budget_body = {"message": "[409, Conflict] no"}
    crn = cloud.fake.add_instance("a", allocation_seconds=400).crn
    answer = cloud.patch(crn, usage_allocation_seconds="5000")
    assert (answer.status_code, answer.json()) == (422, {"message": "[409, Conflict] no"})
    cloud.fake.behaviour.refuse_over_budget = False
    assert cloud.patch(crn, usage_allocation_seconds="5000").status_code == 200
    assert cloud.fake.highest_total() == 5000


def test_a_decrease_is_taken_even_while_above_the_budget(cloud: Cloud) -> None:
    """An account that is over can be brought back step by step."""
    crn = cloud.fake.add_instance("a", allocation_seconds=3000).crn
    assert cloud.patch(crn, usage_allocation_seconds="2000").status_code == 200
    assert cloud.patch(crn, usage_allocation_seconds="2001").status_code == 400


def test_subscriptions_of_one_plan_have_budgets_of_their_own() -> None:
    """What one contract has left is of no use to another, and the account shows both."""
    account = Account(
        subscriptions=[Subscription("premium", "one", "One", 100), Subscription("premium", "two", "Two", 50)]
    )
    instance = account.add_instance("a", subscription_id="two", allocation_seconds=50)
    lifecycle = Lifecycle(account, Behaviour())
    with pytest.raises(Refused):
        lifecycle.update(instance, {"parameters": {"usage_allocation_seconds": 51}}, by="me")
    assert (account.total("premium", "one"), account.total("premium", "two"), account.total("premium")) == (0, 50, 50)


def test_the_account_shows_budget_limit_and_what_is_left(cloud: Cloud) -> None:
    """``unallocated_usage_seconds`` is budget less the sum; a plan that the account has not is an empty list."""
    cloud.fake.add_instance("a", allocation_seconds=300)
    plans = cloud.quantum(f"/accounts/{DEFAULT_ACCOUNT_ID}", params={"plan_id": PREMIUM}).json()["plans"]
    assert [(plan["usage_allocation_seconds"], plan["unallocated_usage_seconds"]) for plan in plans] == [(1000, 700)]
    assert "usage_limit_seconds" not in plans[0]
    assert cloud.quantum(f"/accounts/{DEFAULT_ACCOUNT_ID}", params={"plan_id": "none"}).json()["plans"] == []
    assert cloud.quantum("/accounts/ffff").status_code == 403


def test_a_deleted_instance_can_still_be_read(cloud: Cloud) -> None:
    """DELETE is 204, then GET 200 ``removed``, DELETE 410; it leaves the list and the budget."""
    crn = cloud.fake.add_instance("a", allocation_seconds=300).crn
    assert cloud.controller("DELETE", crn).status_code == 204
    assert cloud.controller("GET", crn).json()["state"] == "removed"
    assert cloud.controller("DELETE", crn).status_code == 410
    assert cloud.patch(crn, usage_allocation_seconds="1").status_code == 410
    assert cloud.controller("GET").json()["resources"] == []
    assert cloud.quantum("/instances/usage", crn=crn).status_code == 404
    assert cloud.fake.total() == 0


def test_a_deleted_instance_may_wait_for_reclamation(cloud: Cloud) -> None:
    """In reclamation another DELETE is 422; it can be restored, or reclaimed for good."""
    cloud.fake.behaviour.reclamation = True
    instance = cloud.fake.add_instance("a", allocation_seconds=300)
    cloud.controller("DELETE", instance.crn)
    assert cloud.controller("GET", instance.crn).json()["state"] == "pending_reclamation"
    assert cloud.controller("DELETE", instance.crn).status_code == 422
    waiting = cloud.controller("GET", "/v1/reclamations", params={"resource_instance_id": instance.guid}).json()
    act = f"/v1/reclamations/{waiting['resources'][0]['id']}/actions"
    cloud.controller("POST", f"{act}/restore")
    assert cloud.controller("GET", instance.crn).json()["state"] == "active"
    cloud.controller("DELETE", instance.crn)
    cloud.controller("POST", f"{act}/reclaim")
    assert cloud.controller("GET", instance.crn).json()["state"] == "removed"
    assert cloud.controller("POST", f"{act}/restore").status_code == 404


def test_keys_keep_an_instance_alive_unless_recursive(cloud: Cloud) -> None:
    """A delete fails while keys exist and takes them along if told to."""
    crn = cloud.fake.add_instance("a", service_keys=2).crn
    assert cloud.controller("DELETE", crn).status_code == 400
    assert cloud.controller("DELETE", crn, params={"recursive": "true"}).status_code == 204


def test_a_locked_instance_cannot_be_changed_or_deleted(cloud: Cloud) -> None:
    """Lock, refuse, unlock, accept; ``Entity-Lock`` locks from birth."""
    crn = cloud.fake.add_instance("a", allocation_seconds=10).crn
    assert cloud.controller("POST", f"{crn}//lock").json()["locked"] is True
    assert cloud.patch(crn, usage_allocation_seconds="20").status_code == 400
    assert cloud.controller("DELETE", crn).status_code == 400
    assert cloud.controller("DELETE", f"{crn}//lock").json()["last_operation"]["type"] == "unlock"
    assert cloud.patch(crn, usage_allocation_seconds="20").status_code == 200
    cloud.session.headers["Entity-Lock"] = "true"
    assert cloud.create().json()["locked"] is True


def test_tags_of_a_creation_are_kept_by_global_tagging(cloud: Cloud) -> None:
    """The instance has no tags; the tagging service lists, attaches and detaches them."""
    crn = cloud.create(tags=["One", "two"]).json()["crn"]
    tags = cloud.endpoints["IBMCLOUD_GT_API_ENDPOINT"]
    body = {"resources": [{"resource_id": crn}], "tag_names": ["three"]}
    assert "tags" not in cloud.controller("GET", crn).json()
    cloud.session.post(f"{tags}/v3/tags/attach", json=body, timeout=10)
    cloud.session.post(f"{tags}/v3/tags/detach", json={**body, "tag_names": ["TWO"]}, timeout=10)
    listed = cloud.session.get(f"{tags}/v3/tags", params={"attached_to": crn}, timeout=10).json()
    assert [item["name"] for item in listed["items"]] == ["one", "three"]


def test_resource_groups_are_listed(cloud: Cloud) -> None:
    """The account's groups are there to choose from by name."""
    groups = cloud.controller("GET", "/v2/resource_groups", params={"name": "Default"}).json()["resources"]
    assert [group["name"] for group in groups] == ["Default"]
    assert cloud.create(resource_group=groups[0]["id"]).status_code == 201


@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.sampled_from(["patch", "delete", "create"]), st.integers(0, 700)), max_size=30
    )
)
def test_the_total_never_passes_the_budget_and_is_always_the_sum(steps: list[tuple[int, str, int]]) -> None:
    """Whatever is written in whatever order, the running total equals a fresh sum and stays within the budget."""
    fake = make_fake()
    lifecycle = Lifecycle(fake.account, fake.behaviour)
    for number in range(4):
        fake.add_instance(f"i{number}", allocation_seconds=100)
    for target, what, seconds in steps:
        instance = fake.account.instances[target]
        parameters = {"parameters": {"usage_allocation_seconds": seconds}}
        group = instance.resource_group_id
        try:
            if what == "patch":
                lifecycle.update(instance, parameters, by="me")
            elif what == "delete":
                lifecycle.delete(instance, recursive=True, by="me")
            else:
                required = {"name": "n", "target": "eu-de", "resource_group": group, "resource_plan_id": PREMIUM}
                lifecycle.create({**required, **parameters}, by="me")
        except Refused:
            pass
        live = [each for each in fake.account.instances if each.state == "active"]
        assert fake.total() == sum(each.allocation_seconds or 0 for each in live)
        assert fake.total() <= fake.highest_total() <= 1000
