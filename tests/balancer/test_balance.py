"""The load balancer: worked accounts, and what holds for every account."""

from dataclasses import replace

import pytest
from hypothesis import given

from pulumi_ibm_quantum.balancer import Account, Balance, ConfiguredInstance, InstanceState, Policy, Usage, balance
from pulumi_ibm_quantum.balancer.activity import activity_score
from pulumi_ibm_quantum.balancer.damping import Move, damp
from pulumi_ibm_quantum.report.reasons import of_allocation, of_limit
from pulumi_ibm_quantum.vocabulary import Limit
from tests.support.accounts import TODAY, account, balances, instance, shrunk_contracts

Given = tuple[Account, list[ConfiguredInstance], Policy]


def allocations(plan: Balance) -> dict[str, int]:
    return {one.name: one.new_allocation_seconds for one in plan.instances}


def test_the_activity_score_weighs_recent_usage_more() -> None:
    """The worked score: each window's daily rate, doubled in weight from one window to the next shorter one."""
    assert activity_score(Usage(28, 14, 7, 3, 1)) == 2 + 4 + 8 + 16 + 32
    assert activity_score(Usage(28, 0, 0, 0, 0)) == 2
    assert activity_score(Usage()) == 0


def test_the_pool_goes_to_the_active_in_proportion_to_their_scores() -> None:
    """Everybody keeps a floor; what lies above the floors is shared 1 to 3, and the idle one gets none of it."""
    instances = [
        instance("idle", 500),
        instance("some", 500, used=100, recently=100),
        instance("much", 500, used=300, recently=300),
    ]
    plan = balance(account(2000, unallocated=500), instances, Policy(60), TODAY)

    assert plan.pool_seconds == 500 + (500 - 60) + (500 - 100) + (500 - 300)
    assert allocations(plan) == {"idle": 60, "some": 100 + 385, "much": 300 + 1155}
    assert plan.errors == ()


def test_a_limit_caps_and_the_rest_goes_to_others() -> None:
    """An instance is not raised past its effective limit; its surplus goes round again."""
    instances = [
        instance("capped", 500, used=100, recently=100, limit=300),
        instance("free", 500, used=100, recently=100),
    ]
    plan = balance(account(1000), instances, Policy(60), TODAY)

    assert allocations(plan) == {"capped": 300, "free": 700}
    assert plan.instances[0].new_limit.seconds == 300
    assert "capped at its limit" in (of_allocation(plan, plan.instances[0]) or "")


def test_what_everybody_is_capped_out_of_stays_unallocated() -> None:
    """Where all active instances are at their limits, the rest of the pool is given to nobody."""
    plan = balance(account(1000), [instance("a", 1000, used=100, recently=100, limit=300)], Policy(60), TODAY)

    assert allocations(plan) == {"a": 300}


def test_at_its_limit_an_instance_is_held_at_its_floor() -> None:
    """An instance that cannot run gets no share, however active it was."""
    instances = [
        instance("stuck", 400, used=300, recently=300, live_limit=300),
        instance("runs", 600, used=100, recently=100),
    ]
    plan = balance(account(1000), instances, Policy(60), TODAY)

    assert allocations(plan) == {"stuck": 300, "runs": 700}
    assert plan.instances[0].bounds.limit_reached
    assert "limit reached" in (of_allocation(plan, plan.instances[0]) or "")


def test_the_reserve_is_withheld_from_the_pool() -> None:
    """Ten percent of the budget stays unallocated."""
    plan = balance(account(1000, 200), [instance("a", 800, used=100, recently=100)], Policy(60, 10.0), TODAY)

    assert allocations(plan) == {"a": 900}
    assert plan.reserve_seconds == 100


def test_unconfigured_instances_keep_what_they_hold() -> None:
    """What the configuration does not list is inferred from the account and left alone."""
    plan = balance(account(1000, 100), [instance("a", 500, used=100, recently=100)], Policy(60), TODAY)

    assert plan.unconfigured_seconds == 400
    assert allocations(plan) == {"a": 600}


