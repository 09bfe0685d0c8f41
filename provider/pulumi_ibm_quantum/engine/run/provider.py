"""What a run needs of the provider of its resources."""

from dataclasses import dataclass
from typing import Protocol

from pulumi_ibm_quantum.engine.diff.compare import Diff
from pulumi_ibm_quantum.engine.state.resource import Resource
from pulumi_ibm_quantum.engine.state.values import Properties


@dataclass(frozen=True, slots=True)
class ReadResult:
    """What a provider read; an empty id means that the resource is gone, ``inputs`` None that they stay."""

    id: str
    outputs: Properties
    inputs: Properties | None


class Provider(Protocol):
    """The calls that a run makes, from any thread.

    Each raises ProviderError if it fails, and Stopped if the run ended before it came back.
    """

    def check(self, urn: str, olds: Properties, news: Properties) -> Properties:
        """Return new inputs, completed.

        Raises:
            CheckFailed: If the provider rejects them.
        """

    def diff(self, old: Resource, news: Properties) -> Diff:
        """Compare a resource with new inputs."""

    def create(self, resource: Resource) -> tuple[str, Properties]:
        """Create a resource, and return its id and outputs."""

    def update(self, old: Resource, new: Resource) -> Properties:
        """Update a resource, and return its outputs."""

    def read(self, resource: Resource) -> ReadResult:
        """Read a resource as it is now."""

    def delete(self, resource: Resource) -> None:
        """Delete a resource."""
