"""The command as a whole: global options, help, examples, completion, the reference, and what starting it costs."""

import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from pulumi_ibm_quantum.cli.examples import walk
from pulumi_ibm_quantum.cli.main import ibm_quantum
from pulumi_ibm_quantum.cli.reference import reference
from pulumi_ibm_quantum.fake import DEFAULT_API_KEY, Fake
from tests.support.command_line import configuration, one_line, run

ROOT = Path(__file__).parents[2]
COMMANDS = dict(walk(ibm_quantum))
HEAVY = {"pulumi", "grpc", "requests", "pydantic", "yaml", "ruamel", "rich", "ibm_cloud_sdk_core"}


@pytest.mark.parametrize("path", COMMANDS)
def test_every_command_explains_itself_with_an_example(path: str) -> None:
    """The help of each command begins with a sentence and has an example that calls it."""
    shown = run(*path.split(), "--help").stdout
    usage, _, rest = shown.partition("\n\n")

    assert usage.startswith(f"Usage: ibm-quantum {path}".strip())
    assert COMMANDS[path].help
    assert f"ibm-quantum {path}".strip() in rest


def test_the_reference_is_as_the_commands_are() -> None:
    """docs/commands.md is current; `python -m pulumi_ibm_quantum.cli.reference > docs/commands.md` renews it."""
    assert (ROOT / "docs" / "commands.md").read_text(encoding="utf-8") == reference(ibm_quantum)


@pytest.mark.parametrize("arguments", [("--help",), ("--version",), ("completion", "--help"), ("stack", "--help")])
def test_help_loads_nothing_heavy(arguments: tuple[str, ...]) -> None:
    """Neither Pulumi nor the HTTP client, the YAML reader or the model is loaded to show what there is."""
    assert loaded(*arguments) == set()


def test_a_help_does_without_pulumi() -> None:
    """A command is imported to show its own help, but what runs programs is not."""
    script = (
        "import sys\n"
        "from pulumi_ibm_quantum.cli.main import ibm_quantum\n"
        f"for path in {[*COMMANDS]!r}:\n"
        "    ibm_quantum([*path.split(), '--help'], standalone_mode=False)\n"
        "    assert not {'pulumi', 'grpc'} & set(sys.modules), path\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_group_knows_its_commands() -> None:
    """The sentence that it lists a command by, without importing it, is how that command's own help begins."""
    context = click.Context(ibm_quantum)
    for name in ibm_quantum.list_commands(context):
        command = ibm_quantum.get_command(context, name)
        assert command is not None
        assert command.name == name
        assert ibm_quantum.sentence_of(name).split()[0] == (command.help or "").split()[0], name


def test_analyzing_does_without_pulumi() -> None:
    """A command that needs no engine loads none."""
    assert not {"pulumi", "grpc"} & loaded("analyze", "--config", "missing.yaml")


def loaded(*arguments: str) -> set[str]:
    """Run the command in a fresh interpreter; give what it loaded of the heavy packages."""
    script = (
        "import sys\n"
        "from pulumi_ibm_quantum.cli.main import ibm_quantum\n"
        f"try: ibm_quantum({list(arguments)!r})\n"
        f"finally: print(*sorted({HEAVY!r} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, env={**os.environ, "COLUMNS": "80"}
    )
    return set(done.stderr.strip().splitlines()[-1].split()) if done.stderr.strip() else set()


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script_for_the_shell(shell: str) -> None:
    """The script calls the command back under its name."""
    script = run("completion", shell).stdout

    assert "_IBM_QUANTUM_COMPLETE" in script
    assert "ibm-quantum" in script


def test_completion_knows_the_commands() -> None:
    """What the script of bash calls back gives the commands that begin so, and their options."""
    command = Path(sys.executable).with_name("ibm-quantum")
    for words, last, completed in (
        ("ibm-quantum an", 1, "analyze"),
        ("ibm-quantum analyze --pre", 2, "--preview-date"),
    ):
        environment = {
            **os.environ,
            "_IBM_QUANTUM_COMPLETE": "bash_complete",
            "COMP_WORDS": words,
            "COMP_CWORD": str(last),
        }
        done = subprocess.run([command], capture_output=True, text=True, check=False, env=environment)
        assert f"plain,{completed}" in done.stdout.splitlines()


@pytest.mark.parametrize(
    "content", [DEFAULT_API_KEY, f"{DEFAULT_API_KEY}\n", json.dumps({"name": "mine", "apikey": DEFAULT_API_KEY})]
)
@pytest.mark.parametrize("from_standard_input", [False, True])
def test_a_key_comes_from_a_file_or_standard_input(
    fake: Fake, tmp_path: Path, content: str, from_standard_input: bool
) -> None:
    """The key alone, or the JSON that IBM Cloud offers; it counts in place of the environment, and is gone after."""
    (tmp_path / "key").write_text(content, encoding="utf-8")
    source = "-" if from_standard_input else str(tmp_path / "key")
    result = run(
        *("--api-key-file", source, "analyze", "--config", configuration(tmp_path, fake)),
        key="a-wrong-key",
        standard_input=content,
    )

    assert result.exit_code == 0, result.output


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(None, "No such file"), ("", "no API key"), ("two words", "no API key"), ('{"apikey": 1}', "no API key")],
)
def test_a_file_without_a_key_is_explained(tmp_path: Path, content: str | None, sentence: str) -> None:
    """One line that names the file, and does not show what is in it."""
    if content is not None:
        (tmp_path / "key").write_text(content, encoding="utf-8")
    said = one_line(run("--api-key-file", str(tmp_path / "key"), "analyze", "--config", "project.yaml"))

    assert sentence in said
    assert str(tmp_path / "key") in said
    assert "two words" not in said


@pytest.mark.parametrize(
    "arguments",
    [
        ("analyze", "--config", "project.yaml", "--api-key", "a-secret-key"),
        ("analyze", "--config", "project.yaml", "--api-key=a-secret-key"),
        ("analyze", "-k", "a-secret-key", "--config", "project.yaml"),
        ("--api-key", "a-secret-key", "analyze"),
    ],
)
def test_a_key_among_the_arguments_is_refused(arguments: tuple[str, ...]) -> None:
    """One line says what to use in its place, and does not repeat the key."""
    result = run(*arguments)

    assert result.exit_code == 2
    assert "--api-key-file" in result.stderr.splitlines()[-1]
    assert "a-secret-key" not in result.output


def test_no_command_has_the_letter_of_the_refused_option() -> None:
    """-k is the peer's short form of --api-key, and is refused wherever it stands."""
    assert not [path for path, command in COMMANDS.items() for each in command.params if "-k" in each.opts]


def test_staging_is_another_cloud(fake: Fake, tmp_path: Path) -> None:
    """All calls go to IBM's staging hosts, and the environment is as before afterwards."""
    run("--staging", "analyze", "--config", configuration(tmp_path, fake))

    assert fake.calls
    assert {call.host.endswith(".test.cloud.ibm.com") for call in fake.calls} == {True}
    assert "IBMCLOUD_STAGING" not in os.environ
