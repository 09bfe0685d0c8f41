"""A first configuration: plans and regions by any of their names, and accounts with odd names."""

from pathlib import Path

import pytest

from pulumi_ibm_quantum.config import load_configuration
from pulumi_ibm_quantum.fake import DEFAULT_API_KEY, PLAN_IDS, Account, ApiKey, Fake, Subscription, mock_ibm_quantum
from tests.support.command_line import run

PLANS = ["Premium", " premium ", "7f666d17-7893-47d8-bf9d-2b2389fc4dfc"]


@pytest.mark.parametrize("plan", PLANS)
def test_a_plan_may_be_called_as_people_call_it(plan: str, fake: Fake, tmp_path: Path) -> None:
    """In configure as in init: in any case, by its alias and by its id."""
    path = tmp_path / "project.yaml"
    for command in (
        ["configure", "--plan", plan, "--output", str(path)],
        ["init", str(tmp_path / "stack"), "--plan", plan],
    ):
        result = run(*command)

        assert result.exit_code == 0, result.stderr
    assert load_configuration(path).configuration.plan == "premium"
    assert load_configuration(tmp_path / "stack" / "stacks" / "project.yaml").configuration.plan == "premium"


@pytest.mark.parametrize("command", [["configure"], ["init", "stack"], ["create", "x", "-c", "project.yaml"]])
def test_an_unknown_plan_is_a_wrong_call(command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every command refuses it in the same words, before anything is asked or read."""
    monkeypatch.chdir(tmp_path)
    more = ["--target", "us-east", "--resource-group", "g"] if command[0] == "create" else []
    result = run(*command, *more, "--plan", "premum")

    assert result.exit_code == 2
    assert "did you mean premium?" in " ".join(result.stderr.split())


def test_a_region_that_there_is_not_is_a_wrong_call() -> None:
    """The regions are listed."""
    result = run("configure", "--plan", "premium", "--region", "useast")

    assert result.exit_code == 2
    assert "'us-east', 'eu-de'" in result.stderr


@pytest.mark.parametrize("name", ["lab  one ", " ", "two\nlines", "\u202eevil"])
def test_an_odd_name_in_the_account_is_mended(name: str, fake: Fake, tmp_path: Path) -> None:
    """The service allows names that a configuration does not: configure and init write what update would."""
    fake.add_instance(name, allocation_seconds=10)
    path = tmp_path / "project.yaml"
    assert run("configure", "--plan", "premium", "--output", str(path)).exit_code == 0
    assert run("init", str(tmp_path / "stack"), "--plan", "premium").exit_code == 0
    before = path.read_text(encoding="utf-8")
    result = run("update", "--config", str(path), "--yes")

    assert result.exit_code == 0, result.stderr
    assert path.read_text(encoding="utf-8") == before


def test_a_crn_that_is_not_understood_is_named(fake: Fake, tmp_path: Path) -> None:
    """No configuration could have it: nothing is written, and whoever only looks goes on."""
    path = tmp_path / "project.yaml"
    fake.add_instance("a", allocation_seconds=10)
    assert run("configure", "--plan", "premium", "--output", str(path)).exit_code == 0
    before = path.read_text(encoding="utf-8")
    fake.add_instance("b", allocation_seconds=10, guid="g")

    for command in (["configure", "--plan", "premium"], ["update", "--yes", "--config", str(path)]):
        result = run(*command)
        assert result.exit_code == 1
        assert "the account has an instance 'b' whose CRN has \"g\" where the guid" in " ".join(result.stderr.split())
        assert result.stdout == ""
    assert path.read_text(encoding="utf-8") == before
    assert run("doctor").exit_code == 0


def test_an_account_is_diagnosed_whose_first_crn_is_not_understood() -> None:
    """Where the key's token does not tell the account either."""
    contract = Subscription("premium", PLAN_IDS["premium"], "premium", 100)
    account = Account(account_id="", api_keys=[ApiKey(DEFAULT_API_KEY)], subscriptions=[contract])
    with mock_ibm_quantum(Fake(account)) as fake:
        fake.add_instance("b", allocation_seconds=10, guid="g")

        assert 'its CRN has "g" where the guid belongs' in " ".join(run("doctor").stdout.split())
