"""What every lifecycle offers, so that each adapter to Pulumi serves them all."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from pulumi_ibm_quantum.cloud import NotFound
from pulumi_ibm_quantum.resources.context import Context
from pulumi_ibm_quantum.resources.resource_type import Properties, Property, ResourceType

Outputs = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What differs from what is wanted.

    Attributes:
        changed: The properties that differ.
        drift: Those that differ at the service alone, as (property, its live value, what is wanted).
        name: What it is called at the service, where that was asked.
        notes: What else people should see of what is there, as sentences.
    """

    changed: list[Property]
    drift: tuple[tuple[Property, Any, Any], ...] = ()
    name: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Live:
    """What is there: its name, as in "instance 'a'", and the outputs of before with live values."""

    name: str
    outputs: Outputs


@dataclass(frozen=True, kw_only=True)
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

    def check(
        self, _connect: Callable[[], Context], old: Properties, new: Properties
    ) -> tuple[Outputs, dict[str, str]]:
        """Return the inputs that count now, and what is wrong with them, by name."""
        return self.type.check(old, new)

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


@dataclass(frozen=True, kw_only=True)
class ServiceLifecycle(Lifecycle):
    """The lifecycle of what is at the service, and can be looked at there.

    Attributes:
        noun: What it is called in messages.
    """

    noun: ClassVar[str]

    @abstractmethod
    def look(self, context: Context, id_: str, known: Properties, since: float) -> Live | None:
        """Return what is there, None where it is gone.

        Args:
            context: What to ask with.
            id_: Its id.
            known: The outputs of before.
            since: When a listing may have begun at the earliest, by ``time.monotonic``.
        """

    def compare(
        self, connect: Callable[[], Context], id_: str, old: Properties, new: Properties, since: float
    ) -> Comparison:
        """Compare what is wanted with the outputs of before and, where they agree, with the service.

        Raises:
            CloudError: it has been deleted, or could not be read.
        """
        if changed := self.type.diff(old, new):
            return Comparison(changed)
        live = self.look(connect(), id_, old, since)
        if live is None:
            raise NotFound(f"{self.noun} {id_} has been deleted; `refresh` takes it out of the state", 404)
        wanted = self.type.inputs_of(new)
        changed = self.type.diff(live.outputs, wanted)
        return Comparison(
            changed, tuple((one, live.outputs.get(one.name), wanted.get(one.name)) for one in changed), live.name
        )

    def read(self, context: Context, id_: str, properties: Properties) -> Outputs | None:
        """Return the outputs with live values, all there are where nothing is known yet; None where it is gone."""
        live = self.look(context, id_, properties, 0.0)
        return None if live is None else live.outputs
