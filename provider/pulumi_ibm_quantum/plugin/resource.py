"""A lifecycle behind the calls of Pulumi's protocol: names of the wire in and out, values as the lifecycle has them."""

import json
from collections.abc import Callable
from typing import Any

from google.protobuf.struct_pb2 import Struct  # type: ignore[import-untyped]
from pulumi.runtime.proto import provider_pb2

from pulumi_ibm_quantum.plugin.errors import InitFailed
from pulumi_ibm_quantum.plugin.wire import from_struct, secret, secret_names, to_struct
from pulumi_ibm_quantum.resources.context import Context
from pulumi_ibm_quantum.resources.lifecycle import Lifecycle
from pulumi_ibm_quantum.resources.notices import write_drift, write_notice_once
from pulumi_ibm_quantum.resources.resource_type import Properties, Property
from pulumi_ibm_quantum.resources.unknown import UNKNOWN


class NativeResource:
    """One type of resources, as the engine calls for it."""

    def __init__(self, lifecycle: Lifecycle, connect: Callable[[], Context], first_call: Callable[[], float]) -> None:
        """Serve a lifecycle.

        Args:
            lifecycle: What is done.
            connect: Returns what it is done with; called only where the service is asked.
            first_call: Returns the moment of the first comparison, in seconds of ``time.monotonic``.
        """
        self._lifecycle = lifecycle
        self._type = lifecycle.type
        self._connect = connect
        self._first_comparison = first_call

    def check(self, request: provider_pb2.CheckRequest) -> provider_pb2.CheckResponse:
        """Refuse what can be known to be wrong before anything is written."""
        old = from_struct(request.olds)
        if self._lifecycle.note and not old:
            write_notice_once(self._lifecycle.note)
        inputs, problems = self._lifecycle.check(self._connect, old, from_struct(request.news))
        names = {one.name: one.wire_name for one in self._type.inputs}
        return provider_pb2.CheckResponse(
            inputs=self._struct(inputs, request.news),
            failures=[
                provider_pb2.CheckFailure(property=names[name], reason=reason) for name, reason in problems.items()
            ],
        )

    def diff(self, request: provider_pb2.DiffRequest) -> provider_pb2.DiffResponse:
        """Compare what is wanted with the state and, where they agree, with the service."""
        old, new = from_struct(request.olds), from_struct(request.news)
        comparison = self._lifecycle.compare(self._connect, request.id, old, new, self._first_comparison())
        write_drift(comparison, wire_names=True)
        changed = comparison.changed
        return provider_pb2.DiffResponse(
            changes=provider_pb2.DiffResponse.DIFF_SOME if changed else provider_pb2.DiffResponse.DIFF_NONE,
            diffs=[one.wire_name for one in changed],
            replaces=[one.wire_name for one in changed if one.replaces],
            detailedDiff={
                path: difference for one in changed for path, difference in _differences(one, old, new).items()
            },
            hasDetailedDiff=True,
        )

    def create(self, request: provider_pb2.CreateRequest) -> provider_pb2.CreateResponse:
        """Make what is declared; a preview says what is known of it."""
        inputs = self._type.inputs_of(from_struct(request.properties))
        if request.preview:
            return provider_pb2.CreateResponse(properties=self._struct(self._expected(inputs, {}), request.properties))
        crn, outputs = self._lifecycle.create(self._connect(), inputs)
        self._demand_finished(crn, outputs, request.properties)
        return provider_pb2.CreateResponse(id=crn, properties=self._struct(outputs, request.properties))

    def update(self, request: provider_pb2.UpdateRequest) -> provider_pb2.UpdateResponse:
        """Change what differs; a preview says what is known of the result."""
        old, inputs = from_struct(request.olds), self._type.inputs_of(from_struct(request.news))
        if request.preview:
            return provider_pb2.UpdateResponse(properties=self._struct(self._expected(inputs, old), request.news))
        outputs = self._lifecycle.update(self._connect(), request.id, old, inputs)
        self._demand_finished(request.id, outputs, request.news)
        return provider_pb2.UpdateResponse(properties=self._struct(outputs, request.news))

    def read(self, request: provider_pb2.ReadRequest) -> provider_pb2.ReadResponse:
        """Read live values, as outputs and as inputs; where nothing is known yet it is an import."""
        outputs = self._lifecycle.read(self._connect(), request.id, from_struct(request.properties))
        if outputs is None:
            return provider_pb2.ReadResponse()
        given = request.properties, request.inputs
        return provider_pb2.ReadResponse(
            id=request.id,
            properties=self._struct(outputs, *given),
            inputs=self._struct(self._type.inputs_of(outputs), *given),
        )

    def delete(self, request: provider_pb2.DeleteRequest) -> None:
        """Delete it, where deleting touches anything; a key is needed only then."""
        if self._lifecycle.delete is not None:
            self._lifecycle.delete(self._connect(), request.id, from_struct(request.properties))

    def _expected(self, inputs: Properties, old: Properties) -> dict[str, Any]:
        """Return the outputs as far as they are known before anything is done."""
        by_the_service = {
            one.name: UNKNOWN if one.renewed or one.value_in(old) is None else one.value_in(old)
            for one in self._type.properties
            if one.output_only
        }
        return {**by_the_service, **inputs}

    def _demand_finished(self, crn: str, outputs: dict[str, Any], given: Struct) -> None:
        if reason := self._lifecycle.unfinished(outputs):
            raise InitFailed(crn, self._struct(outputs, given), reason)

    def _struct(self, properties: Properties, *given: Struct) -> Struct:
        """Write properties to the wire; what was given as a secret stays one."""
        secrets = secret_names(*given)
        hidden = {one.wire_name for one in self._type.properties if one.secret or secrets & {one.name, one.wire_name}}
        values = self._type.to_wire(properties).items()
        return to_struct({name: secret(value) if name in hidden else value for name, value in values})


def _differences(one: Property, old: Properties, new: Properties) -> dict[str, provider_pb2.PropertyDiff]:
    """Return how a property differs, by its path; of a mapping only the keys that do."""
    before, after = one.value_in(old), one.value_in(new)
    if not (isinstance(before, dict) and isinstance(after, dict)):
        return {one.wire_name: _difference(before, after, replaces=one.replaces)}
    return {
        f"{one.wire_name}[{json.dumps(key)}]": _difference(before.get(key), after.get(key), replaces=one.replaces)
        for key in sorted(before.keys() | after.keys())
        if before.get(key) != after.get(key)
    }


def _difference(before: object, after: object, *, replaces: bool) -> provider_pb2.PropertyDiff:
    kinds = provider_pb2.PropertyDiff
    if before is None:
        return kinds(kind=kinds.ADD_REPLACE if replaces else kinds.ADD)
    if after is None:
        return kinds(kind=kinds.DELETE_REPLACE if replaces else kinds.DELETE)
    return kinds(kind=kinds.UPDATE_REPLACE if replaces else kinds.UPDATE)
