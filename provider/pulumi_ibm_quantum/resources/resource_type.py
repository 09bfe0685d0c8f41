"""What a resource is made of, declared once: checks, comparison, classes and documentation are made from it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pulumi_ibm_quantum.resources.kinds import Kind
from pulumi_ibm_quantum.resources.unknown import is_unknown

Properties = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Property:
    """One property of a resource.

    Attributes:
        name: Its name, in Python and in the states of dynamic resources.
        kind: What values it has.
        text: What it means.
        required: Whether it must be given.
        replaces: Whether a change needs a new resource.
        at_birth: Whether it counts only when the resource is created; later values make no difference.
        output_only: Whether only the service sets it.
        renewed: Whether an update may have the service set it anew.
        computed: Whether it is worked out of other inputs when these are checked; programs do not give it.
        secret: Whether its value is a secret, however it was given.
    """

    name: str
    kind: Kind
    text: str
    required: bool = False
    replaces: bool = False
    at_birth: bool = False
    output_only: bool = False
    renewed: bool = False
    computed: bool = False
    secret: bool = False

    @property
    def wire_name(self) -> str:
        """Its name in every other language, and in the states of native resources: ``allocationSeconds``."""
        first, *others = self.name.split("_")
        return first + "".join(other.capitalize() for other in others)

    def value_in(self, properties: Properties) -> Any:
        """Return its value, whichever of its names it goes by; None where there is none."""
        return properties.get(self.name, properties.get(self.wire_name))

    def read(self, value: object) -> tuple[Any, str]:
        """Return a value in its one form, and what is wrong with it, or ""; what is unknown or wrong as it is."""
        if value is None:
            return None, "must be given" if self.required else ""
        try:
            return value if is_unknown(value) else self.kind.parse(value), ""
        except ValueError as error:
            return value, str(error)


@dataclass(frozen=True, slots=True)
class ResourceType:
    """A kind of resource.

    Attributes:
        name: Its name in the package.
        text: What it is.
        properties: Its properties, inputs first.
    """

    name: str
    text: str = field(repr=False)
    properties: tuple[Property, ...] = field(repr=False)

    @property
    def parameters(self) -> tuple[Property, ...]:
        """The properties that a program gives."""
        return tuple(one for one in self.inputs if not one.computed)

    @property
    def inputs(self) -> tuple[Property, ...]:
        """The properties that a program gives, and those worked out of them."""
        return tuple(one for one in self.properties if not one.output_only)

    def inputs_of(self, properties: Properties) -> dict[str, Any]:
        """Return the inputs among some properties, each in its one form; without those that are None."""
        read = ((one.name, one.read(one.value_in(properties))[0]) for one in self.inputs)
        return {name: value for name, value in read if value is not None}

    def by_name(self, properties: Properties) -> dict[str, Any]:
        """Return all properties under their own names as they are, without those that are None."""
        values = ((one.name, one.value_in(properties)) for one in self.properties)
        return {name: value for name, value in values if value is not None}

    def to_wire(self, properties: Properties) -> dict[str, Any]:
        """Return properties under their names on the wire, without those that it does not know or that are None."""
        values = ((one.wire_name, one.value_in(properties)) for one in self.properties)
        return {name: value for name, value in values if value is not None}

    def check(self, old: Properties, new: Properties) -> tuple[dict[str, Any], dict[str, str]]:
        """Return the inputs that count now, each in its one form, and what is wrong with them, by name.

        Where there is a resource already, whose inputs were ``old``, those at birth stay as they were.
        """
        read = {one.name: one.read(one.value_in(old if old and one.at_birth else new)) for one in self.inputs}
        inputs = {name: value for name, (value, _) in read.items() if value is not None}
        return inputs, {name: problem for name, (_, problem) in read.items() if problem}

    def diff(self, old: Properties, new: Properties) -> list[Property]:
        """Return what differs between outputs of before and inputs that are wanted now; the unknown always does."""
        before, after = self.inputs_of(old), self.inputs_of(new)
        return [
            one
            for one in self.inputs
            if not one.at_birth and (is_unknown(after.get(one.name)) or before.get(one.name) != after.get(one.name))
        ]
