"""Waits without a change and with it, forecast from a snapshot."""

from collections.abc import Iterator
from math import inf
from typing import Any

import pytest

from pulumi_ibm_quantum.cloud import Cloud
from pulumi_ibm_quantum.config import ProjectConfiguration, parse_configuration
from pulumi_ibm_quantum.fake import Fake, mock_ibm_quantum
from pulumi_ibm_quantum.planning import Observation, decide
from pulumi_ibm_quantum.planning.account_history import account_history, read_history, read_job_days
from pulumi_ibm_quantum.planning.forecasting import forecast_waits
from pulumi_ibm_quantum.review import Snapshot, effect_of
from pulumi_ibm_quantum.review.effect import canonical
from pulumi_ibm_quantum.review.waits import waits_under
from tests.support.accounts_with_days import crowded, work
from tests.support.changes import effect, teams
from tests.support.desk import NEW, UNCONFIGURED

CREATE = {"target": "us-east", "resource_group": "Default"}


@pytest.fixture
def fake() -> Iterator[Fake]:
    """The crowded account, on which somebody whom nobody configured runs a little."""
    fake = crowded()
    fake.add_instance(UNCONFIGURED, allocation_seconds=100_000)
    work(fake, UNCONFIGURED, 2)
    with mock_ibm_quantum(fake):
        yield fake


@pytest.fixture
def snapshot(fake: Fake, cloud: Cloud, observation: Observation) -> Snapshot:
    """All of it in a file, read again."""
    jobs = read_job_days(observation, cloud, observation.instances)
    return Snapshot.from_json(Snapshot(observation, jobs=jobs).to_json(), "s.json")


def test_a_snapshot_forecasts_what_the_account_does(fake: Fake, cloud: Cloud, snapshot: Snapshot) -> None:
    """Nothing of what a forecast reads is lost on the way; without a base, the live terms stand for it."""
    decision = decide(teams(fake), snapshot.observation)
    assert snapshot.jobs is not None
    assert account_history(decision, snapshot.jobs) == read_history(decision, cloud)

    live = {one.name: one for one in forecast_waits(decision, cloud).forecast.instances if one.live is not None}
    found = {one.name: one for one in waits_under(effect_of(None, decision), snapshot.jobs).instances}
    assert set(found) == set(live) == {"busy", "calm", UNCONFIGURED}
    for name, one in found.items():
        assert (one.jobs, one.base, one.head) == (live[name].jobs, live[name].live, live[name].decided)


def with_entries(configuration: ProjectConfiguration, *entries: dict[str, Any]) -> ProjectConfiguration:
    """The same configuration with more entries."""
    more = parse_configuration({**canonical(configuration), "instances": list(entries)}).configuration.instances
    return configuration.model_copy(update={"instances": (*configuration.instances, *more)})


def test_who_is_given_more_waits_less_at_somebodys_cost(fake: Fake, snapshot: Snapshot) -> None:
    """The one that changes most comes first; a new instance has no waits, and one without jobs has none either."""
    base = teams(fake, busy={"hold": True})
    head = with_entries(teams(fake), NEW)
    assert snapshot.jobs is not None
    waits = waits_under(effect(snapshot.observation, base, head), snapshot.jobs)

    assert {one.name for one in waits.instances} == {"busy", "calm", UNCONFIGURED}
    busy_waits, calm = ({one.name: one for one in waits.instances}[name] for name in ("busy", "calm"))
    assert busy_waits.head.p90_seconds.middle < busy_waits.base.p90_seconds.middle
    assert calm.head.p90_seconds.middle > calm.base.p90_seconds.middle
    moved = [abs(one.head.p90_seconds.middle - one.base.p90_seconds.middle) for one in waits.instances]
    assert moved == sorted(moved, reverse=True)


def test_an_instance_that_goes_never_runs_again(fake: Fake, snapshot: Snapshot) -> None:
    """That is the largest change that there is."""
    head = teams(fake)
    without = head.model_copy(update={"instances": tuple(one for one in head.instances if one.name != "calm")})
    base = with_entries(without, {"name": "calm", "create": CREATE})
    assert snapshot.jobs is not None
    first = waits_under(effect(snapshot.observation, base, without), snapshot.jobs).instances[0]
    assert first.name == "calm"
    assert first.base.p90_seconds.middle < first.head.p90_seconds.middle == inf
