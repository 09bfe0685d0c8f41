"""URNs: ``urn:pulumi:<stack>::<project>::<parent types$type>::<name>``."""

from dataclasses import dataclass
from typing import Self

STACK_TYPE = "pulumi:pulumi:Stack"
PROVIDER_TYPE_PREFIX = "pulumi:providers:"
DYNAMIC_PACKAGE = "pulumi-python"
"""The package of all dynamic resources of Python programs."""


@dataclass(frozen=True, slots=True)
class Urn:
    """The parts of a URN."""

    stack: str
    project: str
    qualified_type: str
    name: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Split a URN into its parts; a name may hold ``::``.

        Raises:
            ValueError: If the text is not a URN.
        """
        prefix, _, rest = text.partition("urn:pulumi:")
        parts = rest.split("::", 3)
        if prefix or len(parts) != 4:
            raise ValueError(f"not a URN: {text}")
        return cls(*parts)

    @property
    def type(self) -> str:
        """The resource's own type, without those of its parents."""
        return self.qualified_type.rpartition("$")[2]


def make_urn(stack: str, project: str, parent: str, type_: str, name: str) -> str:
    """Build the URN of a resource; the stack itself is never part of a child's type."""
    qualified = type_
    if parent:
        parent_type = Urn.parse(parent).qualified_type
        if parent_type != STACK_TYPE:
            qualified = f"{parent_type}${type_}"
    return f"urn:pulumi:{stack}::{project}::{qualified}::{name}"


def stack_urn(stack: str, project: str) -> str:
    """Return the URN of the stack resource that a program registers first."""
    return make_urn(stack, project, "", STACK_TYPE, f"{project}-{stack}")


def is_provider_type(type_: str) -> bool:
    """Whether resources of this type are providers."""
    return type_.startswith(PROVIDER_TYPE_PREFIX)


def provider_reference(urn: str, id_: str) -> str:
    """Return the text by which a resource names its provider."""
    return f"{urn}::{id_}"


def provider_urn(reference: str) -> str:
    """Return the URN inside a provider reference."""
    return reference.rpartition("::")[0]


def split_type_and_name(urn: str) -> tuple[str, str]:
    """Type and name of a resource, for people to read."""
    parsed = Urn.parse(urn)
    return parsed.type, parsed.name
