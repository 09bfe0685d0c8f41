"""FairShare for programs in other languages: constructed by the plugin, whose own resources are its children."""

import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc  # type: ignore[import-untyped]
import pytest
from google.protobuf.empty_pb2 import Empty  # type: ignore[import-untyped]
from google.protobuf.json_format import MessageToDict  # type: ignore[import-untyped]
from pulumi.runtime.proto import engine_pb2_grpc, provider_pb2, resource_pb2, resource_pb2_grpc

from pulumi_ibm_quantum.fake import DEFAULT_API_KEY, Fake
from pulumi_ibm_quantum.resources.unknown import UNKNOWN
from tests.support.desk import NEW, Desk, desk, three_teams
from tests.support.provider_process import NATIVE, Engine, Native, attach, started, struct

TYPE = "ibm-quantum:index:FairShare"


class Monitor(resource_pb2_grpc.ResourceMonitorServicer):
    """What an engine does for a component: registers its children, and creates them by calling the provider."""

    def __init__(self, provider: Any, *, is_preview: bool) -> None:
        self.registered: list[str] = []
        self.outputs: dict[str, Any] = {}
        self._provider = provider
        self._is_preview = is_preview

    def GetDeploymentInfo(self, request: Any, context: Any) -> None:
        context.abort(grpc.StatusCode.UNIMPLEMENTED, "an engine of before")

    def SupportsFeature(self, request: Any, _: Any) -> resource_pb2.SupportsFeatureResponse:
        return resource_pb2.SupportsFeatureResponse(hasSupport=request.id in {"secrets", "aliasSpecs"})

    def Invoke(self, request: Any, _: Any) -> provider_pb2.InvokeResponse:
        return provider_pb2.InvokeResponse()

    def RegisterResource(self, request: Any, _: Any) -> resource_pb2.RegisterResourceResponse:
        urn = f"urn:pulumi:test::project::{request.type}::{request.name}"
        if not request.custom:
            return resource_pb2.RegisterResourceResponse(urn=urn)
        checked = self._provider.Check(provider_pb2.CheckRequest(urn=urn, news=request.object))
        assert not checked.failures
        made = self._provider.Create(
            provider_pb2.CreateRequest(urn=urn, properties=checked.inputs, preview=self._is_preview)
        )
        self.registered.append(f"{request.type.rpartition(':')[2]} {request.name}")
        return resource_pb2.RegisterResourceResponse(urn=urn, id=made.id, object=made.properties)

    def RegisterResourceOutputs(self, request: Any, _: Any) -> Empty:
        self.outputs = MessageToDict(request.outputs)
        return Empty()


class Log(engine_pb2_grpc.EngineServicer):
    """What an engine does with messages."""

    def Log(self, request: Any, _: Any) -> Empty:
        return Empty()


@contextmanager
def constructing(
    at: Desk, *, is_preview: bool = False, settings: Mapping[str, str] | None = None
) -> Iterator[tuple[Monitor, Callable[..., Any]]]:
    """A plugin in the project's folder, an engine for it, and the call that constructs; with a key in one place."""
    environment = dict(at.environment)
    if settings is not None:
        del environment["IBMCLOUD_API_KEY"]
    # The threads of an engine are as many as it is asked for.
    with started(NATIVE, environment, at.folder) as stub, ThreadPoolExecutor(400) as threads:
        Engine(stub, Native(), "InstanceAllocation").configure(settings)
        monitor, server = Monitor(stub, is_preview=is_preview), grpc.server(threads)
        resource_pb2_grpc.add_ResourceMonitorServicer_to_server(monitor, server)
        engine_pb2_grpc.add_EngineServicer_to_server(Log(), server)
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        attach(stub, port)

        def construct(**inputs: Any) -> Any:
            return stub.Construct(
                provider_pb2.ConstructRequest(
                    project="project",
                    stack="test",
                    type=TYPE,
                    name="account",
                    monitorEndpoint=f"127.0.0.1:{port}",
                    inputs=struct(inputs),
                    dryRun=is_preview,
                )
            )

        yield monitor, construct
        server.stop(None)


@pytest.fixture
def at(tmp_path: Path) -> Iterator[Desk]:
    """A project of three teams, and one instance that is created as code."""
    with desk(tmp_path, three_teams()) as it:
        it.configure(instances=[*it.configuration["instances"], NEW])
        yield it


