"""``ibm-quantum preflight``: one line and a status, for a configuration, a CRN, or the job that it runs in."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pulumi_ibm_quantum.cli.main import ibm_quantum
from pulumi_ibm_quantum.fake import DEFAULT_API_KEY, Fake, Fault
from tests.support.command_line import configuration, run
from tests.support.desk import NEW

USER_KEY = "manager-key"
"""Of somebody who may use the instances and has no right on the account."""

BUSY = {"instance": "busy", "accounts": ["chem"], "licenses": 2}
SITE = {"name": "alps", "backends": ["ibm_alpha"], "projects": [BUSY]}


@pytest.fixture
def limited(fake: Fake) -> Fake:
    """The account of three teams, with a limit on the busy one that its usage leaves 600 s of."""
    fake.change_instance("busy", allocation_seconds=30_000, limit_seconds=28 * 900 + 600)
    return fake


def asked(folder: Path, fake: Fake, *arguments: str, key: str | None = USER_KEY) -> Result:
    return run("preflight", *arguments, "--config", configuration(folder, fake), key=key)


def test_below_and_at_the_limit(limited: Fake, tmp_path: Path) -> None:
    """Status 0 while there is time, 1 with the latest day when there is none; who may only use it can ask."""
    below = asked(tmp_path, limited, "busy")
    needing = asked(tmp_path, limited, "busy", "--needs", "20m")
    limited.add_usage("busy", 600)
    at = asked(tmp_path, limited, "busy")

    assert (below.exit_code, below.output) == (0, "busy: can run: only 10m of its limit of 7h 10m is left\n")
    assert needing.exit_code == 1
    assert needing.output.startswith(
        "busy: cannot run: 10m is left, and 20m is needed; enough time returns by 2026-12-"
    )
    assert at.exit_code == 1
    assert at.output == (
        "busy: cannot run: its limit of 7h 10m is reached; "
        "time returns by 2026-12-17 at the latest, if nothing runs until then\n"
    )
    assert not {call.route for call in limited.calls} & {"account.get", "instances.list", "instances.get"}


def test_an_administrators_key_tells_the_day(limited: Fake, tmp_path: Path) -> None:
    """The oldest 900 s, of 27 days ago, begin to return on the next day."""
    limited.add_usage("busy", 600)
    result = asked(tmp_path, limited, "busy", key=DEFAULT_API_KEY)

    assert "time returns on 2026-11-19, if nothing runs until then" in result.output


def test_over_the_allocation_without_a_limit_it_runs(fake: Fake, tmp_path: Path) -> None:
    """Status 0: its jobs wait longer, and IBM's own check refuses them."""
    result = asked(tmp_path, fake, "busy")

    line = "busy: can run, at lower priority: it has used 7h of its allocation of 5h 33m 20s"
    assert (result.exit_code, result.output) == (0, f"{line} (qiskit-serverless refuses to run there)\n")


def test_instance_plan_and_backend_are_told_apart(fake: Fake, tmp_path: Path) -> None:
    """Three reasons not to run, each with its sentence."""
    backend = asked(tmp_path, fake, "idle", "--backend", "ibm_alpha", "--backend", "ibm_nosuch")
    fake.change_subscription(fake.instance("idle").subscription_id, limit_seconds=10)
    plan = asked(tmp_path, fake, "idle")

    assert (backend.exit_code, backend.output) == (1, "idle: cannot run: ibm_nosuch is not among its backends\n")
    assert plan.exit_code == 1
    assert "idle: cannot run: the time of its plan is used up for the whole account" in plan.output


