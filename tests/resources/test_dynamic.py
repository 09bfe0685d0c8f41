"""The dynamic provider: connections by configuration, and what the SDK keeps of it."""

import traceback
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from pulumi.dynamic import Config, ConfigureRequest

from pulumi_ibm_quantum.cloud import CloudError, NotFound
from pulumi_ibm_quantum.fake import (
    DEFAULT_API_KEY,
    PLAN_IDS,
    Account,
    ApiKey,
    Fake,
    Fault,
    Subscription,
    mock_ibm_quantum,
)
from pulumi_ibm_quantum.resources import dynamic
from pulumi_ibm_quantum.resources.connections import API_KEY_SETTING, Connections
from pulumi_ibm_quantum.resources.dynamic import Allocations, Instances
from pulumi_ibm_quantum.resources.dynamic_serverless import Files, Functions
from pulumi_ibm_quantum.resources.unknown import UNKNOWN

OTHER_KEY = "another-key"
MODULE = "JHB1bHVtaV9pYm1fcXVhbnR1bS5yZXNvdXJjZXMuZHluYW1pY5"
QUANTUM = "IBMCLOUD_QUANTUM_API_ENDPOINT"


def configured(provider: type[Any], **settings: str) -> Any:
    """A provider as the SDK's host configures it."""
    made = provider()
    raw = {API_KEY_SETTING: settings["api_key"]} if settings else {}
    made.configure(ConfigureRequest(Config(raw, "project")))
    return made


