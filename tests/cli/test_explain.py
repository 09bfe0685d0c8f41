"""explain: every second of one allocation, as people and as scripts read it."""

import json
import re
from collections.abc import Iterator

import pytest
import yaml

from pulumi_ibm_quantum.cli.package_data import ACCOUNT, CONFIGURATION
from pulumi_ibm_quantum.fake import Fake, load_scenario, mock_ibm_quantum
from pulumi_ibm_quantum.vocabulary import parse_duration
from tests.support.command_line import one_line, run
from tests.support.desk import ROOT

KEY = "demo-key-not-a-secret"
NAMES = [one["name"] for one in yaml.safe_load(CONFIGURATION.read_text(encoding="utf-8"))["instances"]]


@pytest.fixture(scope="module")
def account() -> Iterator[Fake]:
    """The demo's account, whose instances are of every sort."""
    with mock_ibm_quantum(load_scenario(ACCOUNT)) as fake:
        yield fake


@pytest.mark.parametrize("name", NAMES)
def test_what_is_shown_adds_up(name: str, account: Fake) -> None:
    """The figures above each line make the one below it, to the second; the document says the same."""
    result = run("explain", name, "--config", str(CONFIGURATION), key=KEY)
    document = json.loads(run("explain", name, "-c", str(CONFIGURATION), "--format", "json", key=KEY).stdout)

    assert result.exit_code == 0, result.output
    for above, below in re.findall(r"((?:^ +[-+]?\d[^\n]*\n)+) +-+\n +(\S.*)$", result.stdout, re.MULTILINE):
        figures = [re.split(r"\s{2,}", line.strip())[0] for line in above.splitlines()]
        assert sum(-parse_duration(f[1:]) if f[0] == "-" else parse_duration(f) for f in figures) == parse_duration(
            below
        )
    assert sum(part["seconds"] for part in document["parts"]) == document["new_allocation_seconds"]
    assert account.writes == ()


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("finance-portfolio", "for more: it has reached its limit, which caps it"),
        ("logistics-optimisation", "paid by net grants, and still in the window"),
        ("materials-simulation", "what instances at their caps could not take of their shares"),
        ("materials-simulation", "for more: twice its weight would give 34h 34m 53s (+7h 58m 20s)"),
        ("optics-design", "for more: let it run something, or give it a priority"),
    ],
)
def test_it_says_what_would_bring_more(name: str, sentence: str, account: Fake) -> None:
    """Whatever holds the allocation where it is."""
    assert sentence in run("explain", name, "--config", str(CONFIGURATION), key=KEY).stdout


def test_twice_the_weight_is_what_an_administrator_would_get(
    account: Fake, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Writing the weight into the file gives the allocation that was told."""
    told = json.loads(run("explain", NAMES[0], "-c", str(CONFIGURATION), "--format", "json", key=KEY).stdout)
    document = yaml.safe_load(CONFIGURATION.read_text(encoding="utf-8"))
    document["instances"][0]["weight"] = 2
    path = tmp_path_factory.mktemp("weight") / "project.yaml"
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    row = json.loads(run("analyze", "-c", str(path), "--format", "json", key=KEY).stdout)["instances"][0]

    assert told["allocation_with_twice_the_weight_seconds"] == row["new_allocation_seconds"]


def test_an_unknown_name_is_told_with_the_nearest(account: Fake) -> None:
    """Before anything is read."""
    calls = len(account.calls)

    assert one_line(run("explain", "materials", "-c", str(CONFIGURATION), key=KEY)).endswith(
        "has no instance materials (did you mean materials-simulation?)"
    )
    assert len(account.calls) == calls


def test_the_worked_row_of_the_documentation_is_what_the_command_says(account: Fake) -> None:
    """docs/how-it-decides.md shows it whole."""
    shown = run("explain", "materials-simulation", "--config", str(CONFIGURATION), key=KEY).stdout

    assert shown.rstrip() in (ROOT / "docs" / "how-it-decides.md").read_text(encoding="utf-8")
