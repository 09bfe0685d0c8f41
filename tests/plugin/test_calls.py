"""The plugin's answers, call by call, as the Pulumi CLI makes them."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import grpc  # type: ignore[import-untyped]
import pytest
from google.protobuf.empty_pb2 import Empty  # type: ignore[import-untyped]
from pulumi.runtime.proto import provider_pb2

from pulumi_ibm_quantum.__main__ import is_plugin_call
from pulumi_ibm_quantum.fake import DEFAULT_API_KEY, DEFAULT_RESOURCE_GROUP_ID, Fake, Fault, serve
from pulumi_ibm_quantum.plugin import schema
from pulumi_ibm_quantum.resources.unknown import UNKNOWN
from tests.support.engine_process import wait_for
from tests.support.provider_process import NATIVE, Engine, Native, attach, init_failure, properties_of, started, struct

ALLOCATION: dict[str, Any] = {"urn": "urn:pulumi:test::project::ibm-quantum:index:InstanceAllocation::it"}
INSTANCE: dict[str, Any] = {"urn": "urn:pulumi:test::project::ibm-quantum:index:Instance::it"}
NEW = {
    "name": "new",
    "plan": "premium",
    "target": "eu-de",
    "resourceGroup": DEFAULT_RESOURCE_GROUP_ID,
    "allocationSeconds": 600,
}


@pytest.fixture(scope="module")
def account() -> Fake:
    """An account of two instances."""
    fake = Fake()
    for name in ("a", "b"):
        fake.add_instance(name, allocation_seconds=100, limit_seconds=900)
    return fake


@pytest.fixture(scope="module")
def stub(account: Fake, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """One plugin for all tests here; its key is in the provider's configuration, and not in the environment."""
    with serve(account) as server:
        environment = {name: value for name, value in os.environ.items() if name != "IBMCLOUD_API_KEY"}
        with started(NATIVE, environment | server.environment, tmp_path_factory.mktemp("program")) as stub:
            Engine(stub, Native(), "InstanceAllocation").configure({"apiKey": DEFAULT_API_KEY})
            yield stub


@pytest.fixture(autouse=True)
def _forget_calls(account: Fake) -> None:
    account.clear_faults()
    account.forget_calls()


def sentence(call: Any) -> tuple[str, str]:
    """The code and the sentence with which a call fails."""
    with pytest.raises(grpc.RpcError) as failure:
        call()
    return failure.value.code().name, failure.value.details()


def test_the_engine_learns_what_there_is(stub: Any) -> None:
    """The version, the schema, and that it may attach to a plugin that runs already."""
    assert stub.GetPluginInfo(Empty()).version == version("pulumi-ibm-quantum")
    assert json.loads(stub.GetSchema(provider_pb2.GetSchemaRequest()).schema) == schema.schema()
    assert attach(stub) == Empty()


@pytest.mark.parametrize("call", ["Parameterize", "List", "Call"])
def test_what_it_does_not_do_is_refused_by_name(stub: Any, call: str) -> None:
    """In a sentence, and not as something that the SDK has not implemented."""
    request = getattr(provider_pb2, f"{call}Request")()
    code, text = sentence(lambda: list(stub.List(request)) if call == "List" else getattr(stub, call)(request))

    assert code == "UNIMPLEMENTED"
    assert text.startswith(f"ibm-quantum does not do {call}: ")


def test_a_type_that_there_is_not_is_refused_by_name(stub: Any) -> None:
    """With those that there are."""
    request = provider_pb2.CheckRequest(urn="urn:pulumi:test::project::ibm-quantum:index:Quota::it")

    code, text = sentence(lambda: stub.Check(request))

    assert code == "UNIMPLEMENTED"
    assert text.startswith("ibm-quantum has no resource ibm-quantum:index:Quota; it has ibm-quantum:index:Instance")


