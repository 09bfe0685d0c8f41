"""``analyze --format csv``: the same rows as qauvern 0.14.0, which scripts read today."""

import csv
import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from qauvern.cli import main as qauvern

from pulumi_ibm_quantum.balancer import Account, ConfiguredInstance, InstanceState, Policy, Usage, balance
from pulumi_ibm_quantum.cli.main import ibm_quantum
from pulumi_ibm_quantum.fake import DEFAULT_API_KEY, Fake, mock_ibm_quantum
from pulumi_ibm_quantum.report.csv_report import csv_report
from pulumi_ibm_quantum.vocabulary import Limit
from tests.support.accounts import TODAY
from tests.support.command_line import configuration, run
from tests.support.random_accounts import random_account
from tests.support.reports import report_of

_ACCOUNTS = 10
_IN_OTHER_WORDS = ("allocation_reason",)


def rows(command: Any, path: Path, *more: str) -> list[dict[str, str]]:
    result = CliRunner().invoke(
        command, ["analyze", "--config", str(path), "--format", "csv", *more], env={"IBMCLOUD_API_KEY": DEFAULT_API_KEY}
    )
    return list(csv.DictReader(io.StringIO(result.stdout)))


def comparable(row: dict[str, str]) -> dict[str, object]:
    """Reasons are in our own words; that there is one where the allocation changes is the same."""
    return {key: bool(value) if key in _IN_OTHER_WORDS else value for key, value in row.items()}


@pytest.mark.parametrize("days_ahead", [0, 40], ids=["today", "previewed"])
def test_the_rows_are_the_peers(tmp_path: Path, days_ahead: int) -> None:
    """Columns, their order and every cell are the same, as of today and as of a day to come."""
    for seed in range(1000, 1000 + _ACCOUNTS):
        fake, document = random_account(seed)
        path = tmp_path / f"{seed}.yaml"
        path.write_text(yaml.safe_dump(document), encoding="utf-8")
        day = (fake.now + timedelta(days=days_ahead)).date()
        more = ["--preview-date", day.isoformat()] if days_ahead else []
        with mock_ibm_quantum(fake):
            theirs, ours = rows(qauvern, path, *more), rows(ibm_quantum, path, *more)
        assert ours, f"account {seed}"
        assert list(ours[0]) == list(theirs[0])
        by_crn = {row["crn"]: comparable(row) for row in theirs}
        for row in ours:
            assert comparable(row) == by_crn[row["crn"]], f"account {seed}, {row['name']}"


def test_a_fairness_without_bounds_is_inf() -> None:
    """Usage over an allocation of nothing is ``inf``; a limit that stays has an empty delta."""
    state = InstanceState("crn", "archived", 0, Limit.of(500), Usage(last_28_days=50))
    result = balance(Account("account", "premium", 1000, 1000, 50), [ConfiguredInstance(state)], Policy(), TODAY)
    row = next(csv.DictReader(io.StringIO(csv_report(report_of(result)))))

    assert (row["fairness"], row["current_limit"], row["limit_delta"], row["limit_base"]) == ("inf", "500", "", "")


def test_a_day_to_come_moves_grants_and_leaves_usage(fake: Fake, tmp_path: Path) -> None:
    """A grant that begins next week counts in a preview of next week; the report says for which day it is."""
    start = (fake.now + timedelta(days=7)).date()
    path = configuration(tmp_path, fake)
    document = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    document["instances"][0] |= {
        "limit_seconds": 30_000,
        "net_grants": [{"start_date": start, "net_grant_seconds": 5_000}],
    }
    Path(path).write_text(yaml.safe_dump(document), encoding="utf-8")
    today, later = (
        json.loads(run("analyze", "--config", path, "--format", "json", *more).stdout)
        for more in ([], ["--preview-date", start.isoformat()])
    )
    breakdowns = [report["instances"][0]["limit_breakdown"]["unspent_grant_seconds"] for report in (today, later)]
    usage = [[row["consumed_28day_seconds"] for row in report["instances"]] for report in (today, later)]

    assert breakdowns == [0, 5_000]
    assert usage[0] == usage[1]
    assert later["preview_date"] == start.isoformat()


def test_a_window_that_lies_ahead_is_not_asked_for(fake: Fake, tmp_path: Path) -> None:
    """Seen from sixty days ahead a grant of then needs days that have not been: no call asks for them."""
    start = (fake.now + timedelta(days=60)).date()
    path = Path(configuration(tmp_path, fake))
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    grant = {"start_date": start, "net_grant_seconds": 5_000}
    document["instances"][0] |= {"limit_seconds": 30_000, "net_grants": [grant]}
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    busy = rows(ibm_quantum, path, "--preview-date", start.isoformat())[0]

    assert (busy["new_limit"], busy["limit_unspent_grant"]) == ("35000", "5000")
    assert not [call for call in fake.calls if call.route == "analytics.by_date"]


def test_a_day_that_is_none_is_explained(fake: Fake, tmp_path: Path) -> None:
    """A date in another form is a wrong call, status 2."""
    result = run("analyze", "--config", configuration(tmp_path, fake), "--preview-date", "24.12.2026")

    assert result.exit_code == 2
    assert "%Y-%m-%d" in result.stderr
