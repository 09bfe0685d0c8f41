"""Numbers that YAML 1.1 does not read as people write them: 10:30 is 630 to it, and 0600 is 384."""

import re
from typing import Final

import yaml

from pulumi_ibm_quantum.vocabulary import quote

_NUMBERS: Final = ("tag:yaml.org,2002:int", "tag:yaml.org,2002:float")
_BASES: Final = (
    (60, re.compile(r"[^:]+:.*")),
    (16, re.compile(r"[-+]?0x.*")),
    (2, re.compile(r"[-+]?0b.*")),
    (8, re.compile(r"[-+]?0[0-7_]+")),
)


def is_in_other_base(node: yaml.Node) -> bool:
    """Tell whether YAML takes a node for a number, but not for one in base ten."""
    return node.tag in _NUMBERS and _base(node) != 10


def in_base_ten(node: yaml.Node) -> str:
    """Write the number that YAML takes a node for."""
    return str(yaml.constructor.SafeConstructor().construct_object(node))


def objection(node: yaml.Node) -> str:
    """Say what YAML makes of a number in another base, and how to write what is meant."""
    read = f"found {quote(node.value)}, which YAML reads as {in_base_ten(node)}, in base {_base(node)}"
    duration = ', or a duration such as "10h 30m"' if _base(node) == 60 else ""
    return f"{read}: write {in_base_ten(node)}{duration}, or put it in quotes if it is text"


def _base(node: yaml.Node) -> int:
    return next((base for base, pattern in _BASES if pattern.fullmatch(node.value)), 10)
