"""create: a new instance as code, from the entry in the file to the account."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from pulumi_ibm_quantum.config import load_configuration
from pulumi_ibm_quantum.fake import DEFAULT_ACCOUNT_ID, DEFAULT_API_KEY, Fake, Fault, Server, serve
from tests.support.command_line import one_line, run
from tests.support.desk import RESOURCE_GROUP, ROOT, UNCONFIGURED, three_teams

COMMAND = Path(sys.executable).with_name("ibm-quantum")
WANTED = ("--target", "eu-de", "--resource-group", RESOURCE_GROUP)


@pytest.fixture
def server() -> Iterator[Server]:
    """The account of three teams, on loopback."""
    with serve(three_teams()) as server:
        yield server


def written(path: Path, fake: Fake, **changes: Any) -> Path:
    """A file with a comment at its end."""
    instances = [{"name": i.name, "crn": i.crn} for i in fake.account.instances if i.name != UNCONFIGURED]
    document = {"version": 3, "account_id": DEFAULT_ACCOUNT_ID, "plan": "premium", "instances": instances, **changes}
    path.write_text(yaml.safe_dump(document, sort_keys=False) + "# the end\n", encoding="utf-8")
    return path


@pytest.fixture
def project(tmp_path: Path, server: Server) -> Path:
    """A project of one stack; gives the project configuration that it uses."""
    (tmp_path / "stacks").mkdir()
    shutil.copy(ROOT / "Pulumi.yaml", tmp_path)
    shutil.copy(ROOT / "stacks" / "__main__.py", tmp_path / "stacks")
    settings = "config:\n  ibm-quantum:configuration: stacks/ours.yaml\n"
    (tmp_path / "stacks" / "Pulumi.live.yaml").write_text(settings, encoding="utf-8")
    (tmp_path / "stacks" / "Pulumi.other.yaml").write_text(settings.replace("ours", "others"), encoding="utf-8")
    return written(tmp_path / "stacks" / "ours.yaml", server.fake)


def call(server: Server, folder: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PULUMI_")}
    environment |= {
        **server.environment,
        "IBMCLOUD_API_KEY": DEFAULT_API_KEY,
        "PULUMI_BACKEND_URL": f"file://{folder}",
        "PULUMI_CONFIG_PASSPHRASE": "",
    }
    return subprocess.run(
        [COMMAND, *arguments], env=environment, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )


def test_it_is_created_as_code(server: Server, project: Path, tmp_path: Path) -> None:
    """The entry is in the file, the instance in the account, both in the stack that uses the file, and that is all."""
    before = project.read_text(encoding="utf-8")

    arguments = ("--limit", "5h", "--allocation", "1000", "--tag", "team:optics", "--tag", "a, b", "--yes")
    done = call(server, tmp_path, "create", "optics", "--config", project, *WANTED, *arguments)

    assert done.returncode == 0, done.stdout + done.stderr
    entry = [
        "- name: optics",
        "  create:",
        "    target: eu-de",
        f"    resource_group: {RESOURCE_GROUP}",
        "  limit_seconds: 5h",
        "  minimum_allocation_seconds: 1000",
        "  tags: ['team:optics', 'a, b']",
    ]
    assert project.read_text(encoding="utf-8") == before.replace("# the end", "\n".join([*entry, "# the end"]))
    assert [line for line in done.stdout.splitlines() if line in [f"+{line}" for line in entry]] == [
        f"+{line}" for line in entry
    ]
    instance = server.fake.instance("optics")
    assert (instance.region, instance.limit_seconds) == ("eu-de", 18_000)
    assert (instance.allocation_seconds or 0) >= 1_000
    assert "minimum_allocation_seconds" in done.stderr
    assert server.fake.highest_total() <= 100_000
    again = call(server, tmp_path, "preview", "--cwd", tmp_path, "--stack", "live", "--expect-no-changes")
    assert again.returncode == 0, again.stdout + again.stderr


def test_without_yes_the_file_waits_for_review(server: Server, project: Path, tmp_path: Path) -> None:
    """The preview is of the file with the new entry; nothing is created."""
    done = call(server, tmp_path, "create", "optics", "--config", project, *WANTED)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 to be created" in done.stdout
    assert "--stack live" in done.stderr
    assert [entry.name for entry in load_configuration(project).configuration.instances][-1] == "optics"
    assert server.fake.changes == ()


def test_a_preview_that_fails_puts_the_file_back(server: Server, project: Path, tmp_path: Path) -> None:
    """A minimum that the budget cannot hold leaves the file as it was, though --yes was given."""
    before = project.read_bytes()

    done = call(server, tmp_path, "create", "optics", "--config", project, *WANTED, "--allocation", "1qau", "--yes")

    assert done.returncode == 1
    assert "was put back" in done.stderr
    assert project.read_bytes() == before
    assert server.fake.changes == ()


def test_a_group_is_given_by_its_name(server: Server, project: Path, tmp_path: Path) -> None:
    """The file says the name, the service gets the id; an unknown one is told in the file's line, which is put back."""
    before = project.read_bytes()
    wrong = call(server, tmp_path, "create", "optics", "-c", project, "-t", "eu-de", "-g", "Defualt", "--yes")

    assert wrong.returncode == 1
    assert "instances[3].create.resource_group: is no resource group that this key can see" in wrong.stdout
    assert f"stacks/ours.yaml:{len(before.splitlines()) + 3}:5: " in wrong.stdout
    assert "(did you mean Default?)" in wrong.stdout
    assert project.read_bytes() == before
    assert server.fake.changes == ()
    done = call(server, tmp_path, "create", "optics", "-c", project, "-t", "eu-de", "-g", "Default", "--yes")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "resource_group: Default" in project.read_text(encoding="utf-8")
    assert server.fake.instance("optics").resource_group_id == RESOURCE_GROUP
    again = call(server, tmp_path, "preview", "--cwd", tmp_path, "--stack", "live", "--expect-no-changes")
    assert again.returncode == 0, again.stdout + again.stderr


