"""The dynamic providers: the SDK's host process and the calls to it."""

import builtins
import re
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from pathlib import Path
from typing import Any, Final, TypedDict

import grpc  # type: ignore[import-untyped]
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from pulumi_ibm_quantum.engine.diff.compare import Diff
from pulumi_ibm_quantum.engine.errors import CheckFailed, EngineError, ProviderError
from pulumi_ibm_quantum.engine.protocol.child import Child
from pulumi_ibm_quantum.engine.protocol.wire import from_struct, to_struct
from pulumi_ibm_quantum.engine.run.provider import Provider, ReadResult
from pulumi_ibm_quantum.engine.run.run import Stopped
from pulumi_ibm_quantum.engine.state.resource import Resource
from pulumi_ibm_quantum.engine.state.urn import split_type_and_name
from pulumi_ibm_quantum.engine.state.values import Properties, plain, remark_secrets

CHANNEL_OPTIONS: Final = [("grpc.max_receive_message_length", 400 << 20), ("grpc.max_send_message_length", 400 << 20)]
_BARE_EXCEPTIONS: Final = frozenset({"Exception", "RuntimeError", "ValueError"})


class ProviderHost(Provider):
    """The process that all dynamic providers of a run live in.

    Calls may come from any thread; the host itself works on four at once. Secrets are sent in clear, because the host
    accepts no others, and are marked again on what comes back.
    """

    def __init__(self, engine_address: str, folder: Path, env: Mapping[str, str], log: Callable[[str], None]) -> None:
        """Start the process, which then waits for `configure`.

        Args:
            engine_address: Where the engine answers.
            folder: The program's folder, whose modules the providers may come from.
            env: The environment of the process.
            log: Receives what the providers print.
        """
        self._child = Child("provider_main", [engine_address], folder, env)
        self._log = log
        self._errors: list[str] = []
        self._channel: grpc.Channel | None = None
        self._stub: Future[Any] = Future()
        self._closed = False

    def configure(self, project: str, config: Mapping[str, str], inputs: Properties) -> None:
        """Give the process its configuration; calls wait until it is ready.

        Args:
            project: The project, which gives the configuration its namespace.
            config: The configuration that `pulumi.Config` reads.
            inputs: The inputs of the default provider, which the providers get in their ``configure``.
        """
        self._child.send({"project": project, "config": dict(config)})

        def connect() -> None:
            try:
                self._stub.set_result(self._connect(inputs))
            except Exception as error:
                self._stub.set_exception(error)

        threading.Thread(target=connect, name="provider-host", daemon=True).start()

    def _connect(self, inputs: Properties) -> Any:
        def stderr(line: str) -> None:
            self._errors.append(line)
            self._log(line)

        self._child.forward(None, stderr)
        port = self._child.stdout.readline().strip()
        if not port.isdigit():
            self._child.wait()
            reason = self._errors[-1] if self._errors else "no reason given"
            raise EngineError(f"The process of the dynamic providers did not start: {reason}")
        self._child.forward_stdout(self._log)
        self._channel = grpc.insecure_channel(f"127.0.0.1:{int(port)}", options=CHANNEL_OPTIONS)
        stub = provider_pb2_grpc.ResourceProviderStub(self._channel)
        request = provider_pb2.ConfigureRequest(args=to_struct(plain(inputs)), acceptSecrets=True, acceptResources=True)
        stub.Configure(request)
        return stub

    def cancel(self) -> None:
        """Let the providers give up what they wait for.

        The protocol's own Cancel would wait for its turn behind the calls, and the SDK's host does nothing with it.
        """
        self._child.cancel()

    def close(self) -> None:
        """End the process; calls that it still works on, and further ones, fail with `Stopped`."""
        self._closed = True
        if self._channel is not None:
            self._channel.close()
        self._child.stop()

    def _call(self, method: str, request: object) -> Any:
        try:
            return getattr(self._stub.result(), method)(request)
        except Exception as error:
            if self._closed:
                raise Stopped from None
            if not isinstance(error, grpc.RpcError):
                raise
            raise ProviderError(last_sentence(error.details() or str(error.code()))) from None

    def check(self, urn: str, olds: Properties, news: Properties) -> Properties:
        """Return new inputs, completed by the provider.

        Raises:
            CheckFailed: If it rejects them.
        """
        answer = self._call(
            "Check",
            provider_pb2.CheckRequest(**_identity(urn), olds=to_struct(plain(olds)), news=to_struct(plain(news))),
        )
        if answer.failures:
            raise CheckFailed(tuple((failure.property, failure.reason) for failure in answer.failures))
        return remark_secrets(from_struct(answer.inputs), news)

    def diff(self, old: Resource, news: Properties) -> Diff:
        """Compare a resource with new inputs."""
        answer = self._call(
            "Diff",
            provider_pb2.DiffRequest(
                id=old.id,
                **_identity(old.urn),
                olds=to_struct(plain(old.outputs)),
                old_inputs=to_struct(plain(old.inputs)),
                news=to_struct(plain(news)),
                ignoreChanges=old.ignore_changes,
            ),
        )
        changes = {0: None, 1: False}.get(answer.changes, True)
        return Diff(changes, tuple(answer.replaces), answer.deleteBeforeReplace)

    def create(self, resource: Resource) -> tuple[str, Properties]:
        """Create a resource, and return its id and outputs."""
        answer = self._call(
            "Create",
            provider_pb2.CreateRequest(
                **_identity(resource.urn),
                properties=to_struct(plain(resource.inputs)),
                timeout=resource.timeouts.get("create", 0),
            ),
        )
        if not answer.id:
            raise ProviderError("the provider created the resource but gave no id")
        return answer.id, remark_secrets(from_struct(answer.properties), resource.inputs)

    def update(self, old: Resource, new: Resource) -> Properties:
        """Update a resource, and return its outputs."""
        answer = self._call(
            "Update",
            provider_pb2.UpdateRequest(
                id=old.id,
                **_identity(new.urn),
                olds=to_struct(plain(old.outputs)),
                old_inputs=to_struct(plain(old.inputs)),
                news=to_struct(plain(new.inputs)),
                ignoreChanges=new.ignore_changes,
                timeout=new.timeouts.get("update", 0),
            ),
        )
        return remark_secrets(from_struct(answer.properties), new.inputs)

    def read(self, resource: Resource) -> ReadResult:
        """Read a resource as it is now."""
        answer = self._call(
            "Read",
            provider_pb2.ReadRequest(
                id=resource.id,
                **_identity(resource.urn),
                properties=to_struct(plain(resource.outputs)),
                inputs=to_struct(plain(resource.inputs)),
            ),
        )
        inputs = remark_secrets(from_struct(answer.inputs), resource.inputs) if answer.HasField("inputs") else None
        marked = {**resource.outputs, **resource.inputs}
        return ReadResult(answer.id, remark_secrets(from_struct(answer.properties), marked), inputs)

    def delete(self, resource: Resource) -> None:
        """Delete a resource."""
        self._call(
            "Delete",
            provider_pb2.DeleteRequest(
                id=resource.id,
                **_identity(resource.urn),
                properties=to_struct(plain(resource.outputs)),
                old_inputs=to_struct(plain(resource.inputs)),
                timeout=resource.timeouts.get("delete", 0),
            ),
        )


class _Identity(TypedDict):
    urn: str
    type: str
    name: str


def _identity(urn: str) -> _Identity:
    type_, name = split_type_and_name(urn)
    return {"urn": urn, "type": type_, "name": name}


def last_sentence(details: str) -> str:
    """Take an exception's message out of the traceback that the SDK's host puts around it."""
    _, found, trace = details.rpartition("Traceback (most recent call last):\n")
    if not found:
        return details.strip()
    lines = trace.splitlines()
    while lines and lines[0].startswith(" "):
        lines.pop(0)
    text = "\n".join(lines).strip()
    named = re.match(r"([A-Za-z_][\w.]*)(?:: |\Z)", text)
    if not named:
        return text or "the provider failed without a message"
    message, name = text[named.end() :].strip(), named[1].rpartition(".")[2]
    if not message or (hasattr(builtins, named[1]) and named[1] not in _BARE_EXCEPTIONS):
        return f"{name}: {message}" if message else name
    return message
