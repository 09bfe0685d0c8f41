"""The Resource Controller: list, read, change."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from pulumi_ibm_quantum.fake import PLAN_IDS, SERVICE_ID, PatchMode
from tests.support.fake_cloud import PREMIUM, Cloud


def pages(cloud: Cloud, **params: Any) -> list[list[str]]:
    """Follow ``next_url`` to the end and return the names on each page."""
    found = []
    while True:
        document = cloud.controller("GET", params=params).json()
        assert document["rows_count"] == len(document["resources"])
        found.append([resource["name"] for resource in document["resources"]])
        if document["next_url"] is None:
            return found
        params = {"start": parse_qs(urlsplit(document["next_url"]).query)["start"][0]}


def test_pages_hold_every_instance_once_and_keep_the_filters(cloud: Cloud) -> None:
    """``start`` alone leads through all that the first page's filters select."""
    for number in range(7):
        cloud.fake.add_instance(f"i{number}", region="eu-de" if number == 3 else "us-east")
    cloud.fake.change_instance("i5", state="removed")
    assert pages(cloud, limit=2) == [["i0", "i1"], ["i2", "i3"], ["i4", "i6"]]
    assert pages(cloud, limit=3, resource_plan_id=PLAN_IDS["flex"]) == [[]]
    assert pages(cloud, limit=1, state="removed") == [["i5"]]


def test_a_page_holds_a_hundred_unless_told_otherwise(cloud: Cloud) -> None:
    """Whoever reads only the first page of a large account misses the rest."""
    for number in range(101):
        cloud.fake.add_instance(f"i{number}")
    assert [len(page) for page in pages(cloud)] == [100, 1]


@pytest.mark.parametrize("limit", ["0", "101", "x"])
def test_a_page_size_outside_1_to_100_is_refused(cloud: Cloud, limit: str) -> None:
    """The page size is checked."""
    answer = cloud.controller("GET", params={"limit": limit})
    assert (answer.status_code, answer.json()["status_code"]) == (400, 400)


def test_a_start_that_is_no_page_is_refused(cloud: Cloud) -> None:
    """A made-up ``start`` is 400, not the first page again."""
    assert cloud.controller("GET", params={"start": "bm9uc2Vuc2U="}).status_code == 400


def test_the_list_filters_by_name_service_and_time_of_change(cloud: Cloud) -> None:
    """``name``, ``resource_id``, ``guid`` and ``updated_from`` select; names need not be unique."""
    first = cloud.fake.add_instance("twin")
    second = cloud.fake.add_instance("twin")
    cloud.fake.add_instance("other")
    cloud.fake.advance(60)
    cloud.patch(second.crn, usage_allocation_seconds="5")
    assert pages(cloud, name="twin", resource_id=SERVICE_ID, resource_plan_id=PREMIUM) == [["twin", "twin"]]
    assert pages(cloud, guid=first.guid) == [["twin"]]
    assert pages(cloud, updated_from="2026-11-02T08:00:30Z") == [["twin"]]
    assert pages(cloud, resource_id="something-else") == [[]]


def test_an_instance_is_found_by_crn_and_by_guid(cloud: Cloud) -> None:
    """Both identities lead to the same document, whose id is the CRN."""
    instance = cloud.fake.add_instance("a", allocation_seconds=7, limit_seconds=9)
    by_crn = cloud.controller("GET", instance.crn).json()
    assert by_crn == cloud.controller("GET", instance.guid).json()
    assert by_crn["id"] == by_crn["crn"] == instance.crn
    assert by_crn["extensions"] == {
        "usage_allocation_seconds": 7,
        "instance_limit_seconds": 9,
        "backends": ["ANY"],
    }
    missing = cloud.controller("GET", "no-such-guid")
    assert missing.status_code == 404
    assert set(missing.json()) == {"message", "status_code", "error_code", "transaction_id"}


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ({"usage_allocation_seconds": "50", "instance_limit_seconds": "60", "backends": ["b"]}, (50, 60, ["b"])),
        ({"usage_allocation_seconds": 50, "instance_limit_seconds": None, "backends": []}, (50, None, [])),
        ({"usage_allocation_seconds": "0", "unknown_key": {"x": 1}}, (0, None, ["ANY"])),
    ],
)
def test_strings_and_integers_read_back_as_integers(cloud: Cloud, sent: dict[str, Any], shown: tuple[Any, ...]) -> None:
    """``extensions`` has integers or null whatever was sent, ``parameters`` what was sent."""
    crn = cloud.fake.add_instance("a", allocation_seconds=10).crn
    cloud.patch(crn, **sent)
    document = cloud.controller("GET", crn).json()
    assert tuple(document["extensions"].values()) == shown
    assert document["parameters"] == sent


