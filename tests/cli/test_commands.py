"""The commands that need no Pulumi: analyze, configure, fake."""

import json
import re
import signal
import socket
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from pulumi_ibm_quantum.cli.main import ibm_quantum
from pulumi_ibm_quantum.config import load_configuration
from pulumi_ibm_quantum.fake import Fake
from pulumi_ibm_quantum.report.figures import to_the_minute
from pulumi_ibm_quantum.vocabulary import Limit
from tests.support.command_line import configuration, one_line, run
from tests.support.desk import RESOURCE_GROUP, UNCONFIGURED

ROOT = Path(__file__).parents[2]
COMMAND = Path(sys.executable).with_name("ibm-quantum")


def test_analyze_shows_what_would_change_and_why(fake: Fake, tmp_path: Path) -> None:
    """The table has a row for each instance, the change, and the reason; nothing is written."""
    result = run("analyze", "--config", configuration(tmp_path, fake))
    rows = {line.split()[0]: line for line in result.stdout.splitlines() if line}

    assert result.exit_code == 0
    assert re.search("11h 07m => +1m ", rows["idle"])
    assert "inactive, held at the minimum" in rows["idle"]
    assert "Over budget" not in result.stdout
    assert f"Unconfigured: {UNCONFIGURED}" in result.stdout
    assert fake.writes == ()


def test_analyze_takes_a_limit_apart_that_grants_shape(fake: Fake, tmp_path: Path) -> None:
    """What is set, what grants paid for, what is left of them and what was used before them add up to the limit."""
    path = configuration(tmp_path, fake)
    document = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    grant = {"start_date": (fake.now - timedelta(days=10)).date(), "net_grant_seconds": 20_000}
    document["instances"][0] |= {"limit_seconds": 10_000, "net_grants": [grant]}
    Path(path).write_text(yaml.safe_dump(document), encoding="utf-8")
    shown = run("analyze", "--config", path).stdout
    terms = next(line for line in shown.splitlines() if line.startswith("busy") and "=>" not in line)
    report = json.loads(run("analyze", "--config", path, "--format", "json").stdout)
    breakdown = report["instances"][0]["limit_breakdown"]

    assert "limit: configured 2h 47m + 2h 30m paid by net grants + 3h 3m unspent grant" in shown
    assert "+ marks a limit that a net grant raises" in shown
    assert breakdown["pre_boost_overage_seconds"] > 0
    fields = ("base", "grant_funded", "unspent_grant", "pre_boost_overage", "total")
    assert re.split(r"  +", terms)[1:] == [to_the_minute(breakdown[f"{field}_seconds"]) for field in fields]


def test_analyze_explains_an_account_that_is_over_its_budget(fake: Fake, tmp_path: Path) -> None:
    """The rule is said in words, and who is held at the minimum for reaching a limit; usage above it is marked."""
    fake.add_usage("busy", 90_000)
    fake.change_instance("calm", limit_seconds=1000)
    shown = run("analyze", "--config", configuration(tmp_path, fake)).stdout

    assert "Over budget: usage in 28 days has reached the budget" in shown
    assert "At their limit, held at the minimum (or at their usage, if lower): calm" in shown
    assert "47m!" in shown


def test_analyze_gives_scripts_json_on_stdout_and_nothing_else(fake: Fake, tmp_path: Path) -> None:
    """Standard output is one JSON document; warnings go to standard error."""
    path = configuration(tmp_path, fake)
    fake.change_instance("idle", name="renamed")
    result = run("analyze", "--config", path, "--format", "json")
    report = json.loads(result.stdout)

    assert {row["name"] for row in report["instances"]} == {"busy", "calm", "idle"}
    assert report["account"]["unmanaged_allocation_seconds"] == 10_000
    assert "renamed" in result.stderr


def test_analyze_of_what_must_not_be_applied_fails(fake: Fake, tmp_path: Path) -> None:
    """The report is still given; the status and standard error say that it must not be applied."""
    path = configuration(tmp_path, fake, minimum_allocation_seconds=50_000)
    result = run("analyze", "--config", path, "--format", "json")

    assert result.exit_code == 1
    assert json.loads(result.stdout)["validation_errors"]
    assert "minimum_allocation_seconds" in result.stderr


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("version: 3\nplan: [", "not valid YAML"),
        ("version: 3\nplans: premium\n", "did you mean"),
        (None, "no such file"),
    ],
)
def test_a_wrong_configuration_is_explained(tmp_path: Path, text: str | None, sentence: str) -> None:
    """One line for each thing that is wrong, status 1, no traceback."""
    path = tmp_path / "project.yaml"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    result = run("analyze", "--config", str(path))

    assert result.exit_code == 1
    assert sentence in result.stderr
    assert "Traceback" not in result.output


