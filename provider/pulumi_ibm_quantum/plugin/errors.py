"""What fails in the plugin itself; the message is what people are shown."""

from google.protobuf.struct_pb2 import Struct  # type: ignore[import-untyped]


class NotOffered(Exception):
    """The engine asks for something that this plugin does not do; the message names it."""


class ConstructFailed(Exception):
    """The component could not be constructed; the message says why, a line each."""


class InitFailed(Exception):
    """A resource has been made, but is not ready; its id must not be lost."""

    def __init__(self, crn: str, properties: Struct, reason: str) -> None:
        super().__init__(reason)
        self.crn = crn
        self.properties = properties
        self.reason = reason
