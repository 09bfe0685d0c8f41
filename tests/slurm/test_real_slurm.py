"""A real Slurm that reads the files of a site: each account gets its CRN, whatever its user exported."""

from collections.abc import Iterator

import pytest

from pulumi_ibm_quantum.slurm import Project, Site, render
from tests.support.slurm_cluster import IS_HERE, SlurmCluster, slurm_cluster

pytestmark = [
    pytest.mark.slurm,
    pytest.mark.skipif(not IS_HERE, reason="needs slurmctld, slurmd and munged, and to be root"),
]

VARIABLE = "ibm_fez_QRMI_IBM_QCS_SERVICE_CRN"
SHOW = f"echo ${VARIABLE}"
CRN = "crn:v1:bluemix:public:quantum-computing:us-east:a/0123:11111111-2222-4333-8444-00000000000{}::"
JOB_SUBMIT = """\
local set_qpu_project = dofile("{}/qpu_projects.lua")
function slurm_job_submit(job_desc, partitions, uid) return set_qpu_project(job_desc) end
function slurm_job_modify(job_desc, job_record, partitions, uid) return slurm.SUCCESS end
"""


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SlurmCluster]:
    """A cluster with the files of a site of two projects, one of which has a license."""
    folder = tmp_path_factory.mktemp("slurm")
    projects = [
        Project(name, CRN.format(at), "https://a/v1", "https://b", ("ibm_fez",), (account,), licenses=licenses)
        for at, (name, account, licenses) in enumerate([("chemistry", "chem", 1), ("optics", "light", None)])
    ]
    files = render(Site("alps", tuple(projects), plugin="/nowhere/spank_qrmi.so"))
    for path, text in files.items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    (folder / "job_submit.lua").write_text(JOB_SUBMIT.format(folder), encoding="utf-8")
    (folder / "plugstack.conf").write_text("", encoding="utf-8")
    with slurm_cluster(folder, f"JobSubmitPlugins=lua\n{files['licenses.conf']}") as started:
        yield started


@pytest.mark.parametrize(("account", "crn"), [("chem", CRN.format(0)), ("LIGHT", CRN.format(1))])
def test_a_job_has_the_crn_of_its_account(account: str, crn: str, cluster: SlurmCluster) -> None:
    """Also where its user exported another."""
    assert cluster.job(SHOW, "--account", account) == f"{crn}\n"
    assert cluster.job(SHOW, "--account", account, **{VARIABLE: "another"}) == f"{crn}\n"


def test_an_account_without_an_instance_is_refused_at_submit(cluster: SlurmCluster) -> None:
    """With our sentence."""
    assert "account bio has no quantum instance on alps" in cluster.job(SHOW, "--account", "bio")


def test_a_license_holds_the_second_job(cluster: SlurmCluster) -> None:
    """It waits until the first has ended."""
    script = cluster.folder / "sleep.sh"
    script.write_text("#!/bin/sh\nsleep 60\n", encoding="utf-8")
    options = ("--account=chem", "--licenses=qpu_chemistry", "--output=/dev/null", str(script))
    first, second = (cluster.run("sbatch", "--parsable", *options).stdout.strip() for _ in range(2))
    seen = ""
    while "Licenses" not in seen:
        seen = cluster.run("squeue", "-h", "-o", "%r").stdout
        assert seen.strip() != ""
    cluster.run("scancel", first, second)


def test_the_plugins_line_is_read(cluster: SlurmCluster) -> None:
    """A plugin that is not there is named by sbatch, which is to say that the line is."""
    stack = cluster.folder / "plugstack.conf"
    stack.write_text(f"include {cluster.folder}/plugstack.conf.d/*.conf\n", encoding="utf-8")
    try:
        refused = cluster.job(SHOW, "--account", "chem")
    finally:
        stack.write_text("", encoding="utf-8")

    assert "/nowhere/spank_qrmi.so" in refused
