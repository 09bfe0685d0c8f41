"""Requests of a program, read into what the engine is asked for."""

import re
from typing import Any, Final

from pulumi.runtime.proto import resource_pb2

from pulumi_ibm_quantum.engine.errors import EngineError, UnsupportedError
from pulumi_ibm_quantum.engine.protocol.wire import from_struct
from pulumi_ibm_quantum.engine.run.goal import AliasSpec, Goal
from pulumi_ibm_quantum.engine.state.urn import DYNAMIC_PACKAGE, is_provider_type

_DURATION: Final = re.compile(r"(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h)")
_UNIT_SECONDS: Final = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}


def read_goal(request: resource_pb2.RegisterResourceRequest) -> Goal:
    """Read a registration.

    Raises:
        UnsupportedError: If it asks for what the engine does not do.
        EngineError: If it is malformed.
    """
    what = f"{request.type} {request.name!r}"
    _refuse_unsupported(request, what)
    dependencies = tuple(request.dependencies)
    inputs = from_struct(request.object)
    by_property = {key: tuple(item.urns) for key, item in request.propertyDependencies.items()}
    if not by_property:
        by_property = dict.fromkeys(inputs, dependencies)
    return Goal(
        type=request.type,
        name=request.name,
        parent=request.parent,
        custom=request.custom,
        inputs=inputs,
        protect=request.protect,
        dependencies=dependencies,
        property_dependencies=by_property,
        ignore_changes=tuple(request.ignoreChanges),
        additional_secret_outputs=tuple(request.additionalSecretOutputs),
        aliases=(*(AliasSpec(urn=urn) for urn in request.aliasURNs), *map(_read_alias, request.aliases)),
        timeouts=_read_timeouts(request.customTimeouts, what),
        delete_before_replace=request.deleteBeforeReplace if request.deleteBeforeReplaceDefined else None,
        replace_on_changes=tuple(request.replaceOnChanges),
        retain_on_delete=request.retainOnDelete,
        deleted_with=request.deletedWith,
        replace_with=tuple(request.replace_with),
        hidden_diffs=tuple(request.hideDiffs),
    )


def _refuse_unsupported(request: resource_pb2.RegisterResourceRequest, what: str) -> None:
    package = request.type.partition(":")[0]
    hooks = request.hooks if request.HasField("hooks") else None
    asked: dict[str, Any] = {
        f"{what} is a component of a plugin, and not of the program": request.remote,
        f"{what} is a provider of its own": is_provider_type(request.type),
        f"{what} needs the plugin of the package {package!r}, which a dynamic resource does without": (
            request.custom and package != DYNAMIC_PACKAGE
        ),
        f"{what} names a provider of its own": request.provider,
        f"{what} uses the option `import_`": request.importId,
        f"{what} uses transforms": request.transforms,
        f"{what} uses state migrations": request.state_migrations,
        f"{what} uses the option `replacement_trigger`": request.HasField("replacement_trigger"),
        f"{what} uses the option `hooks`": hooks is not None and hooks.ListFields(),
    }
    for feature, is_asked in asked.items():
        if is_asked:
            raise UnsupportedError(feature)


def _read_alias(alias: Any) -> AliasSpec:
    if alias.urn:
        return AliasSpec(urn=alias.urn)
    spec = alias.spec
    return AliasSpec(
        name=spec.name,
        type=spec.type,
        stack=spec.stack,
        project=spec.project,
        parent=spec.parentUrn,
        no_parent=spec.noParent,
    )


def _read_timeouts(timeouts: Any, what: str) -> dict[str, float]:
    given = {kind: getattr(timeouts, kind) for kind in ("create", "update", "delete", "read")}
    return {kind: _seconds(text, what) for kind, text in given.items() if text}


def _seconds(text: str, what: str) -> float:
    """Read a Go duration such as ``1h30m``, in seconds."""
    parts = _DURATION.findall(text)
    if "".join(number + unit for number, unit in parts) != text:
        raise EngineError(f"{what}: custom time-out {text!r} is not a duration such as 5m or 1h30m")
    return float(sum(float(number) * _UNIT_SECONDS[unit] for number, unit in parts))
