"""The errors of the engine.

A message of its own is one line: what is wrong, where, and what to do; that of a provider is as the provider worded it.
"""


class EngineError(Exception):
    """Something a person can mend; the command prints it and ends with status 1."""


class NotWritten(EngineError):
    """A file could not be written; the message names it."""


class NoProject(EngineError):
    """There is no ``Pulumi.yaml`` at or above a folder."""


class UsageError(EngineError):
    """The command was called wrongly; the command ends with status 2."""


class UnsupportedError(EngineError):
    """The program asks for something that this engine does not do."""

    def __init__(self, what: str) -> None:
        super().__init__(f"{what}: the embedded engine does not support this; run the program with the Pulumi CLI")


class ProviderError(EngineError):
    """A call of a resource provider failed; the message is the provider's own last sentence."""


class CheckFailed(EngineError):
    """A provider rejected the inputs of a resource; one reason for each property.

    Attributes:
        failures: Pairs of property name (empty for the resource as a whole) and reason.
    """

    def __init__(self, failures: tuple[tuple[str, str], ...]) -> None:
        self.failures = failures
        super().__init__("; ".join(f"{name}: {reason}" if name else reason for name, reason in failures))
