"""The calls of Pulumi's provider protocol: which of them are answered, and how one fails."""

import asyncio
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial, wraps
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, TypeVar

import grpc  # type: ignore[import-untyped]
from google.protobuf.empty_pb2 import Empty  # type: ignore[import-untyped]
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc, status_pb2

import pulumi_ibm_quantum
from pulumi_ibm_quantum.cancellation import CANCELLED
from pulumi_ibm_quantum.cloud import CloudError
from pulumi_ibm_quantum.plugin import settings
from pulumi_ibm_quantum.plugin.errors import ConstructFailed, InitFailed, NotOffered
from pulumi_ibm_quantum.plugin.functions import FUNCTIONS
from pulumi_ibm_quantum.plugin.resource import NativeResource
from pulumi_ibm_quantum.plugin.wire import from_struct, secret, to_struct
from pulumi_ibm_quantum.resources.connections import CONNECTIONS
from pulumi_ibm_quantum.resources.context import Context, demand_not_cancelled, project_folder
from pulumi_ibm_quantum.resources.table import LIFECYCLES

PACKAGE: Final = "ibm-quantum"
_THREADS: Final = 64
_Answer = TypeVar("_Answer", provider_pb2.CreateResponse, provider_pb2.UpdateResponse, provider_pb2.ReadResponse)


def _answer(call: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    """Answer a call in a thread of the plugin's own; what fails is one sentence.

    The loop's default threads are those of the component's registrations, which wait for what is answered here.
    """

    @wraps(call)
    async def answer(self: "Plugin", request: Any, context: Any) -> Any:
        try:
            return await asyncio.get_running_loop().run_in_executor(self.threads, call, self, request)
        except InitFailed as error:
            details = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=error.reason)
            details.details.add().Pack(
                provider_pb2.ErrorResourceInitFailed(
                    id=error.crn,
                    properties=error.properties,
                    reasons=[error.reason],
                    refresh_before_update=self.refreshes_before_updates,
                )
            )
            metadata = (("grpc-status-details-bin", details.SerializeToString()),)
            await context.abort(grpc.StatusCode.UNKNOWN, error.reason, metadata)
        except CloudError as error:
            await context.abort(grpc.StatusCode.UNKNOWN, str(error))
        except NotOffered as error:
            await context.abort(grpc.StatusCode.UNIMPLEMENTED, str(error))

    return answer


def _refuse(name: str, reason: str) -> Callable[..., Any]:
    """Refuse a call by its name."""

    async def refuse(_self: object, _request: object, context: Any) -> None:
        await context.abort(grpc.StatusCode.UNIMPLEMENTED, f"{PACKAGE} does not do {name}: {reason}")

    return refuse


