"""Bad input: one clear message for each thing that is wrong, a failed run, and nothing written."""

from collections.abc import Callable
from typing import Any

import pytest

from pulumi_ibm_quantum.fake import Fake, Fault
from tests.support.desk import NEW, Desk, said

Break = Callable[[Desk, Fake], Any]


def project_file(desk: Desk) -> Any:
    return desk.folder / "stacks" / "project.yaml"


def a_missing_file(desk: Desk, _: Fake) -> None:
    project_file(desk).unlink()


def a_directory(desk: Desk, _: Fake) -> None:
    project_file(desk).unlink()
    project_file(desk).mkdir()


def broken_yaml(desk: Desk, _: Fake) -> None:
    project_file(desk).write_text("version: 3\ninstances: [\n")


def a_wrong_type(desk: Desk, _: Fake) -> None:
    desk.configure(minimum_allocation_seconds=[60])


def an_unknown_key(desk: Desk, _: Fake) -> None:
    desk.configure(minimum_alocation_seconds=60)


def a_crn_of_another_account(desk: Desk, _: Fake) -> None:
    entries = desk.configuration["instances"]
    desk.configure(instances=[{**entries[0], "crn": entries[0]["crn"].replace("a/0123", "a/ffff")}])


def an_archived_instance(_: Desk, fake: Fake) -> None:
    fake.change_instance("idle", allocation_seconds=0)


def a_duplicate_crn(desk: Desk, _: Fake) -> None:
    entries = desk.configuration["instances"]
    desk.configure(instances=[*entries, {**entries[0], "name": "other"}])


def a_duplicate_name(desk: Desk, _: Fake) -> None:
    entries = desk.configuration["instances"]
    desk.configure(instances=[entries[0], {**entries[1], "name": entries[0]["name"]}])


def an_unaffordable_minimum(desk: Desk, _: Fake) -> None:
    desk.configure(minimum_allocation_seconds=50_000)


def two_instances_for_one_entry(desk: Desk, fake: Fake) -> None:
    for _ in range(2):
        fake.add_instance("new", region="eu-de", allocation_seconds=1)
    desk.configure(instances=[*desk.configuration["instances"], NEW])


def unreadable_usage(_: Desk, fake: Fake) -> None:
    fake.inject(Fault("usage.get", crn=fake.instance("calm").crn, status=404, count=None))


def an_unknown_instance(desk: Desk, fake: Fake) -> None:
    fake.change_instance("calm", state="removed")


@pytest.mark.parametrize(
    ("break_it", "parts"),
    [
        (a_missing_file, ["project.yaml"]),
        (a_directory, ["project.yaml", "director"]),
        (broken_yaml, ["project.yaml:2:", "not valid YAML"]),
        (a_wrong_type, ["project.yaml:", "minimum_allocation_seconds"]),
        (an_unknown_key, ["minimum_alocation_seconds", "minimum_allocation_seconds"]),
        (a_crn_of_another_account, ["instances[0].crn", "account"]),
        (an_archived_instance, ["instance idle", "archived"]),
        (a_duplicate_crn, ["instances[3].crn"]),
        (a_duplicate_name, ["instances[1].name"]),
        (an_unaffordable_minimum, ["must not be applied", "50000", "lower minimum_allocation_seconds"]),
        (two_instances_for_one_entry, ["instance new", "2 instances in eu-de", "crn"]),
        (unreadable_usage, ["instance calm", "could not read the usage"]),
        (an_unknown_instance, ["instance calm", "no active instance"]),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_bad_input_is_explained_and_changes_nothing(
    at_desk: Desk, fake: Fake, break_it: Break, parts: list[str]
) -> None:
    """The message names the place or the instance, there is no traceback, and neither service nor state is touched."""
    break_it(at_desk, fake)
    result = at_desk.up()

    assert not result.ok
    for part in parts:
        assert part in said(result)
    assert "Traceback" not in said(result)
    assert fake.writes == ()


@pytest.mark.parametrize(
    ("environment", "parts"),
    [
        ({"IBMCLOUD_API_KEY": "a-wrong-key-5678"}, ["the API key was refused"]),
        ({"IBMCLOUD_API_KEY": ""}, ["IBMCLOUD_API_KEY"]),
        ({"IBMCLOUD_API_KEY": "manager-key"}, ["403", "account-configuration.read"]),
        ({"IBMCLOUD_QUANTUM_API_ENDPOINT": "http://quantum.example.com"}, ["IBMCLOUD_QUANTUM_API_ENDPOINT", "https"]),
        ({"IBMCLOUD_RESOURCE_CONTROLLER_API_ENDPOINT": "http://127.0.0.1:9"}, ["http://127.0.0.1:9"]),
    ],
)
def test_a_key_or_service_that_does_not_work_is_explained(
    at_desk: Desk, fake: Fake, environment: dict[str, str], parts: list[str]
) -> None:
    """What is wrong with the key, its rights or an address is said in a sentence, without the key."""
    result = at_desk.with_environment(**environment).up()

    assert not result.ok
    for part in parts:
        assert part in said(result)
    assert "Traceback" not in said(result)
    assert "a-wrong-key-5678" not in said(result)
    assert fake.writes == ()