@pytest.fixture(autouse=True)
def _process_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Share no connection, and what it remembers, with the tests before."""
    monkeypatch.setattr(dynamic, "CONNECTIONS", Connections())


def wanted(crn: str, allocation_seconds: int = 100) -> dict[str, Any]:
    return {"crn": crn, "allocation_seconds": allocation_seconds}


def routes(fake: Fake) -> list[str]:
    return [call.route for call in fake.calls if call.route != "iam.token"]


class TestLive:
    """What the provider knows of the service when it compares and refreshes."""

    @pytest.fixture
    def provider(self, fake: Fake) -> Allocations:
        made: Allocations = configured(Allocations, api_key=DEFAULT_API_KEY)
        return made

    def test_one_listing_serves_all(self, fake: Fake, provider: Allocations) -> None:
        """Refreshing 150 instances takes the two pages of a listing, comparing them two more; none is read singly."""
        crns = [fake.add_instance(f"team-{number}", allocation_seconds=100).crn for number in range(150)]
        with ThreadPoolExecutor() as pool:
            assert all(result.id for result in pool.map(lambda crn: provider.read(crn, wanted(crn)), crns))
            assert not any(
                result.changes for result in pool.map(lambda crn: provider.diff(crn, wanted(crn), wanted(crn)), crns)
            )

        assert routes(fake) == ["instances.list"] * 4

    def test_an_instance_and_its_allocation_share_it(self, fake: Fake, provider: Allocations) -> None:
        """Resources of both kinds are refreshed from the same listing."""
        crn = fake.add_instance("a", region="eu-de", allocation_seconds=100).crn
        created = {"name": "a", "plan": "premium", "target": "eu-de", "allocation_seconds": 100}
        created["resource_group"] = fake.instance(crn).resource_group_id
        provider.read(crn, wanted(crn))
        read = configured(Instances, api_key=DEFAULT_API_KEY).read(crn, created)

        assert (read.outs["name"], read.outs["state"]) == ("a", "active")
        assert routes(fake) == ["instances.list"]

    def test_what_only_differs_at_the_service_is_a_change(
        self, fake: Fake, provider: Allocations, capsys: pytest.CaptureFixture[str]
    ) -> None:
        """The state agrees with what is wanted, the service does not; people are told what an engine cannot be."""
        crn = fake.add_instance("a\n::error::", allocation_seconds=20_600).crn

        assert provider.diff(crn, wanted(crn), wanted(crn)).changes
        assert capsys.readouterr().err == (
            "instance 'a\\n::error::': allocation_seconds: 20600 => 100 (changed outside of this stack)\n"
        )

    def test_a_state_of_native_resources_is_understood(self, fake: Fake, provider: Allocations) -> None:
        """Names as other languages spell them are the same properties; what is read has our own again."""
        crn = fake.add_instance("a", allocation_seconds=100).crn
        native = {"crn": crn, "allocationSeconds": 100}

        assert not provider.diff(crn, native, wanted(crn)).changes
        assert provider.check(native, wanted(crn)).inputs == wanted(crn)
        assert provider.read(crn, native).outs == wanted(crn)

    def test_a_resource_that_was_native_is_updated(self, fake: Fake, provider: Allocations) -> None:
        """Its state names no provider, and only an update adds it; the service is not written to."""
        crn = fake.add_instance("a", allocation_seconds=100).crn
        new = {**wanted(crn), "__provider": Allocations.reference()}
        difference = provider.diff(crn, {"crn": crn, "allocationSeconds": 100}, new)
        provider.update(crn, {"crn": crn, "allocationSeconds": 100}, new)

        assert (difference.changes, difference.replaces) == (True, [])
        assert not provider.diff(crn, new, new).changes
        assert fake.writes == ()

    def test_the_service_is_asked_only_where_it_matters(self, fake: Fake, provider: Allocations) -> None:
        """A change of an input is one whatever the service says, and so is what is not known yet."""
        crn = fake.add_instance("a", allocation_seconds=100).crn
        assert provider.diff(crn, wanted(crn), wanted(crn, 200)).changes
        assert provider.diff(crn, wanted(crn), {"crn": UNKNOWN, "allocation_seconds": 100}).changes
        assert fake.calls == ()

    def test_a_comparison_sees_what_came_after_the_refresh(self, fake: Fake, provider: Allocations) -> None:
        """A plan is made after the refresh: what it rests on may be newer than the listing of the refresh."""
        crn = fake.add_instance("a", allocation_seconds=100).crn
        provider.read(crn, wanted(crn))
        fake.change_instance(crn, allocation_seconds=20_600)

        assert provider.diff(crn, wanted(crn), wanted(crn)).changes

    def test_a_listing_alone_never_makes_a_change(self, fake: Fake, provider: Allocations) -> None:
        """What a listing shows otherwise, or not at all, is read singly: lists may lag behind."""
        crn = fake.add_instance("a", allocation_seconds=100).crn
        provider.diff(crn, wanted(crn), wanted(crn))
        fake.change_instance(crn, allocation_seconds=300)
        new = fake.add_instance("new", allocation_seconds=100).crn

        assert not provider.diff(crn, wanted(crn, 300), wanted(crn, 300)).changes
        assert provider.read(new, wanted(new)).id == new
        assert routes(fake) == ["instances.list", "instances.get", "instances.get"]

    def test_what_we_wrote_is_read_singly(self, fake: Fake, provider: Allocations) -> None:
        """After a write the listing of before tells nothing about the instance, even where it shows what is wanted."""
        crn = fake.add_instance("a", allocation_seconds=100).crn
        provider.diff(crn, wanted(crn), wanted(crn))
        provider.update(crn, wanted(crn), wanted(crn, 300))

        assert provider.diff(crn, wanted(crn), wanted(crn)).changes

    def test_an_instance_that_is_gone_is_an_error(self, fake: Fake, provider: Allocations) -> None:
        """It is neither passed over nor taken for changed; the message says what to do."""
        crn = fake.add_instance("a", allocation_seconds=100).crn
        fake.change_instance(crn, state="removed")
        with pytest.raises(NotFound, match="has been deleted; `refresh` takes it out of the state"):
            provider.diff(crn, wanted(crn), wanted(crn))

    @pytest.mark.usefixtures("hurry")
    def test_a_service_that_is_down_is_asked_once(self, fake: Fake, provider: Allocations) -> None:
        """All threads share the failure of the listing, and each says it shortly: engines refuse long messages."""
        crn = fake.add_instance("a", allocation_seconds=100).crn
        fake.inject(Fault("instances.list", reset=True, count=None))

        def failure(_: int) -> str:
            try:
                provider.diff(crn, wanted(crn), wanted(crn))
            except CloudError:
                return traceback.format_exc()
            raise AssertionError

        with ThreadPoolExecutor() as pool:
            failures = list(pool.map(failure, range(20)))
        assert len(fake.calls) < 10
        assert all("could not list the instances: no connection" in text for text in failures)
        assert max(map(len, failures)) < 2_000


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
        (
            Functions,
            "gASVRAAAAAAAAACML3B1bHVtaV9pYm1fcXVhbnR1bS5yZXNvdXJjZXMuZHluYW1pY19zZXJ2ZXJsZXNzlIwJRnVuY3Rpb25zlJOUKYGULg==",
        ),
        (Files, "gASVQAAAAAAAAACML3B1bHVtaV9pYm1fcXVhbnR1bS5yZXNvdXJjZXMuZHluYW1pY19zZXJ2ZXJsZXNzlIwFRmlsZXOUk5QpgZQu"),
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
