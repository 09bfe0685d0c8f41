"""One allocation taken apart."""

from dataclasses import replace

import pytest
from hypothesis import given

from pulumi_ibm_quantum.balancer import Account, ConfiguredInstance, Part, Policy, balance, explain
from tests.support.accounts import TODAY, account, balances, instance, shrunk_contracts

Given = tuple[Account, list[ConfiguredInstance], Policy]


def test_a_share_is_told_by_window_and_by_weight() -> None:
    """Worked by hand: a pool of 800 s; a has worked as much as b, and counts twice."""
    instances = [instance(name, 500, used=100, recently=100) for name in ("a", "b")]
    instances[0] = replace(instances[0], weight=2.0)
    told = explain(balance(account(1000), instances, Policy(60), TODAY), "a")
    windows = {part.days: part.seconds for part in told.parts if part.kind == "window"}

    assert told.outcome.new_allocation_seconds == 100 + 533
    assert told.share == pytest.approx(2 / 3)
    # Daily rates of 100, 33.3, 14.3, 7.1 and 3.6 s, weighted 32, 16, 8, 4 and 2: parts of 400 s.
    assert windows == {1: 329, 3: 55, 7: 12, 14: 3, 28: 1}
    assert [part for part in told.parts if part.kind != "window"] == [Part("floor", 100), Part("weight", 133)]


def test_what_a_cap_leaves_goes_to_others_and_is_told_on_both_sides() -> None:
    """The capped one loses what the other one gets."""
    instances = [
        instance("capped", 500, used=100, recently=100, limit=300),
        instance("free", 500, used=100, recently=100),
    ]
    plan = balance(account(1000), instances, Policy(60), TODAY)

    assert explain(plan, "capped").parts[-1] == Part("cap", -200)
    assert explain(plan, "free").parts[-1] == Part("from others", 200)


def test_an_idle_instance_has_its_floor_and_nothing_else() -> None:
    """And twice nothing is nothing."""
    instances = [instance("idle", 500), instance("busy", 500, used=100, recently=100)]
    told = explain(balance(account(1000), instances, Policy(60), TODAY), "idle")

    assert (told.parts, told.share, told.of_twice_the_weight) == ((Part("floor", 60),), 0.0, 60)


def test_a_small_change_that_is_left_unmade_is_a_part() -> None:
    """The seconds between what it would have and what it keeps."""
    instances = [instance("a", 501, used=100, recently=100), instance("b", 499, used=100, recently=100)]
    told = explain(balance(account(1000), instances, Policy(60, 0, 5.0), TODAY), "a")

    assert told.parts[-1] == Part("threshold", 1)


def test_a_name_that_there_is_not_is_no_explanation() -> None:
    """KeyError, with the name."""
    with pytest.raises(KeyError, match="nobody"):
        explain(balance(account(1000), [], Policy(), TODAY), "nobody")


@given(balances() | shrunk_contracts())
def test_every_second_is_told(given_balance: Given) -> None:
    """The parts add up to the allocation, for every instance of every account."""
    account_, instances, policy = given_balance
    plan = balance(account_, instances, policy, TODAY)
    for one in plan.instances:
        told = explain(plan, one.name)
        assert sum(part.seconds for part in told.parts) == one.new_allocation_seconds
        assert 0 <= told.share <= 1
        assert all(part.seconds for part in told.parts)
