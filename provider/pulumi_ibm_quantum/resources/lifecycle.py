"""What every lifecycle offers, so that one adapter serves them all."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pulumi_ibm_quantum.cloud import LiveInstance
from pulumi_ibm_quantum.resources.context import Context
from pulumi_ibm_quantum.resources.resource_type import Properties, ResourceType

Outputs = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """A resource type and what is done for it; every function raises CloudError where it fails.

    Attributes:
        type: What the resource is made of.
        create: Makes it from its inputs; returns its id, which is the CRN of an instance, and outputs.
        outputs: Returns the outputs of before with the values of the live instance.
        update: Brings what has an id from outputs to inputs; returns the outputs.
        delete: Deletes what has an id; None where deleting touches nothing.
        note: What people should know who see that one is to be created.
    """

    type: ResourceType
    create: Callable[[Context, Properties], tuple[str, Outputs]]
    outputs: Callable[[Properties, LiveInstance], Outputs]
    update: Callable[[Context, str, Properties, Properties], Outputs]
    delete: Callable[[Context, str], None] | None = None
    note: str = ""

    def live(self, context: Context, crn: str, expected: Properties, since: float = 0.0) -> LiveInstance | None:
        """Return the instance as it is; None where it is gone.

        A listing that began at ``since`` or later will do where it shows what is expected. Lists may lag behind: before
        anything else is concluded from one, the instance itself is read.
        """
        controller = context.cloud.resource_controller
        listed = controller.recent_instance(crn, since)
        if listed is not None and not self.type.diff(self.outputs(expected, listed), expected):
            return listed
        return controller.instance(crn)
