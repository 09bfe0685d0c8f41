"""Many stacks with one command: each with its own account and key, one report, and the worst status."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result

from pulumi_ibm_quantum.cli.main import ibm_quantum
from pulumi_ibm_quantum.fake import DEFAULT_API_KEY, ApiKey, Fault
from tests.support.desk import Desk, desk, three_teams
from tests.support.engine_process import wait_for

COMMAND = [sys.executable, "-m", "pulumi_ibm_quantum", "fleet"]


@pytest.fixture
def desks(tmp_path: Path) -> Iterator[dict[str, Desk]]:
    """Two projects in one folder, each on an account that knows only its own key."""
    with ExitStack() as stack:
        found = {}
        for name in ("chemistry", "physics"):
            (tmp_path / name).mkdir()
            fake = three_teams()
            fake.account.api_keys = {f"key-of-{name}": ApiKey(f"key-of-{name}")}
            found[name] = stack.enter_context(desk(tmp_path / name, fake))
            (tmp_path / f"{name}.key").write_text(f"key-of-{name}\n", encoding="utf-8")
        yield found


def entry(at: Desk, **changes: Any) -> dict[str, Any]:
    """What the list says of a desk: where its fake and its state are, and the file of its key."""
    name = at.folder.name
    own = {
        variable: value
        for variable, value in at.environment.items()
        if os.environ.get(variable) != value and variable not in ("IBMCLOUD_API_KEY", "PULUMI_CONFIG_PASSPHRASE")
    }
    return {"project": name, "api_key_file": f"{name}.key", "environment": own, **changes}


def listed(folder: Path, *entries: dict[str, Any]) -> str:
    path = folder / "accounts.yaml"
    path.write_text(yaml.safe_dump({"stacks": list(entries)}), encoding="utf-8")
    return str(path)


def fleet(*arguments: str) -> Result:
    environment = {"IBMCLOUD_API_KEY": DEFAULT_API_KEY, "PULUMI_CONFIG_PASSPHRASE": "passphrase", "COLUMNS": None}
    return CliRunner().invoke(ibm_quantum, ["fleet", *arguments], env=environment)


def rows(result: Result) -> dict[str, str]:
    """The words of each line of the table after the header, by the first."""
    return {words[0]: " ".join(words[1:]) for words in map(str.split, result.stdout.splitlines()[1:])}


def test_each_stack_runs_with_its_own_key_and_account(desks: dict[str, Desk], tmp_path: Path) -> None:
    """Guarded preview, update, drift: what is in one is not in the other, and the status is the worst."""
    accounts = listed(tmp_path, *map(entry, desks.values()))
    guarded = fleet("preview", accounts, "--", "--unattended")

    assert guarded.exit_code == 3, guarded.output
    reason = "stopped by a guard: calm would lose 70% of its allocation, more than 25%"
    assert rows(guarded) == {f"{name}/test": f"- guarded {reason}" for name in desks}
    applied = fleet("up", accounts, "--yes")
    assert applied.exit_code == 0, applied.output
    assert rows(applied) == {f"{name}/test": "5 create applied" for name in desks}
    desks["physics"].fake.change_instance("idle", allocation_seconds=30)
    drift = fleet("drift", accounts)
    assert drift.exit_code == 2, drift.output
    assert rows(drift) == {
        "chemistry/test": "- as it was left",
        "physics/test": "1 drifted drifted",
    }
    for name in desks:
        assert f"key-of-{name}" not in guarded.output + applied.output + drift.output


def test_one_that_fails_does_not_keep_the_others_back(desks: dict[str, Desk], tmp_path: Path) -> None:
    """Its first error is in the table and in the JSON, and its status is that of the whole."""
    at = desks["chemistry"]
    at.fake.inject(Fault("instances.list", status=403, count=None))
    accounts = listed(tmp_path, *map(entry, desks.values()))
    result = fleet("up", accounts, "--yes", "--format", "json", "--", "--expect-no-changes")

    assert result.exit_code == 1, result.output
    chemistry, physics = json.loads(result.stdout)
    assert (chemistry["status"], chemistry["verdict"]) == (1, "failed")
    assert (physics["status"], physics["verdict"], physics["changes"]) == (7, "not as expected", {"create": 5})
    assert chemistry["error"].startswith("the account cannot be balanced: ")
    assert at.fake.changes == ()
    assert desks["physics"].fake.changes != ()


def test_a_key_of_the_environment_is_for_none_of_a_list(desks: dict[str, Desk], tmp_path: Path) -> None:
    """Another account's key is worse than none."""
    at = desks["physics"]
    at.fake.account.api_keys[DEFAULT_API_KEY] = ApiKey(DEFAULT_API_KEY)
    result = fleet("preview", listed(tmp_path, {**entry(at), "api_key_file": None}))

    assert result.exit_code == 1
    assert "IBMCLOUD_API_KEY" in result.stdout
    assert at.fake.calls == ()


