"""Lifecycles of what an instance is: shared listings, and imports by CRN."""

from collections.abc import Callable
from dataclasses import dataclass

from pulumi_ibm_quantum.cloud import CloudError, LiveInstance
from pulumi_ibm_quantum.resources import kinds
from pulumi_ibm_quantum.resources.context import Context
from pulumi_ibm_quantum.resources.lifecycle import Live, Outputs, ServiceLifecycle
from pulumi_ibm_quantum.resources.resource_type import Properties
from pulumi_ibm_quantum.resources.settings import setting_properties


@dataclass(frozen=True, kw_only=True)
class InstanceLifecycle(ServiceLifecycle):
    """A lifecycle whose id is the CRN of an instance.

    Attributes:
        outputs: Returns the outputs of before with the values of the live instance.
    """

    noun = "instance"
    outputs: Callable[[Properties, LiveInstance], Outputs]

    def look(self, context: Context, id_: str, known: Properties, since: float) -> Live | None:
        """Return the instance as it is; None where it is gone.

        A listing will do where it shows what is expected. Lists may lag behind: before anything else is concluded from
        one, the instance itself is read.
        """
        controller, expected = context.cloud.resource_controller, self.type.inputs_of(known)
        listed = controller.recent_instance(id_, since)
        if listed is not None and not self.type.diff(self.outputs(expected, listed), expected):
            return self._live(expected, listed)
        return self._live(expected, controller.instance(id_))

    def read(self, context: Context, id_: str, properties: Properties) -> Outputs | None:
        """Return the outputs with live values; where nothing is known yet, by what is a CRN.

        Raises:
            CloudError: the instance could not be read; or it is to be imported, and is no instance or has no settings.
        """
        if self.type.inputs_of(properties):
            return super().read(context, id_, properties)
        try:
            live = context.cloud.resource_controller.instance(kinds.CRN.parse(id_))
        except ValueError as error:
            raise CloudError(f"an instance is imported by its CRN: {error}") from None
        return None if live is None else self.outputs(setting_properties(live), live)

    def _live(self, expected: Properties, live: LiveInstance | None) -> Live | None:
        return None if live is None else Live(f"instance {live.name!r}", self.outputs(expected, live))
