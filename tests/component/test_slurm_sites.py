"""The files of Slurm sites as outputs of a FairShare: previewed, held to the CRNs, and still while usage moves."""

import json
from datetime import timedelta
from typing import Any

import pytest

from pulumi_ibm_quantum.fake import DEFAULT_API_KEY, Fake, Fault
from tests.support.desk import NEW, Desk, changes, said

PROGRAM = """
import pulumi
from pulumi_ibm_quantum import FairShare

fair_share = FairShare("fair-share", configuration="stacks/project.yaml")
for site in ("alps", "baltic"):
    pulumi.export(site, fair_share.slurm_sites[site])
"""
BUSY: dict[str, Any] = {"instance": "busy", "accounts": ["chem"], "backends": ["ibm_alpha"]}
BUSY["key_file"] = "/etc/slurm/qpu-keys/busy"
ALPS = {"name": "alps", "backends": ["ibm_alpha"], "projects": [BUSY]}
BALTIC = {"name": "baltic", "backends": ["ibm_alpha"], "projects": [{"instance": "idle", "accounts": ["all"]}]}
OPTICS = {"instance": "new", "accounts": ["optics"], "backends": ["ibm_beta"]}
WITH_OPTICS = {**ALPS, "backends": ["ibm_alpha", "ibm_beta"], "projects": [BUSY, OPTICS]}


@pytest.fixture
def with_sites(at_desk: Desk) -> Desk:
    """Two sites, in a program that exports their files."""
    (at_desk.folder / "stacks" / "__main__.py").write_text(PROGRAM, encoding="utf-8")
    at_desk.configure(slurm_sites=[ALPS, BALTIC])
    return at_desk


def test_a_merge_request_that_adds_a_project_shows_in_the_files_of_its_site(with_sites: Desk, fake: Fake) -> None:
    """They are unknown until the instance is there, and then carry its CRN; the other site's bytes stay."""
    before = with_sites.up().outputs
    with_sites.configure(instances=[*with_sites.configuration["instances"], NEW], slurm_sites=[WITH_OPTICS, BALTIC])
    previewed = with_sites.preview()
    updated = with_sites.up()
    after = updated.outputs

    assert repr(previewed.outputs["alps"]) == "UNKNOWN"
    told = said(previewed).partition("Slurm site alps, once there is new:\n")[2].splitlines()
    assert told[:2] == ["projects/new.sh:", "  + # new at alps: source this before sbatch --qpu."]
    assert '  +         "QRMI_IBM_QCS_SERVICE_CRN": "(its CRN, known after the update)",' in told
    assert "Slurm site baltic" not in said(previewed)
    assert "Slurm site" not in said(updated)
    assert previewed.outputs["baltic"] == before["baltic"] == after["baltic"]
    crn = fake.instance("new").crn
    entries = {entry["name"]: entry for entry in json.loads(after["alps"]["qrmi_config.json"])["resources"]}
    assert entries["ibm_beta"]["environment"]["QRMI_IBM_QCS_SERVICE_CRN"] == crn
    assert entries["ibm_beta"]["environment"]["QRMI_IBM_QCS_ENDPOINT"] == "https://eu-de.quantum.cloud.ibm.com/api/v1"
    assert f'["optics"] = {{\n    ibm_beta_QRMI_IBM_QCS_SERVICE_CRN = "{crn}",' in after["alps"]["qpu_projects.lua"]
    assert after["alps"]["projects/busy.sh"] == before["alps"]["projects/busy.sh"]


def test_usage_and_time_do_not_move_a_file(with_sites: Desk, fake: Fake) -> None:
    """A week later allocations move, and no site has anything to do."""
    before = with_sites.up().outputs
    fake.account.clock.advance(timedelta(days=7))
    fake.add_usage("calm", 9_000)
    preview = with_sites.preview()

    assert changes(preview) != {}
    assert preview.outputs == before


def test_no_key_is_in_the_files_or_the_state(with_sites: Desk) -> None:
    """The key's file is named, and never read."""
    result = with_sites.up()

    assert "qpu-keys/busy" in result.outputs["alps"]["projects/busy.sh"]
    assert DEFAULT_API_KEY not in json.dumps(with_sites.state()) + str(result.outputs) + said(result)


