"""Runs that decide from a snapshot, are held to an approved report, or are watched by nobody."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from pulumi_ibm_quantum.cloud import Credentials, Endpoints, connect
from pulumi_ibm_quantum.config import load_configuration
from pulumi_ibm_quantum.engine import Result
from pulumi_ibm_quantum.fake import DEFAULT_API_KEY, ApiKey, Fake
from pulumi_ibm_quantum.planning import Scope, decide, observe
from pulumi_ibm_quantum.report.change import Basis, ChangeReport
from pulumi_ibm_quantum.report.change_json import change_document
from pulumi_ibm_quantum.review import Snapshot, Tolerance, effect_of
from tests.support.desk import NEW, Desk, changes, desk, said

UNATTENDED = {"ibm-quantum:unattended": "true"}


def allocations(fake: Fake) -> dict[str, int]:
    return {one.name: one.allocation_seconds or 0 for one in fake.account.instances}


def snapshot(at: Desk) -> Snapshot:
    """The account as it is, in the file ``snapshot.json`` of the project."""
    configuration = load_configuration(at.folder / "stacks" / "project.yaml").configuration
    cloud = connect(Credentials(DEFAULT_API_KEY), Endpoints.from_environment(at.environment))
    taken = Snapshot(observe(cloud, Scope(configuration, whole=True)))
    (at.folder / "snapshot.json").write_text(taken.to_json(), encoding="utf-8")
    return taken


def approve(at: Desk, **entry: Any) -> None:
    """Give ``calm`` other keys, and approve what that does now in the file ``approved.json``."""
    path = at.folder / "stacks" / "project.yaml"
    base = load_configuration(path).configuration
    entries = [{**one, **(entry if one["name"] == "calm" else {})} for one in at.configuration["instances"]]
    at.configure(instances=entries)
    observation = snapshot(at).observation
    effect = effect_of(decide(base, observation), decide(load_configuration(path).configuration, observation))
    report = ChangeReport(Basis(observation.moment, 0.0, observation.digest, None, None), effect, Tolerance())
    (at.folder / "approved.json").write_text(json.dumps(change_document(report)), encoding="utf-8")


FROM_SNAPSHOT = {"ibm-quantum:snapshot": "snapshot.json"}
APPROVED = {"ibm-quantum:approved": "approved.json"}


def refused(at: Desk, fake: Fake, config: dict[str, str]) -> str:
    """Run preview and update, both of which must refuse in the same words and write nothing; return the words."""
    fake.forget_calls()
    preview, update = at.preview(config=config), at.up(config=config)
    assert (preview.ok, update.ok, fake.changes) == (False, False, ())
    assert errors(preview) == errors(update)
    return errors(update)


def errors(result: Result) -> str:
    return "\n".join(one.message for one in result.diagnostics if one.severity == "error")


def test_the_file_decides_whatever_usage_does(at_desk: Desk, fake: Fake) -> None:
    """Preview and update, an hour apart, come to what the snapshot comes to."""
    decided = decide(
        load_configuration(at_desk.folder / "stacks" / "project.yaml").configuration, snapshot(at_desk).observation
    )
    fake.advance(timedelta(hours=1))
    fake.add_usage("idle", 40)
    result = at_desk.up(config=FROM_SNAPSHOT)

    assert result.ok
    assert "Decided from " in said(result)
    assert "which is 1h old" in said(result)
    wanted = {one.name: one.outcome.new_allocation_seconds for one in decided.instances}
    assert allocations(fake) == {**wanted, "nobodys": 10_000}


def test_an_effect_that_is_another_is_refused(at_desk: Desk, fake: Fake) -> None:
    """In preview and update alike, with nothing written: which instance, what was approved, what it is now."""
    approve(at_desk, weight=3)
    fake.add_usage("idle", 30_000)
    words = refused(at_desk, fake, APPROVED)

    assert "the change no longer does what was approved; look at a new report, and approve that" in words
    assert "calm: approved was +2h 34m 51s, now it is +" in words


def test_nothing_is_written_while_observing(at_desk: Desk, fake: Fake) -> None:
    """The decision is told; what is there is taken over as it is, and nothing is created."""
    at_desk.configure(instances=[*at_desk.configuration["instances"], NEW])
    before = allocations(fake)
    result = at_desk.up(config={"ibm-quantum:observe": "true"})

    assert result.ok
    assert (allocations(fake), fake.changes) == (before, ())
    assert "3 instances managed, 3 to be written, 1 to be created." in said(result)
    assert "Observing: nothing is written." in said(result)
    again = at_desk.up(config={"ibm-quantum:observe": "true"})
    assert changes(again) == {}
    assert at_desk.up().ok
    assert allocations(fake) != before


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("unattended", "maybe", "ibm-quantum:unattended must be true or false"),
        ("snapshotMaxAge", "soon", "ibm-quantum:snapshotMaxAge wants whole seconds or a duration"),
    ],
)
def test_a_setting_of_another_kind_is_named(at_desk: Desk, fake: Fake, key: str, value: str, sentence: str) -> None:
    """With its key, before anything is read."""
    assert sentence in refused(at_desk, fake, {f"ibm-quantum:{key}": value})
    assert fake.calls == ()


def test_what_a_run_keeps_holds_no_key(at_desk: Desk, fake: Fake, tmp_path: Path) -> None:
    """Neither do the snapshot and the approved report."""
    approve(at_desk, weight=3)
    assert at_desk.up(config={**APPROVED, **FROM_SNAPSHOT}).ok

    for path in (*at_desk.state_folder.rglob("*.json"), *at_desk.folder.glob("*.json")):
        assert DEFAULT_API_KEY not in path.read_text(encoding="utf-8")


def test_a_guard_knows_what_the_last_run_left_in_the_state(at_desk: Desk, fake: Fake) -> None:
    """A run that nobody watches stops at a write by somebody else, and goes on once somebody has looked."""
    assert at_desk.up().ok
    assert changes(at_desk.up(config=UNATTENDED)) == {}
    fake.change_instance("idle", allocation_seconds=70)

    assert "stopped by a guard: idle was changed by someone-else at " in refused(at_desk, fake, UNATTENDED)
    assert at_desk.up().ok
    assert at_desk.up(config=UNATTENDED).ok


def test_the_other_of_two_stacks_on_an_account_is_noticed(at_desk: Desk, fake: Fake, tmp_path: Path) -> None:
    """Each writes with a key of its own; where nobody watches, neither undoes the other for ever."""
    fake.account.api_keys["key-of-the-other"] = ApiKey("key-of-the-other", iam_id="IBMid-2000")
    (tmp_path / "other").mkdir()
    with desk(tmp_path / "other", fake) as it:
        other = it.with_environment(IBMCLOUD_API_KEY="key-of-the-other")
        other.configure(change_threshold_percent=0, instances=weighted(at_desk, idle=3))
        assert at_desk.up().ok
        assert other.up().ok
        fake.advance(timedelta(minutes=5))
        first = refused(at_desk, fake, UNATTENDED)
        assert at_desk.up().ok
        fake.advance(timedelta(minutes=5))
        second = refused(other, fake, UNATTENDED)

    assert "stopped by a guard: idle was changed by IBMid-2000 at " in first
    assert "stopped by a guard: idle was changed by IBMid-1000 at " in second


def weighted(at: Desk, **weights: int) -> list[dict[str, Any]]:
    return [
        {**one, "weight": weights.get(one["name"], 1), "minimum_allocation_seconds": 500 * weights.get(one["name"], 1)}
        for one in at.configuration["instances"]
    ]


IN_A_COMPONENT = """
import os

