"""A desk with an account of four teams: two that run, one that idles, and one instance that nobody configured."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from desk import Desk, desk

from pulumi_ibm_quantum.fake import DEFAULT_API_KEY, PLAN_IDS, Account, ApiKey, Fake, Role, Subscription

BUDGET = 100_000


@pytest.fixture
def fake() -> Fake:
    """The account: 100 000 s of budget, all of it allocated."""
    account = Account(
        subscriptions=[Subscription("premium", PLAN_IDS["premium"], "premium", BUDGET)],
        api_keys=[ApiKey(DEFAULT_API_KEY), ApiKey("manager-key", Role.MANAGER)],
    )
    fake = Fake(account)
    for name, region, allocation, daily in (
        ("busy", "us-east", 20_000, 900),
        ("calm", "eu-de", 30_000, 100),
        ("idle", "us-east", 40_000, 0),
    ):
        fake.add_instance(name, region=region, allocation_seconds=allocation)
        for days_ago in range(28 if daily else 0):
            fake.add_usage(name, daily, when=fake.now - timedelta(days=days_ago, hours=2))
    return fake


@pytest.fixture
def at_desk(tmp_path: Path, fake: Fake) -> Iterator[Desk]:
    """The project folder, with the account served on loopback."""
    with desk(tmp_path, fake) as it:
        fake.add_instance("nobodys", allocation_seconds=10_000)
        yield it
