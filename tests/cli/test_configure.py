"""A first configuration: plans and regions by any of their names, and accounts with odd names."""

from pathlib import Path

import pytest

from pulumi_ibm_quantum.config import load_configuration
from pulumi_ibm_quantum.fake import Fake
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
