"""Every lifecycle through both adapters: the same calls of the service, the same outputs, the same refusals."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pulumi_ibm_quantum.fake import DEFAULT_API_KEY, DEFAULT_RESOURCE_GROUP_ID, Fake, Fault, serve
from tests.support.provider_process import DYNAMIC, NATIVE, Dynamic, Engine, Native, started

GIVEN = {
    "name": "new",
    "plan": "premium",
    "target": "eu-de",
    "resource_group": DEFAULT_RESOURCE_GROUP_ID,
    "allocation_seconds": 600,
}
WRITES = {
    "instances.create",
    "instances.update",
    "instances.delete",
    "serverless.functions.upload",
    "serverless.files.upload",
    "serverless.files.delete",
}

Case = Callable[[Engine, Fake], None]
CASES: list[Any] = []


def case(resource: str, *operations: str, writes: int) -> Callable[[Case], Case]:
    """Add a row to the table: a resource's type, the operations that come of it, how many calls write."""

    def add(script: Case) -> Case:
        CASES.append(pytest.param(resource, operations, writes, script, id=script.__name__))
        return script

    return add


@case("InstanceAllocation", "create", writes=1)
def taking_over(it: Engine, fake: Fake) -> None:
    it.up(crn=fake.instance("a").crn, allocation_seconds="5m", limit_seconds="none", backends=["ibm_alpha"])


@case("InstanceAllocation", "create", "same", "update", "same", writes=1)
def changing(it: Engine, fake: Fake) -> None:
    for seconds in (100, 100, 300, 300):
        it.up(crn=fake.instance("a").crn, allocation_seconds=seconds)


@case("InstanceAllocation", "create", "read", "update", "delete", writes=1)
def a_change_by_hand(it: Engine, fake: Fake) -> None:
    wanted = {"crn": fake.instance("a").crn, "allocation_seconds": 100}
    it.up(**wanted)
    fake.change_instance("a", allocation_seconds=77)
    it.refresh()
    it.up(**wanted)
    it.destroy()


@case("InstanceAllocation", "create", "update", writes=1)
def a_change_by_hand_that_no_state_has_seen(it: Engine, fake: Fake) -> None:
    wanted = {"crn": fake.instance("a").crn, "allocation_seconds": 100}
    it.up(**wanted)
    fake.change_instance("a", allocation_seconds=77)
    it.up(**wanted)


@case("InstanceAllocation", "create", "replace", "create", "delete", writes=0)
def another_instance(it: Engine, fake: Fake) -> None:
    it.up(crn=fake.instance("a").crn, allocation_seconds=100)
    it.up(crn=fake.instance("b").crn, allocation_seconds=100)


@case("InstanceAllocation", "create", "compare failed", "read", writes=0)
def gone(it: Engine, fake: Fake) -> None:
    wanted = {"crn": fake.instance("a").crn, "allocation_seconds": 100}
    it.up(**wanted)
    fake.change_instance("a", state="removed")
    it.up(**wanted)
    it.refresh()


@case("InstanceAllocation", "refused", "refused", "create failed", writes=1)
def refused(it: Engine, fake: Fake) -> None:
    it.up(crn="a", allocation_seconds=0, limit_seconds="soon")
    it.up()
    it.up(crn=fake.instance("a").crn, allocation_seconds=10**9)


@case("InstanceAllocation", "create", writes=2)
def a_write_whose_answer_is_lost(it: Engine, fake: Fake) -> None:
    fake.inject(Fault.lost_answer("instances.update"))
    it.up(crn=fake.instance("a").crn, allocation_seconds=300)


@case("InstanceAllocation", "same", "read", "update", writes=1)
def a_state_of_the_other_adapter(it: Engine, fake: Fake) -> None:
    crn = fake.instance("a").crn
    it.id = crn
    other = Dynamic() if isinstance(it.adapter, Native) else Native()
    reference = {} if isinstance(it.adapter, Native) else {"__provider": it.adapter.encode(it.name, {})["__provider"]}
    it.inputs = it.outputs = {**other.encode(it.name, {"crn": crn, "allocation_seconds": 100}), **reference}
    it.up(crn=crn, allocation_seconds=100)
    it.refresh()
    it.up(crn=crn, allocation_seconds=300)


@case("Instance", "create", "same", "update", "same", "replace", "create", "delete", "delete", writes=5)
def an_instance(it: Engine, fake: Fake) -> None:
    for change in ({}, {"allocation_seconds": 900}, {"name": "renamed"}, {"name": "renamed"}, {"target": "us-east"}):
        it.up(**GIVEN | change)
    it.destroy()


@case("Instance", "create", writes=1)
def an_instance_whose_answer_is_lost(it: Engine, fake: Fake) -> None:
    fake.inject(Fault.lost_answer("instances.create"))
    it.up(**GIVEN)


