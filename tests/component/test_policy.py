"""Policies: the embedded engine, the CLI with the pack, and the CLI's audit of a state find the same."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pulumi_ibm_quantum.cli.main import ibm_quantum
from pulumi_ibm_quantum.fake import Fake
from tests.support.desk import NEW, ROOT, Desk

SETTINGS = {
    "over-commit": {"budget_seconds": 50_000},
    "below-minimum": {"minimum_seconds": 100},
    "missing-tag": {"tags": ["team:"]},
}
FOUND = {
    ("mandatory", "over-commit", ""),
    ("mandatory", "below-minimum", "InstanceAllocation idle"),
    ("mandatory", "below-minimum", "InstanceAllocation new"),
    ("mandatory", "unprotected-instance", "Instance new"),
    ("advisory", "missing-tag", "Instance new"),
    ("advisory", "limit-without-owner", "Instance new"),
}
"""What those settings find in the stack of `unruly`: level, policy and resource."""


@pytest.fixture
def unruly(at_desk: Desk) -> Desk:
    """A desk with an instance to be created that nobody protects."""
    at_desk.configure(instances=[*at_desk.configuration["instances"], {**NEW, "protect": False}])
    return at_desk


def policies(at: Desk, **settings: object) -> str:
    path = at.folder / "policies.json"
    path.write_text(json.dumps(settings), encoding="utf-8")
    return str(path)


def ours(at: Desk, *arguments: str) -> Result:
    return CliRunner().invoke(ibm_quantum, [*arguments, "-C", str(at.folder), "-s", "test"], env=at.environment)


def found_by_us(document: str) -> set[tuple[str, str, str]]:
    levels = {"error": "mandatory", "warning": "advisory"}
    lines = [one for one in json.loads(document)["diagnostics"] if one["severity"] in levels]
    found = set()
    for line in lines:
        type_, name = line.get("urn", "::").split("::")[-2:]
        policy = re.findall(r"\(([a-z-]+)\)$", line["message"].strip())[0]
        found.add((levels[line["severity"]], policy, f"{type_.rpartition(':')[2]} {name}".strip()))
    return found


def test_what_is_mandatory_stops_preview_and_up_before_anything_is_written(unruly: Desk, fake: Fake) -> None:
    """All violations are told, each with its resource; with none that is mandatory the run goes on."""
    settings = policies(unruly, **SETTINGS)
    fake.forget_calls()
    preview, up = (ours(unruly, *command, "--policy", settings) for command in (["preview"], ["up", "--yes"]))

    assert (preview.exit_code, up.exit_code, fake.changes) == (1, 1, ())
    for result in (preview, up):
        assert "error: ibm-quantum:InstanceAllocation idle, new: its allocation of 1m is below" in result.stdout
        assert "warning: ibm-quantum:Instance new: has no tag team: (missing-tag)" in result.stdout
    assert found_by_us(ours(unruly, "preview", "--json", "--policy", settings).stdout) == FOUND
    advisory = policies(unruly, **{"all": "advisory", **SETTINGS})
    applied = ours(unruly, "up", "--yes", "--policy", advisory)
    assert applied.exit_code == 0, applied.output
    assert "warning: allocations are " in applied.stdout
    assert fake.instance("idle").allocation_seconds == 60


def test_the_budget_is_that_of_the_account_where_the_settings_have_none(at_desk: Desk) -> None:
    """A FairShare keeps within what it read; what is declared beside it may not."""
    program = at_desk.folder / "stacks" / "__main__.py"
    beside = "\npulumi_ibm_quantum.InstanceAllocation('more', crn='{crn}', allocation_seconds='3h')\n"
    crn = at_desk.fake.instance("nobodys").crn
    assert ours(at_desk, "preview", "--policy", policies(at_desk)).exit_code == 0
    program.write_text(f"{program.read_text()}\nimport pulumi_ibm_quantum{beside.format(crn=crn)}", encoding="utf-8")
    result = ours(at_desk, "preview", "--policy", policies(at_desk))

    assert result.exit_code == 1
    assert "error: allocations are 28h together, 13m 20s more than the budget of 27h 46m 40s" in result.stdout


def test_a_preview_that_is_judged_cannot_be_left_out(unruly: Desk, fake: Fake) -> None:
    """Without it all would be written before anything is judged."""
    fake.forget_calls()
    result = ours(unruly, "up", "--yes", "--skip-preview", "--policy", policies(unruly))

    assert (result.exit_code, fake.calls) == (2, ())
    assert "--policy judges what a preview shows: leave --skip-preview out" in result.stderr


def test_wrong_settings_stop_a_run_before_it_begins(unruly: Desk, fake: Fake) -> None:
    """With their place in the file."""
    fake.forget_calls()
    result = ours(unruly, "preview", "--policy", policies(unruly, overcommit={}))

    assert (result.exit_code, fake.calls) == (1, ())
    assert "policies.json:1:2: overcommit: is not a known key (did you mean over-commit?)" in result.stderr


@pytest.mark.pulumi_cli
@pytest.mark.skipif(shutil.which("pulumi") is None, reason="there is no pulumi command on the PATH")
def test_the_pack_finds_the_same_under_the_cli(unruly: Desk, tmp_path: Path) -> None:
    """In a preview, and in the exported state alone: there it needs no backend, passphrase, key or program."""
    settings, pack = policies(unruly, **SETTINGS), made_pack(tmp_path / "pack")
    assert ours(unruly, "up", "--yes").exit_code == 0
    state = tmp_path / "state.json"
    state.write_text(ours(unruly, "stack", "export").stdout, encoding="utf-8")
    given = ["--policy-pack", str(pack), "--policy-pack-config", settings]
    environment = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PULUMI_HOME": str(tmp_path / "home"),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }
    with_stack = {**unruly.environment, **environment}
    previewed = cli(unruly, with_stack, "preview", "--stack", "test", "--non-interactive", *given)
    analyzed = cli(unruly, {**environment, "HOME": str(tmp_path)}, "policy", "analyze", "--file", str(state), *given)

    assert found_by_us(ours(unruly, "preview", "--json", "--policy", settings).stdout) == FOUND
    assert found_by_the_cli(previewed.stdout) == FOUND, previewed.stdout + previewed.stderr
    assert found_by_the_cli(analyzed.stdout) == FOUND, analyzed.stdout + analyzed.stderr
    assert (previewed.returncode, analyzed.returncode) == (1, 1)


def made_pack(folder: Path) -> Path:
    """Copy the pack, and give it the virtual environment of its own that it needs."""
    shutil.copytree(ROOT / "examples" / "policy", folder)
    wanted = [
        ROOT if line == "pulumi-ibm-quantum" else line for line in (folder / "requirements.txt").read_text().split()
    ]
    pip = [str(folder / ".venv" / "bin" / "python"), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    subprocess.run([sys.executable, "-m", "venv", str(folder / ".venv")], check=True)
    subprocess.run([*pip, *map(str, wanted)], check=True)
    return folder


def cli(at: Desk, environment: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = ["pulumi", *arguments]
    return subprocess.run(command, cwd=at.folder, env=environment, capture_output=True, text=True, check=False)


def found_by_the_cli(text: str) -> set[tuple[str, str, str]]:
    lines = re.findall(r"- \[(\w+)]  ([a-z-]+)  \(\S*:(\w+): (\S+)\)", text)
    return {(level, policy, "" if kind == "Stack" else f"{kind} {name}") for level, policy, kind, name in lines}
