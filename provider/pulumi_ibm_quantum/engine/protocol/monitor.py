"""The two gRPC services that a program talks to: ResourceMonitor and Engine.

Only what is honoured is claimed. Everything else is refused by name: the reason is logged, and the program is told that
the engine has stopped, which the SDK takes quietly.
"""

# The methods have the names and arguments of the protocol.
# ruff: noqa: N802

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any, Final, NoReturn

import grpc  # type: ignore[import-untyped]
from google.protobuf.empty_pb2 import Empty  # type: ignore[import-untyped]
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc, provider_pb2, resource_pb2, resource_pb2_grpc

from pulumi_ibm_quantum.engine.errors import EngineError, UnsupportedError
from pulumi_ibm_quantum.engine.events import Severity
from pulumi_ibm_quantum.engine.protocol.provider_host import CHANNEL_OPTIONS
from pulumi_ibm_quantum.engine.protocol.requests import read_goal
from pulumi_ibm_quantum.engine.protocol.wire import from_struct, to_struct
from pulumi_ibm_quantum.engine.run.registration import register, register_outputs
from pulumi_ibm_quantum.engine.run.run import Run, Stopped
from pulumi_ibm_quantum.engine.stack.backend import ORGANIZATION
from pulumi_ibm_quantum.engine.stack.settings import Config
from pulumi_ibm_quantum.engine.state.urn import STACK_TYPE, Urn
from pulumi_ibm_quantum.engine.state.values import Properties

FEATURES: Final = {
    "secrets": resource_pb2.RESOURCE_MONITOR_FEATURE_SECRETS,
    "resourceReferences": resource_pb2.RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES,
    "aliasSpecs": resource_pb2.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS,
    "deletedWith": resource_pb2.RESOURCE_MONITOR_FEATURE_DELETED_WITH,
    "replaceWith": resource_pb2.RESOURCE_MONITOR_FEATURE_REPLACE_WITH,
}
"""The features that the engine honours, by their old and new names."""
_SEVERITIES: Final[Mapping[int, Severity]] = {0: "debug", 1: "info", 2: "warning", 3: "error"}
_READ_OUTPUTS: Final = "pulumi:pulumi:readStackResourceOutputs"
_SERVER_THREADS: Final = 256
_STOP_SECONDS: Final = 1.0


class ResourceMonitor(resource_pb2_grpc.ResourceMonitorServicer):
    """What registers resources."""

    def __init__(self, run: Run, config: Config, finish: Callable[[Run], None]) -> None:
        """Serve a run.

        Args:
            run: The run.
            config: The configuration in clear text.
            finish: Called once the program has registered everything.
        """
        self._run = run
        self._config = config
        self._finish = finish
        self.stack_outputs: Properties | None = None

    def GetDeploymentInfo(self, request: Empty, context: grpc.ServicerContext) -> resource_pb2.DeploymentInfo:
        """Say what runs, and what the engine can do."""
        return resource_pb2.DeploymentInfo(
            project=self._run.project,
            stack=self._run.stack,
            organization=ORGANIZATION,
            config=dict(self._config.values),
            configSecretKeys=sorted(self._config.secret_keys),
            dryRun=self._run.dry_run,
            parallel=self._run.parallel,
            supportedFeatures=list(FEATURES.values()),
        )

    def SupportsFeature(self, request: Any, context: grpc.ServicerContext) -> resource_pb2.SupportsFeatureResponse:
        """Answer an older SDK, which asks for each feature."""
        return resource_pb2.SupportsFeatureResponse(hasSupport=request.id in FEATURES)

    def RegisterResource(self, request: Any, context: grpc.ServicerContext) -> resource_pb2.RegisterResourceResponse:
        """Bring a resource about."""
        registered = self._answer(context, lambda: register(self._run, read_goal(request)))
        return resource_pb2.RegisterResourceResponse(
            urn=registered.urn,
            id=registered.id,
            object=to_struct(registered.outputs),
            result=resource_pb2.SUCCESS if registered.ok else resource_pb2.FAIL,
        )

    def RegisterResourceOutputs(self, request: Any, context: grpc.ServicerContext) -> Empty:
        """Store the outputs of a component; those of the stack are final only at the end."""

        def store() -> None:
            outputs = from_struct(request.outputs)
            if Urn.parse(request.urn).qualified_type == STACK_TYPE:
                self.stack_outputs = outputs
            else:
                register_outputs(self._run, request.urn, outputs)

        self._answer(context, store)
        return Empty()

    def SignalAndWaitForShutdown(self, request: Empty, context: grpc.ServicerContext) -> Empty:
        """Do what is left to do, now that the program has registered everything."""
        self._answer(context, lambda: self._finish(self._run))
        return Empty()

    def _answer(self, context: grpc.ServicerContext, act: Callable[[], Any]) -> Any:
        try:
            return act()
        except Stopped:
            _say_stopped(context)
        except EngineError as error:
            self._run.log.say("error", str(error))
            self._run.stop()
            _say_stopped(context)
        except Exception as error:
            self._run.log.say("error", f"The engine failed: {type(error).__name__}: {error}")
            self._run.stop()
            raise

    def _refuse(self, what: str, context: grpc.ServicerContext) -> NoReturn:
        self._run.log.say("error", str(UnsupportedError(what)))
        self._run.stop()
        _say_stopped(context)

    def Invoke(self, request: Any, context: grpc.ServicerContext) -> Any:
        """Tell what the stack's own resources had before the run; refuse any other function."""
        stack = from_struct(request.args).get("stackName")
        own = f"{ORGANIZATION}/{self._run.project}/{self._run.stack}"
        if request.tok != _READ_OUTPUTS or stack != own:
            self._refuse(f"The function {request.tok} of a provider (invoke)", context)
        outputs = {urn: {"type": one.type, "outputs": one.outputs} for urn, one in self._run.olds.items()}
        answer = to_struct({"name": own, "outputs": outputs})
        return provider_pb2.InvokeResponse(**{"return": answer})

    def Call(self, request: Any, context: grpc.ServicerContext) -> NoReturn:
        """Refuse a method of a resource."""
        self._refuse(f"The method {request.tok} of a resource (call)", context)

    def ReadResource(self, request: Any, context: grpc.ServicerContext) -> NoReturn:
        """Refuse to read what is not managed."""
        what = "a stack reference" if request.type == "pulumi:pulumi:StackReference" else "`.get`"
        self._refuse(f"{request.type} {request.name!r}: reading a resource that is not managed ({what})", context)

    def RegisterStackTransform(self, request: Any, context: grpc.ServicerContext) -> NoReturn:
        """Refuse a transform."""
        self._refuse("Transforms of resources", context)

    def RegisterStackInvokeTransform(self, request: Any, context: grpc.ServicerContext) -> NoReturn:
        """Refuse a transform."""
        self._refuse("Transforms of functions", context)

    def RegisterResourceHook(self, request: Any, context: grpc.ServicerContext) -> NoReturn:
        """Refuse a hook."""
        self._refuse(f"The resource hook {request.name!r}", context)

    def RegisterErrorHook(self, request: Any, context: grpc.ServicerContext) -> NoReturn:
        """Refuse a hook."""
        self._refuse(f"The error hook {request.name!r}", context)

    def RegisterPackage(self, request: Any, context: grpc.ServicerContext) -> NoReturn:
        """Refuse a package with parameters."""
        self._refuse(f"The package {request.name!r} with parameters", context)


