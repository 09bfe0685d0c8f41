"""Whether what is left of a decision may be written, seen from the account as it is by then."""

from collections.abc import Iterator

import pytest

from pulumi_ibm_quantum.cloud import Cloud, CloudError, Settings
from pulumi_ibm_quantum.config import parse_configuration
from pulumi_ibm_quantum.fake import DEFAULT_ACCOUNT_ID, Fake, mock_ibm_quantum
from pulumi_ibm_quantum.planning import Decision
from pulumi_ibm_quantum.resources.room import demand_room
from pulumi_ibm_quantum.vocabulary import Limit
from tests.support.decisions import decision_of
from tests.support.desk import three_teams


@pytest.fixture
def fake() -> Iterator[Fake]:
    """A busy team, a calm and an idle one, and one not configured; all of the budget is allocated."""
    with mock_ibm_quantum(three_teams()) as fake:
        yield fake


@pytest.fixture
def decision(fake: Fake, cloud: Cloud) -> Decision:
    """To lower two of the teams and to raise the busy one."""
    entries = [{"name": name, "crn": fake.instance(name).crn} for name in ("busy", "calm", "idle")]
    document = {"version": 3, "account_id": DEFAULT_ACCOUNT_ID, "plan": "premium", "instances": entries}
    return decision_of(parse_configuration(document).configuration, cloud)


def lower(cloud: Cloud, decision: Decision, *names: str) -> None:
    """Write what is decided for some."""
    for one in decision.instances:
        live = cloud.resource_controller.instance(one.live.crn) if one.live and one.name in names else None
        if live is not None:
            cloud.resource_controller.write(live, Settings(one.outcome.new_allocation_seconds, Limit.NONE))


def test_nothing_is_raised_while_others_hold_too_much(cloud: Cloud, decision: Decision) -> None:
    """An engine may leave decreases out (``--target``): the error names who holds too much, and by how much."""
    lower(cloud, decision, "calm")
    with pytest.raises(CloudError, match="would be passed by 39940 s: idle has 40000 s and not 60 s; run again"):
        demand_room(cloud, decision)

    lower(cloud, decision, "idle")
    demand_room(cloud, decision)


def test_what_others_hold_does_no_harm_where_there_is_room(fake: Fake, cloud: Cloud, decision: Decision) -> None:
    """Only the budget counts: somebody may have raised one by less than the budget has left."""
    lower(cloud, decision, "calm", "idle")
    left = 100_000 - decision.balance.total_seconds
    fake.change_instance("idle", allocation_seconds=60 + left)
    demand_room(cloud, decision)

    fake.change_instance("idle", allocation_seconds=61 + left)
    with pytest.raises(CloudError, match="would be passed by 1 s"):
        demand_room(cloud, decision)


def test_a_list_that_lags_behind_holds_nothing_up(fake: Fake, cloud: Cloud, decision: Decision) -> None:
    """What a list shows too high is read singly, and nothing else is."""
    lower(cloud, decision, "calm")
    fake.behaviour.read_lag = 1
    lower(cloud, decision, "idle")
    fake.forget_calls()
    demand_room(cloud, decision)

    assert [call.route for call in fake.calls] == ["instances.list", "instances.get"]
