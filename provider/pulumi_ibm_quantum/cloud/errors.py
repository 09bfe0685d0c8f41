"""What can go wrong between us and IBM Cloud, each as one line that a person can act on.

CloudError
├── SignInError           the API key was refused
├── Unreachable           no answer: connection, time-out, or the service kept failing
├── Refused               the service answered with an error status
│   ├── Forbidden         401 or 403
│   └── NotFound          404 or 410
└── NotSettled            a write was accepted, but does not show in time
"""


class CloudError(Exception):
    """Any failure to get something from IBM Cloud or to change something there."""


class SignInError(CloudError):
    """The API key was refused, or there is none."""


class Unreachable(CloudError):
    """A service gave no answer that could be used, after all retries; what was asked for may have happened."""


class Refused(CloudError):
    """A service answered with an error.

    ``status`` is its HTTP status, ``retry_after_seconds`` how long it asks to wait before the next try, if it does.
    """

    def __init__(self, message: str, status: int, retry_after_seconds: float | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.retry_after_seconds = retry_after_seconds


class Forbidden(Refused):
    """The key may not do this; the message names the permission."""


class NotFound(Refused):
    """There is no such thing, or not any more."""


class NotSettled(CloudError):
    """A write was accepted, but reading back did not show it within the deadline."""