@pytest.mark.parametrize("value", ["-1", "1.5", " 5", "5s", -1, 1.5, True, [5]])
def test_seconds_that_are_no_digits_are_refused(cloud: Cloud, value: object) -> None:
    """Anything but digits, an integer or null is 400 and changes nothing."""
    crn = cloud.fake.add_instance("a", allocation_seconds=10).crn
    answer = cloud.patch(crn, usage_allocation_seconds=value)
    assert answer.status_code == 400
    assert answer.json()["error_code"] == "RC-ServiceBrokerErrorResponse"
    assert cloud.fake.instance(crn).allocation_seconds == 10


@pytest.mark.parametrize(
    ("mode", "shown", "enforced"),
    [
        (PatchMode.REPLACE, (200, None, ["ANY"]), (None, ["ibm_alpha", "ibm_beta"])),
        (PatchMode.MERGE, (200, 300, ["ibm_beta"]), ("300", ["ibm_beta"])),
        (PatchMode.SPLIT, (200, 300, ["ibm_beta"]), (None, ["ibm_alpha", "ibm_beta"])),
    ],
)
def test_what_a_patch_leaves_out_depends_on_the_mode(
    cloud: Cloud, mode: PatchMode, shown: tuple[Any, ...], enforced: tuple[Any, ...]
) -> None:
    """Replace wipes it, merge keeps it, split shows it and enforces it no more."""
    cloud.fake.behaviour.patch_mode = mode
    crn = cloud.fake.add_instance("a", allocation_seconds=100, limit_seconds=300, backends=["ibm_beta"]).crn
    cloud.patch(crn, usage_allocation_seconds="200")
    assert tuple(cloud.controller("GET", crn).json()["extensions"].values()) == shown
    runtime = cloud.quantum("/instance", crn=crn).json()
    assert (runtime.get("instance_limit_seconds"), runtime["backends"]) == enforced


def test_in_split_mode_the_limit_stops_nothing_though_it_still_shows(cloud: Cloud) -> None:
    """The trap of a partial PATCH: the read-back says 300, usage of 400 is not stopped."""
    cloud.fake.behaviour.patch_mode = PatchMode.SPLIT
    crn = cloud.fake.add_instance("a", allocation_seconds=100, limit_seconds=300).crn
    cloud.fake.add_usage(crn, 400)
    assert cloud.quantum("/instances/usage", crn=crn).json()["usage_limit_reached"] is True
    cloud.patch(crn, usage_allocation_seconds="200")
    assert cloud.controller("GET", crn).json()["extensions"]["instance_limit_seconds"] == 300
    assert "usage_limit_reached" not in cloud.quantum("/instances/usage", crn=crn).json()


def test_a_patch_that_repeats_the_last_one_is_answered_and_ignored(cloud: Cloud) -> None:
    """Without a fresh timestamp a repeat does not undo what someone else changed in between."""
    crn = cloud.fake.add_instance("a", allocation_seconds=10).crn
    wanted = {"usage_allocation_seconds": "100", "timestamp": "2026-11-02T08:00:00.001Z"}
    cloud.patch(crn, **wanted)
    cloud.fake.change_instance(crn, allocation_seconds=55)
    assert cloud.patch(crn, **wanted).status_code == 200
    assert cloud.fake.instance(crn).allocation_seconds == 55
    cloud.patch(crn, **{**wanted, "timestamp": "2026-11-02T08:00:00.002Z"})
    assert cloud.fake.instance(crn).allocation_seconds == 100
    assert [call.changed for call in cloud.fake.writes] == [True, False, True]


