"""How users call this package, for mypy to check; nothing here is run.

An unneeded `type: ignore` is an error, so the calls that have one are held to be errors.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, assert_type

import pulumi
import requests

import pulumi_ibm_quantum
from pulumi_ibm_quantum import (
    FairShare,
    Instance,
    InstanceAllocation,
    ServerlessFile,
    ServerlessFunction,
    SlurmSite,
    get_backends,
    get_functions,
    get_preflight,
)
from pulumi_ibm_quantum.fake import Fake, FakeAdapter, Server, mock_ibm_quantum, serve

assert_type(pulumi_ibm_quantum.__version__, str)
pulumi_ibm_quantum.FairShares  # type: ignore[attr-defined]  # noqa: B018 - a name that there is not


def whole_account(path: Path, document: Mapping[str, Any]) -> None:
    """The configuration is a file or its content."""
    FairShare("a", configuration="stacks/project.yaml")
    FairShare("b", configuration=path, forecast=True)
    fair_share = FairShare("c", configuration=document, opts=pulumi.ResourceOptions(protect=True))

    FairShare("d", {"configuration": document, "forecast": True}, pulumi.ResourceOptions(protect=True))

    assert_type(fair_share.decision, pulumi.Output[Mapping[str, Any]])
    assert_type(fair_share.plan, pulumi.Output[Mapping[str, Any]])
    assert_type(fair_share.allocations["team-a"], InstanceAllocation)
    assert_type(fair_share.instances["new"], Instance)
    pulumi.export("decision", fair_share.decision)

    FairShare("h", configuration=path, snapshot="s.json", approved="a.json", unattended=True, observe=False)

    FairShare("e")  # type: ignore[call-overload]
    FairShare("i", configuration=path, snapshots="s.json")  # type: ignore[call-overload]
    FairShare("f", configuration=5)  # type: ignore[call-overload]
    FairShare("g", {"forecast": True})  # type: ignore[call-overload]


def one_allocation(crn: str, crn_of_another_provider: pulumi.Output[str], backends: Sequence[str]) -> None:
    """Values may be plain or outputs; the limit is seconds, "none", or left as it is."""
    InstanceAllocation("a", crn=crn, allocation_seconds=7200)
    InstanceAllocation("b", crn=crn_of_another_provider, allocation_seconds=7200, limit_seconds="none")
    InstanceAllocation("c", crn=crn, allocation_seconds=pulumi.Output.from_input(60), limit_seconds=3600)
    allocation = InstanceAllocation(
        "d", crn=crn, allocation_seconds=60, limit_seconds=None, backends=backends, opts=pulumi.ResourceOptions()
    )

    assert_type(allocation.crn, pulumi.Output[str])
    assert_type(allocation.allocation_seconds, pulumi.Output[int])
    assert_type(allocation.backends, pulumi.Output[Sequence[str] | None])

    InstanceAllocation("e", crn=crn)  # type: ignore[call-arg]
    InstanceAllocation("f", crn=crn, allocation_seconds="2h", limit_seconds="1h 30m")
    InstanceAllocation("g", crn=crn, allocation_seconds=1.5)  # type: ignore[arg-type]


def one_site(fair_share: FairShare, crn: str) -> None:
    """The files of a site are an output; a pre-flight is a plain value."""
    site = SlurmSite("a", folder="sites/a", files=fair_share.slurm_sites["a"], adopt=True)
    SlurmSite("b", folder="sites/b", files={"projects/a.sh": "export a=1"})

    assert_type(site.files, pulumi.Output[Mapping[str, str]])
    assert_type(site.drift, pulumi.Output[Sequence[str]])
    assert_type(get_preflight(crn, needed_seconds=60, backends=["ibm_fez"]).can_run, bool | None)

    SlurmSite("c", folder="sites/c")  # type: ignore[call-arg]
    get_preflight(site.id)  # type: ignore[arg-type]


def one_function(instance: Instance, settings: pulumi.Config) -> None:
    """Of an instance that is created as code; a function's title orders its files after it."""
    function = ServerlessFunction(
        "a",
        title="a",
        instance=instance.id,
        source_dir="a",
        env_vars={"TOKEN": settings.require_secret("token")},
        arguments_schema={"required": ["n"]},
    )
    ServerlessFile("b", function=function.title, instance=instance.id, source="b.csv")

    assert_type(function.live_version, pulumi.Output[str])
    assert_type(get_backends(instance="crn")[0].qubits, int)

    ServerlessFunction("c", title="c")  # type: ignore[call-arg]
    ServerlessFile("d", function=function, instance="crn")  # type: ignore[arg-type]
    get_functions(instance=instance.id)  # type: ignore[arg-type]


def one_instance(settings: pulumi.Config) -> None:
    """What is created as code, and whose id is what others depend on."""
    workshop = Instance(
        "workshop",
        name="workshop-2026",
        plan="premium",
        target="eu-de",
        resource_group=settings.require("resourceGroup"),
        allocation_seconds=600,
        limit_seconds=3600,
        backends=["ibm_alpha"],
        tags=("teaching",),
        opts=pulumi.ResourceOptions(protect=True),
    )
    InstanceAllocation("workshop", crn=workshop.id, allocation_seconds=600)

    assert_type(workshop.id, pulumi.Output[str])
    assert_type(workshop.state, pulumi.Output[str])

    Instance("w", name="w", plan="premium", target="eu-de", allocation_seconds=600)  # type: ignore[call-arg]


@mock_ibm_quantum  # type: ignore[arg-type]
def decorated_without_parentheses() -> None:
    """The decorator is called: with nothing, a fake, or the path of a scenario."""


@mock_ibm_quantum()
def decorated(name: str, *, seconds: int = 5) -> list[int]:
    """A decorated function keeps its signature."""
    return [len(name), seconds]


def tests_of_ones_own(scenario: Path) -> None:
    """A fake in the process, of this process or of one session, or behind a server."""
    assert_type(decorated("a", seconds=6), list[int])
    decorated(5)  # type: ignore[arg-type]
    with mock_ibm_quantum() as fake, mock_ibm_quantum(scenario), mock_ibm_quantum("scenario.yaml"):
        assert_type(fake, Fake)
        fake.add_instance("team-a", allocation_seconds=7200)
    with mock_ibm_quantum(fake), serve(fake) as server:
        assert_type(server, Server)
        assert_type(server.environment, dict[str, str])
    session = requests.Session()
    session.mount("https://", FakeAdapter(fake, max_retries=3))
