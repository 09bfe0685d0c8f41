"""FairShare for programs in other languages: constructed in the plugin, with native resources as its children."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, cast

import pulumi
from pulumi.provider.experimental.property_value import PropertyValue
from pulumi.provider.experimental.provider import ConstructRequest, ConstructResponse, Provider
from pulumi.provider.experimental.server import ProviderServicer
from pulumi.runtime.proto import provider_pb2

import pulumi_ibm_quantum
from pulumi_ibm_quantum.component import FairShare
from pulumi_ibm_quantum.plugin.errors import ConstructFailed
from pulumi_ibm_quantum.resources.resource_type import ResourceType
from pulumi_ibm_quantum.resources.table import LIFECYCLES
from pulumi_ibm_quantum.resources.unknown import UNKNOWN, is_unknown


class _Child(pulumi.CustomResource):
    """A native resource, declared from Python by the names of the declarations."""

    _declared: ClassVar[ResourceType]

    def __init__(self, resource_name: str, *, opts: pulumi.ResourceOptions, **properties: Any) -> None:
        # The parent's own provider is of this version; without one the engine would start another.
        here = pulumi.ResourceOptions(
            version=pulumi_ibm_quantum.__version__,
            aliases=[pulumi.Alias(type_=f"pulumi-python:dynamic/ibm-quantum:{self._declared.name}")],
        )
        super().__init__(
            f"ibm-quantum:index:{self._declared.name}",
            resource_name,
            self._declared.to_wire(properties),
            pulumi.ResourceOptions.merge(opts, here),
        )

    @property
    def allocation_seconds(self) -> pulumi.Output[int]:
        """The allocation, once it is as declared."""
        made: pulumi.Output[int] = self.__dict__["allocationSeconds"]
        return made


def _native_fair_share(api_key: str | None) -> type[FairShare]:
    """Return a FairShare whose children are native, and whose key is the provider's."""

    class NativeFairShare(FairShare):
        _children: ClassVar[Mapping[str, Any]] = {
            one.type.name: type(one.type.name, (_Child,), {"_declared": one.type}) for one in LIFECYCLES
        }

        def _fallback_api_key(self) -> str | None:
            return api_key

    return NativeFairShare


def construct(request: Any, engine_address: str, api_key: str | None) -> provider_pb2.ConstructResponse:
    """Construct a FairShare, in a loop of its own; its key is that of the provider, where the environment has none.

    Raises:
        ConstructFailed: it cannot be.
    """
    try:
        return asyncio.run(_Servicer(api_key, engine_address).answer(request))
    except pulumi.RunError as error:
        raise ConstructFailed(str(error)) from None


class _Servicer(ProviderServicer):
    """What the SDK has for components in plugins: settings, monitor, dependencies, and waiting for the children."""

    def __init__(self, api_key: str | None, engine_address: str) -> None:
        super().__init__([], pulumi_ibm_quantum.__version__, cast(Provider, self), engine_address)
        self._api_key = api_key

    async def answer(self, request: Any) -> provider_pb2.ConstructResponse:
        """Answer the call."""
        return await self._construct(request, None)

    async def construct(self, request: ConstructRequest) -> ConstructResponse:
        """Make the component; called by the SDK when all is set up."""
        inputs = {name: _plain(name, value) for name, value in request.inputs.items()}
        if inputs.get("configuration") is None:
            raise pulumi.RunError("FairShare needs a configuration")
        made = _native_fair_share(self._api_key)(request.name, inputs, request.options)  # type: ignore[call-overload]
        urn = await made.urn.future()
        decision = await made.decision.future()
        sites = await made.slurm_sites.future(with_unknowns=True)
        state = {"decision": _property_value(decision), "slurmSites": _property_value(sites)}
        return ConstructResponse(str(urn), state, {})


def _plain(name: str, given: PropertyValue) -> Any:
    """Return an input; whole numbers, which come as doubles, as such."""
    value = given.value
    if is_unknown(value):
        raise pulumi.RunError(f"{name} must be known when the decision is made, and not the output of a resource")
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Mapping):
        return {key: _plain(f"{name}.{key}", item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(name, item) for item in value]
    return value


def _property_value(value: Any) -> PropertyValue:
    if is_unknown(value):
        return PropertyValue(UNKNOWN)  # The SDK marshals what is computed in no other way.
    if isinstance(value, Mapping):
        return PropertyValue({key: _property_value(item) for key, item in value.items()})
    if isinstance(value, list):
        return PropertyValue([_property_value(item) for item in value])
    return PropertyValue(float(value) if isinstance(value, int) else value)
