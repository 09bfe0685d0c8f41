"""The example of seven projects, against the order that its README works out by hand."""

import json
import re
import subprocess
import sys
from pathlib import Path

from pulumi_ibm_quantum.cli.package_data import QUEUE
from pulumi_ibm_quantum.documents import read_file
from pulumi_ibm_quantum.inputs.queue_file import read_queue

FOLDER = Path(__file__).parents[2] / "examples" / "fair-share-queue"


def by_hand() -> list[tuple[int, float, float, str]]:
    """Return minute, used by north and by south, and job of each row of the README's table."""
    rows = [re.split(r"\s*\|\s*", line.strip("| \n")) for line in (FOLDER / "README.md").read_text().splitlines()]
    return [
        (int(row[0]), float(row[1].split(" ")[0]), float(row[2].split(" ")[0]), row[-1])
        for row in rows
        if len(row) == 7 and row[0].isdigit()
    ]


def test_the_jobs_run_in_the_order_worked_out_by_hand() -> None:
    """All seventeen, each at its minute."""
    runs = read_queue(read_file(QUEUE)).simulated().in_order()
    found = [(run.start_seconds, run.job.name) for run in runs]

    assert found == [(minute * 60, job) for minute, _, _, job in by_hand()]
    assert len(found) == 17
    assert len({run.job.project for run in runs}) == 7


def test_the_hubs_have_used_what_the_table_says_at_each_decision() -> None:
    """The fractions of the two hubs, of 30 and 20 minutes, as the window slides."""
    simulation = read_queue(read_file(QUEUE)).simulated()
    rows = by_hand()
    minutes = [minute * 60 for minute, *_ in rows]

    for column, (hub, allotted) in enumerate([("north", 30), ("south", 20)], start=1):
        fractions = simulation.fractions(hub, minutes, "ibm_alpha")
        assert [round(fraction * allotted, 9) for fraction in fractions] == [row[column] for row in rows]


def test_the_table_gives_the_fractions_that_its_minutes_come_to() -> None:
    """The README's own arithmetic: used over allotted, to two digits."""
    text = (FOLDER / "README.md").read_text()
    pairs = re.findall(r"\| (\d+) = ([\d.]+) +\| (\d+) = ([\d.]+)", text)

    assert len(pairs) == 15
    for north, north_fraction, south, south_fraction in pairs:
        assert round(int(north) / 30, 2) == float(north_fraction)
        assert round(int(south) / 20, 2) == float(south_fraction)


def test_the_example_runs_without_pulumi_and_without_a_key() -> None:
    """The command as a person would give it, in a process that has neither account nor network."""
    program = "from pulumi_ibm_quantum.cli.simulate import simulate; simulate()"
    arguments = [sys.executable, "-c", program, str(QUEUE), "--format", "json"]
    done = subprocess.run(arguments, capture_output=True, text=True, check=True, env={"PATH": ""})

    assert [job["name"] for job in json.loads(done.stdout)["jobs"]][:3] == ["L1", "K1", "L2"]
    assert done.stderr == ""
