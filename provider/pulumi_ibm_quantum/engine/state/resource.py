"""A resource as the engine holds it, and its JSON in the state."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from typing import Any, Final

from pulumi_ibm_quantum.engine.errors import UnsupportedError
from pulumi_ibm_quantum.engine.state.urn import Urn, is_provider_type, provider_urn
from pulumi_ibm_quantum.engine.state.values import Properties, contains_unknown, from_state, plain, same

Json = dict[str, Any]

_UNSUPPORTED_FIELDS: Final = {
    "viewOf": "a view",
    "resourceHooks": "hooks",
    "extensionRef": "an extension of a provider",
    "external": "a resource that the program only reads (`.get`)",
}


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Resource:
    """One resource of the state. Two resources are the same only if they are the same object.

    Attributes:
        delete: Replaced already, still to be deleted.
        pending_replacement: Deleted already, still to be created again.
        timeouts: Seconds for ``create``, ``update`` and ``delete``.
        rest: Fields of the state that the engine keeps but does not use.
    """

    urn: str
    type: str
    custom: bool
    id: str = ""
    inputs: Properties = field(default_factory=dict)
    outputs: Properties = field(default_factory=dict)
    parent: str = ""
    provider: str = ""
    dependencies: tuple[str, ...] = ()
    property_dependencies: Mapping[str, tuple[str, ...]] | None = None
    protect: bool = False
    taint: bool = False
    delete: bool = False
    pending_replacement: bool = False
    init_errors: tuple[str, ...] = ()
    additional_secret_outputs: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    timeouts: Mapping[str, float] = field(default_factory=dict)
    import_id: str = ""
    retain_on_delete: bool = False
    deleted_with: str = ""
    replace_with: tuple[str, ...] = ()
    ignore_changes: tuple[str, ...] = ()
    replace_on_changes: tuple[str, ...] = ()
    created: str = ""
    modified: str = ""
    rest: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_provider(self) -> bool:
        """Whether this is a provider, which no call creates or deletes."""
        return is_provider_type(self.type)

    @property
    def managed(self) -> bool:
        """Whether a provider's calls create, read, update and delete it."""
        return self.custom and not self.is_provider

    @property
    def known(self) -> Properties:
        """What is known of it, in plain values: its inputs, and over them its outputs."""
        return {key: plain(item) for key, item in {**self.inputs, **self.outputs}.items() if not contains_unknown(item)}

    def edges(self) -> set[str]:
        """Return the URNs that this resource depends on, the provider among them."""
        urns = {self.parent, self.deleted_with, *self.dependencies, *self.replace_with}
        for dependencies in (self.property_dependencies or {}).values():
            urns.update(dependencies)
        if self.provider:
            urns.add(provider_urn(self.provider))
        urns.discard("")
        return urns

    def dependency_urns(self) -> set[str]:
        """Return the URNs that this resource depends on, without the provider."""
        return replace(self, provider="").edges()


_JSON_NAMES: Final = {
    "urn": "urn",
    "custom": "custom",
    "delete": "delete",
    "id": "id",
    "type": "type",
    "inputs": "inputs",
    "outputs": "outputs",
    "parent": "parent",
    "protect": "protect",
    "taint": "taint",
    "dependencies": "dependencies",
    "init_errors": "initErrors",
    "provider": "provider",
    "property_dependencies": "propertyDependencies",
    "pending_replacement": "pendingReplacement",
    "additional_secret_outputs": "additionalSecretOutputs",
    "aliases": "aliases",
    "timeouts": "customTimeouts",
    "import_id": "importID",
    "retain_on_delete": "retainOnDelete",
    "deleted_with": "deletedWith",
    "replace_with": "replaceWith",
    "created": "created",
    "modified": "modified",
    "ignore_changes": "ignoreChanges",
    "replace_on_changes": "replaceOnChanges",
}
"""Attribute to JSON field, in the order in which the CLI writes them."""
_ALWAYS: Final = frozenset({"urn", "custom", "type"})
_TUPLES: Final = frozenset(
    {
        "dependencies",
        "init_errors",
        "additional_secret_outputs",
        "aliases",
        "replace_with",
        "ignore_changes",
        "replace_on_changes",
    }
)

