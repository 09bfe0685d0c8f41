"""Writing an instance's settings, and waiting until the service shows what was asked for."""

from typing import Any

from pulumi_ibm_quantum.cloud import Cloud, CloudError, LiveInstance, NotFound, NotSettled, Settings, Unreachable
from pulumi_ibm_quantum.resources.context import Context

WRITE_DEADLINE_SECONDS = 300.0


def read_settings(cloud: Cloud, crn: str) -> tuple[LiveInstance, Settings]:
    """Return an instance that must exist, and its settings.

    Raises:
        CloudError: there is none, it has no settings, or it could not be read.
    """
    live = cloud.resource_controller.instance(crn)
    if live is None:
        raise NotFound(f"there is no instance {crn}, or it has been deleted", 404)
    return live, _settings_of(live)


def setting_properties(live: LiveInstance) -> dict[str, Any]:
    """Return an instance's CRN and settings as properties.

    Raises:
        CloudError: it has no settings.
    """
    settings = _settings_of(live)
    return {
        "crn": live.crn,
        "allocation_seconds": settings.allocation_seconds,
        "limit_seconds": settings.limit.setting,
        "backends": list(settings.backends),
    }


def write_settings(context: Context, live: LiveInstance, wanted: Settings) -> None:
    """Write ``wanted`` and return once it reads back.

    The read-back and not the answer is what counts: 202 means that the request was understood.

    Raises:
        NotSettled: it did not read back within ``WRITE_DEADLINE_SECONDS``, or before the waiting was cancelled.
        CloudError: the service refused, or did not answer.
    """

    def is_in_force() -> bool:
        return equal_settings(read_settings(context.cloud, live.crn)[1], wanted)

    try:
        context.cloud.resource_controller.write(live, wanted)
    except Unreachable:
        # The answer may have been lost on its way back, after the write took effect.
        if not is_in_force():
            raise
        return
    if not any(is_in_force() for _ in context.clock.poll(WRITE_DEADLINE_SECONDS)):
        waited = "yet" if context.clock.is_cancelled() else f"after {WRITE_DEADLINE_SECONDS:.0f} seconds"
        raise NotSettled(
            f"instance {live.name!r} ({live.crn}): {wanted.allocation_seconds} s of allocation were accepted, but do "
            f"not show {waited}; run again to see where it stands"
        )


def equal_settings(one: Settings, other: Settings) -> bool:
    """Compare settings; the order of backends means nothing."""
    return (one.allocation_seconds, one.limit, set(one.backends)) == (
        other.allocation_seconds,
        other.limit,
        set(other.backends),
    )


def _settings_of(live: LiveInstance) -> Settings:
    if live.settings is None:
        raise CloudError(f"instance {live.name!r} ({live.crn}) has no allocation: its plan has none")
    return live.settings
