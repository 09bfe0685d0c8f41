"""``--verbose``: a line on standard error for each request, from every process of a run."""

import json
import os
import re
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from pulumi_ibm_quantum.cli.examples import walk
from pulumi_ibm_quantum.cli.main import ibm_quantum
from pulumi_ibm_quantum.fake import DEFAULT_API_KEY, Fake
from tests.support.command_line import configuration, run
from tests.support.desk import desk, three_teams

LINE = re.compile(r"\S+Z pulumi_ibm_quantum\[(?P<process>\d+)\] (?:(?P<method>[A-Z]+) http\S+ 200 in |signed in )")


@pytest.mark.parametrize(("path", "command"), list(walk(ibm_quantum)))
def test_every_command_takes_it(path: str, command: click.Command) -> None:
    """It may stand anywhere in the line, as -v too."""
    assert [option for option in command.params if {"-v", "--verbose"} <= set(option.opts)], path


def test_it_logs_the_requests_of_one_command(fake: Fake, tmp_path: Path) -> None:
    """Before the command's name or behind it; what is printed is the same, and the next command is silent again."""
    path = configuration(tmp_path, fake)
    silent = run("analyze", "--config", path)
    for arguments in (("-v", "analyze"), ("analyze", "--verbose")):
        told = run(*arguments, "--config", path)
        lines = told.stderr.splitlines()

        assert told.stdout == silent.stdout
        assert len(lines) > 5
        assert all(LINE.match(line) for line in lines), told.stderr
        assert "IBM_QUANTUM_LOG" not in os.environ
    assert run("analyze", "--config", path).stderr == silent.stderr == ""


def test_program_and_providers_log_to_the_same_terminal(tmp_path: Path) -> None:
    """The engine passes on what its children log, and keeps it out of the report and of the messages of ``--json``."""
    with desk(tmp_path, three_teams()) as at_desk:
        told = CliRunner().invoke(
            ibm_quantum,
            ["up", "--verbose", "--yes", "--skip-preview", "--json", "-s", "test", "-C", str(at_desk.folder)],
            env=dict(at_desk.environment),
        )
    lines = [LINE.match(line) for line in told.stderr.splitlines()]
    sent = {(line["process"], line["method"]) for line in lines if line and line["method"]}
    by_process = {process: sorted(method for other, method in sent if other == process) for process, _ in sent}

    assert all(lines), told.stderr
    assert sorted(by_process.values()) == [["GET", "PATCH", "POST"], ["GET", "POST"]]
    assert not [item for item in json.loads(told.stdout)["diagnostics"] if "pulumi_ibm_quantum[" in item["message"]]
    assert DEFAULT_API_KEY not in told.output
