"""Accounts to balance: by hand for tables, at random for properties."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import assume
from hypothesis import strategies as st

from pulumi_ibm_quantum.balancer import (
    Account,
    ConfiguredInstance,
    InstanceState,
    NetGrant,
    Policy,
    Usage,
)
from pulumi_ibm_quantum.vocabulary import Limit, LimitSetting

TODAY = date(2026, 6, 15)


def account(budget: int, unallocated: int = 0, consumed: int = 0) -> Account:
    return Account("acc", "premium", budget, unallocated, consumed)


def instance(
    name: str,
    allocation: int,
    *,
    used: int = 0,
    recently: int = 0,
    live_limit: int | None = None,
    limit: LimitSetting = None,
) -> ConfiguredInstance:
    """An instance that used ``used`` seconds in 28 days, ``recently`` of them in every shorter window."""
    usage = Usage(used, recently, recently, recently, recently)
    return ConfiguredInstance(
        InstanceState(f"crn:{name}", name, allocation, Limit.of(live_limit), usage), Limit.from_setting(limit)
    )


@st.composite
def usages(draw: st.DrawFn) -> Usage:
    parts = draw(st.lists(st.integers(0, 50_000), min_size=5, max_size=5))
    day, three, seven, fourteen, all_of_it = (sum(parts[:count]) for count in range(1, 6))
    by_day = draw(
        st.dictionaries(
            st.integers(1, 60).map(lambda ago: TODAY - timedelta(days=ago)), st.integers(0, 9_000), max_size=5
        )
    )
    idle = draw(st.booleans())
    return Usage(by_day=by_day) if idle else Usage(all_of_it, fourteen, seven, three, day, by_day)


@st.composite
def net_grants(draw: st.DrawFn) -> NetGrant:
    start = datetime(2026, 6, 15, tzinfo=UTC) - timedelta(days=draw(st.integers(-5, 70)))
    return NetGrant(start, start + timedelta(days=draw(st.integers(1, 40))), draw(st.integers(1, 50_000)))


@st.composite
def configured_instances(draw: st.DrawFn, name: str) -> ConfiguredInstance:
    limit = draw(st.none() | st.just("none") | st.integers(1, 300_000))
    grants = tuple(draw(st.lists(net_grants(), max_size=2))) if isinstance(limit, int) else ()
    if draw(st.integers(0, 9)) == 0:
        return ConfiguredInstance(InstanceState(None, name), Limit.from_setting(limit), grants)
    state = InstanceState(
        f"crn:{name}",
        name,
        draw(st.integers(1, 200_000)),
        Limit.of(draw(st.none() | st.integers(1, 300_000))),
        draw(usages()),
    )
    return ConfiguredInstance(state, Limit.from_setting(limit), grants)


@st.composite
def balances(draw: st.DrawFn) -> tuple[Account, list[ConfiguredInstance], Policy]:
    """An account whose figures agree with each other, its instances, and a policy."""
    instances = [draw(configured_instances(f"i{index}")) for index in range(draw(st.integers(1, 8)))]
    allocated = sum(one.state.allocation_seconds for one in instances)
    unallocated, unconfigured = draw(st.integers(0, 500_000)), draw(st.integers(0, 100_000))
    consumed = sum(one.state.usage.last_28_days for one in instances) + draw(st.integers(0, 50_000))
    policy = Policy(
        minimum_allocation_seconds=draw(st.integers(0, 2_000)),
        allocation_reserve_percent=draw(st.sampled_from([0.0, 2.5, 30.0])),
        change_threshold_percent=draw(st.sampled_from([0.0, 1.0, 25.0])),
        weighting=draw(st.sampled_from(["activity", "fairness"])),
    )
    return account(allocated + unallocated + unconfigured, unallocated, consumed), instances, policy


@st.composite
def shrunk_contracts(draw: st.DrawFn) -> tuple[Account, list[ConfiguredInstance], Policy]:
    """An account whose contract was renewed below what is allocated: the service says that nothing is unallocated."""
    before, instances, policy = draw(balances())
    unconfigured = before.budget_seconds - before.unallocated_seconds
    unconfigured -= sum(one.state.allocation_seconds for one in instances)
    live_total = before.budget_seconds - before.unallocated_seconds
    assume(live_total > 0)
    budget = draw(st.integers(0, live_total - 1))
    after = replace(before, budget_seconds=budget, unallocated_seconds=0, unconfigured_seconds=unconfigured)
    return after, instances, policy
