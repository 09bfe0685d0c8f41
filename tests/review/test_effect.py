"""What a change does, apart from what moves anyway."""

import random
from typing import Any

import pytest

from pulumi_ibm_quantum.cloud import Credentials, Endpoints, connect
from pulumi_ibm_quantum.config import parse_configuration
from pulumi_ibm_quantum.fake import DEFAULT_API_KEY, Fake, mock_ibm_quantum
from pulumi_ibm_quantum.planning import Decision, Observation, PlanningError, Scope, decide, observe
from pulumi_ibm_quantum.review import effect_of
from tests.support.changes import effect, teams
from tests.support.desk import UNCONFIGURED
from tests.support.random_accounts import random_account


def given(decision: Decision) -> dict[str, object]:
    """What instances are given, by name."""
    return {one.name: (one.outcome.new_allocation_seconds, one.outcome.new_limit) for one in decision.instances}


def test_a_weight_names_one_and_others_pay(fake: Fake, observation: Observation) -> None:
    """The gain of the named one is what the others give; what moves with usage is told apart."""
    change = effect(observation, teams(fake), teams(fake, calm={"weight": 3}))

    (named,) = change.named
    assert (named.name, [(key.key, key.before, key.after) for key in named.keys]) == ("calm", [("weight", None, "3.0")])
    assert named.seconds > 0
    assert named.seconds == -sum(one.seconds for one in change.payers)
    assert change.largest_share_given == max(-one.seconds / one.base.allocation_seconds for one in change.payers)
    assert {one.name for one in change.moving} == {"busy", "calm", "idle"}
    assert not change.is_none


@pytest.mark.parametrize("change", [{}, {"description": "for people"}, {"hold": False}], ids=str)
def test_what_says_the_same_has_no_effect(fake: Fake, observation: Observation, change: dict[str, Any]) -> None:
    """Neither has a text that only people read; and what moves anyway is no effect."""
    same = effect(observation, teams(fake), teams(fake, busy=change))

    assert same.is_none
    assert same.moving


def test_backends_have_an_effect_though_no_figure_differs(fake: Fake, observation: Observation) -> None:
    """They are written to the service."""
    change = effect(observation, teams(fake), teams(fake, busy={"backends": ["ibm_alpha"]}))

    assert not change.is_none
    assert change.named[0].seconds == 0


def test_an_entry_that_goes_leaves_its_instance_as_it_is(fake: Fake, observation: Observation) -> None:
    """Its live allocation stays with it: that is what the head has for it."""
    whole = teams(fake)
    without = whole.model_copy(update={"instances": whole.instances[:2]})
    idle = effect(observation, whole, without).instances[-1]

    assert (idle.name, idle.is_named, idle.head.allocation_seconds) == ("idle", True, 40_000)
    assert idle.base.allocation_seconds == 60


def test_an_instance_that_comes_under_management_is_named(fake: Fake, observation: Observation) -> None:
    """The snapshot has the usage of instances that no entry named when it was taken."""
    base = teams(fake)
    entry = base.instances[0].model_copy(update={"name": UNCONFIGURED, "crn": fake.instance(UNCONFIGURED).crn})
    change = effect(observation, base, base.model_copy(update={"instances": (*base.instances, entry)}))

    assert [(one.name, one.base.allocation_seconds) for one in change.named] == [(UNCONFIGURED, 10_000)]


def test_a_key_of_the_account_is_told(fake: Fake, observation: Observation) -> None:
    """It names no entry, so all that it moves are others."""
    change = effect(observation, teams(fake), teams(fake, {"allocation_reserve_percent": 20}))

    assert [(key.key, key.after) for key in change.account_keys] == [("allocation_reserve_percent", "20.0")]
    assert not change.named
    assert change.payers


def test_without_a_base_what_is_live_stands_for_it(fake: Fake, observation: Observation) -> None:
    """A first configuration names nobody, and takes from those who have more than they are to get."""
    change = effect_of(None, decide(teams(fake), observation))

    assert not change.named
    assert {one.name for one in change.payers} == {"idle", "calm"} - {
        one.name for one in change.instances if one.seconds >= 0
    }
    assert all(one.base == one.live for one in change.instances)


@pytest.mark.parametrize("seed", range(12))
def test_a_configuration_has_no_effect_against_itself(seed: int) -> None:
    """Whatever the account: with grants, limits, instances that nobody configured, over the budget."""
    fake, document = random_account(seed)
    configuration = parse_configuration({"version": 3, **document}).configuration
    with mock_ibm_quantum(fake):
        cloud = connect(Credentials(DEFAULT_API_KEY), Endpoints.of_ibm_cloud())
        observation = observe(cloud, Scope(configuration, whole=True))
        as_usual = observe(cloud, Scope(configuration))
    try:
        decision = decide(configuration, observation)
    except PlanningError:
        with pytest.raises(PlanningError):
            decide(configuration, as_usual)
        return
    assert effect_of(decision, decision).is_none
    assert given(decision) == given(decide(configuration, as_usual))
    shuffled = random.Random(seed).sample(configuration.instances, len(configuration.instances))
    other_order = configuration.model_copy(update={"instances": tuple(shuffled)})
    assert not effect_of(decision, decide(other_order, observation)).named