def test_settings_are_checked(stub: Any) -> None:
    """A misspelt one is refused by its name; the engine's own are none of ours."""
    given = {"apikey": "a", "apiKey": " ", "version": "0.1.0", "__internal": {}, "observe": "true"}
    failures = {
        one.property: one.reason for one in stub.CheckConfig(provider_pb2.CheckRequest(news=struct(given))).failures
    }

    assert failures == {
        "apikey": "unknown setting; known are apiKey, approved, observe, snapshot, snapshotMaxAge, unattended",
        "apiKey": "must be text, and not empty",
    }


def test_the_key_is_a_secret_however_it_was_set(stub: Any) -> None:
    """The engine keeps what comes back: marked, it is encrypted in the state."""
    checked = stub.CheckConfig(provider_pb2.CheckRequest(news=struct({"apiKey": "k"})))

    assert properties_of(checked.inputs) == {
        "apiKey": {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "value": "k"}
    }


def test_what_is_given_as_a_secret_stays_one(stub: Any, account: Fake) -> None:
    """In the inputs that are checked and in the outputs, which the engine keeps as they come back."""
    hidden = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "value": 100}
    crn = account.instance("b").crn
    given = struct({"crn": crn, "allocationSeconds": hidden})
    checked = stub.Check(provider_pb2.CheckRequest(**ALLOCATION, news=given))
    made = stub.Create(provider_pb2.CreateRequest(**ALLOCATION, properties=checked.inputs))
    read = stub.Read(provider_pb2.ReadRequest(**ALLOCATION, id=crn, properties=made.properties, inputs=checked.inputs))

    for kept in (checked.inputs, made.properties, read.properties, read.inputs):
        assert properties_of(kept) == {"crn": crn, "allocationSeconds": hidden}
    request = provider_pb2.DiffRequest(**ALLOCATION, id=crn, olds=made.properties, news=checked.inputs)
    assert stub.Diff(request).changes == provider_pb2.DiffResponse.DIFF_NONE


def test_a_preview_does_not_promise_what_an_upload_renews(stub: Any) -> None:
    """Of a function that is updated: the service names each upload anew, and the version says which code is live."""
    urn = "urn:pulumi:test::project::ibm-quantum:index:ServerlessFunction::it"
    old = struct({"title": "f", "artifact": "a.tar", "liveVersion": "0+sha.0", "takenOver": False})
    request = provider_pb2.UpdateRequest(urn=urn, id="1", olds=old, news=struct({"title": "f"}), preview=True)

    assert properties_of(stub.Update(request).properties) == {
        "title": "f",
        "artifact": UNKNOWN,
        "liveVersion": UNKNOWN,
        "takenOver": False,
    }


def test_an_environment_is_a_secret_however_it_was_given(stub: Any, account: Fake) -> None:
    """Of a function, in clear in a program, encrypted in every state."""
    function: dict[str, Any] = {"urn": "urn:pulumi:test::project::ibm-quantum:index:ServerlessFunction::it"}
    given = {"title": "f", "instance": account.instance("b").crn, "envVars": {"A": "1"}, "sourceDir": "."}
    checked = stub.Check(provider_pb2.CheckRequest(**function, news=struct(given)))

    assert [one.property for one in checked.failures] == ["entrypoint"]
    assert properties_of(checked.inputs)["envVars"] == {
        "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
        "value": {"A": "1"},
    }


def test_another_key_replaces_nothing(stub: Any) -> None:
    """It is a change of the provider, and of no resource."""
    request = provider_pb2.DiffRequest(olds=struct({"apiKey": "a"}), news=struct({"apiKey": "b"}))
    difference = stub.DiffConfig(request)

    assert (difference.changes, list(difference.replaces)) == (difference.DIFF_SOME, [])