import pulumi

from pulumi_ibm_quantum import FairShare


class Team(pulumi.ComponentResource):
    def __init__(self):
        super().__init__("example:index:Team", "team")
        FairShare(
            "account",
            configuration="stacks/project.yaml",
            unattended="UNATTENDED" in os.environ,
            opts=pulumi.ResourceOptions(parent=self),
        )


Team()
"""


def test_a_guard_knows_the_last_run_of_what_a_component_of_somebodys_declares(at_desk: Desk, fake: Fake) -> None:
    """Its name in the state begins with that of the component; and what holds may be a keyword of the program."""
    (at_desk.folder / "stacks" / "__main__.py").write_text(IN_A_COMPONENT, encoding="utf-8")
    assert at_desk.up().ok
    fake.change_instance("idle", allocation_seconds=70)

    result = at_desk.with_environment(UNATTENDED="1").preview()
    assert "stopped by a guard: idle was changed by someone-else at " in errors(result)


def test_a_freeze_stops_an_update_and_lets_a_preview_show_what_waits(at_desk: Desk, fake: Fake) -> None:
    """With a warning that it would stop."""
    at_desk.configure(freeze=True)
    preview, update = at_desk.preview(), at_desk.up()

    assert (preview.ok, update.ok, fake.changes) == (True, False, ())
    assert "stopped by a guard: the configuration says freeze, and 3 instances would change" in said(preview)
    assert "stopped by a guard: the configuration says freeze" in errors(update)
