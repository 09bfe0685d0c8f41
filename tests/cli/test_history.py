"""``ibm-quantum history``: an account in a file, which ``simulate`` plays."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest

from pulumi_ibm_quantum.documents import read_file
from pulumi_ibm_quantum.fake import DEFAULT_ACCOUNT_ID, DEFAULT_API_KEY, Fake, Fault
from pulumi_ibm_quantum.forecast import AccountHistory, JobsOfDay, Terms
from pulumi_ibm_quantum.inputs.history_file import read_history
from tests.support.command_line import configuration, run
from tests.support.desk import UNCONFIGURED


def history_of(fake: Fake, folder: Path, **changes: object) -> tuple[AccountHistory, Path]:
    """Print an account's history into a file and read it."""
    path = folder / "account.yaml"
    result = run("history", "--config", configuration(folder, fake, **changes))
    assert result.exit_code == 0, result.output
    path.write_text(result.stdout, encoding="utf-8")
    return read_history(read_file(path)), path


def test_a_history_tells_what_ran_on_each_backend_on_each_day(fake: Fake, tmp_path: Path) -> None:
    """Jobs, their time, the longest and the mean wait; all of sixty days, and nothing of today, which is not over."""
    yesterday = fake.now - timedelta(days=1)
    fake.add_usage("idle", 300, when=yesterday, jobs=2, queue_seconds=1200, backend="ibm_beta")
    fake.add_usage("idle", 500, when=yesterday + timedelta(hours=1), queue_seconds=60, backend="ibm_beta")
    fake.add_usage("idle", 70, when=yesterday, backend="ibm_gamma")
    fake.add_usage("idle", 80, when=fake.now - timedelta(days=60), backend="ibm_gamma")
    fake.add_usage("idle", 90, when=fake.now - timedelta(days=61), backend="ibm_gamma")
    fake.add_usage("idle", 999, when=fake.now - timedelta(hours=1))
    history = history_of(fake, tmp_path)[0].history

    assert history.today == date(2026, 11, 18)
    assert history.instances["idle"] == [
        JobsOfDay(date(2026, 11, 17), "ibm_beta", 3, 800, 500, 420),
        JobsOfDay(date(2026, 9, 19), "ibm_gamma", 1, 80, 80, 0),
        JobsOfDay(date(2026, 11, 17), "ibm_gamma", 1, 70, 70, 0),
    ]
    assert len(history.instances["busy"]) == 27


def test_a_history_has_the_plan_beside_what_there_is(fake: Fake, tmp_path: Path) -> None:
    """What is decided is what analyze shows; an instance that no entry names competes, and keeps what it has."""
    fake.change_instance("calm", limit_seconds=7_000)
    fake.add_usage(UNCONFIGURED, 50, when=fake.now - timedelta(days=3))
    account, _ = history_of(fake, tmp_path)
    analyzed = json.loads(run("analyze", "-c", str(tmp_path / "project.yaml"), "--format", "json").stdout)
    planned = {
        one["name"]: Terms(one["new_allocation_seconds"], one["new_limit_seconds"]) for one in analyzed["instances"]
    }

    assert (account.account_id, account.plan) == (DEFAULT_ACCOUNT_ID, "premium")
    assert account.live["calm"] == Terms(30_000, 7_000)
    assert account.decided == {**planned, UNCONFIGURED: Terms(10_000)}
    assert account.live != account.decided
    assert len(account.history.instances[UNCONFIGURED]) == 1


def test_a_history_is_the_same_each_time_and_holds_no_secret(fake: Fake, tmp_path: Path) -> None:
    """One account and moment, one text; nothing is written to the account, and no key or CRN is in the file."""
    path = configuration(tmp_path, fake)
    first, again = (run("history", "--config", path).stdout for _ in range(2))

    assert first == again
    assert DEFAULT_API_KEY not in first
    assert "crn:" not in first
    assert "no secrets" in first.splitlines()[1]
    assert fake.writes == ()


def test_a_decision_with_errors_can_be_simulated_too(fake: Fake, tmp_path: Path) -> None:
    """What must not be applied may be looked at; standard error says what is wrong."""
    result = run("history", "--config", configuration(tmp_path, fake, minimum_allocation_seconds=90_000))

    assert result.exit_code == 0
    assert "error in the decision: " in result.stderr
    assert result.stdout.startswith("# An account's history")


def test_simulate_plays_what_history_prints(fake: Fake, tmp_path: Path) -> None:
    """From the account to waits under both plans, with every instance in the result, and without a key."""
    _, path = history_of(fake, tmp_path)
    for plan in ("live", "decided"):
        result = run("simulate", str(path), "--allocations", plan, "--format", "json", key=None)
        report = json.loads(result.stdout)
        by_name = {one["project"]: one for one in report["projects"]}

        assert result.exit_code == 0, result.output
        assert {"busy", "calm", "idle", UNCONFIGURED} <= by_name.keys()
        assert by_name["busy"]["used_seconds"] == pytest.approx(28 * 900, rel=0.1)


def test_an_account_that_cannot_be_read_makes_no_file(fake: Fake, tmp_path: Path) -> None:
    """Half a history would be played as if it were whole: nothing is printed, and the reason said."""
    fake.inject(Fault("analytics.by_date", status=403, count=None))
    result = run("history", "--config", configuration(tmp_path, fake))

    assert result.exit_code == 1
    # Each region's call that was under way says so; the second may not have begun when the first one failed.
    assert {line.count("account-analytics-usage.read") for line in result.stderr.splitlines()} == {1}
    assert result.stdout == ""
