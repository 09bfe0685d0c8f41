"""Property values on Pulumi's wire: a Struct, in which signed objects stand for what JSON has not."""

from collections.abc import Mapping
from typing import Any, Final

from google.protobuf.json_format import MessageToDict  # type: ignore[import-untyped]
from google.protobuf.struct_pb2 import Struct  # type: ignore[import-untyped]

SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
SECRET: Final = "1b47061264138c4ac30d75fd1eb44270"


def from_struct(struct: Struct) -> dict[str, Any]:
    """Read properties, secrets in clear; every number is a double."""
    return {name: _unwrapped(value) for name, value in MessageToDict(struct).items()}


def to_struct(properties: Mapping[str, Any]) -> Struct:
    """Write properties."""
    struct = Struct()
    struct.update(properties)
    return struct


def secret(value: object) -> dict[str, Any]:
    """Return what stands for a value that states have encrypted only."""
    return {SIGNATURE: SECRET, "value": value}


def secret_names(*structs: Struct) -> set[str]:
    """Return the names of the properties that have a secret in them."""
    return {name for struct in structs for name, value in MessageToDict(struct).items() if _has_secret(value)}


def _has_secret(value: Any) -> bool:
    if isinstance(value, list):
        return any(map(_has_secret, value))
    return isinstance(value, dict) and (value.get(SIGNATURE) == SECRET or any(map(_has_secret, value.values())))


def _unwrapped(value: Any) -> Any:
    if isinstance(value, list):
        return [_unwrapped(item) for item in value]
    if not isinstance(value, dict):
        return value
    if value.get(SIGNATURE) == SECRET:
        return _unwrapped(value.get("value"))
    return {name: _unwrapped(item) for name, item in value.items()}
