"""The files of a Slurm site: what is in them, what is not, and what stays the same."""

import json
import subprocess
from dataclasses import replace
from pathlib import Path

from pulumi_ibm_quantum.slurm import Project, Site, render

CRN = "crn:v1:bluemix:public:quantum-computing:us-east:a/0123:11111111-2222-4333-8444-00000000000{}::"
ENDPOINT = "https://quantum.cloud.ibm.com/api/v1"
IAM = "https://iam.cloud.ibm.com"

CHEMISTRY = Project(
    "chemistry", CRN.format(1), ENDPOINT, IAM, ("ibm_fez", "ibm_torino"), ("chem",), "/etc/slurm/qpu-keys/chemistry", 2
)
OPTICS = Project("Optics & light", CRN.format(2), ENDPOINT, IAM, ("ibm_fez",), ("optics", "Lasers"))
SITE = Site("cluster-a", (CHEMISTRY, OPTICS), session_max_ttl_seconds=3600)

CONFIGURATION = {
    "resources": [
        {
            "name": "ibm_fez",
            "type": "ibm-quantum-compute-service",
            "environment": {
                "QRMI_IBM_QCS_ENDPOINT": ENDPOINT,
                "QRMI_IBM_QCS_IAM_ENDPOINT": IAM,
                "QRMI_IBM_QCS_SESSION_MAX_TTL": "3600",
                "QRMI_IBM_QCS_SESSION_MODE": "batch",
            },
        },
        {
            "name": "ibm_torino",
            "type": "ibm-quantum-compute-service",
            "environment": {
                "QRMI_IBM_QCS_ENDPOINT": ENDPOINT,
                "QRMI_IBM_QCS_IAM_ENDPOINT": IAM,
                "QRMI_IBM_QCS_SERVICE_CRN": CRN.format(1),
                "QRMI_IBM_QCS_SESSION_MAX_TTL": "3600",
                "QRMI_IBM_QCS_SESSION_MODE": "batch",
            },
        },
    ]
}
TABLE = f"""\
local projects = {{
  ["chem"] = {{
    ibm_fez_QRMI_IBM_QCS_SERVICE_CRN = "{CRN.format(1)}",
    ibm_torino_QRMI_IBM_QCS_SERVICE_CRN = "{CRN.format(1)}",
  }},
  ["lasers"] = {{
    ibm_fez_QRMI_IBM_QCS_SERVICE_CRN = "{CRN.format(2)}",
  }},
  ["optics"] = {{
    ibm_fez_QRMI_IBM_QCS_SERVICE_CRN = "{CRN.format(2)}",
  }},
}}
"""


def test_an_entry_is_a_backend() -> None:
    """QRMI takes its name for the backend, so it names an instance only where a single one uses the backend."""
    assert json.loads(render(SITE)["qrmi_config.json"]) == CONFIGURATION


def test_a_site_has_these_files() -> None:
    """Each goes to another place; without counts there are no licenses."""
    files = ["licenses.conf", "plugstack.conf.d/qrmi.conf", "projects/Optics---light.sh", "projects/chemistry.sh"]
    files += ["qpu_projects.lua", "qrmi_config.json"]

    assert list(render(SITE)) == files
    assert "licenses.conf" not in render(replace(SITE, projects=(OPTICS,)))
    assert render(SITE)["plugstack.conf.d/qrmi.conf"] == (
        "required /usr/lib64/slurm/spank_qrmi.so /etc/slurm/qrmi_config.json\n"
    )
    assert "\nLicenses=qpu_chemistry:2\n" in render(SITE)["licenses.conf"]


def test_each_account_has_its_instance() -> None:
    """In the table that the controller reads, where Slurm's own spelling of accounts is looked up."""
    assert TABLE in render(SITE)["qpu_projects.lua"]


def test_a_profile_sets_what_the_plugin_reads(tmp_path: Path) -> None:
    """A shell that sources it has the CRN of each backend, and the key from the file."""
    key_file = tmp_path / "key'$(date)"
    key_file.write_text("a-key\n", encoding="utf-8")
    profile = render(replace(SITE, projects=(replace(CHEMISTRY, key_file=str(key_file)),)))["projects/chemistry.sh"]

    done = subprocess.run(["sh", "-c", f"{profile}env"], capture_output=True, text=True, check=True)
    ours = {line for line in done.stdout.splitlines() if line.startswith("ibm_")}
    assert ours == {
        f"ibm_fez_QRMI_IBM_QCS_SERVICE_CRN={CRN.format(1)}",
        "ibm_fez_QRMI_IBM_QCS_IAM_APIKEY=a-key",
        f"ibm_torino_QRMI_IBM_QCS_SERVICE_CRN={CRN.format(1)}",
        "ibm_torino_QRMI_IBM_QCS_IAM_APIKEY=a-key",
    }


def test_an_old_plugin_gets_the_old_names() -> None:
    """Everywhere: where type and keys do not match, QRMI refuses the entry."""
    files = render(replace(SITE, names="legacy"))

    assert {entry["type"] for entry in json.loads(files["qrmi_config.json"])["resources"]} == {"qiskit-runtime-service"}
    assert not [name for name, text in files.items() if "QCS" in text]
    assert 'ibm_fez_QRMI_IBM_QRS_SERVICE_CRN = "crn' in files["qpu_projects.lua"]


def test_the_order_of_the_configuration_does_not_matter() -> None:
    """A site's files change with what they say, so that a diff of them is one of meaning."""
    turned = replace(OPTICS, accounts=OPTICS.accounts[::-1])
    other = replace(CHEMISTRY, backends=CHEMISTRY.backends[::-1])

    assert render(replace(SITE, projects=(turned, other))) == render(SITE)


def test_a_new_project_changes_a_few_lines() -> None:
    """Of the files that are there, those lines that are about it."""
    other = Project("networks", CRN.format(3), ENDPOINT, IAM, ("ibm_fez",), ("net",))
    before, after = render(SITE), render(replace(SITE, projects=(CHEMISTRY, OPTICS, other)))

    assert [name for name, text in after.items() if before.get(name) != text] == [
        "projects/networks.sh",
        "qpu_projects.lua",
    ]
    added = set(after["qpu_projects.lua"].splitlines()) - set(before["qpu_projects.lua"].splitlines())
    assert len(added) == 2
