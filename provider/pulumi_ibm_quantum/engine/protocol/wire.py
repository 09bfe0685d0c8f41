"""Property values on the wire."""

from collections.abc import Mapping
from typing import Any

from google.protobuf.struct_pb2 import Struct, Value  # type: ignore[import-untyped]

from pulumi_ibm_quantum.engine.state.values import (
    SECRET_SIGNATURE,
    SIGNATURE,
    UNKNOWN,
    UNKNOWN_TEXT,
    UNKNOWN_TEXTS,
    Properties,
    Reference,
    Secret,
    mark,
    number,
    reference_fields,
)


def from_struct(struct: Struct) -> Properties:
    """Read properties from the wire.

    Raises:
        UnsupportedError: If a value is of a kind that the engine does not carry.
    """
    return {key: from_wire(value) for key, value in struct.fields.items()}


def from_wire(value: Value) -> Any:
    """Read one value from the wire."""
    kind = value.WhichOneof("kind")
    if kind == "string_value":
        text = value.string_value
        return UNKNOWN if text in UNKNOWN_TEXTS else text
    if kind == "number_value":
        return number(value.number_value)
    if kind == "bool_value":
        return value.bool_value
    if kind == "list_value":
        return [from_wire(item) for item in value.list_value.values]
    if kind == "struct_value":
        return mark(from_struct(value.struct_value))
    return None


def to_struct(properties: Mapping[str, Any]) -> Struct:
    """Write properties to the wire with their marks."""
    struct = Struct()
    for key, value in properties.items():
        _to_wire(value, struct.fields[key])
    return struct


def _to_wire(value: Any, wire: Value) -> None:
    if value is None:
        wire.null_value = 0
    elif isinstance(value, str):
        wire.string_value = value
    elif isinstance(value, bool):
        wire.bool_value = value
    elif isinstance(value, int | float):
        wire.number_value = value
    elif isinstance(value, list):
        wire.list_value.SetInParent()
        for item in value:
            _to_wire(item, wire.list_value.values.add())
    elif isinstance(value, dict):
        wire.struct_value.SetInParent()
        for key, item in value.items():
            _to_wire(item, wire.struct_value.fields[key])
    elif value is UNKNOWN:
        wire.string_value = UNKNOWN_TEXT
    elif isinstance(value, Secret):
        _to_wire({SIGNATURE: SECRET_SIGNATURE, "value": value.value}, wire)
    elif isinstance(value, Reference):
        _to_wire(reference_fields(value), wire)
    else:
        raise TypeError(f"not a property value: {type(value).__name__}")
