"""Every example runs."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pulumi_ibm_quantum.fake import load_scenario
from tests.support.desk import RESOURCE_GROUP, ROOT, Desk, bare_desk, changes, said, three_teams
from tests.support.documentation import README, consoles

pytestmark = pytest.mark.started_as_installed


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


def beside_pulumi_ibm(at: Desk, **settings: str) -> list[dict[str, Any]]:
    """Preview the example under Pulumi's mocks, with ``calm`` as IBM's instance; give what it declares."""
    given = {f"quantum-beside-pulumi-ibm:{name}": value for name, value in settings.items()}
    program = str(ROOT / "examples" / "beside-pulumi-ibm" / "__main__.py")
    command = [sys.executable, "-m", "tests.support.program_under_mocks", program]
    arguments = [at.fake.instance("calm").crn, json.dumps({"quantum-beside-pulumi-ibm:resourceGroup": "g", **given})]
    done = subprocess.run(
        [*command, *arguments], capture_output=True, text=True, check=False, cwd=ROOT, env=at.environment
    )
    assert done.returncode == 0, done.stderr
    declared: list[dict[str, Any]] = json.loads(done.stdout)
    return declared


def test_an_instance_of_ibms_provider_is_ours_by_its_crn(at_desk: Desk) -> None:
    """Its allocation is set by the CRN that the other provider gives; what it had at birth is not declared again."""
    theirs, ours = beside_pulumi_ibm(at_desk)
    crn = at_desk.fake.instance("calm").crn

    assert theirs["inputs"]["parameters"] == {"usage_allocation_seconds": "600"}
    assert ours["type"] == "pulumi-python:dynamic/ibm-quantum:InstanceAllocation"
    assert ours["inputs"] == {"crn": crn, "allocation_seconds": "10m", "limit_seconds": "1h"}
    assert at_desk.fake.changes == ()


def test_an_instance_of_ibms_provider_is_balanced_once_its_crn_is_known(at_desk: Desk) -> None:
    """The load balancer decides for it as for any other, and nothing else declares its allocation."""
    declared = beside_pulumi_ibm(at_desk, configuration=str(at_desk.folder / "stacks" / "project.yaml"))
    crn = at_desk.fake.instance("calm").crn

    [its] = [one for one in declared if one["inputs"].get("crn") == crn]
    assert its["name"] == "calm"
    assert 60 < its["inputs"]["allocation_seconds"] < 30_000
    assert at_desk.fake.changes == ()


def test_slurm_sites_follow_their_instances(tmp_path: Path) -> None:
    """The CRN of what is created as code comes into a job's environment; no key comes into a file or the state."""
    folder = tmp_path / "slurm"
    shutil.copytree(ROOT / "examples" / "slurm", folder)
    (folder / "Pulumi.test.yaml").touch()
    fake = load_scenario(ROOT / "provider" / "pulumi_ibm_quantum" / "demo" / "account.yaml")
    key = next(iter(fake.account.api_keys))
    with bare_desk(folder, fake) as desk:
        at = desk.with_environment(IBMCLOUD_API_KEY=key)
        previewed = at.preview()
        first, again = at.up(), at.preview()
        crn = fake.instance("optics-design").crn
        job = {"PATH": os.environ["PATH"], "QRMI_JOB_QPU_RESOURCES": "ibm_aachen"}
        sourced = ["sh", "-c", f". sites/cluster-b/projects/optics-design.sh; {sys.executable} job.py"]
        told = subprocess.run(sourced, cwd=folder, env=job, capture_output=True, text=True, check=True).stdout
        check = [sys.executable, "-m", "pulumi_ibm_quantum", "slurm", "check", "sites/cluster-a/qrmi_config.json"]
        check += ["--config", "project.yaml", "--site", "cluster-a"]
        checked = subprocess.run(check, cwd=folder, env=at.environment, capture_output=True, text=True, check=True)
        files = {path: path.read_text() for path in (folder / "sites").rglob("*") if path.is_file()}

        assert first.ok
        assert {"cluster-a", "cluster-b"} <= set(changes(previewed))
        assert changes(again) == {}
        assert told == f"ibm_aachen {crn}\n"
        assert crn in files[folder / "sites" / "cluster-b" / "qpu_projects.lua"]
        assert not any(crn in text for path, text in files.items() if "cluster-a" in path.parts)
        assert (checked.stdout, checked.stderr) == ("", "")
        assert key not in json.dumps(at.state()) + str(files) + said(previewed) + said(first)
