"""The same figures as qauvern 0.14.0, which administrators run today: random accounts, one file, both tools."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from qauvern.cli import main as qauvern

from pulumi_ibm_quantum.cli.main import ibm_quantum
from pulumi_ibm_quantum.fake import DEFAULT_API_KEY, mock_ibm_quantum
from tests.support.random_accounts import random_account

ACCOUNTS = 64
"""How many are compared unless ``--accounts`` says otherwise."""
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


def analyzed(command: Any, path: Path) -> dict[str, Any]:
    result = CliRunner().invoke(
        command, ["analyze", "--config", str(path), "--format", "json"], env={"IBMCLOUD_API_KEY": DEFAULT_API_KEY}
    )
    report: dict[str, Any] = json.loads(result.stdout)
    return report


@pytest.mark.parametrize("chunk", range(_CHUNKS))
def test_the_figures_are_the_peers(chunk: int, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """New allocations, new limits, limit breakdowns and limit-reached flags are the same, and so is the account."""
    accounts: int = request.config.getoption("--accounts", default=ACCOUNTS) or ACCOUNTS
    for seed in range(chunk, accounts, _CHUNKS):
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
