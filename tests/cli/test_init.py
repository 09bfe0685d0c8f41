"""init: a working stack in one go."""

import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from pulumi_ibm_quantum.cli.new_project import PROGRAM, requirement
from pulumi_ibm_quantum.config import load_configuration
from pulumi_ibm_quantum.fake import DEFAULT_ACCOUNT_ID, DEFAULT_API_KEY, Fake, Server, serve
from tests.support.command_line import one_line, run
from tests.support.configurations import crn
from tests.support.desk import ROOT, three_teams

FILES = {
    "Pulumi.yaml",
    "stacks/__main__.py",
    "stacks/project.yaml",
    "stacks/project.schema.json",
    "stacks/Pulumi.production.yaml",
    ".gitignore",
    "requirements.txt",
}


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def server() -> Iterator[Server]:
    """The account of three teams, on loopback."""
    with serve(three_teams()) as server:
        yield server


@pytest.mark.parametrize(
    ("origin", "line"),
    [
        (None, "pulumi-ibm-quantum>=1.2"),
        ('{"url": "file:///srv/p-1.2.whl", "archive_info": {}}', "pulumi-ibm-quantum @ file:///srv/p-1.2.whl"),
        ('{"url": "file:///srv/p", "dir_info": {"editable": true}}', "-e file:///srv/p"),
        ('{"url": "file:///srv/p", "dir_info": {}}', "pulumi-ibm-quantum @ file:///srv/p"),
        (
            '{"url": "https://git.example.com/p", "vcs_info": {"vcs": "git", "commit_id": "ab12"}}',
            "pulumi-ibm-quantum @ git+https://git.example.com/p@ab12",
        ),
    ],
)
def test_the_project_requires_the_package_from_where_it_is(origin: str | None, line: str) -> None:
    """What a new project asks pip for is there to be installed."""
    assert requirement("1.2", origin) == line


def test_the_program_is_the_repositorys_own() -> None:
    """What this repository runs and tests is what a new project gets."""
    assert (ROOT / "stacks" / "__main__.py").read_text(encoding="utf-8") == PROGRAM


def test_what_it_writes_works_at_once(server: Server, tmp_path: Path) -> None:
    """The first command that it prints previews the account, all of whose instances are taken over."""
    folder = tmp_path / "my account"
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("PULUMI_")},
        **server.environment,
        "IBMCLOUD_API_KEY": DEFAULT_API_KEY,
        "PULUMI_BACKEND_URL": f"file://{tmp_path}",
        "PULUMI_CONFIG_PASSPHRASE": "",
    }

    def call(*arguments: str | Path) -> str:
        command = Path(sys.executable).with_name("ibm-quantum")
        done = subprocess.run(
            [command, *arguments], env=environment, capture_output=True, text=True, check=False, cwd=tmp_path
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    preview, up = call("init", folder, "--plan", "premium").splitlines()

    assert files(folder) == FILES
    assert up.startswith("ibm-quantum up ")
    assert "4 instances managed" in call(*shlex.split(preview)[1:])
    assert server.fake.writes == ()


def test_a_file_of_the_peer_is_migrated(tmp_path: Path, fake: Fake) -> None:
    """It means the same as version 3, with its comments; the account is not asked."""
    source = tmp_path / "qauvern.yaml"
    instances = [{"name": "a", "crn": crn(1, account=DEFAULT_ACCOUNT_ID), "limit_seconds": 9}]
    old = {
        "account_id": DEFAULT_ACCOUNT_ID,
        "plan": "premium",
        "minimum_allocation_seconds": 60,
        "instances": instances,
    }
    source.write_text(f"# Ours\n{yaml.safe_dump(old)}", encoding="utf-8")

    result = run("init", str(tmp_path / "new"), "--from", str(source), "--stack", "trial")

    assert result.exit_code == 0, result.output
    written = tmp_path / "new" / "stacks" / "project.yaml"
    assert load_configuration(written).dialect == 3
    assert load_configuration(written).configuration == load_configuration(source).configuration
    assert written.read_text(encoding="utf-8").startswith("# Ours\n")
    assert (tmp_path / "new" / "stacks" / "Pulumi.trial.yaml").exists()
    assert fake.calls == ()


def test_a_file_of_version_3_is_taken_as_it_is(tmp_path: Path) -> None:
    """Byte for byte."""
    assert run("init", str(tmp_path), "--from", str(ROOT / "stacks" / "project.yaml")).exit_code == 0

    assert (tmp_path / "stacks" / "project.yaml").read_bytes() == (ROOT / "stacks" / "project.yaml").read_bytes()


def test_nothing_is_overwritten(fake: Fake, tmp_path: Path) -> None:
    """All that is in the way is listed at once, nothing is written and nothing asked of the account."""
    (tmp_path / "stacks").mkdir()
    for name in ("Pulumi.yml", ".gitignore", "stacks/__main__.py"):
        (tmp_path / name).write_text("mine", encoding="utf-8")

    said = one_line(run("init", str(tmp_path), "--plan", "premium"))

    assert all(str(tmp_path / name) in said for name in ("Pulumi.yml", ".gitignore", "stacks/__main__.py"))
    assert files(tmp_path) == {"Pulumi.yml", ".gitignore", "stacks/__main__.py"}
    assert fake.calls == ()


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        ([], 2, "--from"),
        (["--plan", "premium", "--from", "x.yaml"], 2, "either"),
        (["--plan", "premum"], 2, "did you mean premium?"),
        (["--plan", "premium", "--stack", "a/b"], 2, "--stack"),
        (["--plan", "internal"], 1, "no active instance of plan internal"),
        (["--from", "missing.yaml"], 1, "missing.yaml"),
        (["--from", "."], 1, "does not support"),
    ],
)
def test_what_it_was_called_with_wrongly_leaves_no_folder(
    fake: Fake, tmp_path: Path, arguments: list[str], status: int, said: str
) -> None:
    """It says what to give, and has written nothing."""
    result = run("init", str(tmp_path / "new"), *arguments)

    assert result.exit_code == status
    assert said in result.stderr
    assert not (tmp_path / "new").exists()
