"""optimize: one command from a file to the account, with a state of its own."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from pulumi_ibm_quantum.cli.main import ibm_quantum
from pulumi_ibm_quantum.engine.state.passphrase import new_crypter
from pulumi_ibm_quantum.fake import DEFAULT_ACCOUNT_ID, DEFAULT_API_KEY, Fake, Server, serve
from tests.support.desk import ROOT, UNCONFIGURED, three_teams

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


def optimize(server: Server, path: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return call(server, "optimize", "--config", path, *arguments, **variables)


def call(server: Server, *arguments: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PULUMI_")}
    return subprocess.run(
        [COMMAND, *arguments],
        env={**environment, **server.environment, "IBMCLOUD_API_KEY": DEFAULT_API_KEY, **variables},
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def test_a_dry_run_shows_and_writes_nothing(server: Server, tmp_path: Path) -> None:
    """It is a preview of a file as the peer writes it, and leaves nothing beside it."""
    path = configuration(tmp_path, server.fake)
    result = optimize(server, path, "--dry-run")

    assert result.returncode == 0, result.stderr
    assert "3 to be written" in result.stdout
    assert f"No state yet in {tmp_path / '.ibm-quantum' / 'my account'}: everything is new" in result.stdout
    assert server.fake.writes == ()
    assert list(tmp_path.iterdir()) == [path]
    assert optimize(server, path, "--yes").returncode == 0
    assert "Resources: 5 unchanged" in optimize(server, path, "--dry-run").stdout


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


def test_a_passphrase_that_comes_or_goes_makes_no_difference(server: Server, tmp_path: Path) -> None:
    """The state holds no secret; one that was made under a passphrase is opened with that."""
    path = configuration(tmp_path, server.fake)
    assert optimize(server, path, "--yes").returncode == 0
    assert optimize(server, path, "--dry-run", PULUMI_CONFIG_PASSPHRASE="of the stacks").returncode == 0
    state = tmp_path / ".ibm-quantum" / "my account"
    crypter = new_crypter("of the stacks")
    checkpoint = next(state.glob(".pulumi/stacks/*/optimize.json"))
    settings = (state / "Pulumi.optimize.yaml").read_text(encoding="utf-8")
    salt = settings.removeprefix("encryptionsalt: ").strip()
    for file in (checkpoint, state / "Pulumi.optimize.yaml"):
        file.write_text(file.read_text(encoding="utf-8").replace(salt, crypter.salt), encoding="utf-8")

    assert "Wrong passphrase" in optimize(server, path, "--yes", PULUMI_CONFIG_PASSPHRASE="x").stderr
    assert optimize(server, path, "--dry-run", PULUMI_CONFIG_PASSPHRASE="of the stacks").returncode == 0


@pytest.fixture
def project(server: Server, tmp_path: Path) -> Path:
    """A project with one stack, which uses the file that it gives."""
    (tmp_path / "stacks").mkdir()
    shutil.copy(ROOT / "Pulumi.yaml", tmp_path)
    shutil.copy(ROOT / "stacks" / "__main__.py", tmp_path / "stacks")
    path = configuration(tmp_path, server.fake)
    (tmp_path / "stacks" / "Pulumi.live.yaml").write_text(
        f"config:\n  ibm-quantum:configuration: {path.name}\n", encoding="utf-8"
    )
    return path


def variables_of(project: Path) -> dict[str, str]:
    return {"PULUMI_BACKEND_URL": f"file://{project.parent / 'state'}", "PULUMI_CONFIG_PASSPHRASE": "of the stacks"}


def test_where_a_stack_uses_the_file_it_is_that_stack(server: Server, project: Path) -> None:
    """The same instances never get a second state."""
    done = optimize(server, project, "--yes", **variables_of(project))
    assert done.returncode == 0, done.stderr
    assert f"stack live in {project.parent} uses {project}" in done.stderr

    again = call(
        server, "preview", "--cwd", project.parent, "--stack", "live", "--expect-no-changes", **variables_of(project)
    )
    assert again.returncode == 0, again.stdout + again.stderr
    assert not (project.parent / ".ibm-quantum").exists()
    unset = optimize(server, project, "--yes")
    assert unset.returncode == 1
    assert "PULUMI_BACKEND_URL" in unset.stderr


def test_where_a_stack_manages_the_instances_in_its_own_way_it_is_refused(server: Server, project: Path) -> None:
    """A program may name its file itself; then the state tells whose the instances are."""
    assert optimize(server, project, "--yes", **variables_of(project)).returncode == 0
    settings = project.parent / "stacks" / "Pulumi.live.yaml"
    _, name, salt = settings.read_text(encoding="utf-8").partition("encryptionsalt")
    settings.write_text(name + salt, encoding="utf-8")
    writes = len(server.fake.writes)

    for arguments in (["--yes"], ["--dry-run"]):
        refused = optimize(server, project, *arguments, **variables_of(project))
        assert refused.returncode == 1
        assert "stack live of the project in" in refused.stderr
        assert "manages 3 of the instances" in refused.stderr
    assert len(server.fake.writes) == writes
    assert not (project.parent / ".ibm-quantum").exists()
