"""The account and the project that every cell begins with."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import yaml

from pulumi_ibm_quantum.fake import (
    DEFAULT_ACCOUNT_ID,
    DEFAULT_API_KEY,
    PLAN_IDS,
    Account,
    ApiKey,
    Clock,
    Fake,
    Subscription,
    UsageEvent,
)
from tests.faults.axes import PATIENCE_SECONDS, Setting
from tests.support.desk import NEW, ROOT, UNCONFIGURED
from tests.support.passphrase import PASSPHRASE, SALT

PLAN: Final = "premium"
BUDGET_SECONDS: Final = 100_000
SHRUNK_BUDGET_SECONDS: Final = 75_000
STACK: Final = "test"
_ALONE: Final = "alone"
_INSTANCES: Final = (
    # name, region, allocation and usage a day in seconds
    ("busy", "us-east", 20_000, 900),
    ("calm", "eu-de", 30_000, 100),
    ("idle", "us-east", 35_000, 0),
    ("granted", "eu-de", 5_000, 50),
    (UNCONFIGURED, "us-east", 10_000, 0),
)
_MOVED_SECONDS: Final = 15_000


def make_account(*, real_time: bool = False) -> Account:
    """Make the account: 100 000 s of budget, all of it allocated to four projects and one that nobody configured."""
    now = datetime.now(UTC).replace(microsecond=0)
    account = Account(
        clock=Clock(now, real=real_time),
        subscriptions=[Subscription(PLAN, PLAN_IDS[PLAN], PLAN, BUDGET_SECONDS)],
        api_keys=[ApiKey(DEFAULT_API_KEY)],
    )
    for name, region, allocation, daily in _INSTANCES:
        created_at = now - timedelta(days=100)
        account.add_instance(name, region=region, allocation_seconds=allocation, created_at=created_at)
        account.add_usage(name, [_usage(now, ago, daily) for ago in range(28 if daily else 0)])
    return account


def _usage(now: datetime, days_ago: int, seconds: float) -> UsageEvent:
    # Away from the edges of every window, so that minutes make no difference.
    return UsageEvent(now - timedelta(days=days_ago, hours=2), seconds)


def happen(fake: Fake, setting: Setting) -> None:
    """Let happen what the operation and its conditions ask for, after the last plan was applied."""
    operation, conditions = setting.operation, setting.conditions
    if operation.usage_shifts:
        fake.account.add_usage("calm", [_usage(fake.now, 0, 9_000)])
    if operation.moved_by_hand or conditions.unrefreshed:
        for name, sign in (("idle", 1), ("busy", -1)):
            allocation = fake.instance(name).allocation_seconds or 0
            fake.change_instance(name, allocation_seconds=allocation + sign * _MOVED_SECONDS)
    if conditions.shrunk:
        for identity, contract in fake.account.subscriptions.items():
            fake.account.subscriptions[identity] = replace(contract, budget_seconds=SHRUNK_BUDGET_SECONDS)
    # Where the budget does not stop us, what goes beyond it is seen.
    fake.behaviour.refuse_over_budget = False
    fake.behaviour.list_lag_seconds = conditions.lag_seconds


def lay_out(folder: Path, account: Account) -> None:
    """Lay out the repository's own program with its stack, and a configuration alone for ``optimize``."""
    (folder / "stacks").mkdir(parents=True)
    shutil.copy(ROOT / "Pulumi.yaml", folder)
    shutil.copy(ROOT / "stacks" / "__main__.py", folder / "stacks")
    (folder / "state").mkdir()
    inline = _inline_project(folder)
    inline.mkdir(parents=True)
    for settings in (folder / "stacks" / f"Pulumi.{STACK}.yaml", inline / "Pulumi.optimize.yaml"):
        settings.write_text(f"encryptionsalt: {SALT}\n", encoding="utf-8")
    configure(folder, account, declares_new=False)


def configure(folder: Path, account: Account, *, declares_new: bool) -> None:
    """Write the project configuration: the account's first four instances, and one to be created if asked for."""
    now = account.clock.now()
    instances: list[dict[str, Any]] = [
        {"name": name, "crn": account.instance(name).crn} for name, *_ in _INSTANCES if name != UNCONFIGURED
    ]
    grant = {
        "start_date": (now - timedelta(days=10)).isoformat(),
        "end_date": (now + timedelta(days=10)).isoformat(),
        "net_grant_seconds": 3_000,
    }
    instances[-1] |= {"limit_seconds": 6_000, "net_grants": [grant]}
    document = {
        "version": 3,
        "account_id": DEFAULT_ACCOUNT_ID,
        "plan": PLAN,
        "minimum_allocation_seconds": 60,
        "instances": [*instances, *([{**NEW, "protect": False}] if declares_new else [])],
    }
    for path in (folder / "stacks" / "project.yaml", folder / _ALONE / "project.yaml"):
        path.write_text(yaml.safe_dump(document), encoding="utf-8")


def environment_of(folder: Path, setting: Setting) -> dict[str, str]:
    """Return what a run in ``folder`` finds in its environment, beside where the services are."""
    return {
        "IBMCLOUD_API_KEY": DEFAULT_API_KEY,
        "IBM_QUANTUM_TIMEOUT_SECONDS": str(PATIENCE_SECONDS),
        "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
        "PULUMI_BACKEND_URL": f"file://{backend_of(folder, setting)}",
    }


def command_line(folder: Path, setting: Setting) -> tuple[str, ...]:
    """Return the command of a setting with all of its arguments."""
    command = setting.operation.command
    if command[0] == "optimize":
        return (*command, "--config", str(folder / _ALONE / "project.yaml"))
    refreshing = ("--refresh=false",) if setting.conditions.unrefreshed else ()
    return (*command, "--stack", STACK, *refreshing)


def up_line(folder: Path, setting: Setting) -> tuple[str, ...]:
    """Return the command that brings the account of a setting to its plan, everything being read first."""
    if setting.operation.name == "optimize":
        return command_line(folder, setting)
    return ("up", "--yes", "--skip-preview", "--stack", STACK)


def check_line(folder: Path, setting: Setting) -> tuple[str, ...]:
    """Return the command that shows that nothing is left to do."""
    if setting.operation.name == "destroy":
        return ("destroy", "--preview-only", "--expect-no-changes", "--stack", STACK)
    if setting.operation.name == "optimize":
        return ("preview", "--expect-no-changes", "--stack", "optimize", "--cwd", str(_inline_project(folder)))
    return ("preview", "--expect-no-changes", "--stack", STACK)


def backend_of(folder: Path, setting: Setting) -> Path:
    """Return the folder that a setting keeps its state in."""
    return _inline_project(folder) if setting.operation.name == "optimize" else folder / "state"


def _inline_project(folder: Path) -> Path:
    return folder / _ALONE / ".ibm-quantum" / "project"
