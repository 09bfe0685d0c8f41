"""The dynamic provider: connections by configuration, and what the SDK keeps of it."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from pulumi.dynamic import Config, ConfigureRequest

from pulumi_ibm_quantum.cloud import CloudError
from pulumi_ibm_quantum.fake import DEFAULT_API_KEY, PLAN_IDS, Account, ApiKey, Fake, Subscription, mock_ibm_quantum
from pulumi_ibm_quantum.resources.connections import API_KEY_SETTING, Connections
from pulumi_ibm_quantum.resources.dynamic import Allocations, Instances

OTHER_KEY = "another-key"
MODULE = "JHB1bHVtaV9pYm1fcXVhbnR1bS5yZXNvdXJjZXMuZHluYW1pY5"
QUANTUM = "IBMCLOUD_QUANTUM_API_ENDPOINT"


def configured(provider: type[Any], **settings: str) -> Any:
    """A provider as the SDK's host configures it."""
    made = provider()
    raw = {API_KEY_SETTING: settings["api_key"]} if settings else {}
    made.configure(ConfigureRequest(Config(raw, "project")))
    return made


def test_providers_of_one_configuration_sign_in_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both providers, and many threads at once, share a connection."""
    monkeypatch.delenv("IBMCLOUD_API_KEY", raising=False)
    with mock_ibm_quantum() as fake:
        crn = fake.add_instance("a", allocation_seconds=100).crn
        providers = [configured(kind, api_key=DEFAULT_API_KEY) for kind in (Allocations, Instances)]
        inputs = {"crn": crn, "allocation_seconds": 100, "plan": "premium"}
        with ThreadPoolExecutor() as pool:
            read = list(pool.map(lambda number: providers[number % 2].read(crn, inputs).id, range(20)))

        assert read == [crn] * 20
        assert [call.route for call in fake.calls].count("iam.token") == 1


def test_each_key_has_its_own_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """A provider that is configured with another key does not act with the first one's."""
    monkeypatch.delenv("IBMCLOUD_API_KEY", raising=False)
    premium = Subscription("premium", PLAN_IDS["premium"], "premium", 100_000)
    account = Account(subscriptions=[premium], api_keys=[ApiKey(DEFAULT_API_KEY)])
    with mock_ibm_quantum(Fake(account)) as fake:
        crn = fake.add_instance("a", allocation_seconds=100).crn
        inputs = {"crn": crn, "allocation_seconds": 100}

        assert configured(Allocations, api_key=DEFAULT_API_KEY).read(crn, inputs).id == crn
        with pytest.raises(CloudError, match="the API key was refused"):
            configured(Allocations, api_key=OTHER_KEY).read(crn, inputs)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"IBMCLOUD_API_KEY": "a"}, {"IBMCLOUD_API_KEY": "a", "PATH": "/bin"}, True),
        ({"IBMCLOUD_API_KEY": "a"}, {"IBMCLOUD_API_KEY": "b"}, False),
        ({"IBMCLOUD_API_KEY": "a"}, {"IBMCLOUD_API_KEY": "a", "IBMCLOUD_STAGING": "true"}, False),
        ({"IBMCLOUD_API_KEY": "a"}, {"IBMCLOUD_API_KEY": "a", QUANTUM: "https://example.com"}, False),
        ({"IBMCLOUD_API_KEY": "a"}, {"IBMCLOUD_API_KEY": "a", "IBM_QUANTUM_TIMEOUT_SECONDS": "5"}, False),
    ],
)
def test_a_connection_belongs_to_what_it_is_made_of(
    one: Mapping[str, str], other: Mapping[str, str], same: bool
) -> None:
    """Another key, address, cloud or time-out is another connection; what has no part in it is not."""
    connections = Connections()

    assert (connections.get(one) is connections.get(other)) == same


def test_the_key_of_the_environment_comes_first() -> None:
    """Where it is set, providers of different settings still share one connection."""
    connections = Connections()
    environment = {"IBMCLOUD_API_KEY": "a"}

    assert connections.get(environment, "b") is connections.get(environment, None)
    assert connections.get({}, "b") is not connections.get(environment, "b")


def test_giving_up_an_allocation_needs_no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    """Deleting an InstanceAllocation touches nothing, so it asks for nothing."""
    monkeypatch.delenv("IBMCLOUD_API_KEY", raising=False)
    configured(Allocations).delete("crn", {})
    with pytest.raises(CloudError, match="no API key"):
        configured(Instances).delete("crn", {})


@pytest.mark.parametrize(
    ("provider", "reference"),
    [
        (
            Allocations,
            "gASVOwAAAAAAAACMJHB1bHVtaV9pYm1fcXVhbnR1bS5yZXNvdXJjZXMuZHluYW1pY5SMC0FsbG9jYXRpb25zlJOUKYGULg==",
        ),
        (Instances, "gASVOQAAAAAAAACMJHB1bHVtaV9pYm1fcXVhbnR1bS5yZXNvdXJjZXMuZHluYW1pY5SMCUluc3RhbmNlc5STlCmBlC4="),
    ],
)
def test_states_refer_to_the_providers_as_ever(provider: type[Any], reference: str) -> None:
    """What 0.1.0 wrote into states is what is written today: otherwise every resource would show as changed."""
    assert provider.reference() == reference


def test_relative_paths_start_at_the_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A provider runs in the program's folder; the project's is the nearest above it that has a Pulumi.yaml."""
    monkeypatch.setenv("IBMCLOUD_API_KEY", "a")
    (tmp_path / "stacks").mkdir()
    (tmp_path / "Pulumi.yaml").touch()
    monkeypatch.chdir(tmp_path / "stacks")

    assert Allocations()._context().root_folder == tmp_path
