"""Completion in the shells themselves: commands, options, stacks, plans and regions."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete

from pulumi_ibm_quantum.cli.main import ibm_quantum

BASH = """\
eval "$(ibm-quantum completion bash)"
COMP_WORDS=(ibm-quantum "$@"); COMP_CWORD=$#
_ibm_quantum_completion ibm-quantum
printf '%s\\n' "${COMPREPLY[@]}"
"""
# What zsh would offer is printed: no terminal has to be played.
ZSH = """\
autoload -U compinit; compinit -u -D
eval "$(ibm-quantum completion zsh)"
compadd() { [[ $1 == -U ]] && print -l -- ${(P)${@[-1]}}; }
_describe() { local -a found=("${(@P)3}"); print -l -- ${found%%:*}; }
words=(ibm-quantum "$@"); CURRENT=${#words}
${_comps[ibm-quantum]}
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with two stacks that have settings, of which one has a state too, and with one that only has that."""
    (tmp_path / "Pulumi.yaml").write_text("name: shells\nruntime: python\n", encoding="utf-8")
    (tmp_path / "__main__.py").touch()
    for name in ("production", "trial"):
        (tmp_path / f"Pulumi.{name}.yaml").touch()
    states = tmp_path / "state" / ".pulumi" / "stacks" / "shells"
    states.mkdir(parents=True)
    for name in ("production", "preproduction"):
        (states / f"{name}.json").write_text("{}", encoding="utf-8")
    return tmp_path


def complete(shell: str, folder: Path, *words: str) -> list[str]:
    """Give what a shell offers behind ``ibm-quantum`` and some words, of which it completes the last."""
    call = [shell, *(["--norc", "-c", BASH] if shell == "bash" else ["-f", "-c", ZSH]), shell, *words]
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PULUMI_")}
    done = subprocess.run(
        call,
        cwd=folder,
        env={**environment, "PATH": path, "PULUMI_BACKEND_URL": f"file://{folder}/state"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    return done.stdout.split()


@pytest.mark.parametrize("shell", ["bash", "zsh"])
@pytest.mark.parametrize(
    ("words", "offered"), [(["an"], ["analyze"]), (["up", "--stack", ""], ["preproduction", "production", "trial"])]
)
def test_a_shell_offers_what_there_is(shell: str, words: list[str], offered: list[str], project: Path) -> None:
    """Commands, and values; the script that the command prints is what makes it so."""
    if shutil.which(shell) is None:
        pytest.skip(f"there is no {shell}")

    assert sorted(complete(shell, project, *words)) == sorted(offered)


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["analyze", "--wi"], ["--windows"]),
        (["up", "-s", ""], ["preproduction", "production", "trial"]),
        (["stack", "rm", "p"], ["preproduction", "production"]),
        (["init", "--plan", "p"], ["premium", "paygo"]),
        (["create", "optics", "--target", ""], ["us-east", "eu-de"]),
        (["up", "--cwd", "/", "-s", ""], []),
        (["create", "optics", "-c", "/x.yaml", "-s", ""], []),
    ],
)
def test_options_and_values_are_offered(
    words: list[str], offered: list[str], project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stacks are those of the project that is meant, by the folder or by the file, with a state or with settings."""
    monkeypatch.chdir(project)
    monkeypatch.setenv("PULUMI_BACKEND_URL", f"file://{project}/state")

    assert sorted(offers(words)) == sorted(offered)


def test_without_a_backend_stacks_with_settings_are_offered(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those that can be known."""
    monkeypatch.setenv("PULUMI_BACKEND_URL", "s3://none")

    assert offers(["up", "--cwd", str(project), "-s", ""]) == ["production", "trial"]


def offers(words: list[str]) -> list[str]:
    """Give what would be offered for the last of some words."""
    shell = ShellComplete(ibm_quantum, {}, "ibm-quantum", "_IBM_QUANTUM_COMPLETE")
    return [item.value for item in shell.get_completions(words[:-1], words[-1])]