def test_a_preview_shows_what_is_known(stub: Any, account: Fake) -> None:
    """And asks the service nothing; what only the service sets is unknown before, and stays in an update."""
    created = stub.Create(provider_pb2.CreateRequest(**INSTANCE, properties=struct(NEW), preview=True))
    old = {**NEW, "crn": "crn", "state": "active"}
    updated = stub.Update(
        provider_pb2.UpdateRequest(**INSTANCE, olds=struct(old), news=struct({**NEW, "name": "other"}), preview=True)
    )

    assert properties_of(created.properties) == {**NEW, "crn": UNKNOWN, "state": UNKNOWN}
    assert properties_of(updated.properties) == {**old, "name": "other"}
    assert account.calls == ()


def test_a_difference_of_files_is_told_by_file(stub: Any, tmp_path: Path) -> None:
    """And what somebody changed in the folder as drift: the files are wanted as before."""
    site: dict[str, Any] = {"urn": "urn:pulumi:test::project::ibm-quantum:index:SlurmSite::it"}
    folder, files = str(tmp_path / "site"), {"a": "1", "b": "2"}
    made = stub.Create(provider_pb2.CreateRequest(**site, properties=struct({"folder": folder, "files": files})))

    def differences(files: dict[str, str]) -> dict[str, int]:
        olds, news = made.properties, struct({"folder": folder, "files": files})
        found = stub.Diff(provider_pb2.DiffRequest(**site, id=folder, olds=olds, news=news))
        return {path: one.kind for path, one in found.detailedDiff.items()}

    kinds = provider_pb2.PropertyDiff
    changed = differences({"a": "1", "b": "3", 'c "d"': "4"})
    (tmp_path / "site" / "a").write_text("edited")

    assert changed == {'files["b"]': kinds.UPDATE, 'files["c \\"d\\""]': kinds.ADD}
    assert list(differences(files)) == ["drift"]


def test_a_difference_is_told_in_detail(stub: Any) -> None:
    """What is added, what goes, what changes and what replaces, by the names of the program's language."""
    old = {**NEW, "adoptCrn": "crn", "state": "active"}
    allocation = {"crn": "x", "allocationSeconds": 100, "limitSeconds": 5}
    kinds = provider_pb2.PropertyDiff
    replaced = stub.Diff(
        provider_pb2.DiffRequest(**INSTANCE, olds=struct(old), news=struct({**NEW, "target": "us-east", "name": "b"}))
    )
    changed = stub.Diff(
        provider_pb2.DiffRequest(
            **ALLOCATION,
            olds=struct(allocation),
            news=struct({"crn": "x", "allocationSeconds": 200, "backends": ["b"]}),
        )
    )

    assert {name: one.kind for name, one in replaced.detailedDiff.items()} == {
        "target": kinds.UPDATE_REPLACE,
        "name": kinds.UPDATE,
    }
    assert list(replaced.replaces) == ["target"]
    assert {name: one.kind for name, one in changed.detailedDiff.items()} == {
        "allocationSeconds": kinds.UPDATE,
        "limitSeconds": kinds.DELETE,
        "backends": kinds.ADD,
    }


@pytest.mark.parametrize(
    ("identity", "imported"),
    [(ALLOCATION, {}), (INSTANCE, {"name": "a", "plan": "premium", "target": "us-east"})],
    ids=["InstanceAllocation", "Instance"],
)
def test_an_instance_is_imported(stub: Any, account: Fake, identity: dict[str, Any], imported: dict[str, Any]) -> None:
    """Everything that the code must have to change nothing comes back as inputs, and nothing is written."""
    crn = account.instance("a").crn
    found = stub.Read(provider_pb2.ReadRequest(**identity, id=crn))
    inputs = properties_of(found.inputs)

    assert inputs.items() >= {"allocationSeconds": 100, "limitSeconds": 900, "backends": ["ANY"], **imported}.items()
    request = provider_pb2.DiffRequest(**identity, id=crn, olds=found.properties, news=found.inputs)
    assert stub.Diff(request).changes == provider_pb2.DiffResponse.DIFF_NONE
    assert account.writes == ()


