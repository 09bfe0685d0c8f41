"""Tables fit the terminal; where there is none they are as wide as they need to be."""

import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from pulumi_ibm_quantum.fake import Fake
from pulumi_ibm_quantum.report.figures import to_the_minute
from pulumi_ibm_quantum.report.layout import display_width
from tests.support.command_line import configuration, run
from tests.support.desk import RESOURCE_GROUP
from tests.support.queue_files import QUEUE

WINDOWS = ("28day", "14day", "7day", "3day", "24h")


def widest(text: str) -> int:
    return max(map(display_width, text.splitlines()))


@pytest.fixture
def path(fake: Fake, tmp_path: Path) -> str:
    """A configuration with a grant, an instance to be created, and names that are long or wide."""
    path = Path(configuration(tmp_path, fake, allocation_reserve_percent=5))
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    busy, calm, _ = document["instances"]
    grant = {"start_date": (fake.now - timedelta(days=10)).date(), "net_grant_seconds": 20_000}
    busy |= {"name": "chemistry-of-ground-states-and-all-that-follows", "limit_seconds": 10_000, "net_grants": [grant]}
    calm["name"] = "量子计算" * 4
    document["instances"].append({"name": "new", "create": {"target": "eu-de", "resource_group": RESOURCE_GROUP}})
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("columns", ["120", "80", "60", "40"])
@pytest.mark.parametrize("command", ["analyze", "show", "instances", "doctor"])
def test_no_line_is_wider_than_the_terminal(path: str, command: str, columns: str) -> None:
    """Tables and sentences alike; nobody is left out, and the words stay."""
    as_needed, narrow = (run(command, "--config", path, columns=width).stdout for width in (None, columns))

    assert widest(narrow) <= int(columns)
    assert (narrow == as_needed) == (widest(as_needed) <= int(columns))
    assert {word for word in narrow.split() if word.isupper() and "…" not in word} <= set(as_needed.split())
    assert "idle" in narrow


@pytest.mark.parametrize("command", ["analyze", "show"])
def test_windows_are_a_table_that_fits(fake: Fake, tmp_path: Path, command: str) -> None:
    """What was used in each of the five windows, in eighty columns; scripts get what they got."""
    path = configuration(tmp_path, fake)
    shown = run(command, "--config", path, "--windows", columns="80").stdout
    rows = shown[shown.index("\nUSED IN") :].strip().split("\n\n")[0].splitlines()
    title, calm = (re.split("  +", rows[number]) for number in (0, 2))
    report = json.loads(run("analyze", "--config", path, "--format", "json").stdout)["instances"][1]

    assert widest(shown) <= 80
    assert title == ["USED IN", "28 DAYS", "14 DAYS", "7 DAYS", "3 DAYS", "24 HOURS"]
    assert calm[1:] == [to_the_minute(report[f"consumed_{window}_seconds"]) for window in WINDOWS]
    assert "USED IN  " not in run(command, "--config", path, columns="80").stdout
    plain, windowed = (
        run(command, "--config", path, "--format", "json", *more).stdout for more in ((), ("--windows",))
    )
    assert plain == windowed


@pytest.mark.parametrize("command", ["analyze", "show", "instances", "doctor"])
def test_no_table_has_seconds_above_an_hour(path: str, command: str) -> None:
    """Nor has a reason or a sentence; 11h 6m 40s is 11h 07m in a column."""
    shown = run(command, "--config", path).stdout

    assert re.search(r"\dh \d", shown)
    assert not re.search(r"\dh( \d+m)? \d+s", shown)


def test_a_queue_fits_too(tmp_path: Path) -> None:
    """The tables of ``simulate`` are set like all others."""
    path = tmp_path / "queue.yaml"
    path.write_text(QUEUE, encoding="utf-8")

    assert widest(run("simulate", str(path)).stdout) > 50
    assert widest(run("simulate", str(path), columns="50").stdout) <= 50


def test_an_instance_is_a_few_lines_where_one_is_too_long(path: str) -> None:
    """Its name, its figures in columns, and its reason; in narrow ones a change goes on in the next line."""
    wide, narrow = (run("analyze", "--config", path, columns=columns).stdout.splitlines() for columns in ("80", "52"))
    row = next(number for number, line in enumerate(wide) if line.startswith("idle"))
    begin = next(number for number, line in enumerate(narrow) if line.startswith("idle"))

    assert re.split("  +", wide[row]) == ["idle", "11h 07m =>", "1m", "none", "0m", "0.00"]
    assert wide[row + 1] == "  inactive, held at the minimum"
    assert re.split("  +", narrow[begin + 1].strip()) == ["11h 07m", "none", "0m", "0.00"]
    assert narrow[begin + 2].split() == ["=>", "1m"]
    assert narrow[begin + 3] == "  inactive, held at the minimum"


def test_scripts_get_the_whole_table(fake: Fake, tmp_path: Path) -> None:
    """In a pipe each instance has one line, whatever its length; the other formats know no width at all."""
    path = configuration(tmp_path, fake)
    line = next(line for line in run("analyze", "--config", path).stdout.splitlines() if line.startswith("busy"))

    assert line.split("  ")[-1].strip().endswith("% of the pool")
    for output_format in ("json", "csv", "markdown", "html"):
        narrow, wide = (
            run("analyze", "--config", path, "--format", output_format, columns=columns).stdout
            for columns in ("40", None)
        )
        assert narrow == wide
