"""Stacks: which there are, and how one is made and removed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pulumi_ibm_quantum.engine import EngineError, init_stack, open_stack, remove_stack
from tests.support.engine_commands import invoke
from tests.support.engine_projects import NAME, STACK, Project, thing


def state_of(project: Project, stack: str) -> Path:
    return project.checkpoint.with_name(f"{stack}.json")


@pytest.mark.parametrize(
    "command", [["preview"], ["up", "--yes"], ["refresh", "--yes"], ["stack", "output"], ["cancel"]]
)
def test_a_stack_that_there_is_not_is_an_error_with_the_nearest_name(project: Project, command: list[str]) -> None:
    """A mistyped name makes no second stack on the same account, and leaves no file."""
    project.program(thing("a"))
    (project.root / "app" / "Pulumi.production.yaml").touch()
    result = invoke(project, *command, "--stack", "prodution")

    assert result.exit_code == 1
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert f"No stack named 'prodution' in project {NAME} (did you mean production?): `stack init prodution`" in (
        result.stderr
    )
    assert project.calls() == []
    assert list(project.backend.iterdir()) == []
    assert not (project.root / "app" / "Pulumi.prodution.yaml").exists()


def test_a_stack_is_known_by_its_settings_or_its_state(project: Project) -> None:
    """A fresh backend with committed settings will do, and so will a state whose settings nobody committed."""
    settings = project.root / "app" / f"Pulumi.{STACK}.yaml"
    assert open_stack(project.root, STACK, project.env).name == STACK
    project.run()
    settings.unlink()
    assert open_stack(project.root, STACK, project.env).name == STACK
    with pytest.raises(EngineError, match=r"No stack named 'prod' in project proj \(there is dev\)"):
        open_stack(project.root, "prod", project.env)
    project.checkpoint.unlink()
    with pytest.raises(EngineError, match="No stack named 'dev' in project proj: `stack init dev`"):
        open_stack(project.root, STACK, project.env)
    (project.root / "app" / "Pulumi.b.yaml").touch()
    with pytest.raises(EngineError, match="No stack named 'nothing-like-it'"):
        open_stack(project.root, None, {**project.env, "PULUMI_STACK": "nothing-like-it"})


def test_a_run_without_a_state_says_so(project: Project) -> None:
    """Everything is new where the address of the state is mistyped, too; one line says where it was looked for."""
    project.program(thing("a"))
    line = f"No state yet in {project.backend}: everything is new"

    assert line in project.preview().messages
    assert line in project.run().messages
    assert line not in project.preview().messages


def test_stack_init_makes_an_empty_stack(project: Project) -> None:
    """It has a state and settings of its own key, the passphrase's; what is there already is left alone."""
    result = invoke(project, "stack", "init", "trial")
    assert result.exit_code == 0, result.stderr
    assert "encryptionsalt: v1:" in (project.root / "app" / "Pulumi.trial.yaml").read_text()
    assert json.loads(state_of(project, "trial").read_text())["checkpoint"]["stack"] == f"organization/{NAME}/trial"
    assert invoke(project, "stack", "ls").stdout == f"{STACK}\tno state yet\ntrial\n"
    assert invoke(project, "preview", "--stack", "trial", "--expect-no-changes").exit_code == 7

    before = state_of(project, "trial").read_bytes()
    again = invoke(project, "stack", "init", "trial")
    assert again.exit_code == 1
    assert "Stack trial of project proj is there already" in again.stderr
    assert state_of(project, "trial").read_bytes() == before
    assert invoke(project, "stack", "init", STACK).exit_code == 0
    assert invoke(project, "stack", "init", "a b").exit_code == 2


def test_stack_init_wants_the_passphrase_of_committed_settings(project: Project) -> None:
    """A state under another key than the settings' would be of no use."""
    project.env["PULUMI_CONFIG_PASSPHRASE"] = "wrong"
    with pytest.raises(EngineError, match="Wrong passphrase"):
        init_stack(open_stack(project.root, STACK, project.env))
    assert not project.checkpoint.exists()


def test_stack_rm_removes_what_manages_nothing(project: Project) -> None:
    """State, history and settings go, a backup of the state stays, as the CLI does it."""
    project.program(thing("a"))
    project.run()
    settings = project.root / "app" / f"Pulumi.{STACK}.yaml"

    refused = invoke(project, "stack", "rm", STACK, "--yes")
    assert refused.exit_code == 1
    assert f"Stack {STACK} still has 3 resources: `destroy` removes them first" in refused.stderr
    assert invoke(project, "stack", "rm", STACK).exit_code == 2
    assert project.names() == ["a"]
    assert project.run("destroy").ok
    assert invoke(project, "stack", "rm", STACK, "--yes").exit_code == 0
    left = {path.name for path in (project.backend / ".pulumi").rglob("*") if path.is_file()}
    assert left == {"meta.yaml", f"{STACK}.json.bak", f"{STACK}.flock"}
    assert not settings.exists()
    assert "No stack named" in invoke(project, "stack", "rm", STACK, "--yes").stderr


def test_stack_rm_by_force_forgets_resources(project: Project) -> None:
    """They stay at the service; a key that is lost is no obstacle, and the settings can be kept."""
    project.program(thing("a"))
    project.run()
    project.env["PULUMI_CONFIG_PASSPHRASE"] = "lost"
    stack = open_stack(project.root, STACK, project.env)
    with pytest.raises(EngineError, match="Wrong passphrase"):
        remove_stack(stack, force=False, keep_settings=True)
    assert invoke(project, "stack", "rm", STACK, "--yes", "--force", "--preserve-config").exit_code == 0
    assert not project.checkpoint.exists()
    assert (project.root / "app" / f"Pulumi.{STACK}.yaml").exists()
    assert project.objects() == ["id-a"]


def test_cancel_says_what_it_did(project: Project) -> None:
    """A lock of another machine goes with --yes alone."""
    folder = project.backend / ".pulumi" / "locks" / "organization" / NAME / STACK
    assert invoke(project, "cancel").stderr == f"Stack {STACK} is not locked\n"
    folder.mkdir(parents=True)
    holder = {"pid": 1, "username": "ann", "hostname": "elsewhere", "timestamp": "2026-01-01T00:00:00Z"}
    (folder / "x.json").write_text(json.dumps(holder))
    assert invoke(project, "cancel").exit_code == 1
    result = invoke(project, "cancel", "--yes")
    assert result.exit_code == 0
    assert result.stderr == "Removed the lock of ann@elsewhere (pid 1) since 2026-01-01T00:00:00Z\n"
