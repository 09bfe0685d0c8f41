"""A real Slurm that reads the files of a site: each account gets its CRN, whatever its user exported."""

import shlex
import sys
from collections.abc import Iterator

import pytest

from pulumi_ibm_quantum.fake import DEFAULT_API_KEY, PLAN_IDS, Account, ApiKey, Fake, Subscription, serve
from pulumi_ibm_quantum.slurm import Project, Site, license_commands, render
from tests.support.slurm_cluster import IS_HERE, SlurmCluster, slurm_cluster

pytestmark = [
    pytest.mark.slurm,
    pytest.mark.skipif(not IS_HERE, reason="needs slurmctld, slurmd and munged, and to be root"),
]

VARIABLE = "ibm_fez_QRMI_IBM_QCS_SERVICE_CRN"
SHOW = f"echo ${VARIABLE}"
GUID = "11111111-2222-4333-8444-00000000000{}"
CRN = f"crn:v1:bluemix:public:quantum-computing:us-east:a/0123:{GUID}::"
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


def test_the_printed_commands_close_and_open_a_project(cluster: SlurmCluster) -> None:
    """Its jobs wait while it is closed, and start once it is open; the other project's are not touched."""

    def operate(*, is_open: bool) -> None:
        command, alternative = license_commands("chemistry", 1, is_open=is_open)
        done = cluster.run(*shlex.split(command))
        assert done.returncode == 0, done.stderr
        assert alternative.startswith("# sacctmgr ")

    script = cluster.folder / "true.sh"
    script.write_text("#!/bin/sh\n", encoding="utf-8")
    options = ("--account=chem", "--licenses=qpu_chemistry", "--output=/dev/null", str(script))
    operate(is_open=False)
    held = cluster.run("sbatch", "--parsable", *options).stdout.strip()
    while (seen := cluster.run("squeue", "-h", "-j", held, "-o", "%T %r").stdout.strip()) != "PENDING Licenses":
        assert "PENDING" in seen
    other = cluster.job(SHOW, "--account", "light")
    operate(is_open=True)
    while cluster.run("squeue", "-h", "-j", held, "-o", "%T").stdout.strip() not in ("COMPLETED", ""):
        pass

    assert other == f"{CRN.format(1)}\n"


def test_a_job_without_time_ends_with_a_line(cluster: SlurmCluster) -> None:
    """It asks with the variables that the table and its user gave it, and does not wait for what does not come."""
    plan = Subscription("premium", PLAN_IDS["premium"], "premium", 1000, backends=("ibm_fez",))
    fake = Fake(Account(account_id="0123", subscriptions=[plan], api_keys=[ApiKey(DEFAULT_API_KEY)]))
    crn = fake.add_instance("chemistry", guid=GUID.format(0), allocation_seconds=60, limit_seconds=60).crn
    fake.add_usage(crn, 60)
    with serve(fake) as server:
        addresses = {"ENDPOINT": f"{server.url}/us-east/api/v1", "IAM_ENDPOINT": f"{server.url}/iam"}
        brought = {**addresses, "IAM_APIKEY": DEFAULT_API_KEY, "SERVICE_CRN": "another"}
        variables = {f"ibm_fez_QRMI_IBM_QCS_{name}": value for name, value in brought.items()}
        script = f"{sys.executable} -m pulumi_ibm_quantum preflight || exit 1\necho went on"
        printed = cluster.job(script, "--account", "chem", **variables)

    assert crn == CRN.format(0)
    assert printed.startswith("ibm_fez: cannot run: its limit of 1m is reached; time returns on ")
    assert "went on" not in printed
    assert DEFAULT_API_KEY not in printed


def test_the_plugins_line_is_read(cluster: SlurmCluster) -> None:
    """A plugin that is not there is named by sbatch, which is to say that the line is."""
    stack = cluster.folder / "plugstack.conf"
    stack.write_text(f"include {cluster.folder}/plugstack.conf.d/*.conf\n", encoding="utf-8")
    try:
        refused = cluster.job(SHOW, "--account", "chem")
    finally:
        stack.write_text("", encoding="utf-8")

    assert "/nowhere/spank_qrmi.so" in refused