def test_a_wrong_key_is_explained_and_not_shown(fake: Fake, tmp_path: Path) -> None:
    """The command ends with a sentence that does not hold the key."""
    result = run("analyze", "--config", configuration(tmp_path, fake), key="a-wrong-key-9876")

    assert result.exit_code == 1
    assert "refused" in result.stderr
    assert "a-wrong-key-9876" not in result.output


def test_configure_writes_a_file_that_analyze_reads(fake: Fake, tmp_path: Path) -> None:
    """Every active instance is listed with its limit; shared names are told apart; archived ones are left out."""
    fake.change_instance("calm", limit_seconds=40_000)
    fake.add_instance("busy", region="eu-de", allocation_seconds=1)
    fake.add_instance("archived", allocation_seconds=0)
    path = tmp_path / "project.yaml"
    result = run("configure", "--plan", "premium", "--output", str(path))
    entries = load_configuration(path).configuration.instances

    assert result.exit_code == 0
    assert len(entries) == 5
    assert {entry.name: entry.limit_seconds for entry in entries}["calm"] == Limit.of(40_000)
    assert sum(entry.name.startswith("busy-") for entry in entries) == 2
    assert run("analyze", "--config", str(path)).exit_code == 0
    assert fake.writes == ()


def test_configure_can_be_narrowed_and_given_a_period(fake: Fake, tmp_path: Path) -> None:
    """Only one region is listed, and the balance period is in the file."""
    path = tmp_path / "project.yaml"
    period = ("--balance-start", "2026-01-01", "--balance-end", "2027-01-01")
    result = run("configure", "--plan", "premium", "--region", "eu-de", *period, "--output", str(path))
    written = load_configuration(path).configuration

    assert result.exit_code == 0
    assert [entry.name for entry in written.instances] == ["calm"]
    assert written.balance_period is not None
    assert str(written.balance_period.end_date.date()) == "2027-01-01"
    assert run("configure", "--plan", "premium", "--balance-start", "2026-01-01").exit_code == 2


def test_configure_of_another_account_is_refused(fake: Fake) -> None:
    """A key of the wrong account does not end in a file for it."""
    result = run("configure", "--plan", "premium", "--account-id", "f" * 32)

    assert result.exit_code == 1
    assert "not of " + "f" * 32 in result.stderr


def test_configure_does_not_overwrite(fake: Fake, tmp_path: Path) -> None:
    """A file that somebody has worked on is safe."""
    path = tmp_path / "project.yaml"
    path.write_text("mine", encoding="utf-8")
    result = run("configure", "--plan", "premium", "--output", str(path))

    assert result.exit_code == 1
    assert path.read_text(encoding="utf-8") == "mine"


def test_configure_of_a_plan_that_is_not_there_is_explained(fake: Fake) -> None:
    """Neither an unknown plan nor one without instances ends in an empty file."""
    for plan, status, sentence in (("platinum", 2, "is not a known plan"), ("paygo", 1, "no active instance")):
        result = run("configure", "--plan", plan)
        assert result.exit_code == status
        assert sentence in result.stderr
        assert result.stdout == ""


def test_the_fake_serves_until_it_is_stopped() -> None:
    """It prints the variables that point clients at it, answers, and ends well when told to."""
    server = subprocess.Popen(
        [COMMAND, "fake", "--quiet"],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdout is not None
    variables = dict(server.stdout.readline().removeprefix("export ").strip().split("=", 1) for _ in range(6))
    answer = CliRunner().invoke(
        ibm_quantum,
        ["configure", "--plan", "premium"],
        env=variables,
    )
    server.send_signal(signal.SIGTERM)

    assert "chemistry-ground-states" in answer.stdout
    assert server.wait(timeout=10) == 0


def test_a_fake_that_cannot_listen_ends_with_status_1() -> None:
    """A script that goes on with no variables would talk to the real cloud."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        result = run("fake", "--port", str(taken.getsockname()[1]))

    assert "Address already in use" in one_line(result)
    assert result.stdout == ""


def test_a_created_instance_is_planned_without_being_there(fake: Fake, tmp_path: Path) -> None:
    """An entry with ``create`` has no CRN yet, and gets its floor."""
    path = configuration(tmp_path, fake)
    document = yaml.safe_load(Path(path).read_text(encoding="utf-8"))
    document["instances"].append({"name": "new", "create": {"target": "eu-de", "resource_group": RESOURCE_GROUP}})
    Path(path).write_text(yaml.safe_dump(document), encoding="utf-8")
    report = json.loads(run("analyze", "--config", path, "--format", "json").stdout)
    row = next(row for row in report["instances"] if row["name"] == "new")

    assert (row["crn"], row["current_allocation_seconds"], row["new_allocation_seconds"]) == (None, 0, 60)