_KINDS: Final[Mapping[str, type]] = {
    **dict.fromkeys(("custom", "delete", "protect", "taint", "pending_replacement", "retain_on_delete"), bool),
    **dict.fromkeys(("inputs", "outputs", "timeouts"), dict),
}
"""Attribute to the kind of its JSON, where that is neither a text nor texts."""


def now() -> str:
    """Return the time as the state writes it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def resource_to_json(resource: Resource, write_value: Callable[[Any], Any]) -> Json:
    """Write a resource as the state does.

    Args:
        resource: The resource.
        write_value: Writes one property value: encrypts it for the state, hides it for people.
    """
    written: Json = {}
    for name, key in _JSON_NAMES.items():
        value = getattr(resource, name)
        if name in ("inputs", "outputs"):
            value = {k: write_value(value[k]) for k in sorted(value)}
        elif name == "property_dependencies" and value is not None:
            value = {k: list(value[k]) for k in sorted(value)}
        elif name == "timeouts":
            value = dict(value)
        elif name in _TUPLES:
            value = list(value)
        if value or name in _ALWAYS:
            written[key] = value
    written.update(resource.rest)
    return written


def resource_from_json(written: object, decrypt: Callable[[str], str]) -> Resource:
    """Read a resource of the state.

    Raises:
        ValueError: If it is not one.
        UnsupportedError: If the resource uses a feature that the engine would not keep.
    """
    written = _checked(written)
    for key, what in _UNSUPPORTED_FIELDS.items():
        if written.get(key):
            raise UnsupportedError(f"{written.get('urn')} in the state is or has {what}")
    given: dict[str, Any] = {}
    for name, key in _JSON_NAMES.items():
        if written.get(key) is None:
            continue
        value = written[key]
        if name in ("inputs", "outputs"):
            value = {k: _property(v, decrypt, f"{written['urn']}: {k}") for k, v in value.items()}
        elif name == "property_dependencies":
            value = {k: tuple(v or ()) for k, v in value.items()}
        elif name in _TUPLES:
            value = tuple(value)
        given[name] = value
    known = set(_JSON_NAMES.values())
    return Resource(**given, rest={key: value for key, value in written.items() if key not in known})


def _property(written: object, decrypt: Callable[[str], str], where: str) -> Any:
    try:
        return from_state(written, decrypt)
    except (AttributeError, LookupError, TypeError, ValueError):
        raise ValueError(f"{where} is not a value as Pulumi writes it") from None


def _checked(written: object) -> Json:
    """Return a resource as written, whose fields are all of the kind that they must be."""
    if not isinstance(written, dict):
        raise ValueError(f"a resource is a {type(written).__name__}")  # noqa: TRY004
    for name, key in _JSON_NAMES.items():
        value = written.get(key)
        if not (_is_of_kind(name, value) or (value is None and name not in _ALWAYS)):
            raise ValueError(f"`{key}` of the resource {written.get('urn')!r} is missing, or not what it must be")
    Urn.parse(written["urn"])
    return written


def _is_of_kind(name: str, value: object) -> bool:
    if name == "property_dependencies":
        return isinstance(value, dict) and all(item is None or _are_texts(item) for item in value.values())
    if name in _TUPLES:
        return _are_texts(value)
    return isinstance(value, _KINDS.get(name, str))


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


_NOT_COMPARED: Final = frozenset({"created", "modified", "rest", "inputs", "outputs"})


def same_content(old: Resource, new: Resource) -> bool:
    """Whether two resources would be saved alike, but for their times."""
    names = (item.name for item in fields(Resource) if item.name not in _NOT_COMPARED)
    return (
        all(getattr(old, name) == getattr(new, name) for name in names)
        and same(old.inputs, new.inputs)
        and same(old.outputs, new.outputs)
    )