def test_a_timestamp_that_goes_back_may_be_told_to_be_ignored(cloud: Cloud) -> None:
    """With ``advancing_timestamp`` only a later timestamp counts."""
    cloud.fake.behaviour.advancing_timestamp = True
    crn = cloud.fake.add_instance("a").crn
    cloud.patch(crn, usage_allocation_seconds="100", timestamp="2026-11-02T08:00:05Z")
    cloud.patch(crn, usage_allocation_seconds="200", timestamp="2026-11-02T08:00:04Z")
    assert cloud.fake.instance(crn).allocation_seconds == 100


def test_reads_may_lag_behind_a_write(cloud: Cloud) -> None:
    """With a read lag of 2 the PATCH is 202, two reads show the old values and the third the new ones."""
    crn = cloud.fake.add_instance("a", allocation_seconds=10).crn
    cloud.fake.behaviour.read_lag = 2
    assert cloud.patch(crn, usage_allocation_seconds="20").status_code == 202
    reads = [cloud.controller("GET", crn).json() for _ in range(3)]
    assert [read["extensions"]["usage_allocation_seconds"] for read in reads] == [10, 10, 20]
    assert [read["last_operation"]["state"] for read in reads] == ["in progress", "in progress", "succeeded"]
    assert cloud.fake.total() == 20


def test_lists_may_lag_behind_a_creation(cloud: Cloud) -> None:
    """With a list lag of 4 seconds a new instance is read singly at once, and listed only after so many seconds."""
    cloud.fake.add_instance("old")
    cloud.fake.advance(60)
    cloud.fake.behaviour.list_lag_seconds = 4
    crn = cloud.create("new").json()["crn"]
    assert pages(cloud) == [["old"]]
    assert cloud.controller("GET", crn).json()["name"] == "new"
    cloud.fake.advance(4)
    assert pages(cloud) == [["old", "new"]]


def test_a_rename_keeps_the_configuration(cloud: Cloud) -> None:
    """A PATCH without ``parameters`` touches none of them."""
    crn = cloud.fake.add_instance("a", allocation_seconds=10, limit_seconds=20).crn
    assert cloud.controller("PATCH", crn, json={"name": "b"}).json()["name"] == "b"
    assert cloud.fake.instance("b").limit_seconds == 20
    assert cloud.controller("PATCH", crn, json={"name": "bad/name"}).status_code == 400
    assert cloud.controller("PATCH", crn, json={"resource_plan_id": PLAN_IDS["flex"]}).status_code == 400


def test_the_open_plan_reads_back_its_own_limit() -> None:
    """On the Open plan no limit and null both read back as 600 seconds."""
    from pulumi_ibm_quantum.fake import DEFAULT_API_KEY, Account, ApiKey, Fake, Subscription, mock_ibm_quantum

    plan = PLAN_IDS["open"]
    fake = Fake(Account(subscriptions=[Subscription("open", plan, "open")], api_keys=[ApiKey(DEFAULT_API_KEY)]))
    with mock_ibm_quantum(fake):
        cloud = Cloud(
            fake,
            {
                "IBMCLOUD_IAM_API_ENDPOINT": "https://iam.cloud.ibm.com",
                "IBMCLOUD_RESOURCE_CONTROLLER_API_ENDPOINT": "https://resource-controller.cloud.ibm.com",
            },
        )
        cloud.sign_in()
        crn = cloud.create(resource_plan_id=plan).json()["crn"]
        assert fake.instance(crn).limit_seconds == 600
        cloud.patch(crn, instance_limit_seconds=None)
        assert fake.instance(crn).limit_seconds == 600


def test_empty_custom_functions_are_422(cloud: Cloud) -> None:
    """The broker refuses ``custom_functions`` without permissions (seen on staging)."""
    crn = cloud.fake.add_instance("a").crn
    assert cloud.patch(crn, custom_functions={"permissions": None}).status_code == 422
    assert cloud.quantum("/functions", crn=crn).status_code == 204
    cloud.patch(crn, functions=[], custom_functions={"permissions": ["run"]})
    assert cloud.quantum("/functions", crn=crn).json() == {
        "functions": [],
        "custom_functions": {"permissions": ["run"]},
    }
