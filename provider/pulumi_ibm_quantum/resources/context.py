"""What lifecycles work with beside a resource's properties."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from pulumi_ibm_quantum.cancellation import CANCELLED
from pulumi_ibm_quantum.cloud import Cloud, CloudError

_FIRST_PAUSE_SECONDS = 0.2
_LONGEST_PAUSE_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Clock:
    """Time, in seconds from some moment, and waiting, which ends where it is cancelled."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], object] = CANCELLED.wait
    is_cancelled: Callable[[], bool] = CANCELLED.is_set

    def poll(self, deadline_seconds: float) -> Iterator[None]:
        """Yield at once and then after growing pauses, until the deadline has passed or the waiting is cancelled."""
        end = self.now() + deadline_seconds
        pause = _FIRST_PAUSE_SECONDS
        yield
        while self.now() < end and not self.is_cancelled():
            self.sleep(pause)
            pause = min(pause * 1.5, _LONGEST_PAUSE_SECONDS)
            yield


@dataclass(frozen=True, slots=True)
class Context:
    """What a lifecycle works with.

    Attributes:
        connect: Returns the account's services; called only by lifecycles that ask them.
        root_folder: The project's folder: where relative paths in properties start.
        clock: The time it waits by.
    """

    connect: Callable[[], Cloud]
    root_folder: Path = field(default_factory=Path.cwd)
    clock: Clock = field(default_factory=Clock)

    @property
    def cloud(self) -> Cloud:
        """The account's services.

        Raises:
            CloudError: there is no API key, or an endpoint that may not be.
        """
        return self.connect()


@cache
def project_folder(folder: Path) -> Path:
    """Return the folder of ``Pulumi.yaml``: a provider runs in the program's folder, which may be below it."""
    return next((one for one in (folder, *folder.parents) if (one / "Pulumi.yaml").exists()), folder)


def demand_not_cancelled() -> None:
    """Begin nothing new once this process has been told to stop.

    Raises:
        CloudError: it has been.
    """
    if CANCELLED.is_set():
        raise CloudError("interrupted before it was begun")
