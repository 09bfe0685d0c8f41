"""What a program asks of one resource."""

from collections.abc import Mapping
from dataclasses import dataclass

from pulumi_ibm_quantum.engine.state.values import Properties


@dataclass(frozen=True, slots=True)
class AliasSpec:
    """A former identity in parts; what is empty is as it is now. Either ``urn`` or the rest is given."""

    urn: str = ""
    name: str = ""
    type: str = ""
    stack: str = ""
    project: str = ""
    parent: str = ""
    no_parent: bool = False


@dataclass(frozen=True, slots=True)
class Goal:
    """A registration. ``delete_before_replace`` is None where the program leaves it to the provider."""

    type: str
    name: str
    parent: str
    custom: bool
    inputs: Properties
    protect: bool
    dependencies: tuple[str, ...]
    property_dependencies: Mapping[str, tuple[str, ...]]
    ignore_changes: tuple[str, ...]
    additional_secret_outputs: tuple[str, ...]
    aliases: tuple[AliasSpec, ...]
    timeouts: Mapping[str, float]
    delete_before_replace: bool | None
    replace_on_changes: tuple[str, ...]
    retain_on_delete: bool
    deleted_with: str
    replace_with: tuple[str, ...]
    hidden_diffs: tuple[str, ...]
