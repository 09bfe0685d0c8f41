"""A provider in its own process, called over gRPC as the Pulumi engine calls it; no CLI is needed."""

import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import grpc  # type: ignore[import-untyped]
from google.protobuf.empty_pb2 import Empty  # type: ignore[import-untyped]
from google.protobuf.json_format import MessageToDict  # type: ignore[import-untyped]
from google.protobuf.struct_pb2 import Struct  # type: ignore[import-untyped]
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc, status_pb2

from pulumi_ibm_quantum.engine.protocol.provider_host import last_sentence
from pulumi_ibm_quantum.resources.dynamic import Allocations, Instances, SlurmSites
from pulumi_ibm_quantum.resources.resource_type import Properties
from pulumi_ibm_quantum.resources.table import LIFECYCLES

NATIVE = ("-m", "pulumi_ibm_quantum.plugin.main")
DYNAMIC = ("-u", "-m", "pulumi.dynamic")
_TRANSACTION = re.compile(r" \(transaction [^)]*\)")


def struct(properties: Properties) -> Struct:
    made = Struct()
    made.update(properties)
    return made


def properties_of(made: Struct) -> dict[str, Any]:
    """What is in a struct, whole numbers as such."""
    return {name: int(value) if isinstance(value, float) else value for name, value in MessageToDict(made).items()}


