"""An account in a file: whole, fresh, and as it was observed."""

import json
from datetime import timedelta

import pytest

from pulumi_ibm_quantum.fake import DEFAULT_API_KEY, Fake
from pulumi_ibm_quantum.planning import Observation, decide
from pulumi_ibm_quantum.review import SNAPSHOT_AGE, Snapshot, SnapshotError
from tests.support.changes import teams


def test_a_snapshot_is_what_was_observed(observation: Observation) -> None:
    """Written and read again; the same account has the same bytes, and no key."""
    text = Snapshot(observation).to_json()

    assert Snapshot.from_json(text, "s.json").observation == observation
    assert Snapshot(Snapshot.from_json(text, "s.json").observation).to_json() == text
    assert DEFAULT_API_KEY not in text


def test_a_new_net_grant_can_be_decided_on(fake: Fake, observation: Observation) -> None:
    """The days are there though no entry needed them when it was taken."""
    grant = {"start_date": (fake.now - timedelta(days=20)).isoformat(), "net_grant_seconds": "2h"}
    head = teams(fake, busy={"limit_seconds": "9h", "net_grants": [grant]})

    assert decide(head, observation).instances[0].outcome.new_limit.seconds != 9 * 3600


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"schema": "ibm-quantum-snapshot-1"}', "{", "\xff"])
def test_something_else_is_no_snapshot(text: str) -> None:
    """One sentence, with the file and what writes one or what is wrong."""
    with pytest.raises(SnapshotError, match=r"^s\.json: ") as refusal:
        Snapshot.from_json(text.encode("latin-1"), "s.json")
    assert "\n" not in str(refusal.value)


def test_a_snapshot_that_was_edited_is_refused(observation: Observation) -> None:
    """Its digest tells."""
    document = json.loads(Snapshot(observation).to_json())
    document["observation"]["consumed_seconds"] += 1

    with pytest.raises(SnapshotError, match="its digest is another"):
        Snapshot.from_json(json.dumps(document), "s.json")


@pytest.mark.parametrize(
    ("age", "refusal"),
    [
        (timedelta(0), ""),
        (SNAPSHOT_AGE, ""),
        (SNAPSHOT_AGE + timedelta(minutes=1), "is 2h 1m old, more than 2h"),
        (timedelta(minutes=-5), ""),
        (timedelta(hours=-1), "is of 1h from now"),
    ],
)
def test_a_snapshot_has_an_age(observation: Observation, age: timedelta, refusal: str) -> None:
    """Neither too old nor of a time to come; a clock may be some minutes wrong."""
    snapshot = Snapshot(observation, "s.json")
    if not refusal:
        snapshot.demand_fresh(observation.moment + age, SNAPSHOT_AGE)
        return
    with pytest.raises(SnapshotError, match=refusal):
        snapshot.demand_fresh(observation.moment + age, SNAPSHOT_AGE)
