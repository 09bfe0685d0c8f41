"""States that released versions wrote: they must refresh, preview and destroy for ever."""

import json
from pathlib import Path

import pytest

from pulumi_ibm_quantum.engine import import_state
from tests.support.desk import NEW, Desk, changes, desk, three_teams

STATES = sorted((Path(__file__).parent / "states").glob("*.json"))


def restore(state: Path, at: Desk) -> None:
    """Make the account what it was when the state was written, and take the state over."""
    exported = json.loads(state.read_text(encoding="utf-8"))
    for resource in exported["deployment"]["resources"]:
        if not resource["type"].endswith(":InstanceAllocation"):
            continue
        name = resource["urn"].rpartition("::")[2]
        if name == NEW["name"]:
            guid = resource["id"].split(":")[7]
            at.fake.add_instance(name, region="eu-de", guid=guid, resource_group_id=NEW["create"]["resource_group"])  # type: ignore[index]
        settings = {"allocation_seconds": int(resource["outputs"]["allocation_seconds"])}
        if "limit_seconds" in resource["outputs"]:
            settings["limit_seconds"] = int(resource["outputs"]["limit_seconds"])
        at.fake.change_instance(resource["id"], **settings)
    at.configure(instances=[*at.configuration["instances"], NEW])
    import_state(at.stack, exported)


@pytest.mark.parametrize("state", STATES, ids=lambda path: path.stem)
def test_a_released_state_is_taken_over(state: Path, tmp_path: Path) -> None:
    """It previews without changes, refreshes, and is destroyed, by today's code."""
    with desk(tmp_path, three_teams()) as at:
        restore(state, at)

        assert changes(at.preview()) == {}
        assert at.refresh().ok
        at.configure(instances=[*at.configuration["instances"][:-1], {**NEW, "protect": False}])
        assert at.up().ok
        assert at.destroy().ok
        assert at.fake.instance("new").state == "removed"


def test_there_is_a_state_of_this_version() -> None:
    """Each release adds the state that it writes."""
    assert "0.1.0" in {state.stem for state in STATES}
