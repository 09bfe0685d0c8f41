"""An account whose names are made to do harm: a terminal, a log, a page or a spreadsheet obeys none of them."""

import csv
import io
import json
from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from pulumi_ibm_quantum.fake import PLAN_IDS, Fake, Fault
from tests.support.command_line import configuration, run
from tests.support.desk import NEW, Desk, desk, said, three_teams

HOSTILE = (
    "\x1b[2J\x07gone",
    "two\n::error::lines",
    "\u202etxt.exe",
    "\x9b31m",
    "a\u2028b",
    "=cmd|' /C calc'!A0",
    "+1+1",
)
"""Control characters, a line of its own in a pipeline's log, a turned direction, formulas."""

COMMANDS = (
    ("analyze",),
    ("analyze", "--format", "csv"),
    ("analyze", "--format", "markdown"),
    ("analyze", "--format", "html"),
    ("analyze", "--forecast"),
    ("analyze", "--forecast", "--format", "html"),
    ("show",),
    ("instances",),
    ("doctor",),
    ("update", "--dry-run"),
    ("history",),
)


def make_hostile(fake: Fake) -> None:
    for number, name in enumerate(HOSTILE):
        fake.add_instance(name, allocation_seconds=1, region="eu-de", backends=(f"ibm{name}",), updated_by=name)
        fake.add_usage(fake.account.instances[-1].crn, 1 + number, backend=f"ibm{name}", when=fake.now - timedelta(2))
    fake.change_subscription(PLAN_IDS["premium"], name=HOSTILE[1], budget_seconds=200_000)


def harmful(text: str) -> list[str]:
    """The characters of a text that somebody may obey, and lines that a pipeline takes for commands."""
    return [c for c in text if c != "\n" and not c.isprintable()] + [
        line for line in text.splitlines() if line.startswith("::")
    ]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_what_a_command_prints_obeys_nobody(command: tuple[str, ...], fake: Fake, tmp_path: Path) -> None:
    """On standard output and beside it, in every format for people; the names can still be told apart."""
    path = configuration(tmp_path, fake)
    make_hostile(fake)
    result = run(*command, "--config", path)

    assert result.exit_code == 0, result.output
    assert harmful(result.stdout) == []
    assert harmful(result.stderr) == []


@pytest.mark.parametrize("route", ["instances.list", "account.get", "usage.get"])
def test_what_the_service_says_obeys_nobody(route: str, fake: Fake, tmp_path: Path) -> None:
    """An error text from elsewhere stays on its line."""
    path = configuration(tmp_path, fake)
    body = {"message": HOSTILE[0] + HOSTILE[1], "errors": [{"message": HOSTILE[0] + HOSTILE[2]}]}
    fake.inject(Fault(route, status=400, body=body, count=None))
    result = run("analyze", "--config", path)

    assert result.exit_code == 1
    assert harmful(result.stderr) == []


def test_a_configuration_of_such_an_account_is_written_and_read(fake: Fake, tmp_path: Path) -> None:
    """Configure and init work, what they write is valid, and a spreadsheet takes no name of it for a formula."""
    make_hostile(fake)
    path = tmp_path / "all.yaml"
    for command in (("configure", "--output", str(path)), ("init", str(tmp_path / "stack"))):
        assert run(*command, "--plan", "premium").exit_code == 0
    result = run("analyze", "--config", str(path), "--format", "csv")
    names = [row["name"] for row in csv.DictReader(io.StringIO(result.stdout))]

    assert harmful(path.read_text(encoding="utf-8")) == []
    assert len(names) == len(fake.account.instances)
    assert [name for name in names if name.startswith(("=", "+", "-", "@"))] == []
    assert "=cmd|' /C calc'!A0" in [one["name"] for one in yaml.safe_load(path.read_text("utf-8"))["instances"]]


def test_scripts_read_names_as_they_are(fake: Fake, tmp_path: Path) -> None:
    """JSON has its own escapes, and nobody opens it in a spreadsheet."""
    make_hostile(fake)
    fake.change_instance("busy", name="=busy")
    path = configuration(tmp_path, fake, instances=[{"name": "=busy", "crn": fake.instance("=busy").crn}])
    result = run("analyze", "--config", path, "--format", "json")

    assert json.loads(result.stdout)["instances"][0]["name"] == "=busy"


def test_a_preview_of_such_an_account_obeys_nobody(tmp_path: Path) -> None:
    """Neither its messages nor its outputs."""
    fake = three_teams()
    with desk(tmp_path, fake) as at:
        at.configure(instances=[*at.configuration["instances"], NEW])
        assert at.up().ok
        make_hostile(fake)
        fake.change_instance("new", name=HOSTILE[2] + HOSTILE[0], tags=HOSTILE)
        preview = at.preview()
        shown = _rendered(at)

    assert preview.ok
    assert harmful(said(preview)) == []
    assert harmful(shown) == []


def _rendered(at: Desk) -> str:
    from click.testing import CliRunner

    from pulumi_ibm_quantum.cli.main import ibm_quantum

    environment = {**at.environment, "COLUMNS": "200"}
    result = CliRunner().invoke(ibm_quantum, ["preview", "-C", str(at.folder), "--stack", "test"], env=environment)
    assert result.exit_code == 0, result.output
    return result.stdout + result.stderr
