"""Shares that express a will: weights, priorities, holds, minimums of one's own, ends and targets."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pulumi_ibm_quantum.balancer import Account, Balance, ConfiguredInstance, Policy, Priority, Target, balance
from pulumi_ibm_quantum.report.reasons import of_allocation
from tests.support.accounts import TODAY, account, balances, instance

Given = tuple[Account, list[ConfiguredInstance], Policy]
MIDNIGHT = datetime(TODAY.year, TODAY.month, TODAY.day, tzinfo=UTC)


def priority(weight: float, starts_in: int, ends_in: int) -> Priority:
    return Priority(weight, MIDNIGHT + timedelta(days=starts_in), MIDNIGHT + timedelta(days=ends_in), "a paper")


def allocations(plan: Balance) -> dict[str, int]:
    return {one.name: one.new_allocation_seconds for one in plan.instances}


def two(**changes: object) -> list[ConfiguredInstance]:
    """Two equally active instances; the changes are the first one's."""
    first = instance("a", 500, used=100, recently=100)
    return [replace(first, **changes), instance("b", 500, used=100, recently=100)]  # type: ignore[arg-type]


def plan(instances: list[ConfiguredInstance], budget: int = 1000) -> Balance:
    return balance(account(budget), instances, Policy(60), TODAY)


@pytest.mark.parametrize(
    ("changes", "expected", "reason"),
    [
        ({"weight": 3.0}, {"a": 700, "b": 300}, "weight 3"),
        ({"priority": priority(3, -1, 5)}, {"a": 700, "b": 300}, "priority 3 until 2026-06-20 (a paper)"),
        ({"priority": priority(2, 0, 1), "weight": 1.5}, {"a": 700, "b": 300}, "weight 1.5, priority 2"),
        ({"minimum_allocation_seconds": 300}, {"a": 600, "b": 400}, "50.0% of the pool"),
        ({"ended": True}, {"a": 100, "b": 900}, "ended, held at 28-day usage"),
        ({"target": Target(400, 250)}, {"a": 250, "b": 750}, "capped at what is left of its target"),
        ({"target": Target(400, 400)}, {"a": 100, "b": 900}, "target of 6m 40s used up"),
    ],
)
def test_a_will_shifts_the_shares_and_is_named(
    changes: dict[str, object], expected: dict[str, int], reason: str
) -> None:
    """Each kind of will has its effect, and its part in the reason."""
    result = plan(two(**changes))

    assert allocations(result) == expected
    assert reason in (of_allocation(result, result.instances[0]) or "")
    assert result.errors == ()


def test_an_idle_instance_with_a_priority_is_as_active_as_the_average() -> None:
    """A deadline counts before the first job has run."""
    instances = [
        replace(instance("idle", 400), priority=priority(1, 0, 9)),
        instance("a", 300, used=60, recently=60),
        instance("b", 300, used=60, recently=60),
    ]

    assert allocations(plan(instances)) == {"idle": 333, "a": 333, "b": 333}


def test_a_hold_keeps_the_live_allocation_against_everything_else() -> None:
    """Neither inactivity nor activity moves it, and the others share what is left."""
    instances = [
        replace(instance("idle", 400), hold=True),
        instance("busy", 600, used=100, recently=100),
    ]

    assert allocations(plan(instances, budget=1200)) == {"idle": 400, "busy": 600}
    freed = balance(account(1200, 200), instances, Policy(60), TODAY)
    assert allocations(freed) == {"idle": 400, "busy": 800}


@pytest.mark.parametrize(
    ("held", "problem"),
    [
        (instance("a", 100, used=150), "below its 28-day usage"),
        (instance("a", 100, live_limit=90), "exceeds its limit of 90 s"),
        (instance("a", 30), "below minimum_allocation_seconds"),
    ],
)
def test_a_hold_that_breaks_a_rule_is_refused(held: ConfiguredInstance, problem: str) -> None:
    """It is never silently broken: the plan has an error that names the hold."""
    result = plan([replace(held, hold=True)])

    assert allocations(result)["a"] == held.state.allocation_seconds
    assert problem in result.errors[0]
    assert "take its hold away" in result.errors[0]


@pytest.mark.parametrize(
    ("target", "live_limit", "reopens", "expected"),
    [
        (Target(400, 400), 900, False, 1),
        (Target(400, 250), 900, False, 900),
        (Target(400, 250), 1, True, None),
        (Target(400, 250), 1, False, 1),
        (None, 1, True, None),
        (Target(400, 400), 1, True, 1),
    ],
)
def test_an_exhausted_target_closes_the_instance_and_a_new_one_opens_it(
    target: Target | None, live_limit: int, reopens: bool, expected: int | None
) -> None:
    """A limit of 1 lets nothing run without archiving; it goes again where no other limit is configured."""
    one = replace(instance("a", 500, used=0, live_limit=live_limit), target=target, reopens=reopens)

    assert plan([one]).instances[0].new_limit.seconds == expected
    assert plan([one]).instances[0].new_allocation_seconds >= 1


@given(balances(), st.floats(1.01, 100))
def test_more_weight_never_gives_less(given_balance: Given, factor: float) -> None:
    """Up to the seconds that rounding leaves over, the one whose weight grows never loses."""
    account_, instances, policy = given_balance
    policy = replace(policy, change_threshold_percent=0.0)
    before = balance(account_, instances, policy, TODAY)
    heavier = [replace(instances[0], weight=factor), *instances[1:]]
    after = balance(account_, heavier, policy, TODAY)

    assert after.instances[0].new_allocation_seconds >= before.instances[0].new_allocation_seconds - len(instances)


@given(balances(), st.integers(-90, 90), st.integers(1, 60))
def test_a_priority_outside_its_days_leaves_no_trace(given_balance: Given, starts_in: int, days: int) -> None:
    """Before it begins and after it has ended, the plan is what it would be without it."""
    account_, instances, policy = given_balance
    later = priority(7, starts_in, starts_in + days)
    if later.is_active(TODAY):
        return
    with_it = [replace(instances[0], priority=later), *instances[1:]]
    plain, prioritised = balance(account_, instances, policy, TODAY), balance(account_, with_it, policy, TODAY)

    assert allocations(plain) == allocations(prioritised)
    assert [of_allocation(plain, one) for one in plain.instances] == [
        of_allocation(prioritised, one) for one in prioritised.instances
    ]


@given(balances(), st.sets(st.integers(0, 7)))
def test_a_hold_is_kept_or_refused(given_balance: Given, held: set[int]) -> None:
    """Whatever else is asked for, a held instance keeps its live allocation; if it cannot, there is an error."""
    account_, instances, policy = given_balance
    instances = [replace(one, hold=index in held and one.state.crn is not None) for index, one in enumerate(instances)]
    result = balance(account_, instances, policy, TODAY)

    for one in result.instances:
        if one.bounds.instance.hold:
            assert one.new_allocation_seconds == one.state.allocation_seconds
    if not result.errors:
        assert result.total_seconds <= account_.budget_seconds - result.reserve_seconds
