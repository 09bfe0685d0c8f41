"""Resource groups of new instances: by name or by id, looked up where that matters."""

from dataclasses import replace
from typing import Any

import pytest

from pulumi_ibm_quantum.cloud import Cloud
from pulumi_ibm_quantum.config import LoadedConfiguration, parse_configuration
from pulumi_ibm_quantum.fake import DEFAULT_ACCOUNT_ID, Fake, Fault
from pulumi_ibm_quantum.planning import Decision, PlanningError, Scope, decide, observe
from tests.support.desk import RESOURCE_GROUP

pytestmark = pytest.mark.usefixtures("hurry")

RESEARCH = "bbbb" * 8


def loaded(group: str, name: str = "new") -> LoadedConfiguration:
    """A file with one entry that is created as code."""
    return parse_configuration(
        f"version: 3\naccount_id: {DEFAULT_ACCOUNT_ID}\nplan: premium\ninstances:\n"
        f"  - name: {name}\n    create:\n      target: us-east\n      resource_group: {group}\n",
        source="project.yaml",
    )


def decision(cloud: Cloud, group: str, name: str = "new") -> Decision:
    configuration = loaded(group, name)
    return decide(configuration, observe(cloud, Scope(configuration.configuration)))


def group_of(decided: Decision) -> Any:
    create = decided.instances[0].entry.create
    assert create is not None
    return create.resource_group


@pytest.fixture(autouse=True)
def _groups(fake: Fake) -> None:
    fake.account.resource_groups |= {RESEARCH: "Research 1", "odd-id": "Odd"}


@pytest.mark.parametrize(
    ("given", "group"),
    [("Default", RESOURCE_GROUP), ("Research 1", RESEARCH), (RESEARCH, RESEARCH), ("odd-id", "odd-id")],
)
def test_a_group_is_given_by_name_or_by_id(cloud: Cloud, given: str, group: str) -> None:
    """What is declared is the id, whatever ids look like."""
    decided = decision(cloud, given)

    assert group_of(decided) == group
    assert decided.warnings == ()


@pytest.mark.parametrize("given", ["Reserch 1", "research 1", "cccccccccccccccccccccccccccccccc"])
def test_an_unknown_group_is_one_line_in_the_files_line(cloud: Cloud, fake: Fake, given: str) -> None:
    """With the nearest name and all that there are, before anything is declared; by name where there is no text."""
    with pytest.raises(PlanningError) as error:
        decision(cloud, given)
    near = " (did you mean Research 1?)" if "1" in given else ""
    said = f'is no resource group that this key can see, found "{given}"{near}; there is Default, Odd, Research 1'

    assert str(error.value) == f"project.yaml:8:7: instances[0].create.resource_group: {said}"
    configuration = loaded(given).configuration
    with pytest.raises(PlanningError, match=r"^instance new: create\.resource_group is no resource group"):
        decide(configuration, observe(cloud, Scope(configuration)))
    assert fake.writes == ()


def test_a_name_that_two_groups_have_is_refused(cloud: Cloud, fake: Fake) -> None:
    """Their ids are told."""
    fake.account.resource_groups["another"] = "Default"

    with pytest.raises(
        PlanningError, match=f"is the name of 2 resource groups; give the id: {RESOURCE_GROUP}, another"
    ):
        decision(cloud, "Default")


def test_groups_are_read_only_where_they_matter(cloud: Cloud, fake: Fake) -> None:
    """For a new instance, and for a name; an instance that is there, with its id in the file, costs no call."""
    fake.add_instance("there", region="us-east", allocation_seconds=600)
    fake.forget_calls()
    decision(cloud, RESOURCE_GROUP, "there")
    assert "resource_groups.list" not in [call.route for call in fake.calls]

    assert group_of(decision(cloud, "Default", "there")) == RESOURCE_GROUP
    assert [call.route for call in fake.calls].count("resource_groups.list") == 1


def test_a_key_that_may_not_list_groups_can_create_by_id(cloud: Cloud, fake: Fake) -> None:
    """A warning says that nobody could check it."""
    fake.inject(Fault("resource_groups.list", status=403, count=None))
    decided = decision(cloud, "dddd" * 8)

    assert group_of(decided) == "dddd" * 8
    assert len(decided.warnings) == 1
    assert decided.warnings[0].startswith('instance new: whether there is a resource group "dddd')


def test_what_was_observed_holds_the_groups(cloud: Cloud) -> None:
    """A saved observation decides the same, and one without groups tells another digest."""
    configuration = loaded("Research 1")
    observation = observe(cloud, Scope(configuration.configuration))
    again = type(observation).from_json(observation.to_json())

    assert decide(configuration, again) == decide(configuration, observation)
    assert replace(observation, resource_groups=None).digest != observation.digest
