"""What every lifecycle offers, so that one adapter serves them all."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pulumi_ibm_quantum.resources.context import Context
from pulumi_ibm_quantum.resources.resource_type import Properties, ResourceType

Outputs = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """A resource type and what is done for it; every function raises CloudError where it fails.

    Attributes:
        type: What the resource is made of.
        create: Makes it from its inputs; returns its id and outputs.
        read: Returns the outputs of an id, given those of before, with live values; None where it is gone.
        update: Brings what has an id from outputs to inputs; returns the outputs.
        delete: Deletes what has an id; None where deleting touches nothing.
    """

    type: ResourceType
    create: Callable[[Context, Properties], tuple[str, Outputs]]
    read: Callable[[Context, str, Properties], Outputs | None]
    update: Callable[[Context, str, Properties, Properties], Outputs]
    delete: Callable[[Context, str], None] | None = None
