"""Commands in a project's folder: its configuration need not be named."""

from pathlib import Path

import pytest

from pulumi_ibm_quantum.fake import Fake
from tests.support.command_line import configuration, run


@pytest.fixture
def project(fake: Fake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a project whose stack names its configuration, and a folder in it to stand in."""
    (tmp_path / "stacks").mkdir()
    configuration(tmp_path / "stacks", fake)
    (tmp_path / "Pulumi.yaml").write_text("name: account\nruntime: python\nmain: stacks/\nstackConfigDir: stacks\n")
    monkeypatch.chdir(tmp_path / "stacks")
    return tmp_path


def use(project: Path, stack: str, file: str) -> None:
    text = f"config:\n  ibm-quantum:configuration: {file}\n"
    (project / "stacks" / f"Pulumi.{stack}.yaml").write_text(text, encoding="utf-8")


@pytest.mark.parametrize("command", [("analyze",), ("show",), ("instances",), ("explain", "busy")], ids=" ".join)
def test_the_configuration_of_the_project_is_taken(command: tuple[str, ...], project: Path) -> None:
    """With a stack that names it, and without any."""
    assert run(*command).exit_code == 0
    (project / "stacks" / "project.yaml").rename(project / "ours.yaml")
    use(project, "test", "ours.yaml")
    result = run(*command)

    assert result.exit_code == 0, result.output
    assert "busy" in result.stdout


def test_of_several_the_stack_says_which(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both are named where PULUMI_STACK does not choose."""
    use(project, "one", "stacks/project.yaml")
    use(project, "two", "two.yaml")
    result = run("show")

    assert result.exit_code == 2
    assert "there are ../two.yaml, project.yaml" in result.stderr
    monkeypatch.setenv("PULUMI_STACK", "one")
    assert run("show").exit_code == 0


def test_without_a_project_it_has_to_be_named(fake: Fake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And so where the project has no such file."""
    monkeypatch.chdir(tmp_path)
    assert "--config: there is no Pulumi project here" in run("analyze").stderr
    (tmp_path / "Pulumi.yaml").write_text("name: account\nruntime: python\n")
    result = run("analyze")

    assert result.exit_code == 2
    assert "--config: project account has no stacks/project.yaml" in " ".join(result.stderr.split())