def test_what_is_no_instance_is_not_imported(stub: Any) -> None:
    """Said in a sentence; one that is gone has no id."""
    code, text = sentence(lambda: stub.Read(provider_pb2.ReadRequest(**ALLOCATION, id="a")))

    assert code == "UNKNOWN"
    assert text.startswith("an instance is imported by its CRN: ")


def test_resources_are_read_before_plans(stub: Any, account: Fake) -> None:
    """Where the engine knows how to, so that a plain preview shows what others have changed."""
    crn = account.instance("a").crn
    wanted = struct({"crn": crn, "allocationSeconds": 100})
    read = provider_pb2.ReadRequest(**ALLOCATION, id=crn, properties=wanted, inputs=wanted)
    assert stub.Read(read).refresh_before_update
    assert stub.Create(provider_pb2.CreateRequest(**ALLOCATION, properties=wanted)).refresh_before_update

    try:
        stub.Handshake(provider_pb2.ProviderHandshakeRequest(supports_refresh_before_update=False))
        assert not stub.Read(read).refresh_before_update
    finally:
        stub.Handshake(provider_pb2.ProviderHandshakeRequest(supports_refresh_before_update=True))


def test_an_instance_that_is_not_ready_is_not_lost(stub: Any, account: Fake) -> None:
    """It was made and could not be waited for: the engine is told its id and what is wrong."""
    account.behaviour.provisioning_polls = 3
    account.inject(Fault("instances.get", status=403))
    with pytest.raises(grpc.RpcError) as failure:
        stub.Create(provider_pb2.CreateRequest(**INSTANCE, properties=struct(NEW)))
    account.behaviour.provisioning_polls = 0
    made = init_failure(failure.value)

    assert made is not None
    assert (made.id, made.refresh_before_update) == (account.instance("new").crn, True)
    assert properties_of(made.properties)["state"] == "provisioning"
    assert list(made.reasons) == [
        f"instance 'new' ({made.id}) has been made but is 'provisioning' still; run again to see where it stands"
    ]


def invoke(stub: Any, function: str, /, **arguments: Any) -> Any:
    return stub.Invoke(provider_pb2.InvokeRequest(tok=f"ibm-quantum:index:{function}", args=struct(arguments)))


def returned(answer: Any) -> dict[str, Any]:
    return properties_of(getattr(answer, "return"))


def test_an_instance_is_found_by_crn_and_by_name(stub: Any, account: Fake) -> None:
    """As it is now; nothing is written."""
    crn = account.instance("b").crn
    found = returned(invoke(stub, "getInstance", crn=crn))

    assert found.items() >= {"name": "b", "plan": "premium", "allocationSeconds": 100, "limitSeconds": 900}.items()
    assert returned(invoke(stub, "getInstance", name="b")) == found
    assert found in returned(invoke(stub, "getInstances", plan="premium"))["instances"]
    assert returned(invoke(stub, "getInstances", plan="internal")) == {"instances": []}
    assert account.writes == ()


def test_the_account_is_told(stub: Any, account: Fake) -> None:
    """Budget, and what of it is allocated and is not."""
    told = returned(invoke(stub, "getAccount", plan="premium"))

    assert told["budgetSeconds"] == 480_000
    assert told["allocatedSeconds"] == account.total()
    assert told["unallocatedSeconds"] == 480_000 - account.total()


def test_a_program_asks_whether_work_could_run(stub: Any, account: Fake) -> None:
    """With a verdict, and the same as a sentence."""
    crn = account.instance("b").crn
    short = returned(invoke(stub, "getPreflight", crn=crn, neededSeconds="1h"))
    enough = returned(invoke(stub, "getPreflight", crn=crn))

    assert (short["reason"], "returnsBy" in short, enough["reason"]) == ("instance_limit", False, "none")
    assert short["message"].startswith(f"{crn}: cannot run: ")
    assert enough["remainingSeconds"] <= 900


