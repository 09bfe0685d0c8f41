"""The resources' documentation, from their declarations.

``python -m pulumi_ibm_quantum.resources.reference > docs/resources.md`` renews the page.
"""

import sys
from collections.abc import Iterable

from pulumi_ibm_quantum.resources.resource_type import Property, ResourceType

_INTRODUCTION = """\
# Resources

Written by `python -m pulumi_ibm_quantum.resources.reference`; a test keeps it as the declarations are.
"""


def reference(types: Iterable[ResourceType]) -> str:
    """Return the reference of some resource types as Markdown."""
    return "\n".join([_INTRODUCTION, *(_section(one) for one in types)])


def docstring(resource_type: ResourceType) -> tuple[str, str]:
    """Return the docstrings of a resource's class and of its constructor."""
    arguments = [
        ("resource_name", "The resource's name in the stack."),
        *((one.name, f"{_capital(one.kind.text)}. {_text(one)}") for one in resource_type.inputs),
        ("opts", "Pulumi's options."),
    ]
    lines = [f"    {name}: {text}" for name, text in arguments]
    return resource_type.text, "\n".join([f"Declare: {resource_type.name}.", "", "Args:", *lines, ""])


def _section(resource_type: ResourceType) -> str:
    rows = [
        f"| `{one.name}` | {_cell(one.kind.text)} | {'yes' if one.required else ''} | {_cell(_text(one))} |"
        for one in resource_type.inputs
    ]
    outputs = [f"| `{one.name}` | {_cell(one.text)} |" for one in resource_type.properties if one.output_only]
    parts = [
        f"## {resource_type.name}",
        resource_type.text,
        "\n".join(["| input | is | required | |", "| --- | --- | --- | --- |", *rows]),
        "Every input is an output too, with its live value where it has one.",
    ]
    if outputs:
        parts.append("\n".join(["| output | |", "| --- | --- |", *outputs]))
    return "\n\n".join(parts) + "\n"


def _text(one: Property) -> str:
    """Return what a property means, and what a change of it does."""
    if one.replaces:
        return f"{one.text} A change replaces the resource."
    return f"{one.text} At birth only: a later change makes no difference." if one.at_birth else one.text


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


if __name__ == "__main__":
    from pulumi_ibm_quantum.resources.allocation import ALLOCATION
    from pulumi_ibm_quantum.resources.instance import INSTANCE

    sys.stdout.write(reference([ALLOCATION, INSTANCE]))
