"""Property values: as Python objects and in the state.

Inside the engine a value is JSON-like (None, bool, int, float, str, list, dict) plus three marks: `UNKNOWN` for what
only an update will know, `Secret` around a value, `Reference` to a resource. Signatures and sentinels are those of
Pulumi's protocol.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pulumi_ibm_quantum.engine.errors import UnsupportedError

SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
SECRET_SIGNATURE: Final = "1b47061264138c4ac30d75fd1eb44270"
REFERENCE_SIGNATURE: Final = "5cf8f73096256a8f31e491e813e4eb8e"
UNSUPPORTED_SIGNATURES: Final = {
    "c44067f5952c0a294b673a41bacd8c17": "an asset",
    "0def7320c3a5731c473e5ecbe6d01bc7": "an archive",
    "d0e6a833031e9bbcd3f4e8bde6ca49a4": "an output value",
    "803fd3297a5875dc03ca845dda5d2a98": "a string that is not UTF-8",
}
UNKNOWN_TEXT: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
UNKNOWN_TEXTS: Final = frozenset(
    {
        UNKNOWN_TEXT,
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    }
)
_EXACT_INTEGERS: Final = 2**53

Properties = dict[str, Any]


class _Unknown:
    """The type of `UNKNOWN`."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = _Unknown()


@dataclass(frozen=True, slots=True)
class Secret:
    """A value that is shown nowhere and encrypted in the state."""

    value: Any
    ciphertext: str | None = field(default=None, compare=False, repr=False)

    def __repr__(self) -> str:
        return "Secret(...)"


@dataclass(frozen=True, slots=True)
class Reference:
    """A resource as a value; ``id`` is None for a component and `UNKNOWN` for what is not yet created."""

    urn: str
    id: Any
    package_version: str


def number(value: float) -> int | float:
    """Return a double as the integer that it stands for, if it stands for one."""
    return int(value) if value.is_integer() and abs(value) < _EXACT_INTEGERS else value


def mark(fields: Properties) -> Any:
    """Turn a signed object into the mark that it stands for.

    Raises:
        UnsupportedError: If a value is of a kind that the engine does not carry.
    """
    signature = fields.get(SIGNATURE)
    if signature is None:
        return fields
    if signature == SECRET_SIGNATURE:
        return Secret(fields.get("value"))
    if signature == REFERENCE_SIGNATURE:
        id_ = fields.get("id")
        return Reference(fields["urn"], UNKNOWN if id_ == "" else id_, fields.get("packageVersion") or "")
    raise UnsupportedError(
        f"{UNSUPPORTED_SIGNATURES.get(signature, f'a value with the signature {signature}')} as a property"
    )


def reference_fields(reference: Reference) -> Properties:
    """Return the signed object that stands for a reference."""
    fields: Properties = {SIGNATURE: REFERENCE_SIGNATURE, "urn": reference.urn}
    if reference.id is not None:
        fields["id"] = "" if reference.id is UNKNOWN else reference.id
    if reference.package_version:
        fields["packageVersion"] = reference.package_version
    return fields


def plain(value: Any) -> Any:
    """Take all secret marks off; references become the id (or the URN of a component).

    A dynamic provider declares that it accepts neither secrets nor references.
    """
    if isinstance(value, Secret):
        return plain(value.value)
    if isinstance(value, Reference):
        return value.urn if value.id is None else value.id
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value


def contains_secret(value: Any) -> bool:
    """Whether a secret is anywhere inside a value."""
    if isinstance(value, dict):
        return any(map(contains_secret, value.values()))
    if isinstance(value, list):
        return any(map(contains_secret, value))
    return isinstance(value, Secret)


def contains_unknown(value: Any) -> bool:
    """Whether an unknown is anywhere inside a value."""
    if isinstance(value, Secret):
        return contains_unknown(value.value)
    if isinstance(value, Reference):
        return value.id is UNKNOWN
    if isinstance(value, dict):
        return any(map(contains_unknown, value.values()))
    if isinstance(value, list):
        return any(map(contains_unknown, value))
    return value is UNKNOWN


def same(old: Any, new: Any) -> bool:
    """Compare two values deeply; unlike ``==`` this tells True from 1, and an unknown equals nothing."""
    if isinstance(old, dict) and isinstance(new, dict):
        return old.keys() == new.keys() and all(same(old[key], new[key]) for key in old)
    if isinstance(old, list) and isinstance(new, list):
        return len(old) == len(new) and all(map(same, old, new))
    if isinstance(old, Secret) and isinstance(new, Secret):
        return same(old.value, new.value)
    if old is UNKNOWN or new is UNKNOWN:
        return False
    if isinstance(old, bool) or isinstance(new, bool):
        return old is new
    return bool(old == new)


def remark_secrets(values: Properties, marked: Mapping[str, Any]) -> Properties:
    """Mark again, key by key, what a provider gave back without its marks.

    Args:
        values: The properties that the provider returned.
        marked: The properties that were sent, with their marks.
    """
    return {
        key: Secret(value) if not isinstance(value, Secret) and contains_secret(marked.get(key)) else value
        for key, value in values.items()
    }


def to_state(value: Any, encrypt: Callable[[str, str | None], str]) -> Any:
    """Write a value as JSON of the state.

    Args:
        value: The value, with its marks.
        encrypt: Called with the JSON of a secret and its last ciphertext, if it has one.
    """
    if isinstance(value, Secret):
        text = json.dumps(to_state(value.value, encrypt), separators=(",", ":"), ensure_ascii=False)
        return {SIGNATURE: SECRET_SIGNATURE, "ciphertext": encrypt(text, value.ciphertext)}
    if isinstance(value, Reference):
        return to_state(reference_fields(value), encrypt)
    if isinstance(value, dict):
        return {key: to_state(value[key], encrypt) for key in sorted(value)}
    if isinstance(value, list):
        return [to_state(item, encrypt) for item in value]
    return UNKNOWN_TEXT if value is UNKNOWN else value


def from_state(value: Any, decrypt: Callable[[str], str]) -> Any:
    """Read a value from JSON of the state."""
    if isinstance(value, dict):
        if value.get(SIGNATURE) == SECRET_SIGNATURE:
            ciphertext = value.get("ciphertext")
            text = value["plaintext"] if ciphertext is None else decrypt(ciphertext)
            return Secret(from_state(json.loads(text), decrypt), ciphertext)
        return mark({key: from_state(item, decrypt) for key, item in value.items()})
    if isinstance(value, list):
        return [from_state(item, decrypt) for item in value]
    if isinstance(value, float):
        return number(value)
    return UNKNOWN if value == UNKNOWN_TEXT else value


def redact(value: Any) -> Any:
    """Write a value as JSON for people: secrets hidden, unknowns as their sentinel."""
    if isinstance(value, Secret):
        return "[secret]"
    if isinstance(value, Reference):
        return redact(reference_fields(value))
    if isinstance(value, dict):
        return {key: redact(value[key]) for key in sorted(value)}
    if isinstance(value, list):
        return [redact(item) for item in value]
    return UNKNOWN_TEXT if value is UNKNOWN else value
