"""Writing an instance's settings, and waiting until the service shows what was asked for."""

import time
from collections.abc import Callable, Iterator

from pulumi_ibm_quantum.cloud import Cloud, CloudError, LiveInstance, NotFound, NotSettled, Settings, Unreachable

WRITE_DEADLINE_SECONDS = 300.0
_FIRST_PAUSE_SECONDS = 0.2
_LONGEST_PAUSE_SECONDS = 10.0


def write_settings(cloud: Cloud, live: LiveInstance, wanted: Settings) -> None:
    """Write ``wanted`` unless it is what ``live`` has, and return once it reads back.

    The read-back and not the answer is what counts: 202 means that the request was understood.

    Raises:
        NotSettled: it did not read back within ``WRITE_DEADLINE_SECONDS``.
        CloudError: the service refused, or did not answer.
    """
    if live.settings is not None and _equal(live.settings, wanted):
        return

    def in_force() -> bool:
        current = existing(cloud, live.crn)
        return current.settings is not None and _equal(current.settings, wanted)

    try:
        cloud.resource_controller.write(live, wanted)
    except Unreachable:
        # The answer may have been lost on its way back, after the write took effect.
        if not in_force():
            raise
        return
    if not any(in_force() for _ in until(WRITE_DEADLINE_SECONDS)):
        raise NotSettled(
            f"instance {live.name!r} ({live.crn}): {wanted.allocation_seconds} s of allocation were accepted, but do "
            f"not show after {WRITE_DEADLINE_SECONDS:.0f} seconds; run again to see where it stands"
        )


def existing(cloud: Cloud, crn: str) -> LiveInstance:
    """Return an instance that must exist.

    Raises:
        CloudError: there is none, or it could not be read.
    """
    live = cloud.resource_controller.instance(crn)
    if live is None:
        raise NotFound(f"there is no instance {crn}, or it has been deleted", 404)
    if live.settings is None:
        raise CloudError(f"instance {live.name!r} ({crn}) has no allocation: its plan has none")
    return live


def until(deadline_seconds: float, sleep: Callable[[float], None] = time.sleep) -> Iterator[None]:
    """Yield at once and then in growing pauses, until the deadline has passed."""
    end = time.monotonic() + deadline_seconds
    pause = _FIRST_PAUSE_SECONDS
    yield
    while time.monotonic() < end:
        sleep(pause)
        pause = min(pause * 1.5, _LONGEST_PAUSE_SECONDS)
        yield


def _equal(one: Settings, other: Settings) -> bool:
    """Compare settings; the order of backends means nothing."""
    return (one.allocation_seconds, one.limit, set(one.backends)) == (
        other.allocation_seconds,
        other.limit,
        set(other.backends),
    )