def test_the_projects_of_a_folder_run_as_by_hand(desks: dict[str, Desk], tmp_path: Path) -> None:
    """With the environment of the command, and each with all of its stacks; paths are from the project's folder."""
    at = desks["physics"]
    (at.folder / "stacks" / "Pulumi.trial.yaml").touch()
    environment: dict[str, str | None] = {**at.environment, "IBMCLOUD_API_KEY": "key-of-physics", "COLUMNS": None}
    result = CliRunner().invoke(ibm_quantum, ["fleet", "preview", str(at.folder)], env=environment)

    assert result.exit_code == 0, result.output
    assert rows(result) == dict.fromkeys(("test", "trial"), "5 create would change")
    (at.folder / "policies.json").write_text('{"below-minimum": {"minimum_seconds": 100}}', encoding="utf-8")
    options = ["--", "--policy", "policies.json"]
    result = CliRunner().invoke(ibm_quantum, ["fleet", "preview", str(at.folder), *options], env=environment)
    assert result.exit_code == 1
    reason = "idle: its allocation of 1m is below the minimum of 1m 40s (below-minimum)"
    assert rows(result) == dict.fromkeys(("test", "trial"), f"- failed {reason}")


def locks(at: Desk) -> list[Path]:
    return list(at.state_folder.glob(".pulumi/locks/**/*.json"))


WRONG: dict[str, tuple[list[dict[str, Any]], list[str]]] = {
    "a key in the list": (
        [{"project": "physics", "environment": {"IBMCLOUD_API_KEY": "x-secret"}}],
        ["stacks[0].environment.IBMCLOUD_API_KEY: is a secret by its name, which does not belong in a list"],
    ),
    "no such project and no such file": (
        [{"project": "nowhere"}, {"project": "physics", "api_key_file": "gone.key"}],
        ["stacks[0].project: No Pulumi.yaml in ", "stacks[1].api_key_file: there is no file gone.key"],
    ),
    "a misspelt key": ([{"project": "physics", "stak": "test"}], ["stacks[0].stak: is not a known key (did you mean"]),
    "the same twice": ([{"project": "physics"}, {"project": "./physics", "stack": "test"}], ["is there twice"]),
    "nothing at all": ([], ["stacks: has no entry"]),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_list_that_is_wrong_runs_nothing(desks: dict[str, Desk], tmp_path: Path, case: str) -> None:
    """Every reason with its place, and no secret in any."""
    entries, sentences = WRONG[case]
    result = fleet("up", listed(tmp_path, *entries), "--yes")

    assert (result.exit_code, len(result.stderr.splitlines())) == (1, len(sentences)), result.stderr
    for sentence in sentences:
        assert sentence in result.stderr
    assert "x-secret" not in result.output
    assert not any(at.fake.calls for at in desks.values())


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["up", "."], "look at `fleet preview`, then give --yes"),
        (["preview", ".", "--", "--stack=other"], "--stack=other cannot be given to every run"),
        (["preview", ".", "--", "-sother"], "-sother cannot be given to every run"),
        (["preview", ".", "--", "--api-key=x"], "can be read in the list of processes"),
    ],
)
def test_what_cannot_be_asked_for(arguments: list[str], sentence: str) -> None:
    """A wrong call, status 2, before anything is looked at."""
    result = fleet(*arguments)

    assert result.exit_code == 2
    assert sentence in result.stderr


def test_an_interrupt_is_handed_on_and_no_other_run_is_begun(desks: dict[str, Desk], tmp_path: Path) -> None:
    """What runs winds up and releases its lock; the report says which stacks were not run."""
    for at in desks.values():
        at.fake.inject(Fault("instances.list", delay_seconds=60, count=None))
    accounts = listed(tmp_path, *map(entry, desks.values()))
    environment = {**os.environ, "PULUMI_CONFIG_PASSPHRASE": "passphrase"}
    command = [*COMMAND, "up", accounts, "--yes", "--parallel", "1", "--format", "json", "--", "--skip-preview"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        wait_for(lambda: any(call.route == "instances.list" for call in desks["chemistry"].fake.calls))
        assert locks(desks["chemistry"]) != []
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate()

    chemistry, physics = json.loads(output)
    assert process.returncode == 1
    assert (chemistry["status"], physics["verdict"], physics["error"]) == (1, "not begun", "interrupted")
    assert desks["physics"].fake.calls == ()
    assert locks(desks["chemistry"]) == []
