"""optimize: one command from a file to the account, with a state of its own."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from pulumi_ibm_quantum.cli.main import ibm_quantum
from pulumi_ibm_quantum.fake import DEFAULT_ACCOUNT_ID, DEFAULT_API_KEY, Fake, Server, serve
from tests.support.desk import UNCONFIGURED, three_teams

COMMAND = Path(sys.executable).with_name("ibm-quantum")


@pytest.fixture
def server() -> Iterator[Server]:
    """The account of three teams, on loopback."""
    with serve(three_teams()) as server:
        yield server


def configuration(folder: Path, fake: Fake) -> Path:
    path = folder / "my account.yaml"
    instances = [{"name": i.name, "crn": i.crn} for i in fake.account.instances if i.name != UNCONFIGURED]
    document = {
        "account_id": DEFAULT_ACCOUNT_ID,
        "plan": "premium",
        "minimum_allocation_seconds": 60,
        "instances": instances,
    }
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    return path


def optimize(server: Server, path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PULUMI_")}
    return subprocess.run(
        [COMMAND, "optimize", "--config", path, *arguments],
        env={**environment, **server.environment, "IBMCLOUD_API_KEY": DEFAULT_API_KEY},
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def test_a_dry_run_shows_and_writes_nothing(server: Server, tmp_path: Path) -> None:
    """It is a preview of a file as the peer writes it."""
    result = optimize(server, configuration(tmp_path, server.fake), "--dry-run")

    assert result.returncode == 0, result.stderr
    assert "3 to be written" in result.stdout
    assert server.fake.writes == ()


def test_it_applies_and_remembers(server: Server, tmp_path: Path) -> None:
    """The second run has nothing to do; its state and history are beside the file."""
    path = configuration(tmp_path, server.fake)
    first, second = optimize(server, path, "--yes"), optimize(server, path, "--yes")

    assert first.returncode == 0, first.stderr
    assert second.returncode == 0, second.stderr
    assert len(server.fake.writes) == 3
    assert server.fake.highest_total() <= 100_000
    history = list((tmp_path / ".ibm-quantum" / "my account").glob(".pulumi/history/*/*/*.history.json"))
    assert len(history) == 2


def test_without_a_terminal_it_wants_to_be_told(server: Server, tmp_path: Path) -> None:
    """Nothing is applied that nobody has agreed to."""
    result = optimize(server, configuration(tmp_path, server.fake))

    assert result.returncode == 2
    assert "--yes" in result.stderr
    assert server.fake.writes == ()


def test_it_leaves_the_environment_of_its_caller_alone(server: Server, tmp_path: Path) -> None:
    """Neither the folder of its state nor its passphrase is left behind in the process's environment."""
    before = dict(os.environ)
    arguments = ["optimize", "--dry-run", "--config", str(configuration(tmp_path, server.fake))]
    result = CliRunner().invoke(ibm_quantum, arguments, env={**server.environment, "IBMCLOUD_API_KEY": DEFAULT_API_KEY})

    assert result.exit_code == 0, result.output
    assert dict(os.environ) == before