def test_what_cannot_be_read_is_status_2(fake: Fake, tmp_path: Path) -> None:
    """A key that is refused, a service that says no, an instance that is not there: no verdict is made up."""
    refused = asked(tmp_path, fake, "idle", key="no-such-key")
    fake.inject(Fault("usage.get", status=403, count=None))
    forbidden = asked(tmp_path, fake, "idle")
    path = configuration(tmp_path, fake, instances=[NEW], slurm_sites=[])
    missing = run("preflight", "new", "--config", path)

    assert (refused.exit_code, forbidden.exit_code, missing.exit_code) == (2, 2, 2)
    assert refused.output.startswith("idle: not known: ")
    assert "no-such-key" not in refused.output
    assert "quantum-computing.instance-usage.read" in forbidden.output
    assert missing.output == "new: not known: instance new is not there yet: create it first\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("nobody",), "the configuration has no instance 'nobody'; it has busy, calm, idle"),
        (("busy", "--crn", "crn"), "--crn goes without NAME and --config"),
        (("busy", "--needs", "soon"), "--needs"),
    ],
)
def test_a_mistake_is_no_verdict(fake: Fake, tmp_path: Path, arguments: tuple[str, ...], message: str) -> None:
    """Status 2, as for what is not known: a script does not take it for an empty instance."""
    result = asked(tmp_path, fake, *arguments)

    assert result.exit_code == 2
    assert message in result.output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--crn", "crn:v1"), "--crn is not a CRN"),
        (("--config", "nosuch.yaml"), "nosuch.yaml"),
        ((), "Name the project configuration with --config"),
    ],
)
def test_what_there_is_not_is_no_verdict(
    fake: Fake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], message: str
) -> None:
    """A CRN that is none, a file that is not there, or nothing to ask about."""
    monkeypatch.chdir(tmp_path)
    result = run("preflight", *arguments)

    assert result.exit_code == 2
    assert message in result.output
    assert result.output.count("\n") <= 4


def test_all_instances_as_json(limited: Fake, tmp_path: Path) -> None:
    """One that cannot run makes the status 1, whatever is not known; a script has every figure."""
    limited.add_usage("busy", 600)
    limited.inject(Fault("usage.get", crn=limited.instance("calm").crn, status=403, count=None))
    result = asked(tmp_path, limited, "--format", "json")
    found = {one["name"]: one for one in json.loads(result.output)["instances"]}

    assert result.exit_code == 1
    assert {name: one["can_run"] for name, one in found.items()} == {"busy": False, "calm": None, "idle": True}
    assert (
        found["busy"].items()
        >= {
            "state": "empty",
            "reason": "instance_limit",
            "remaining_seconds": 0.0,
            "returns_from": None,
            "returns_by": "2026-12-17",
            "qiskit_serverless": "refuses",
        }.items()
    )


def test_the_commands_are_printed_and_none_is_run(limited: Fake, tmp_path: Path) -> None:
    """What holds the project's licenses while it cannot run, and lets them go when it can; a shell can read it."""
    path = configuration(tmp_path, limited, slurm_sites=[SITE])
    opened = run("preflight", "busy", "--config", path, "--commands")
    limited.add_usage("busy", 600)
    closed = run("preflight", "busy", "--config", path, "--commands")

    assert opened.output.splitlines()[1:] == [
        "# at alps:",
        "scontrol delete reservationname=closed_qpu_busy",
        "# sacctmgr -i update resource qpu_busy set lastconsumed=0",
    ]
    flags = "starttime=now duration=UNLIMITED user=root flags=LICENSE_ONLY,IGNORE_JOBS licenses=qpu_busy:2"
    assert closed.output.splitlines()[1:] == [
        "# at alps:",
        f"scontrol create reservation reservationname=closed_qpu_busy {flags}",
        "# sacctmgr -i update resource qpu_busy set lastconsumed=2",
    ]
    assert closed.output.startswith("# busy: cannot run: ")


@pytest.mark.parametrize(("opened", "status"), [("ibm_alpha", 0), ("ibm_alpha,ibm_nosuch", 1)])
def test_a_job_asks_with_its_own_variables(limited: Fake, opened: str, status: int) -> None:
    """With its key at its addresses, about the backends that were opened for it; a stranger's key is not used."""
    values = {
        "ENDPOINT": "https://quantum.cloud.ibm.com/api/v1",
        "IAM_ENDPOINT": "https://iam.cloud.ibm.com",
        "IAM_APIKEY": USER_KEY,
        "SERVICE_CRN": limited.instance("busy").crn,
    }
    environment = {
        f"{backend}_QRMI_IBM_QCS_{name}": value
        for backend in ("ibm_alpha", "ibm_nosuch")
        for name, value in values.items()
    }
    strangers = {"IBMCLOUD_API_KEY": "of-somebody-else", "IBMCLOUD_IAM_API_ENDPOINT": "https://iam.nosuch.example"}
    environment |= {"QRMI_JOB_QPU_RESOURCES": opened, **strangers}
    result = CliRunner().invoke(ibm_quantum, ["preflight"], env=environment)

    assert result.exit_code == status, result.output
    assert result.output.startswith(f"{opened.replace(',', ', ')}: ")
    assert len(result.output.splitlines()) == 1