def _say_stopped(context: grpc.ServicerContext) -> NoReturn:
    context.abort(grpc.StatusCode.UNAVAILABLE, "the engine has stopped")
    raise AssertionError  # abort raises; this is for the type checker


class Engine(engine_pb2_grpc.EngineServicer):
    """What takes the messages of a program and its providers."""

    def __init__(self, run: Run) -> None:
        """Serve a run."""
        self._run = run
        self._root = ""

    def Log(self, request: Any, context: grpc.ServicerContext) -> Empty:
        """Report a message; an error makes the run fail."""
        severity = _SEVERITIES.get(request.severity, "info")
        if severity == "debug" or request.ephemeral:
            return Empty()
        self._run.log.say(severity, request.message, request.urn)
        if severity == "error":
            self._run.errored = True
        return Empty()

    def GetRootResource(self, request: Any, context: grpc.ServicerContext) -> engine_pb2.GetRootResourceResponse:
        """Return the URN that an older SDK has set."""
        return engine_pb2.GetRootResourceResponse(urn=self._root)

    def SetRootResource(self, request: Any, context: grpc.ServicerContext) -> engine_pb2.SetRootResourceResponse:
        """Keep the URN of the stack for an older SDK."""
        self._root = request.urn
        return engine_pb2.SetRootResourceResponse()

    def RequirePulumiVersion(self, request: Any, context: grpc.ServicerContext) -> NoReturn:
        """Refuse: there is no CLI whose version could be asked for."""
        self._run.log.say(
            "error", str(UnsupportedError(f"A required version of the Pulumi CLI ({request.pulumi_version_range})"))
        )
        self._run.stop()
        _say_stopped(context)


class Server:
    """A gRPC server on a free port of the loopback."""

    def __init__(self) -> None:
        """Take a port; nothing is answered there before `start`."""
        self._threads = ThreadPoolExecutor(max_workers=_SERVER_THREADS, thread_name_prefix="monitor")
        self._server = grpc.server(self._threads, options=CHANNEL_OPTIONS)
        self.address = f"127.0.0.1:{self._server.add_insecure_port('127.0.0.1:0')}"

    def start(self, engine: Engine, monitor: ResourceMonitor) -> None:
        """Start to answer."""
        engine_pb2_grpc.add_EngineServicer_to_server(engine, self._server)
        resource_pb2_grpc.add_ResourceMonitorServicer_to_server(monitor, self._server)
        self._server.start()

    def stop(self) -> None:
        """Stop to answer."""
        stopped: Event = self._server.stop(_STOP_SECONDS)
        stopped.wait(_STOP_SECONDS)
        self._threads.shutdown(wait=False, cancel_futures=True)
