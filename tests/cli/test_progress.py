"""Progress: on a terminal for what takes longer than a second, nowhere else, and gone at the end."""

import os
import pty
import re
import select
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pulumi_ibm_quantum.fake import DEFAULT_API_KEY, Server, serve
from tests.support.command_line import configuration
from tests.support.desk import three_teams

COMMAND = Path(sys.executable).with_name("ibm-quantum")
CLEAR_LINE = "\r\x1b[K"


@pytest.fixture
def server() -> Iterator[Server]:
    """A service that takes its time for each answer."""
    fake = three_teams()
    fake.behaviour.latency_seconds = 0.5
    with serve(fake) as server:
        yield server


def analyzed(server: Server, folder: Path, *, on_terminal: bool, **environment: str) -> tuple[str, str]:
    """Run analyze with standard error on a terminal or in a pipe; give standard output and standard error."""
    arguments = ["analyze", "--config", configuration(folder, server.fake)]
    return called(server, arguments, on_terminal=on_terminal, **environment)


def called(server: Server, arguments: list[str], *, on_terminal: bool, **environment: str) -> tuple[str, str]:
    """Run a command with standard error on a terminal or in a pipe; give standard output and standard error."""
    command: list[str | Path] = [COMMAND, *arguments]
    variables = {name: value for name, value in os.environ.items() if name != "CI"}
    variables |= {**server.environment, "IBMCLOUD_API_KEY": DEFAULT_API_KEY, **environment}
    if not on_terminal:
        done = subprocess.run(command, env=variables, capture_output=True, text=True, check=True)
        return done.stdout, done.stderr
    ours, theirs = pty.openpty()
    with subprocess.Popen(command, env=variables, stdout=subprocess.PIPE, stderr=theirs, text=True) as process:
        os.close(theirs)
        assert process.stdout is not None
        said = everything_from(ours)
        stdout = process.stdout.read()
    assert process.returncode == 0
    return stdout, said


def everything_from(terminal: int) -> str:
    """Read until the other side is closed."""
    said = b""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        if select.select([terminal], [], [], 0.1)[0]:
            try:
                chunk = os.read(terminal, 4096)
            except OSError:
                break
            if not chunk:
                break
            said += chunk
    os.close(terminal)
    return said.decode()


def test_a_terminal_sees_how_far_it_has_come_and_then_nothing(server: Server, tmp_path: Path) -> None:
    """What is done and for how long shows after a second, and the line is wiped before the result is printed."""
    stdout, said = analyzed(server, tmp_path, on_terminal=True)
    lines = [line for line in said.split(CLEAR_LINE) if line]

    assert "FAIRNESS" in stdout
    assert lines
    assert all(line.endswith(" s)") for line in lines)
    assert any(line.startswith("reading usage:") for line in lines)
    assert said.endswith(CLEAR_LINE)


@pytest.mark.parametrize(("on_terminal", "environment"), [(False, {}), (True, {"CI": "true"})], ids=["pipe", "CI"])
def test_a_pipe_and_a_build_see_none(
    server: Server, tmp_path: Path, on_terminal: bool, environment: dict[str, str]
) -> None:
    """Standard error stays empty."""
    assert analyzed(server, tmp_path, on_terminal=on_terminal, **environment)[1] == ""


def test_what_is_quick_shows_none(server: Server, tmp_path: Path) -> None:
    """A second of patience: nothing flickers."""
    server.fake.behaviour.latency_seconds = 0

    assert analyzed(server, tmp_path, on_terminal=True)[1] == ""


@pytest.mark.parametrize("on_terminal", [True, False], ids=["terminal", "pipe"])
def test_a_terminal_sees_what_a_run_of_the_engine_is_doing(server: Server, tmp_path: Path, on_terminal: bool) -> None:
    """The same line, with the steps that are done and those that run."""
    arguments = ["optimize", "--dry-run", "--config", configuration(tmp_path, server.fake)]
    stdout, said = called(server, arguments, on_terminal=on_terminal)

    assert "Previewing update" in stdout
    lines = [line for line in said.split(CLEAR_LINE) if line]
    assert bool(lines) == on_terminal
    assert all(re.fullmatch(r"starting \(\d+ s\)|\d+ done(; \w+ .+ \(\d+ s\).*)?", line) for line in lines)
    assert said.endswith(CLEAR_LINE * on_terminal)