class Plugin(provider_pb2_grpc.ResourceProviderServicer):
    """The provider of the package ``ibm-quantum``."""

    def __init__(self, engine_address: str = "") -> None:
        self.engine_address = engine_address
        self.threads = ThreadPoolExecutor(_THREADS, "resource")
        self.refreshes_before_updates = False
        self._api_key: str | None = None
        self._first_comparison: float | None = None
        self._resources = {
            f"{PACKAGE}:index:{one.type.name}": NativeResource(one, self._connect, self._comparing_since)
            for one in LIFECYCLES
        }
        self._functions = {f"{PACKAGE}:index:{one.arguments.name}": one for one in FUNCTIONS}

    @_answer
    def Handshake(self, request: Any) -> provider_pb2.ProviderHandshakeResponse:
        """Agree on what both sides know."""
        self.refreshes_before_updates = request.supports_refresh_before_update
        return provider_pb2.ProviderHandshakeResponse(accept_secrets=True)

    @_answer
    def Attach(self, request: Any) -> Empty:
        """Begin to serve an engine that did not start this process."""
        self.engine_address = request.address
        return Empty()

    @_answer
    def GetPluginInfo(self, request: Any) -> plugin_pb2.PluginInfo:
        """Name the version."""
        return plugin_pb2.PluginInfo(version=pulumi_ibm_quantum.__version__)

    @_answer
    def GetSchema(self, request: Any) -> provider_pb2.GetSchemaResponse:
        """Return what the package offers."""
        return provider_pb2.GetSchemaResponse(schema=files(__package__).joinpath("schema.json").read_text("utf-8"))

    @_answer
    def CheckConfig(self, request: Any) -> provider_pb2.CheckResponse:
        """Refuse settings that there are not; a key is a secret, however it was set."""
        given = from_struct(request.news)
        failures = [
            provider_pb2.CheckFailure(property=name, reason=reason) for name, reason in settings.check(given).items()
        ]
        if settings.API_KEY in given:
            given[settings.API_KEY] = secret(given[settings.API_KEY])
        return provider_pb2.CheckResponse(inputs=to_struct(given), failures=failures)

    @_answer
    def DiffConfig(self, request: Any) -> provider_pb2.DiffResponse:
        """Compare settings; no resource is replaced for another key."""
        is_same = from_struct(request.old_inputs or request.olds) == from_struct(request.news)
        kinds = provider_pb2.DiffResponse
        return kinds(changes=kinds.DIFF_NONE if is_same else kinds.DIFF_SOME)

    @_answer
    def Configure(self, request: Any) -> provider_pb2.ConfigureResponse:
        """Remember the API key, for where the environment has none; nothing is asked of the service."""
        self._api_key = settings.api_key(from_struct(request.args))
        return provider_pb2.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    @_answer
    def Check(self, request: Any) -> provider_pb2.CheckResponse:
        """Refuse what can be known to be wrong."""
        return self._resource(request).check(request)

    @_answer
    def Diff(self, request: Any) -> provider_pb2.DiffResponse:
        """Compare what is wanted with what there is."""
        return self._resource(request).diff(request)

    @_answer
    def Create(self, request: Any) -> provider_pb2.CreateResponse:
        """Make what is declared."""
        return self._refreshing(self._resource(request).create(request))

    @_answer
    def Update(self, request: Any) -> provider_pb2.UpdateResponse:
        """Change what differs."""
        return self._refreshing(self._resource(request).update(request))

    @_answer
    def Read(self, request: Any) -> provider_pb2.ReadResponse:
        """Read what there is."""
        return self._refreshing(self._resource(request).read(request))

    @_answer
    def Delete(self, request: Any) -> Empty:
        """Delete what is no longer declared."""
        self._resource(request).delete(request)
        return Empty()

    @_answer
    def Invoke(self, request: Any) -> provider_pb2.InvokeResponse:
        """Answer a function; it is asked in previews as well."""
        function = self._functions.get(request.tok)
        if function is None:
            raise NotOffered(f"{PACKAGE} has no function {request.tok}; it has {', '.join(self._functions)}")
        arguments, problems = function.arguments.check({}, from_struct(request.args))
        if problems:
            names = {one.name: one.wire_name for one in function.arguments.properties}
            return provider_pb2.InvokeResponse(
                failures=[
                    provider_pb2.CheckFailure(property=names[name], reason=reason) for name, reason in problems.items()
                ]
            )
        # Its name is a word of Python's.
        result: dict[str, Any] = {"return": to_struct(function.invoke(self._connect().cloud, arguments))}
        return provider_pb2.InvokeResponse(**result)

    async def Construct(self, request: Any, context: Any) -> provider_pb2.ConstructResponse:
        """Construct a component, in a thread that is none of those that answer for its children."""
        if request.type != f"{PACKAGE}:index:FairShare":
            sentence = f"{PACKAGE} has no component {request.type}; it has {PACKAGE}:index:FairShare"
            await context.abort(grpc.StatusCode.UNIMPLEMENTED, sentence)
        # Loaded here, because most processes serve a schema or resources alone.
        from pulumi_ibm_quantum.plugin.construct import construct

        try:
            return await asyncio.to_thread(construct, request, self.engine_address, self._api_key)
        except ConstructFailed as error:
            await context.abort(grpc.StatusCode.UNKNOWN, str(error))
            raise

    async def Cancel(self, request: Any, context: Any) -> Empty:
        """Begin nothing new, and give up what is waited for."""
        CANCELLED.set()
        return Empty()

    Parameterize = _refuse("Parameterize", "the package is the same for every account")
    List = _refuse("List", "`ibm-quantum instances` lists an account's instances")
    Call = _refuse("Call", "its resources have no methods")

    def _resource(self, request: Any) -> NativeResource:
        """Return what serves a resource; an engine that is older than the field has the type in the URN alone."""
        type_ = request.type or request.urn.split("::")[2].rpartition("$")[2]
        try:
            return self._resources[type_]
        except KeyError:
            raise NotOffered(f"{PACKAGE} has no resource {type_}; it has {', '.join(self._resources)}") from None

    def _refreshing(self, answer: _Answer) -> _Answer:
        """Have the engine read a resource before each plan, so that what others changed is seen."""
        answer.refresh_before_update = self.refreshes_before_updates
        return answer

    def _connect(self) -> Context:
        demand_not_cancelled()
        return Context(partial(CONNECTIONS.get, os.environ, self._api_key), project_folder(Path.cwd()))

    def _comparing_since(self) -> float:
        if self._first_comparison is None:
            self._first_comparison = time.monotonic()
        return self._first_comparison
