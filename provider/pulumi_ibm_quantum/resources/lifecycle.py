"""What every lifecycle offers, so that each adapter to Pulumi serves them all."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pulumi_ibm_quantum.cloud import CloudError, LiveInstance, NotFound
from pulumi_ibm_quantum.resources import kinds
from pulumi_ibm_quantum.resources.context import Context
from pulumi_ibm_quantum.resources.resource_type import Properties, Property, ResourceType
from pulumi_ibm_quantum.resources.settings import setting_properties

Outputs = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs from what is wanted.

    Attributes:
        changed: The properties that differ.
        drift: Those that differ at the service alone, as (property, its live value, what is wanted).
        name: The instance's name at the service, where that was asked.
        notes: What else people should see of what is there, as sentences.
    """

    changed: list[Property]
    drift: tuple[tuple[Property, Any, Any], ...] = ()
    name: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lifecycle(ABC):
    """A resource type and what is done for it; every function raises CloudError where it fails.

    Attributes:
        type: What the resource is made of.
        create: Makes it from its inputs; returns its id and outputs.
        update: Brings what has an id from outputs to inputs; returns the outputs.
        delete: Deletes what has an id and these outputs; None where deleting touches nothing.
        note: What people should know who see that one is to be created.
        unfinished: Says of outputs what is left to be done by another run; "" where nothing is.
    """

    type: ResourceType
    create: Callable[[Context, Properties], tuple[str, Outputs]]
    update: Callable[[Context, str, Properties, Properties], Outputs]
    delete: Callable[[Context, str, Properties], None] | None = None
    note: str = ""
    unfinished: Callable[[Outputs], str] = lambda _: ""

    @abstractmethod
    def compare(
        self, connect: Callable[[], Context], id_: str, old: Properties, new: Properties, since: float
    ) -> Comparison:
        """Compare what is wanted with the outputs of before and, where they agree, with what there is.

        Raises:
            CloudError: it is not there any more, or could not be read.
        """

    @abstractmethod
    def read(self, context: Context, id_: str, properties: Properties) -> Outputs | None:
        """Return the outputs as they are, all there are where nothing is known yet; None where it is gone.

        Raises:
            CloudError: it could not be read, or it is to be imported and cannot be.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class InstanceLifecycle(Lifecycle):
    """What is declared of an instance; its id is the CRN.

    Attributes:
        outputs: Returns the outputs of before with the values of the live instance.
    """

    outputs: Callable[[Properties, LiveInstance], Outputs]

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

    def compare(
        self, connect: Callable[[], Context], crn: str, old: Properties, new: Properties, since: float
    ) -> Comparison:
        """Compare what is wanted with the outputs of before and, where they agree, with the service.

        Raises:
            CloudError: the instance has been deleted, or could not be read.
        """
        if changed := self.type.diff(old, new):
            return Comparison(changed)
        wanted = self.type.inputs_of(new)
        live = self.live(connect(), crn, wanted, since)
        if live is None:
            raise NotFound(f"instance {crn} has been deleted; `refresh` takes it out of the state", 404)
        there = self.outputs(wanted, live)
        changed = self.type.diff(there, wanted)
        return Comparison(changed, tuple((one, there.get(one.name), wanted[one.name]) for one in changed), live.name)

    def read(self, context: Context, crn: str, properties: Properties) -> Outputs | None:
        """Return the outputs with live values, all there are where nothing is known yet; None where it is gone.

        Raises:
            CloudError: the instance could not be read; or it is to be imported, and is no instance or has no settings.
        """
        if expected := self.type.inputs_of(properties):
            live = self.live(context, crn, expected)
            return None if live is None else self.outputs(expected, live)
        try:
            live = context.cloud.resource_controller.instance(kinds.CRN.parse(crn))
        except ValueError as error:
            raise CloudError(f"an instance is imported by its CRN: {error}") from None
        return None if live is None else self.outputs(setting_properties(live), live)