def test_functions_say_what_is_wrong(stub: Any) -> None:
    """An argument by its name; what cannot be answered in a sentence."""
    wrong = {one.property for one in invoke(stub, "getAccount", plan="gold").failures}
    missing = {one.property for one in invoke(stub, "getAccount").failures}

    assert wrong == missing == {"plan"}
    assert sentence(lambda: invoke(stub, "getInstance")) == ("UNKNOWN", "getInstance wants either crn or name")
    assert sentence(lambda: invoke(stub, "getInstance", name="nobody"))[1].startswith("there is no instance nobody")
    assert sentence(lambda: invoke(stub, "getQuota"))[1].startswith(
        "ibm-quantum has no function ibm-quantum:index:getQ"
    )


def test_the_key_is_in_no_answer(stub: Any, account: Fake, tmp_path: Path) -> None:
    """A key that the service refuses is not in what people are told."""
    with serve(account) as server:
        environment = {name: value for name, value in os.environ.items() if name != "IBMCLOUD_API_KEY"}
        with started(NATIVE, environment | server.environment, tmp_path) as other:
            Engine(other, Native(), "InstanceAllocation").configure({"apiKey": "not-to-be-shown"})
            crn = account.instance("a").crn
            code, text = sentence(lambda: other.Read(provider_pb2.ReadRequest(**ALLOCATION, id=crn)))

    assert code == "UNKNOWN"
    assert "the API key was refused" in text
    assert "not-to-be-shown" not in text


def test_what_is_cancelled_begins_nothing_new(account: Fake, tmp_path: Path) -> None:
    """The engine says so when a person interrupts it."""
    with serve(account) as server:
        environment = {**os.environ, **server.environment, "IBMCLOUD_API_KEY": DEFAULT_API_KEY}
        with started(NATIVE, environment, tmp_path) as other:
            other.Cancel(Empty())
            properties = struct({"crn": account.instance("a").crn, "allocationSeconds": 300})
            request = provider_pb2.CreateRequest(**ALLOCATION, properties=properties)
            assert sentence(lambda: other.Create(request)) == ("UNKNOWN", "interrupted before it was begun")

    assert account.writes == ()


@pytest.mark.parametrize(
    ("arguments", "is_plugin"),
    [
        (["127.0.0.1:4711"], True),
        (["--logtostderr", "-v=9", "127.0.0.1:4711"], True),
        ([], False),
        (["--help"], False),
        (["fake", "127.0.0.1:4711"], False),
    ],
)
def test_the_package_is_a_plugin_where_pulumi_calls_it(arguments: list[str], is_plugin: bool) -> None:
    """Everything else is the command line."""
    assert is_plugin_call(arguments) == is_plugin


def test_the_package_itself_starts_the_plugin(account: Fake, tmp_path: Path) -> None:
    """As a plugin from a repository is started."""
    with (
        serve(account) as server,
        started(("-m", "pulumi_ibm_quantum"), os.environ | server.environment, tmp_path) as it,
    ):
        assert it.GetPluginInfo(Empty()).version == version("pulumi-ibm-quantum")


def test_it_ends_when_the_engine_is_gone() -> None:
    """One that was killed could not end it; nobody would, and it would go on with its threads and its key."""
    arguments = [sys.executable, *NATIVE, "127.0.0.1:1"]
    engine = (
        "import subprocess\n"
        f"plugin = subprocess.Popen({arguments!r}, stdout=subprocess.PIPE, text=True)\n"
        "plugin.stdout.readline()\n"
        "print(plugin.pid)"
    )
    pid = int(subprocess.run([sys.executable, "-c", engine], stdout=subprocess.PIPE, text=True, check=True).stdout)

    wait_for(lambda: not is_running(pid))


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # What has ended and is waited for by nobody is there in name.
    status = Path(f"/proc/{pid}/stat")
    return not (status.exists() and status.read_text().rpartition(")")[2].split()[0] == "Z")