@pytest.mark.parametrize("inline", [False, True], ids=["file", "inline"])
def test_a_component_declares_native_resources(at: Desk, inline: bool) -> None:
    """By its file, relative to the working directory, or by its content; decreases come first, as ever."""
    configuration = at.configuration if inline else "stacks/project.yaml"
    with constructing(at) as (monitor, construct):
        made = construct(configuration=configuration)

    assert sorted(monitor.registered) == [
        "Instance new",
        "InstanceAllocation busy",
        "InstanceAllocation calm",
        "InstanceAllocation idle",
        "InstanceAllocation new",
    ]
    assert set(monitor.registered[:2]) == {"InstanceAllocation calm", "InstanceAllocation idle"}
    assert at.fake.highest_total() <= 100_000
    decision = MessageToDict(made.state)["decision"]
    assert decision["allocation_seconds"]["busy"] == at.fake.instance("busy").allocation_seconds
    assert monitor.outputs["decision"] == decision


def test_the_files_of_a_site_are_an_output(at: Desk) -> None:
    """Unknown while the site's instance is not there; the other site's are known at once."""
    sites = [
        {"name": name, "backends": [backend], "projects": [{"instance": instance, "accounts": ["chem"]}]}
        for name, instance, backend in (("alps", "new", "ibm_beta"), ("baltic", "idle", "ibm_alpha"))
    ]
    at.configure(slurm_sites=sites)
    with constructing(at, is_preview=True) as (_, construct):
        previewed = MessageToDict(construct(configuration="stacks/project.yaml").state)["slurmSites"]
    with constructing(at) as (_, construct):
        made = MessageToDict(construct(configuration="stacks/project.yaml").state)["slurmSites"]

    assert previewed["alps"] == UNKNOWN
    assert previewed["baltic"] == made["baltic"]
    assert at.fake.instance("new").crn in made["alps"]["qrmi_config.json"]


def test_a_preview_writes_nothing(at: Desk) -> None:
    """It declares the same."""
    with constructing(at, is_preview=True) as (monitor, construct):
        construct(configuration="stacks/project.yaml")

    assert len(monitor.registered) == 5
    assert at.fake.writes == ()


def test_what_is_wrong_is_said_without_a_trace(at: Desk) -> None:
    """By file, line and path; nothing is declared."""
    at.configure(plan="gold")
    with constructing(at) as (monitor, construct), pytest.raises(grpc.RpcError) as failure:
        construct(configuration="stacks/project.yaml")

    assert failure.value.details().startswith("the project configuration is not usable:\nstacks/project.yaml:")
    assert "Traceback" not in failure.value.details()
    assert monitor.registered == []


@pytest.mark.parametrize("given", [UNKNOWN, {"version": 3, "plan": UNKNOWN}], ids=["all", "in it"])
def test_what_is_not_known_yet_is_refused_by_name(at: Desk, given: Any) -> None:
    """A configuration that is the output of a resource cannot decide in a preview."""
    with constructing(at, is_preview=True) as (_, construct), pytest.raises(grpc.RpcError) as failure:
        construct(configuration=given)

    assert "must be known when the decision is made, and not the output of a resource" in failure.value.details()


def test_many_children_at_once_are_no_deadlock(tmp_path: Path) -> None:
    """More than the threads of the component's loop wait for children, which the same process answers for."""
    fake = Fake()
    crns = [fake.add_instance(f"team-{number}", allocation_seconds=100).crn for number in range(100)]
    with desk(tmp_path, fake) as at:
        assert len(at.configuration["instances"]) == len(crns) > (os.cpu_count() or 1) + 4
        with constructing(at) as (monitor, construct):
            construct(configuration="stacks/project.yaml")

    assert len(monitor.registered) == len(crns)


def test_the_key_of_the_provider_is_used(at: Desk) -> None:
    """Where the environment has none."""
    with constructing(at, settings={"apiKey": DEFAULT_API_KEY}) as (monitor, construct):
        construct(configuration="stacks/project.yaml")

    assert len(monitor.registered) == 5


def test_another_component_is_refused_by_name(at: Desk) -> None:
    """With the one that there is."""
    with (
        started(NATIVE, at.environment, at.folder) as stub,
        pytest.raises(grpc.RpcError, match=f"ibm-quantum has no component ibm-quantum:index:Quota; it has {TYPE}"),
    ):
        stub.Construct(provider_pb2.ConstructRequest(type="ibm-quantum:index:Quota"))
