"""Accounts at random on the fake, each with a configuration of it."""

import random
from datetime import timedelta
from typing import Any

from pulumi_ibm_quantum.fake import (
    DEFAULT_ACCOUNT_ID,
    DEFAULT_API_KEY,
    PLAN_IDS,
    Account,
    ApiKey,
    Fake,
    Subscription,
)


def random_account(seed: int) -> tuple[Fake, dict[str, Any]]:
    """An account as it may be found, and a configuration of it: all regimes, grants of all ages, and idle instances."""
    rng = random.Random(seed)
    plan = rng.choice(["premium", "internal"])
    allocations = [rng.randint(1, 60_000) for _ in range(rng.randint(1, 9))]
    budget = int(sum(allocations) * rng.choice([1.0, 1.1, 1.5, 3.0]))
    account = Account(
        subscriptions=[Subscription(plan, PLAN_IDS[plan], plan, budget, limit_seconds=rng.choice([None, budget * 2]))],
        api_keys=[ApiKey(DEFAULT_API_KEY)],
    )
    fake = Fake(account)
    entries: list[dict[str, Any]] = []
    for index, allocation in enumerate(allocations):
        live_limit = rng.choice([None, rng.randint(1, 80_000)])
        instance = fake.add_instance(
            f"team-{index}",
            plan=plan,
            region=rng.choice(["us-east", "eu-de"]),
            allocation_seconds=allocation,
            limit_seconds=live_limit,
        )
        use(fake, instance.crn, rng, allocation)
        if rng.random() < 0.85 or not entries:
            entries.append(entry(fake, instance.name, instance.crn, rng))
    if rng.random() < 0.3:
        fake.add_instance("archived", plan=plan, allocation_seconds=0)
    configuration: dict[str, Any] = {
        "account_id": DEFAULT_ACCOUNT_ID,
        "plan": plan,
        "minimum_allocation_seconds": rng.choice([0, 60, 600, 3000]),
        "instances": entries,
    }
    if rng.random() < 0.4:
        configuration["allocation_reserve_percent"] = rng.choice([0, 2.5, 10, 50])
    return fake, configuration


def use(fake: Fake, crn: str, rng: random.Random, allocation: int) -> None:
    """Let an instance run now and then in the last hundred days, never within an hour of a window's edge."""
    intensity = rng.choice([0.0, 0.1, 0.5, 1.5, 4.0])
    for days_ago in range(100):
        if intensity and rng.random() < 0.4:
            when = fake.now - timedelta(days=days_ago, hours=rng.uniform(1, 23))
            fake.add_usage(crn, round(rng.uniform(0, allocation * intensity / 10), 3), when=when)


def entry(fake: Fake, name: str, crn: str, rng: random.Random) -> dict[str, Any]:
    """What a configuration may say of an instance."""
    result: dict[str, Any] = {"name": name, "crn": crn}
    if rng.random() < 0.6:
        result["limit_seconds"] = rng.randint(1, 40_000)
        grants = []
        for _ in range(rng.choice([0, 0, 1, 2])):
            start = fake.now + timedelta(days=rng.randint(-95, 4))
            grant: dict[str, Any] = {"start_date": start.isoformat(), "net_grant_seconds": rng.randint(1, 30_000)}
            if rng.random() < 0.7:
                grant["end_date"] = (start + timedelta(days=rng.randint(1, 60))).isoformat()
            grants.append(grant)
        if grants:
            result["net_grants"] = grants
    return result