def test_over_budget_an_allocation_never_exceeds_usage() -> None:
    """When usage has reached the budget, everybody with usage ends at fairness 1 or above."""
    instances = [
        instance("heavy", 500, used=800, recently=800),
        instance("light", 400, used=300, recently=300),
        instance("tiny", 50, used=20, recently=20),
        instance("idle", 50),
    ]
    plan = balance(account(1000, consumed=1120), instances, Policy(60), TODAY)

    assert plan.account.over_budget
    assert allocations(plan) == {"heavy": 60 + 581, "light": 60 + 218, "tiny": 20, "idle": 60}
    assert plan.errors == ()
    assert len(plan.warnings) == 2


def test_a_budget_that_cannot_hold_the_floors_is_refused_with_cause_and_cure() -> None:
    """The message says by how much, what drives it and which setting would mend it."""
    instances = [instance("a", 500, used=900, recently=900), instance("b", 100)]
    plan = balance(account(1000), instances, Policy(150, 5.0), TODAY)

    assert len(plan.errors) == 1
    for part in (
        "1450 s",
        "500 s more",
        "50 s reserve",
        "28-day usage needs 900 s",
        "lower minimum_allocation_seconds",
    ):
        assert part in plan.errors[0]


@pytest.mark.parametrize(
    ("budget", "unconfigured", "policy", "message"),
    [
        (
            700,
            0,
            Policy(1),
            "28-day usage needs 900 s (c 400 s, b 300 s, a 200 s). Usage has to roll out of the window",
        ),
        (
            899,
            20,
            Policy(1, 2.0),
            "more than the budget of 899 s less 17 s reserve of plan premium: 28-day usage needs",
        ),
        (
            900,
            20,
            Policy(1, 2.0),
            "To mend it: lower allocation_reserve_percent and configure the unconfigured instances",
        ),
        (
            921,
            20,
            Policy(1, 2.0),
            "To mend it: lower allocation_reserve_percent or configure the unconfigured instances",
        ),
        (905, 500, Policy(1), "To mend it: configure the unconfigured instances"),
    ],
)
def test_the_cure_is_one_that_helps(budget: int, unconfigured: int, policy: Policy, message: str) -> None:
    """Only settings that make room are named, and whether each is enough; where none is, whose usage holds it."""
    instances = [instance(name, 500, used=used) for name, used in (("a", 200), ("b", 300), ("c", 400))]
    contract = replace(account(budget, consumed=100), unconfigured_seconds=unconfigured)

    assert message in balance(contract, instances, policy, TODAY).errors[0]


def test_a_contract_below_what_is_allocated_takes_the_excess_from_the_pool() -> None:
    """What is allocated beyond the budget is not there to be shared out, whoever holds it."""
    instances = [instance("a", 600, used=100, recently=100), instance("b", 300, used=100, recently=100)]
    shrunk = replace(account(900), unconfigured_seconds=200)
    plan = balance(shrunk, instances, Policy(60), TODAY)

    assert (plan.errors, plan.unconfigured_seconds, plan.pool_seconds) == ((), 200, 500)
    assert allocations(plan) == {"a": 350, "b": 350}
    assert plan.total_seconds == 900


@given(shrunk_contracts())
def test_a_contract_below_what_is_allocated_is_repaired_wherever_it_holds_the_needs(given_balance: Given) -> None:
    """A plan within the budget is found, never on a way that allocates more than there was; else it is refused."""
    account_, instances, policy = given_balance
    plan = balance(account_, instances, policy, TODAY)
    floors = sum(one.bounds.floor.seconds for one in plan.instances)

    assert plan.live_total_seconds > account_.budget_seconds
    assert plan.unconfigured_seconds == account_.unconfigured_seconds
    if floors + plan.unconfigured_seconds + plan.reserve_seconds > account_.budget_seconds:
        assert "more than the budget" in plan.errors[0]
        return
    assert plan.errors == ()
    assert plan.total_seconds <= account_.budget_seconds - plan.reserve_seconds
    total = plan.live_total_seconds
    for delta in sorted(one.allocation_delta_seconds for one in plan.instances):
        total += delta
        assert total < plan.live_total_seconds or not plan.changes


def test_a_new_instance_starts_at_the_minimum() -> None:
    """An instance that is yet to be created takes its floor out of the pool and writes no live value."""
    new = ConfiguredInstance(InstanceState(None, "new"), Limit.of(3600))
    plan = balance(account(1000, 100), [new, instance("a", 900, used=100, recently=100)], Policy(60), TODAY)

    assert allocations(plan) == {"new": 60, "a": 940}
    assert plan.instances[0].new_limit.seconds == 3600