def test_a_site_waits_for_an_instance_that_is_only_observed(with_sites: Desk) -> None:
    """Where nothing is written there is no CRN; that is told, and the other site has its files."""
    program = PROGRAM.replace('("alps", "baltic")', '("baltic",)')
    (with_sites.folder / "stacks" / "__main__.py").write_text(program, encoding="utf-8")
    with_sites.configure(instances=[*with_sites.configuration["instances"], NEW], slurm_sites=[WITH_OPTICS, BALTIC])
    (with_sites.folder / "stacks" / "Pulumi.test.yaml").write_text("config: {'ibm-quantum:observe': true}\n")
    result = with_sites.up()

    assert result.ok
    assert "Slurm site alps has no files yet: there is no instance new" in said(result)
    assert "qrmi_config.json" in result.outputs["baltic"]


KEPT = """
from pulumi_ibm_quantum import FairShare, SlurmSite

fair_share = FairShare("fair-share", configuration="stacks/project.yaml")
for site in ("alps", "baltic"):
    SlurmSite(site, folder=f"sites/{site}", files=fair_share.slurm_sites[site])
"""


@pytest.fixture
def with_folders(with_sites: Desk) -> Desk:
    """The same sites, kept in folders."""
    (with_sites.folder / "stacks" / "__main__.py").write_text(KEPT, encoding="utf-8")
    assert with_sites.up().ok
    return with_sites


def kept(at: Desk) -> dict[str, bytes]:
    """What is in the folders of the sites, by path."""
    folder = at.folder / "sites"
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_project_comes_to_one_site_and_the_other_stays(with_folders: Desk, fake: Fake) -> None:
    """The folder follows when the instance is there; a week later nothing of usage has moved a file."""
    before = kept(with_folders)
    with_folders.configure(instances=[*with_folders.configuration["instances"], NEW], slurm_sites=[WITH_OPTICS, BALTIC])
    previewed, while_unknown = changes(with_folders.preview()), kept(with_folders)
    assert with_folders.up().ok
    after = kept(with_folders)
    fake.account.clock.advance(timedelta(days=7))
    fake.add_usage("calm", 9_000)

    assert (previewed["alps"], "baltic" in previewed, while_unknown) == ("update", False, before)
    assert {path for path in after if before.get(path) != after[path]} == {
        "alps/projects/new.sh",
        "alps/qpu_projects.lua",
        "alps/qrmi_config.json",
    }
    assert {"alps", "baltic"} & set(changes(with_folders.preview())) == set()


def test_an_instance_that_cannot_be_created_leaves_the_old_files(with_folders: Desk, fake: Fake) -> None:
    """Its CRN stays unknown, so nothing is written of its site."""
    before = kept(with_folders)
    with_folders.configure(instances=[*with_folders.configuration["instances"], NEW], slurm_sites=[WITH_OPTICS, BALTIC])
    fake.inject(Fault("instances.create", status=400, count=None))

    assert not with_folders.up().ok
    assert kept(with_folders) == before


def test_what_somebody_changed_is_told_and_restored(with_folders: Desk) -> None:
    """By entry and key in the preview, without a secret anywhere; destroying leaves nothing."""
    before = kept(with_folders)
    file = with_folders.folder / "sites" / "alps" / "qrmi_config.json"
    added = file.read_text(encoding="utf-8").replace(
        '"environment": {', '"environment": {\n"QRMI_IBM_QCS_IAM_APIKEY": "never-shown",'
    )
    file.write_text(added, encoding="utf-8")
    preview = with_folders.preview()
    refreshed = with_folders.refresh()
    state = json.dumps(with_folders.state())
    result = with_folders.up()

    line = "qrmi_config.json: ibm_alpha: QRMI_IBM_QCS_IAM_APIKEY: (secret) => nothing"
    assert f"sites/alps/{line} (changed outside of this stack)" in said(preview)
    assert line in state
    assert changes(preview)["alps"] == changes(result)["alps"] == "update"
    assert "never-shown" not in said(preview) + said(refreshed) + said(result) + state
    assert DEFAULT_API_KEY not in state
    assert kept(with_folders) == before
    assert with_folders.destroy().ok
    assert kept(with_folders) == {}
