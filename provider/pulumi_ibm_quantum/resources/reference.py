"""The resources' documentation: ``python -m pulumi_ibm_quantum.resources.reference > docs/resources.md``."""

import sys
from collections.abc import Iterable

from pulumi_ibm_quantum.resources.resource_type import Property, ResourceType

_INTRODUCTION = """\
# Resources

Written by `python -m pulumi_ibm_quantum.resources.reference`; a test keeps it as the declarations are. Every input is
an output too, with its live value where it has one.
"""


def reference(types: Iterable[ResourceType]) -> str:
    """Return the reference of some resource types as Markdown."""
    return "\n".join([_INTRODUCTION, *(_section(one) for one in types)])


def docstring(resource_type: ResourceType) -> tuple[str, str]:
    """Return the docstrings of a resource's class and of its constructor."""
    arguments = [
        "resource_name: The resource's name in the stack.",
        *(f"{one.name} ({one.kind.text}): {property_text(one)}" for one in resource_type.parameters),
        "opts: Pulumi's options.",
    ]
    return resource_type.text, "\n    ".join(["Declare one.\n\nArgs:", *arguments])


def _section(resource_type: ResourceType) -> str:
    rows = [
        f"| `{one.name}` | {one.kind.text} | {_use(one)} | {property_text(one)} |" for one in resource_type.properties
    ]
    table = "\n".join(["| property | is | given | |", "| --- | --- | --- | --- |", *rows])
    return f"## {resource_type.name}\n\n{resource_type.text}\n\n{table}\n"


def _use(one: Property) -> str:
    return "by the service" if one.output_only else "worked out" if one.computed else "always" if one.required else ""


def property_text(one: Property) -> str:
    """Return what a property means, and what a change of it does."""
    if one.replaces:
        return f"{one.text} A change replaces the resource."
    return f"{one.text} At birth only: a later change makes no difference." if one.at_birth else one.text


if __name__ == "__main__":
    from pulumi_ibm_quantum.resources.table import LIFECYCLES

    sys.stdout.write(reference(one.type for one in LIFECYCLES))