def test_only_leaves_all_else_as_it_is(server: Server, project: Path, tmp_path: Path) -> None:
    """One creation and no other write, with the minimum; the next run takes it over, and creates no other."""
    server.fake.change_instance("idle", allocation_seconds=39_000)
    writes = len(server.fake.changes)
    arguments = ("create", "optics", "--config", project, *WANTED)
    assert call(server, tmp_path, *arguments).returncode == 0
    with_entry = project.read_bytes()
    done = call(server, tmp_path, *arguments, "--only", "--yes")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "optics would be created in eu-de, with an allocation of 1m and no limit; 3 other instances" in done.stdout
    assert "the next run takes it over into the stack: ibm-quantum up" in done.stderr
    assert project.read_bytes() == with_entry
    assert [call.route for call in server.fake.changes[writes:]] == ["instances.create"]
    assert server.fake.instance("optics").allocation_seconds == 60
    up = call(server, tmp_path, "up", "--cwd", tmp_path, "--stack", "live", "--yes")
    assert up.returncode == 0, up.stdout + up.stderr
    assert [one.name for one in server.fake.account.instances].count("optics") == 1


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["optics", *WANTED, "--yes"], "instance optics: there is no room for its allocation of 1m, 0s of the budget"),
        (["calm", *WANTED, "--yes"], "has an instance 'calm' already: names are unique"),
        (["nobodys", "-t", "us-east", "-g", "Default", "--yes"], "of this name already: the next run takes it over"),
        (["optics", "-t", "us-east", "-g", "Defualt", "--yes"], "create.resource_group: is no resource group"),
    ],
)
def test_only_refuses_before_anything_is_written(
    fake: Fake, tmp_path: Path, arguments: list[str], sentence: str
) -> None:
    """The file is put back."""
    path = written(tmp_path / "ours.yaml", fake)
    before = path.read_bytes()
    result = run("create", *arguments, "--only", "--config", str(path))

    assert result.exit_code == 1
    assert sentence in result.stderr
    assert path.read_bytes() == before
    assert fake.changes == ()


