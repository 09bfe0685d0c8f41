"""Every example runs."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.support.desk import RESOURCE_GROUP, ROOT, bare_desk, changes, three_teams
from tests.support.documentation import README, consoles


def test_the_demo_tells_its_story(tmp_path: Path) -> None:
    """In an empty folder, with the package alone: two pages of text that end with the proof and a page to look at."""
    command = [sys.executable, "-m", "pulumi_ibm_quantum", "demo"]
    environment = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    environment["PATH"] = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path, env=environment)
    lines = done.stdout.splitlines()

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    assert len(lines) <= 150
    assert [line for line in lines if len(line) > 110] == []
    assert [line for line in lines if "ALLOCATION" in line and "FAIRNESS" in line][1:] == []
    assert "demo-key-not-a-secret" not in done.stdout
    assert [line for line in consoles(README) if line not in lines] == []
    proof = done.stdout.partition("--expect-no-changes")[2]
    assert "Resources: 14 unchanged" in proof
    held = re.findall(r"^ +(budget|allocated|at the most) +(\d+ \d+) s", proof, re.MULTILINE)
    budget, *totals = [int(seconds.replace(" ", "")) for _, seconds in held]
    assert len(totals) == 2
    assert max(totals) <= budget == 480_000
    page = re.search(r"^ +(.*account\.html)$", proof, re.MULTILINE)
    assert page
    assert "materials-simulation" in (tmp_path / page[1]).read_text(encoding="utf-8")


def test_instances_can_be_declared_by_hand(tmp_path: Path) -> None:
    """One is taken over, one is created, and a second update finds nothing to do."""
    folder = tmp_path / "by-hand"
    shutil.copytree(ROOT / "examples" / "by-hand", folder)
    fake = three_teams()
    (folder / "Pulumi.test.yaml").write_text(
        f"config:\n  quantum-by-hand:crn: '{fake.instance('calm').crn}'\n"
        f"  quantum-by-hand:resourceGroup: {RESOURCE_GROUP}\n",
        encoding="utf-8",
    )
    with bare_desk(Path(folder), fake) as at:
        at.fake.change_instance("idle", allocation_seconds=1_000)
        first, second = at.up(), at.up()

        assert first.ok
        assert second.ok
        assert changes(second) == {}
        assert fake.instance("calm").allocation_seconds == 7_200
        workshop = fake.instance("workshop-2026")
        assert (workshop.allocation_seconds, workshop.limit_seconds) == (600, 3_600)
