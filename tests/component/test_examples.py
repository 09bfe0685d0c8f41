"""Every example runs."""

import shutil
import subprocess
import sys
from pathlib import Path

from tests.support.desk import RESOURCE_GROUP, ROOT, bare_desk, changes, three_teams


def test_the_demo_tells_its_story(tmp_path: Path) -> None:
    """In an empty folder, with the package alone; it ends with what the service saw, and leaves a page to look at."""
    command = [sys.executable, "-m", "pulumi_ibm_quantum", "demo"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "Resources: 14 unchanged" in done.stdout
    assert "highest total" in done.stdout
    assert "demo-key-not-a-secret" not in done.stdout + done.stderr
    assert "chemistry-ground-states" in (tmp_path / "ibm-quantum-demo" / "account.html").read_text(encoding="utf-8")


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