@case("Instance", "create", "read", "same", writes=1)
def an_instance_that_cannot_be_read_at_first(it: Engine, fake: Fake) -> None:
    fake.behaviour.provisioning_polls = 3
    fake.inject(Fault("instances.get", status=403))
    it.up(**GIVEN)
    fake.behaviour.provisioning_polls = 0
    for _ in range(3):
        fake.advance(60)
    it.refresh()
    it.up(**GIVEN)


@case("Instance", "create failed", "refused", writes=0)
def an_instance_that_is_refused(it: Engine, fake: Fake) -> None:
    it.up(**GIVEN | {"name": "a", "target": "us-east"})
    it.up(**GIVEN | {"plan": "gold", "target": "moon"})


@case("ServerlessFunction", "create", "same", "read", "update", "same", "refused", "delete", writes=3)
def a_function(it: Engine, fake: Fake) -> None:
    wanted = {"title": "f", "instance": fake.instance("a").crn, "source_dir": ".", "env_vars": {"A": "1"}}
    (it.folder / "main.py").touch()
    it.up(**wanted)
    it.up(**wanted)
    it.refresh()
    changed = wanted | {"env_vars": {"A": "2"}, "arguments_schema": {"required": ["n"], "maxProperties": 2}}
    it.up(**changed)
    it.up(**changed)
    assert fake.account.gateway.functions[0].fields["arguments_schema"] == '{"maxProperties": 2, "required": ["n"]}'
    it.up(**wanted | {"title": "a title", "runner": "slurm"})
    it.destroy()


@case("ServerlessFile", "create", "same", "replace", "create", "delete", "read", "delete", writes=4)
def a_file(it: Engine, fake: Fake) -> None:
    wanted = {"function": "there", "instance": fake.instance("a").crn, "source": "main.py"}
    (it.folder / "main.py").write_text("print()", encoding="utf-8")
    fake.account.gateway.create("IBMid-1000", "there", None)
    for change in ({}, {}, {"name": "other.py"}):
        it.up(**wanted | change)
    it.refresh()
    it.destroy()


SITE = {"qrmi_config.json": '{"resources": []}\n', "projects/a.sh": "export a=1\n"}


@case("SlurmSite", "create", "same", "update", "replace", "create", "delete", "delete", writes=0)
def a_site(it: Engine, _: Fake) -> None:
    changed = SITE | {"projects/a.sh": "export a=2\n"}
    for folder, files in (("site", SITE), ("site/", SITE), ("site", changed), ("elsewhere", changed)):
        it.up(folder=folder, files=files)
    it.destroy()
    assert list(it.folder.iterdir()) == []


@case("SlurmSite", "create", "update", "read", "update", "read", writes=0)
def a_site_that_somebody_changes(it: Engine, _: Fake) -> None:
    wanted = {"folder": "changed", "files": SITE}
    it.up(**wanted)
    (it.folder / "changed" / "projects" / "a.sh").chmod(0o666)
    it.up(**wanted)
    (it.folder / "changed" / "projects" / "a.sh").unlink()
    it.refresh()
    it.up(**wanted)
    shutil.rmtree(it.folder / "changed")
    it.refresh()


@case("SlurmSite", "refused", "create failed", writes=0)
def a_site_that_is_refused(it: Engine, _: Fake) -> None:
    it.up(folder="", files={"../a": "b"})
    (it.folder / "taken").mkdir()
    (it.folder / "taken" / "qrmi_config.json").write_text("mine")
    it.up(folder="taken", files=SITE)


@pytest.mark.parametrize(("resource", "operations", "writes", "script"), CASES)
def test_both_adapters_do_the_same(
    resource: str, operations: tuple[str, ...], writes: int, script: Case, tmp_path: Path
) -> None:
    """Each in its own process against an account of its own, called in the engine's order."""
    native = run(script, resource, Native(), NATIVE, tmp_path)
    dynamic = run(script, resource, Dynamic(), DYNAMIC, tmp_path)

    assert native == dynamic
    assert tuple(operation for operation, _ in native[0]) == operations
    assert len([route for route in native[1] if route in WRITES]) == writes


def run(script: Case, resource: str, adapter: Any, process: tuple[str, ...], folder: Path) -> tuple[Any, list[str]]:
    """What came of a case, and the calls that the service saw."""
    fake = Fake()
    for name in ("a", "b"):
        fake.add_instance(name, allocation_seconds=100)
    folder = folder / "project"
    folder.mkdir()
    with serve(fake) as server:
        environment = {**os.environ, **server.environment, "IBMCLOUD_API_KEY": DEFAULT_API_KEY}
        with started(process, environment, folder) as stub:
            it = Engine(stub, adapter, resource, folder)
            it.configure()
            script(it, fake)
    shutil.rmtree(folder)
    return it.record, [call.route for call in fake.calls if call.route != "iam.token"]