@pytest.mark.parametrize(("status", "stays"), [(400, False), (500, True)])
def test_the_entry_stays_where_there_may_be_an_instance(
    fake: Fake, tmp_path: Path, status: int, stays: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A request that was refused made none, and the file is put back; after one that broke down nobody knows."""
    monkeypatch.setattr("pulumi_ibm_quantum.resources.instance.LOOK_SECONDS", 0.0)
    fake.change_instance("idle", allocation_seconds=39_000)
    fake.inject(Fault("instances.create", status=status, count=None))
    path = written(tmp_path / "ours.yaml", fake)
    result = run("create", "optics", *WANTED, "--only", "--yes", "--config", str(path))

    assert result.exit_code == 1
    assert ("was put back" in result.stderr) is not stays
    assert ("optics" in path.read_text(encoding="utf-8")) is stays
    assert ("run again in some minutes" in result.stderr) is stays


def test_only_asks_before_it_creates(fake: Fake, tmp_path: Path) -> None:
    """Where nobody can be asked it wants --yes, and nothing is written."""
    path = written(tmp_path / "ours.yaml", fake)
    before = path.read_bytes()
    result = run("create", "optics", *WANTED, "--only", "--config", str(path))

    assert result.exit_code == 2
    assert "give --yes" in result.stderr
    assert path.read_bytes() == before
    assert fake.calls == ()


def test_without_a_project_it_does_as_optimize(server: Server, tmp_path: Path) -> None:
    """State and history are beside the file; a second optimize has nothing to do."""
    path = written(tmp_path / "alone.yaml", server.fake)

    done = call(server, tmp_path, "create", "optics", "--config", path, *WANTED, "--yes")

    assert done.returncode == 0, done.stdout + done.stderr
    assert server.fake.instance("optics").region == "eu-de"
    assert (tmp_path / ".ibm-quantum" / "alone").is_dir()
    writes = len(server.fake.changes)
    assert call(server, tmp_path, "optimize", "--config", path, "--yes").returncode == 0
    assert len(server.fake.changes) == writes


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["busy", *WANTED], "has an instance 'busy' already"),
        (["new", *WANTED, "--plan", "internal"], "about plan premium"),
        (["new", *WANTED, "--plan", "91b2c828-2952-4f05-aed8-bedf92c6c480"], "about plan premium"),
        (["new", *WANTED, "--stack", "live"], "no Pulumi project"),
        (["n/w", *WANTED], "would not be valid"),
    ],
)
def test_what_does_not_fit_the_file_is_refused(fake: Fake, tmp_path: Path, arguments: list[str], said: str) -> None:
    """On one line, with nothing asked of the account and the file as it was."""
    path = written(tmp_path / "ours.yaml", fake)
    before = path.read_bytes()

    assert said in one_line(run("create", *arguments, "--config", str(path)))
    assert path.read_bytes() == before
    assert fake.calls == ()


@pytest.mark.parametrize("option", ["--limit", "--allocation"])
def test_a_duration_is_read_before_anything_else(tmp_path: Path, option: str) -> None:
    """What is not one is a wrong call."""
    result = run("create", "new", *WANTED, "--config", str(tmp_path), option, "soon")

    assert result.exit_code == 2
    assert option in result.stderr


def test_a_stack_that_does_not_use_the_file_is_refused(server: Server, project: Path, tmp_path: Path) -> None:
    """Another stack would show a preview of another file."""
    done = call(server, tmp_path, "create", "optics", "--config", project, *WANTED, "--stack", "other", "--yes")

    assert done.returncode == 1
    assert "does not use" in done.stderr
    assert server.fake.changes == ()


def test_a_stack_that_there_is_not_is_refused_first(server: Server, project: Path, tmp_path: Path) -> None:
    """A mistyped name would be a second stack on the same account; the file is not touched for it."""
    before = project.stat().st_mtime_ns

    done = call(server, tmp_path, "create", "optics", "--config", project, *WANTED, "--stack", "liv", "--yes")

    assert done.returncode == 1
    assert "No stack named 'liv'" in done.stderr
    assert "did you mean live?" in done.stderr
    assert project.stat().st_mtime_ns == before
    assert server.fake.calls == ()


def test_a_file_of_the_peer_is_to_be_migrated_first(fake: Fake, tmp_path: Path) -> None:
    """It has no words for an instance that is created; nor does a folder of files have one end."""
    path = written(tmp_path / "old.yaml", fake)
    text = path.read_text(encoding="utf-8").replace("version: 3", "minimum_allocation_seconds: 60")
    path.write_text(text, encoding="utf-8")

    assert "ibm-quantum migrate" in one_line(run("create", "new", *WANTED, "--config", str(path)))
    assert "folder of files" in one_line(run("create", "new", *WANTED, "--config", str(tmp_path)))
