"""QRMI's own client against the fake, with the files of a Slurm site: the right project's CRN and key."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace

import pytest
import qrmi

from pulumi_ibm_quantum.fake import ApiKey, Fake, Role, serve
from pulumi_ibm_quantum.slurm import Project, Site, render
from tests.support.desk import three_teams

KEYS = {"busy": "key-of-busy", "idle": "key-of-idle"}


@pytest.fixture
def fake() -> Fake:
    """An account in which each team has a key of its own."""
    fake = three_teams()
    fake.account.api_keys |= {key: ApiKey(key, Role.MANAGER, f"ServiceId-{name}") for name, key in KEYS.items()}
    return fake


@pytest.fixture
def endpoints(fake: Fake) -> Iterator[Mapping[str, str]]:
    """The account over TCP."""
    with serve(fake) as server:
        yield server.environment


def resource_of(team: str, fake: Fake, endpoints: Mapping[str, str]) -> "qrmi.QuantumResource":
    """What a job of a team has: the shared file, and its CRN and key from the environment."""
    quantum, iam = endpoints["IBMCLOUD_QUANTUM_API_ENDPOINT"], endpoints["IBMCLOUD_IAM_API_ENDPOINT"]
    projects = [Project(name, fake.instance(name).crn, f"{quantum}/v1", iam, ("ibm_alpha",)) for name in KEYS]
    site = Site("alps", tuple(projects), session_max_ttl_seconds=3600)
    (entry,) = json.loads(render(site)["qrmi_config.json"])["resources"]
    brought = {"QRMI_IBM_QCS_SERVICE_CRN": fake.instance(team).crn, "QRMI_IBM_QCS_IAM_APIKEY": KEYS[team]}
    kind = qrmi.ResourceType.IBMQuantumComputeService
    return qrmi.QuantumResource.from_config(entry["name"], kind, {**entry["environment"], **brought})


def is_accessible(resource: "qrmi.QuantumResource") -> bool:
    """What the plugin asks first, though QRMI would rather be asked for the status."""
    with pytest.warns(DeprecationWarning, match="is_accessible"):
        return bool(resource.is_accessible())


@pytest.mark.parametrize("team", list(KEYS))
def test_a_session_is_opened_and_released_for_the_right_instance(
    team: str, fake: Fake, endpoints: Mapping[str, str]
) -> None:
    """As a batch, no longer than the site says, by the team's own key."""
    resource = resource_of(team, fake, endpoints)
    assert is_accessible(resource)
    assert resource.status().status == qrmi.ResourceStatusCode.Online
    token = resource.acquire()
    (opened,) = fake.account.sessions.values()
    resource.release(token)
    (released,) = fake.account.sessions.values()

    assert token == opened.session_id
    assert (opened.crn, opened.iam_id) == (fake.instance(team).crn, f"ServiceId-{team}")
    assert (opened.backend, opened.mode, opened.longest_seconds) == ("ibm_alpha", "batch", 3600)
    assert released == replace(opened, state="closed", accepts_jobs=False)


@pytest.mark.parametrize(("refuses", "state"), [(True, None), (False, "open")])
def test_at_its_limit_an_instance_has_no_session_that_runs(
    refuses: bool, state: str | None, fake: Fake, endpoints: Mapping[str, str]
) -> None:
    """Refused, or taken and waiting: which of them the service does is not known, so a test can have either."""
    fake.change_instance("busy", limit_seconds=1)
    fake.behaviour.refuse_sessions_at_limit = refuses
    resource = resource_of("busy", fake, endpoints)
    if refuses:
        with pytest.raises(RuntimeError, match="403"):
            resource.acquire()
    else:
        resource.acquire()

    assert [session.state for session in fake.account.sessions.values()] == ([state] if state else [])


def test_a_backend_that_the_instance_may_not_use_is_not_there(fake: Fake, endpoints: Mapping[str, str]) -> None:
    """The plugin asks before it opens a session."""
    fake.change_instance("busy", backends=["ibm_beta"])
    resource = resource_of("busy", fake, endpoints)

    with pytest.raises(RuntimeError, match="The instance has no backend ibm_alpha"):
        is_accessible(resource)
    assert is_accessible(resource_of("idle", fake, endpoints))


def test_a_session_is_released_by_its_own_instance_alone(fake: Fake, endpoints: Mapping[str, str]) -> None:
    """To another it is not there."""
    token = resource_of("busy", fake, endpoints).acquire()

    with pytest.raises(RuntimeError, match="There is no such session"):
        resource_of("idle", fake, endpoints).release(token)
    assert [session.state for session in fake.account.sessions.values()] == ["active"]
