"""The same figures as qauvern 0.14.0, which administrators run today: random accounts, one file, both tools."""

import json
import random
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from qauvern.cli import main as qauvern

from pulumi_ibm_quantum.cli.main import ibm_quantum
from pulumi_ibm_quantum.fake import (
    DEFAULT_ACCOUNT_ID,
    DEFAULT_API_KEY,
    PLAN_IDS,
    Account,
    ApiKey,
    Fake,
    Subscription,
    mock_ibm_quantum,
)

ACCOUNTS = 200
_CHUNKS = 8
_COMPARED = (
    "current_allocation_seconds",
    "new_allocation_seconds",
    "allocation_delta_seconds",
    "current_limit_seconds",
    "new_limit_seconds",
    "limit_delta_seconds",
    "consumed_28day_seconds",
    "consumed_14day_seconds",
    "consumed_7day_seconds",
    "consumed_3day_seconds",
    "consumed_24h_seconds",
    "fairness",
    "activity_score",
    "limit_breakdown",
    "limit_reached",
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
    entries = []
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


def analyzed(command: Any, path: Path) -> dict[str, Any]:
    result = CliRunner().invoke(
        command, ["analyze", "--config", str(path), "--format", "json"], env={"IBMCLOUD_API_KEY": DEFAULT_API_KEY}
    )
    report: dict[str, Any] = json.loads(result.stdout)
    return report


@pytest.mark.parametrize("chunk", range(_CHUNKS))
def test_the_figures_are_the_peers(chunk: int, tmp_path: Path) -> None:
    """New allocations, new limits, limit breakdowns and limit-reached flags are the same, and so is the account."""
    for seed in range(chunk, ACCOUNTS, _CHUNKS):
        fake, configuration = random_account(seed)
        path = tmp_path / f"{seed}.yaml"
        path.write_text(yaml.safe_dump(configuration), encoding="utf-8")
        with mock_ibm_quantum(fake):
            theirs, ours = analyzed(qauvern, path), analyzed(ibm_quantum, path)
        assert ours["account"] == theirs["account"], f"account {seed}"
        assert ours["reserve"] == theirs["reserve"], f"account {seed}"
        assert bool(ours["validation_errors"]) == bool(theirs["validation_errors"]), f"account {seed}"
        assert len(ours["over_budget_warnings"]) == len(theirs["over_budget_warnings"]), f"account {seed}"
        rows = {row["crn"]: row for row in theirs["instances"]}
        for row in ours["instances"]:
            assert {key: row[key] for key in _COMPARED} == {key: rows[row["crn"]][key] for key in _COMPARED}, (
                f"account {seed}, {row['name']}"
            )


def test_the_report_has_the_fields_that_scripts_read(tmp_path: Path) -> None:
    """Every field of the peer's report is in ours, under the same name."""
    fake, configuration = random_account(3)
    path = tmp_path / "account.yaml"
    path.write_text(yaml.safe_dump(configuration), encoding="utf-8")
    with mock_ibm_quantum(fake):
        theirs, ours = analyzed(qauvern, path), analyzed(ibm_quantum, path)

    assert list(ours) == list(theirs)
    for part in ("account", "reserve"):
        assert list(ours[part]) == list(theirs[part])
    assert [list(row) for row in ours["instances"]] == [list(row) for row in theirs["instances"]]