@contextmanager
def started(arguments: tuple[str, ...], environment: Mapping[str, str], folder: Path) -> Iterator[Any]:
    """Start a provider as the engine does, and return its stub; a process that has printed its port is ready."""
    process = subprocess.Popen(
        [sys.executable, *arguments, "127.0.0.1:1"],
        env=dict(environment),
        cwd=folder,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        with grpc.insecure_channel(f"127.0.0.1:{int(process.stdout.readline())}") as channel:
            yield provider_pb2_grpc.ResourceProviderStub(channel)
    finally:
        process.kill()
        process.communicate()


class Adapter(Protocol):
    """How one of our adapters spells types and properties."""

    def resource_type(self, name: str) -> str: ...
    def encode(self, name: str, properties: Properties) -> dict[str, Any]: ...
    def decode(self, name: str, properties: Properties) -> dict[str, Any]: ...


class Native:
    """camelCase, and nothing beside the properties."""

    def resource_type(self, name: str) -> str:
        return f"ibm-quantum:index:{name}"

    def encode(self, name: str, properties: Properties) -> dict[str, Any]:
        return {_wire_name(name, one): value for one, value in properties.items()}

    def decode(self, name: str, properties: Properties) -> dict[str, Any]:
        names = {one.wire_name: one.name for one in _type(name).properties}
        return {names[one]: value for one, value in properties.items()}


class Dynamic:
    """snake_case, and the reference to the provider's class."""

    def resource_type(self, name: str) -> str:
        return f"pulumi-python:dynamic/ibm-quantum:{name}"

    def encode(self, name: str, properties: Properties) -> dict[str, Any]:
        provider = {"Instance": Instances, "InstanceAllocation": Allocations, "SlurmSite": SlurmSites}[name]
        return {**properties, "__provider": provider.reference()}

    def decode(self, name: str, properties: Properties) -> dict[str, Any]:
        return {one: value for one, value in properties.items() if one != "__provider"}


@dataclass
class Engine:
    """One resource and the calls that an engine makes for it, in its order; what came of each is recorded.

    Attributes:
        name: Its type.
        folder: Where the provider runs.
        record: What was done and with what result, in the names of the declarations.
        outputs: The outputs in its state, as the provider spells them.
    """

    stub: Any
    adapter: Adapter
    name: str
    folder: Path = field(default_factory=Path)
    record: list[tuple[str, Any]] = field(default_factory=list)
    id: str = ""
    inputs: dict[str, Any] = field(default_factory=dict)
    outputs: dict[str, Any] = field(default_factory=dict)

    def configure(self, settings: Mapping[str, Any] | None = None) -> None:
        """Do what comes before the first resource."""
        if isinstance(self.adapter, Native):
            self.stub.Handshake(provider_pb2.ProviderHandshakeRequest(supports_refresh_before_update=True))
            self.stub.CheckConfig(provider_pb2.CheckRequest(news=struct(settings or {})))
        self.stub.Configure(provider_pb2.ConfigureRequest(args=struct(settings or {}), acceptSecrets=True))

    def up(self, **wanted: Any) -> None:
        """Bring the resource to what is wanted: checked, compared, and created, updated or replaced."""
        checked = self.stub.Check(
            provider_pb2.CheckRequest(olds=struct(self.inputs), news=self._struct(wanted), **self._identity())
        )
        if checked.failures:
            failures = {one.property: one.reason for one in checked.failures}
            self.record.append(("refused", self.adapter.decode(self.name, failures)))
            return
        if not self.id:
            self._attempt("create", self._create, checked.inputs)
            return
        self._attempt("compare", self._change, checked.inputs)

    def refresh(self) -> None:
        """Read the resource as it is."""
        self._attempt("read", self._read)

    def destroy(self) -> None:
        """Delete the resource."""
        self._attempt("delete", self._delete)

    def _create(self, inputs: Struct) -> None:
        made = self.stub.Create(provider_pb2.CreateRequest(properties=inputs, **self._identity()))
        self._keep("create", made.id, inputs, made.properties)

    def _change(self, inputs: Struct) -> None:
        before = {"olds": struct(self.outputs), "old_inputs": struct(self.inputs), "id": self.id}
        difference = self.stub.Diff(provider_pb2.DiffRequest(**before, news=inputs, **self._identity()))
        if difference.replaces:
            old = self.id, self.outputs
            replaced = self.adapter.decode(self.name, dict.fromkeys(difference.replaces))
            self.record.append(("replace", sorted(replaced)))
            self._create(inputs)
            self._delete(*old)
        elif difference.changes == difference.DIFF_SOME:
            updated = self.stub.Update(provider_pb2.UpdateRequest(**before, news=inputs, **self._identity()))
            self._keep("update", self.id, inputs, updated.properties)
        else:
            self.record.append(("same", self.id))

    def _read(self) -> None:
        found = self.stub.Read(
            provider_pb2.ReadRequest(
                id=self.id, properties=struct(self.outputs), inputs=struct(self.inputs), **self._identity()
            )
        )
        self._keep("read", found.id, found.inputs, found.properties)

    def _delete(self, id_: str = "", outputs: Properties | None = None) -> None:
        gone = outputs if id_ else self.outputs
        self.stub.Delete(
            provider_pb2.DeleteRequest(id=id_ or self.id, properties=struct(gone or {}), **self._identity())
        )
        self.record.append(("delete", id_ or self.id))

    def _keep(self, operation: str, id_: str, inputs: Struct, outputs: Struct) -> None:
        self.id, self.inputs, self.outputs = id_, properties_of(inputs), properties_of(outputs)
        self.record.append((operation, self.adapter.decode(self.name, self.outputs)))

    def _attempt(self, operation: str, call: Any, *arguments: Any) -> None:
        try:
            call(*arguments)
        except grpc.RpcError as error:
            if made := init_failure(error):
                self._keep(operation, made.id, arguments[0], made.properties)
            else:
                self.record.append((f"{operation} failed", _TRANSACTION.sub("", last_sentence(error.details()))))

    def _identity(self) -> dict[str, Any]:
        type_ = self.adapter.resource_type(self.name)
        return {"urn": f"urn:pulumi:test::project::{type_}::it", "type": type_, "name": "it"}

    def _struct(self, properties: Properties) -> Struct:
        return struct(self.adapter.encode(self.name, properties))


def init_failure(error: grpc.RpcError) -> provider_pb2.ErrorResourceInitFailed | None:
    """What an engine keeps of a resource that was made and is not ready; None where an error is another one."""
    for key, value in error.trailing_metadata() or ():
        if key == "grpc-status-details-bin":
            failed = provider_pb2.ErrorResourceInitFailed()
            if status_pb2.Status.FromString(value).details[0].Unpack(failed):
                return failed
    return None


def attach(stub: Any, port: int = 1) -> Empty:
    """Do what an engine does with a plugin that it did not start."""
    return stub.Attach(plugin_pb2.PluginAttach(address=f"127.0.0.1:{port}"))


def _type(name: str) -> Any:
    return next(one.type for one in LIFECYCLES if one.type.name == name)


def _wire_name(type_name: str, name: str) -> str:
    return next((one.wire_name for one in _type(type_name).properties if one.name == name), name)
