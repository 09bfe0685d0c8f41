"""A desk to work at: a project folder, a fake IBM Cloud on loopback, and the embedded engine."""

import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from pulumi_ibm_quantum.engine import Options, Result, Stack, open_stack, operate
from pulumi_ibm_quantum.fake import (
    DEFAULT_ACCOUNT_ID,
    DEFAULT_API_KEY,
    PLAN_IDS,
    Account,
    ApiKey,
    Clock,
    Fake,
    Role,
    Subscription,
    serve,
)
from tests.support.passphrase import PASSPHRASE, SALT

ROOT = Path(__file__).parents[2]
UNCONFIGURED = "nobodys"
RESOURCE_GROUP = "aaaabbbbccccddddeeeeffff00001111"
NEW = {"name": "new", "create": {"target": "eu-de", "resource_group": RESOURCE_GROUP}, "limit_seconds": 3600}
"""The entry of an instance that is created as code."""


@dataclass
class Desk:
    """One project on one account."""

    fake: Fake
    folder: Path
    environment: Mapping[str, str]
    configuration: dict[str, Any] = field(default_factory=dict)

    @property
    def state_folder(self) -> Path:
        return self.folder / "state"

    def configure(self, **changes: Any) -> None:
        """Write the project configuration with some changes."""
        self.configuration |= changes
        (self.folder / "stacks" / "project.yaml").write_text(yaml.safe_dump(self.configuration), encoding="utf-8")

    def preview(self, **options: Any) -> Result:
        return self._operate("update", dry_run=True, **options)

    def up(self, **options: Any) -> Result:
        return self._operate("update", **options)

    def refresh(self, **options: Any) -> Result:
        return self._operate("refresh", **options)

    def destroy(self, **options: Any) -> Result:
        return self._operate("destroy", **options)

    def with_environment(self, **changes: str) -> "Desk":
        return replace(self, environment={**self.environment, **changes})

    @property
    def stack(self) -> Stack:
        return open_stack(self.folder, "test", self.environment)

    def state(self) -> dict[str, Any]:
        path = next(self.state_folder.glob(".pulumi/stacks/*/*.json"))
        state: dict[str, Any] = json.loads(path.read_text())["checkpoint"]["latest"]
        return state

    def _operate(self, kind: Any, **options: Any) -> Result:
        return operate(self.stack, kind, Options(**options))


def three_teams(now: datetime = datetime(2026, 11, 18, 8, tzinfo=UTC)) -> Fake:
    """An account of 100 000 s, all of it allocated: a busy team, a calm and an idle one, and one not configured."""
    account = Account(
        clock=Clock(now),
        subscriptions=[Subscription("premium", PLAN_IDS["premium"], "premium", 100_000)],
        api_keys=[ApiKey(DEFAULT_API_KEY), ApiKey("manager-key", Role.MANAGER)],
    )
    fake = Fake(account)
    for name, region, allocation, daily in (
        ("busy", "us-east", 20_000, 900),
        ("calm", "eu-de", 30_000, 100),
        ("idle", "us-east", 40_000, 0),
        (UNCONFIGURED, "us-east", 10_000, 0),
    ):
        fake.add_instance(name, region=region, allocation_seconds=allocation)
        for days_ago in range(28 if daily else 0):
            fake.add_usage(name, daily, when=now - timedelta(days=days_ago, hours=2))
    return fake


@contextmanager
def desk(folder: Path, fake: Fake) -> Iterator[Desk]:
    """Lay out the repository's own program in ``folder``, with the account's instances configured but one."""
    (folder / "stacks").mkdir()
    shutil.copy(ROOT / "Pulumi.yaml", folder)
    shutil.copy(ROOT / "stacks" / "__main__.py", folder / "stacks")
    (folder / "stacks" / "Pulumi.test.yaml").write_text(f"encryptionsalt: {SALT}\n", encoding="utf-8")
    with bare_desk(folder, fake) as it:
        it.configure(
            version=3,
            account_id=DEFAULT_ACCOUNT_ID,
            plan="premium",
            minimum_allocation_seconds=60,
            instances=[
                {"name": one.name, "crn": one.crn} for one in fake.account.instances if one.name != UNCONFIGURED
            ],
        )
        yield it


@contextmanager
def bare_desk(folder: Path, fake: Fake) -> Iterator[Desk]:
    """Serve ``fake``, and keep the state of whatever project is in ``folder``."""
    (folder / "state").mkdir()
    with serve(fake) as server:
        environment = {
            **os.environ,
            **server.environment,
            "IBMCLOUD_API_KEY": DEFAULT_API_KEY,
            "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
            "PULUMI_BACKEND_URL": f"file://{folder / 'state'}",
        }
        yield Desk(fake, folder, environment)


def changes(result: Result) -> dict[str, str]:
    """The operation on each resource that does not stay the same, by name; refreshes left out."""
    return {step.urn.rpartition("::")[2]: step.op for step in result.steps if step.op not in ("same", "refresh")}


def said(result: Result) -> str:
    """Everything that a person was told."""
    return "\n".join(diagnostic.message for diagnostic in result.diagnostics if diagnostic.severity != "debug")
