"""``analyze --forecast``: what the plan does to waiting, beside each project, in each format."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from pulumi_ibm_quantum.fake import (
    DEFAULT_API_KEY,
    PLAN_IDS,
    Account,
    ApiKey,
    Clock,
    Fake,
    Fault,
    Subscription,
    mock_ibm_quantum,
)
from tests.support.accounts_with_days import work
from tests.support.command_line import configuration, one_line, run
from tests.support.desk import UNCONFIGURED

NOW = datetime(2026, 11, 18, 8, tzinfo=UTC)
BACKENDS = ("ibm_fez", "ibm_kyiv")


@pytest.fixture(scope="module")
def account() -> Iterator[Fake]:
    """A busy project with a small allocation, a calm one with a large one, an idle one, and one without an entry."""
    contract = Subscription("premium", PLAN_IDS["premium"], "premium", 1_200_000)
    fake = Fake(Account(clock=Clock(NOW), subscriptions=[contract], api_keys=[ApiKey(DEFAULT_API_KEY)]))
    for name, allocation, jobs in (("busy", 60_000, 12), ("calm", 600_000, 6), ("idle", 10_000, 0)):
        fake.add_instance(name, allocation_seconds=allocation)
        work(fake, name, jobs)
    fake.add_instance(UNCONFIGURED, allocation_seconds=100_000)
    work(fake, UNCONFIGURED, 2)
    with mock_ibm_quantum(fake):
        yield fake


@pytest.fixture(scope="module")
def path(account: Fake, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The account's configuration."""
    return configuration(tmp_path_factory.mktemp("forecast"), account, minimum_allocation_seconds=600)


@pytest.fixture(scope="module")
def document(path: str) -> dict[str, Any]:
    """What scripts read."""
    result = run("analyze", "--config", path, "--forecast", "--format", "json")
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_scripts_find_the_waits_beside_each_project(document: dict[str, Any]) -> None:
    """Each instance has its waits under both plans, the busy one's are shorter under the plan, an idle one has none."""
    busy, calm, idle = (one["forecast"] for one in document["instances"])
    assert busy["jobs"] == 28 * 12
    assert busy["proposed"]["p90_seconds"]["middle"] < busy["live"]["p90_seconds"]["middle"]
    assert calm["live"]["median_seconds"]["low"] <= calm["live"]["median_seconds"]["middle"]
    assert idle == {"jobs": 0, "live": None, "proposed": None}


def test_scripts_find_what_it_rests_on(document: dict[str, Any]) -> None:
    """The seed, the resamples, what was assumed, what cannot be known, the time it took, and who is not configured."""
    whole = document["forecast"]
    assert (whole["days"], whole["resamples"], whole["seed"]) == (28, 20, 0)
    assert set(whole["assumed"]["load_of_others"]) == set(BACKENDS)
    assert any("other accounts" in sentence for sentence in whole["cannot_know"])
    assert whole["took_seconds"] > 0
    assert [one["name"] for one in whole["unconfigured"]] == [UNCONFIGURED]


def test_a_forecast_can_be_repeated(path: str, document: dict[str, Any]) -> None:
    """The same account gives the same figures; only the time differs."""
    again = json.loads(run("analyze", "--config", path, "--forecast", "--format", "json").stdout)
    for one in (again, document):
        one["forecast"].pop("took_seconds", None)
    assert again == document


def test_people_get_a_table_and_the_caveats(path: str) -> None:
    """A row for each project that has jobs, who is not configured included, and below what the figures mean."""
    result = run("analyze", "--config", path, "--forecast")
    _, _, waits = result.stdout.partition("\nWAITS ")
    rows = {line.split()[0]: line for line in waits.splitlines()[1:4]}
    assert list(rows) == ["busy", "calm", UNCONFIGURED]
    assert " => " in rows["busy"]
    assert " to " in rows["busy"]
    assert "No jobs in the last 60 days: idle" in waits
    assert "It cannot know other accounts' jobs" in waits
    assert "It took " in waits


def test_the_rows_of_a_spreadsheet_are_longer(path: str, document: dict[str, Any]) -> None:
    """The columns that scripts read stay where they are; waits follow, empty where there are none."""
    plain = list(csv.DictReader(io.StringIO(run("analyze", "--config", path, "--format", "csv").stdout)))
    rows = list(csv.DictReader(io.StringIO(run("analyze", "-c", path, "--forecast", "--format", "csv").stdout)))
    assert [{key: row[key] for key in plain[0]} for row in rows] == plain
    assert list(rows[0])[: len(plain[0])] == list(plain[0])
    wait = document["instances"][0]["forecast"]["proposed"]["p90_seconds"]["high"]
    assert float(rows[0]["proposed_p90_wait_high"]) == pytest.approx(wait)
    assert rows[2]["forecast_jobs"] == "0.0"
    assert rows[2]["live_median_wait_middle"] == ""


def test_the_page_shows_it(path: str) -> None:
    """The web page has the section on waiting only where a forecast is wanted."""
    assert "Waiting" in run("analyze", "--config", path, "--forecast", "--format", "html").stdout
    assert "Waiting" not in run("analyze", "--config", path, "--format", "html").stdout


def test_without_the_option_nothing_is_read_or_shown(account: Fake, path: str) -> None:
    """The forecast is not paid for unless it is wanted."""
    account.forget_calls()
    result = run("analyze", "--config", path, "--format", "json")
    assert "forecast" not in json.loads(result.stdout)
    assert not [call for call in account.calls if "grouped_by_date" in call.path]


def test_a_history_that_cannot_be_read_is_one_line(account: Fake, path: str) -> None:
    """Who asks for a forecast and cannot have it is told why, with status 1."""
    account.inject(Fault("analytics.by_date", status=403))
    assert "could not read the usage of account" in one_line(run("analyze", "--config", path, "--forecast"))
