"""An account in a file: whole, fresh, and as it was observed."""

import json
from datetime import date, timedelta
from typing import Any

import pytest

from pulumi_ibm_quantum.fake import DEFAULT_API_KEY, Fake
from pulumi_ibm_quantum.forecast import JobsOfDay
from pulumi_ibm_quantum.planning import Observation, decide
from pulumi_ibm_quantum.planning.job_days import JobDays
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


JOBS = JobDays(
    {
        "crn:a": [
            JobsOfDay(date(2026, 11, 17), "ibm_kyiv", 2, 40.123, 30.5, 200.001),
            JobsOfDay(date(2026, 11, 16), "ibm_fez", 1, 0.0, 0.0, 0.0),
        ],
        "crn:b": [],
    }
)


def test_a_snapshot_may_keep_what_was_run(observation: Observation) -> None:
    """In the order in which it was read; what was observed has the digest that it has without."""
    text = Snapshot(observation, jobs=JOBS).to_json()
    found = Snapshot.from_json(text, "s.json")

    assert found.jobs == JOBS
    assert found.to_json() == text
    assert json.loads(text)["digest"] == observation.digest


def test_a_snapshot_without_jobs_is_as_it_always_was(observation: Observation) -> None:
    """One that an older release took is read, and has none."""
    text = Snapshot(observation).to_json()

    assert set(json.loads(text)) == {"schema", "digest", "moment", "observation"}
    assert Snapshot.from_json(text, "s.json").jobs is None


@pytest.mark.parametrize(
    ("path", "value", "refusal"),
    [
        (("jobs", "days", "crn:a", 0, 3), 41.0, "its digest is another"),
        (("jobs_digest",), None, "its digest is another"),
        (("jobs",), None, "not of the form ibm-quantum-jobs-1"),
        (("jobs", "schema"), "ibm-quantum-jobs-2", "not of the form ibm-quantum-jobs-1"),
        (("jobs", "days", "crn:a", 0, 0), "soon", "days.crn:a.0.0: "),
        (("jobs", "days", "crn:a", 0, 2), 0, "days.crn:a.0.2: "),
        (("jobs", "days", "crn:a", 0), [], "days.crn:a.0.0: "),
        (("jobs", "days"), [], "days.: Input should be"),
    ],
)
def test_jobs_that_were_edited_are_refused(
    observation: Observation, path: tuple[Any, ...], value: object, refusal: str
) -> None:
    """By their own digest, or because they are something else; in one line with the file."""
    document = place = json.loads(Snapshot(observation, jobs=JOBS).to_json())
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    with pytest.raises(SnapshotError, match=r"^s\.json: ") as error:
        Snapshot.from_json(json.dumps(document), "s.json")
    assert refusal in str(error.value)
    assert "\n" not in str(error.value)


def test_a_snapshot_ages_by_the_clock_that_it_was_taken_by(observation: Observation) -> None:
    """Not by the service's, which may be another, as that of a simulated account is."""
    taken = observation.moment + timedelta(days=17)
    now = taken + timedelta(hours=1)
    found = Snapshot.from_json(Snapshot(observation, taken=taken).to_json(), "s.json")

    assert found.age(now) == timedelta(hours=1)
    assert Snapshot(observation).age(now) == timedelta(days=17, hours=1)
    with pytest.raises(SnapshotError, match=r"s.json: Invalid isoformat string: 'soon'"):
        Snapshot.from_json(found.to_json().replace(taken.isoformat(), "soon"), "s.json")


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
        snapshot.demand_fresh(age, SNAPSHOT_AGE)
        return
    with pytest.raises(SnapshotError, match=refusal):
        snapshot.demand_fresh(age, SNAPSHOT_AGE)