@pytest.mark.parametrize(("limit", "expected"), [(None, 700), ("none", None), (900, 900)])
def test_a_limit_left_out_stays_and_none_removes_it(limit: None, expected: int | None) -> None:
    """Not configured: the live limit stays. ``none``: it goes. A number: that number."""
    plan = balance(account(1000), [instance("a", 100, live_limit=700, limit=limit)], Policy(60), TODAY)

    assert plan.instances[0].new_limit.seconds == expected


def test_small_changes_are_left_unmade() -> None:
    """A change of less than the threshold keeps the live allocation; a larger one is made."""
    instances = [
        instance("near", 497, used=100, recently=100, limit=500),
        instance("far", 400, used=100, recently=100, limit=500),
    ]
    plan = balance(account(2000, 1103), instances, Policy(60, change_threshold_percent=1), TODAY)

    assert allocations(plan) == {"near": 497, "far": 500}


@pytest.mark.parametrize(
    ("available", "kept"),
    [(3100, (1000, 1000, 1000)), (3000, (1000, 1000, 1000)), (2999, (1000, 991, 1000)), (2987, (996, 991, 1000))],
)
def test_damping_gives_way_to_the_budget_largest_decrease_first(available: int, kept: tuple[int, ...]) -> None:
    """Small decreases are made after all, the largest first, only as far as the budget needs them."""
    moves = [Move("a", 1000, 996, True), Move("b", 1000, 991, True), Move("c", 1000, 1005, True)]

    assert tuple(damp(moves, 1.0, available)) == kept


def test_usage_forces_even_a_small_increase() -> None:
    """An allocation below its usage is raised although the change is below the threshold."""
    plan = balance(account(1005, 5), [instance("a", 1000, used=1005)], Policy(60, change_threshold_percent=5), TODAY)

    assert allocations(plan)["a"] == 1005


@given(balances())
def test_a_plan_without_errors_keeps_every_promise(given_balance: Given) -> None:
    """Budget, usage, minimum and limits hold, and nothing is archived."""
    account_, instances, policy = given_balance
    plan = balance(account_, instances, policy, TODAY)
    if plan.errors:
        floors = sum(one.bounds.floor.seconds for one in plan.instances)
        assert floors + plan.unconfigured_seconds > account_.budget_seconds - plan.reserve_seconds
        return
    assert plan.total_seconds <= account_.budget_seconds - plan.reserve_seconds
    for one in plan.instances:
        used, new = one.state.usage.last_28_days, one.new_allocation_seconds
        assert new >= 1
        assert new >= one.bounds.floor.seconds
        assert new <= max(used, one.bounds.floor.seconds) if account_.over_budget else new >= used
        limit = one.new_limit.seconds
        assert limit is None or new <= max(limit, one.bounds.floor.seconds)


@given(balances())
def test_the_order_in_the_file_means_nothing(given_balance: Given) -> None:
    """Instances get the same in whatever order they are listed."""
    account_, instances, policy = given_balance

    assert allocations(balance(account_, instances, policy, TODAY)) == allocations(
        balance(account_, instances[::-1], policy, TODAY)
    )


@given(balances() | shrunk_contracts())
def test_a_plan_that_was_applied_leaves_nothing_to_do(given_balance: Given) -> None:
    """Balancing the account again, at the same moment and with the plan in force, changes nothing."""
    account_, instances, policy = given_balance
    policy = replace(policy, weighting="activity")
    plan = balance(account_, instances, policy, TODAY)
    if plan.errors:
        return
    applied = [
        replace(
            one,
            state=replace(
                one.state,
                crn=f"crn:{one.state.name}",
                allocation_seconds=planned.new_allocation_seconds,
                limit=planned.new_limit,
            ),
        )
        for one, planned in zip(instances, plan.instances, strict=True)
    ]
    again = replace(account_, unallocated_seconds=account_.budget_seconds - plan.total_seconds)

    assert balance(again, applied, policy, TODAY).changes == ()


@given(balances())
def test_a_reason_is_given_for_what_changes_and_only_for_that(given_balance: Given) -> None:
    """Every change says why; what stays says nothing."""
    account_, instances, policy = given_balance
    plan = balance(account_, instances, policy, TODAY)
    for one in plan.instances:
        assert (of_allocation(plan, one) is None) == (one.allocation_delta_seconds == 0)
        assert (of_limit(one) is None) == (not one.limit_changes)
