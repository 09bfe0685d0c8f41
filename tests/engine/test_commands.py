"""The commands of the embedded engine: what they print, where, and with which status they end."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner

from tests.support.engine_commands import GROUP, invoke
from tests.support.engine_projects import STACK, Project, ref, secret, thing


def test_preview_up_preview(project: Project) -> None:
    """A preview says what would be done, `up --yes` does it, and the next preview finds nothing."""
    project.program(thing("a", size=1), exports={"id": ref("a.id"), "hidden": secret("x")}, say=["a table"])
    result = invoke(project, "preview")
    assert result.exit_code == 0
    assert "Previewing update (dev)" in result.stdout
    assert "a table" in result.stdout
    assert "+ create   test:Thing a" in result.stdout
    assert "size: 1" in result.stdout
    assert "+ hidden: [secret]" in result.stdout
    assert "Resources: 2 to create" in result.stdout
    assert "__provider" not in result.stdout
    assert "\x1b[" not in result.stdout
    result = invoke(project, "up", "--yes")
    assert result.exit_code == 0
    assert result.stdout.count("a table") == 1
    assert "Resources: 2 created" in result.stdout
    result = invoke(project, "preview", "--expect-no-changes")
    assert result.exit_code == 0
    assert "Resources: 2 unchanged" in result.stdout


def test_changes_that_were_not_expected_have_a_status_of_their_own(project: Project) -> None:
    """`--expect-no-changes` ends with 7, as the CLI does, and still shows them."""
    project.program(thing("a"))
    result = invoke(project, "preview", "--expect-no-changes")
    assert result.exit_code == 7
    assert "+ create" in result.stdout
    assert "No changes were expected" in result.stderr


def test_without_a_terminal_nothing_is_done_unasked(project: Project) -> None:
    """`up` and `destroy` need --yes where nobody can be asked; that is a usage error."""
    project.program(thing("a"))
    for command in ("up", "destroy", "refresh"):
        result = invoke(project, command)
        assert result.exit_code == 2
        assert "--yes" in result.stderr
    assert project.calls() == []


def test_a_failure_ends_with_one_and_names_the_resource(project: Project) -> None:
    """The report marks what failed and ends with the provider's sentence."""
    project.program(thing("a"))
    project.faults(create_a="the budget is used up")
    result = invoke(project, "up", "--yes", "--skip-preview")
    assert result.exit_code == 1
    assert "test:Thing a  failed" in result.stdout
    assert "error: test:Thing a: the budget is used up" in result.stdout
    assert "Traceback" not in result.output


def test_a_preview_that_fails_stops_up(project: Project) -> None:
    """What the preview finds wrong is not begun."""
    project.program(thing("a"), thing("b", bad=1))
    result = invoke(project, "up", "--yes")
    assert result.exit_code == 1
    assert "Updating" not in result.stdout
    assert project.calls() == []


def test_json_is_all_that_is_on_standard_output(project: Project) -> None:
    """With --json the output parses, secrets hidden, also when the run fails."""
    project.program(thing("a", token=secret("s3cret")))
    for fault in ("", "no"):
        project.faults(create_a=fault)
        result = invoke(project, "up", "--yes", "--skip-preview", "--json")
        document = json.loads(result.stdout)
        assert [step["op"] for step in document["steps"]] == ["create", "create"]
        assert document["steps"][1]["newState"]["inputs"]["token"] == "[secret]"
        assert "s3cret" not in result.output
        invoke(project, "destroy", "--yes")


def test_refresh_of_the_options(project: Project) -> None:
    """`--refresh` alone means yes; `--refresh=false` means no."""
    project.program(thing("a", size=1))
    invoke(project, "up", "--yes")
    project.change_live("id-a", size=9)
    assert "~ size: 9 => 1" in invoke(project, "preview", "--refresh").stdout
    assert "~ size" not in invoke(project, "preview", "--refresh=false").stdout
    assert "drifted" in invoke(project, "refresh", "--preview-only").stdout
    assert invoke(project, "refresh", "--yes").exit_code == 0
    assert "~ size: 9 => 1" in invoke(project, "preview").stdout


def test_the_state_goes_out_and_in(project: Project, tmp_path: Path) -> None:
    """Export, import, output and ls print data only, and say what is missing."""
    project.program(thing("a"), exports={"id": ref("a.id"), "n": {"x": 1}, "hidden": secret("x")})
    assert invoke(project, "stack", "ls").stdout == f"{STACK}\tno state yet\n"
    assert "has no state" in invoke(project, "stack", "export").stderr
    invoke(project, "up", "--yes")
    assert invoke(project, "stack", "ls").stdout == f"{STACK}\n"
    assert invoke(project, "stack", "output").stdout == 'hidden\t[secret]\nid\tid-a\nn\t{"x": 1}\n'
    assert invoke(project, "stack", "output", "id").stdout == "id-a\n"
    assert json.loads(invoke(project, "stack", "output", "--json", "--show-secrets").stdout)["hidden"] == "x"
    result = invoke(project, "stack", "output", "nope")
    assert result.exit_code == 1
    assert "it has: hidden, id, n" in result.stderr
    exported = invoke(project, "stack", "export").stdout
    file = tmp_path / "state.json"
    assert invoke(project, "stack", "export", "--file", str(file)).stdout == ""
    assert json.loads(file.read_text()) == json.loads(exported)
    invoke(project, "destroy", "--yes")
    assert invoke(project, "stack", "import", stdin=exported).exit_code == 0
    assert invoke(project, "stack", "import", "--file", str(file)).exit_code == 0
    assert invoke(project, "stack", "output", "id").stdout == "id-a\n"
    assert "is not JSON" in invoke(project, "stack", "import", stdin="{").stderr


def test_where_there_is_no_project(tmp_path: Path, project: Project) -> None:
    """The folder is named, and what to do."""
    result = CliRunner().invoke(GROUP, ["preview", "-C", str(tmp_path)], env=dict(project.env))
    assert result.exit_code == 1
    assert f"No Pulumi.yaml in {tmp_path}" in result.stderr
    (project.root / "Pulumi.yaml").write_text("name: x\nruntime: nodejs\n")
    assert "`runtime: nodejs` is not supported" in invoke(project, "preview").stderr
    (project.root / "Pulumi.yaml").write_text("name: [")
    assert "not valid YAML" in invoke(project, "preview").stderr


def test_the_commands_load_neither_pulumi_nor_grpc() -> None:
    """To list commands is fast: what they need is imported when they run."""
    code = "import sys, pulumi_ibm_quantum.cli.stack_commands; print({'pulumi', 'grpc', 'yaml'} & set(sys.modules))"
    path = os.pathsep.join(str(Path(entry).resolve()) for entry in sys.path if entry)
    run = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=True
    )
    assert run.stdout == "set()\n"
