"""``ibm-quantum migrate``: a file of an earlier tool into version 3."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pulumi_ibm_quantum.cli.migrate import migrate
from pulumi_ibm_quantum.config import load_configuration

CRN = "crn:v1:bluemix:public:quantum-computing:us-east:a/0123:11111111-2222-4333-8444-000000000001::"
OLD = f"""\
# Ours
account_id: "0123"
plan_id: 7f666d17-7893-47d8-bf9d-2b2389fc4dfc
balance_period: {{start_date: "2026-01-01T00:00:00", end_date: 2027-01-01}}
api: {{}}   # gone
projects:
  - name: alpha
    crn: "{CRN}"
    project_limit_seconds: 5
"""
NEW = f"""\
# Ours
version: 3
change_threshold_percent: 0
reopen_exhausted: true
account_id: "0123"
plan: premium
balance_period: {{start_date: "2026-01-01T00:00:00+00:00", end_date: 2027-01-01}}
# api: {{}}   # gone
instances:
  - name: alpha
    crn: "{CRN}"
    limit_seconds: 5
"""


@pytest.fixture
def old(tmp_path: Path) -> Path:
    file = tmp_path / "config.yaml"
    file.write_text(OLD, encoding="utf-8")
    return file


def run(*arguments: object) -> Result:
    return CliRunner().invoke(migrate, [str(argument) for argument in arguments])


def test_the_result_is_on_standard_output(old: Path) -> None:
    """Without an option the result is printed, what was left out is a warning, and no file is touched."""
    result = run(old)
    assert result.exit_code == 0
    assert result.stdout == NEW
    assert result.stderr == f"warning: {old}:5: api was ignored so far and is left out\n"
    assert old.read_text(encoding="utf-8") == OLD


def test_into_another_file(old: Path, tmp_path: Path) -> None:
    """A new file is written and named, with what to do next; one that exists is never written over."""
    new = tmp_path / "project.yaml"
    result = run(old, "--output", new)
    assert (result.exit_code, result.stdout) == (0, "")
    assert f"wrote {new}; see what it does: ibm-quantum analyze --config {new}" in result.stderr
    assert new.read_text(encoding="utf-8") == NEW
    assert load_configuration(new).configuration == load_configuration(old).configuration

    again = run(old, "--output", new)
    assert again.exit_code == 1
    assert "exists; choose another file" in again.stderr


def test_in_place(old: Path) -> None:
    """A file is written over only when that is asked for; a second time there is nothing to do."""
    assert run(old, "--in-place").exit_code == 0
    assert old.read_text(encoding="utf-8") == NEW

    again = run(old, "--in-place")
    assert str(again.exception) == f"{old}:2:1: version: is 3 already: there is nothing to rewrite"
    assert old.read_text(encoding="utf-8") == NEW


def test_a_file_with_errors_is_left_alone(old: Path) -> None:
    """A file that cannot be read as a configuration is refused with its errors, and stays as it is."""
    old.write_text(OLD.replace("7f666d17", "7f666d18"), encoding="utf-8")
    result = run(old, "--in-place")
    assert result.exit_code == 1
    assert f"{old}:3:1: plan_id: is not the id of a known plan" in str(result.exception)
    assert "projects:" in old.read_text(encoding="utf-8")


def test_what_makes_no_sense(old: Path, tmp_path: Path) -> None:
    """A missing file, a folder, and two places to write to are refused in a sentence."""
    assert "no.yaml cannot be read: No such file or directory" in run(tmp_path / "no.yaml").stderr
    assert "is a directory: name one configuration file" in run(tmp_path).stderr
    assert "exclude each other" in run(old, "--in-place", "-o", tmp_path / "x.yaml").stderr
