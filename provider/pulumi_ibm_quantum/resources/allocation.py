"""InstanceAllocation: the allocation and limit of an instance that exists."""

from collections.abc import Collection
from typing import Any

from pulumi_ibm_quantum.cloud import LiveInstance, Settings
from pulumi_ibm_quantum.resources import kinds
from pulumi_ibm_quantum.resources.context import Context
from pulumi_ibm_quantum.resources.lifecycle import InstanceLifecycle
from pulumi_ibm_quantum.resources.resource_type import Properties, Property, ResourceType
from pulumi_ibm_quantum.resources.settings import equal_settings, read_settings, setting_properties, write_settings
from pulumi_ibm_quantum.vocabulary import Limit

ALLOCATION = ResourceType(
    "InstanceAllocation",
    "The allocation and limit of an instance that exists. Its id is the CRN. Creating it takes the instance over, "
    "deleting it leaves the instance as it is.",
    (
        Property(
            "crn",
            kinds.CRN,
            "The instance; any CRN output of another provider will do.",
            required=True,
            replaces=True,
        ),
        Property(
            "allocation_seconds",
            kinds.ALLOCATION,
            "The time it is meant to consume in the rolling window of 28 days. An allocation of 0 would archive it.",
            required=True,
        ),
        Property("limit_seconds", kinds.LIMIT, 'Its limit, `"none"` for no limit; not given, the live one stays.'),
        Property("backends", kinds.NAMES, 'The backends it may use, `["ANY"]` for all; not given, the live ones stay.'),
    ),
)


def create(context: Context, properties: Properties) -> tuple[str, dict[str, Any]]:
    """Bring the instance to what is declared, writing only if it differs; return its CRN and the outputs.

    Raises:
        CloudError: there is no such instance, or the service refused or did not settle.
    """
    live, current = read_settings(context.cloud, properties["crn"])
    wanted = Settings(
        allocation_seconds=properties["allocation_seconds"],
        limit=Limit.from_setting(properties.get("limit_seconds")).over(current.limit),
        backends=tuple(properties.get("backends", current.backends)),
    )
    if not equal_settings(current, wanted):
        write_settings(context, live, wanted)
    return properties["crn"], dict(properties)


def update(context: Context, _crn: str, _old: Properties, new: Properties) -> dict[str, Any]:
    """Do what creating it would do: its instance stays the same."""
    return create(context, new)[1]


def outputs(properties: Properties, live: LiveInstance) -> dict[str, Any]:
    """Return the properties that were given with their live values."""
    if live.settings is None:
        return {"crn": live.crn}
    values = setting_properties(live)
    values["backends"] = _in_order_of(properties.get("backends", ()), live.settings.backends)
    return {name: value for name, value in values.items() if name in properties}


def _in_order_of(declared: Collection[str], live: tuple[str, ...]) -> list[str]:
    """Return the live backends as they were declared if they are the same: their order means nothing."""
    return list(declared) if set(declared) == set(live) else list(live)


_NOTE = "Creating an InstanceAllocation takes over an instance that exists; it buys nothing."
LIFECYCLE = InstanceLifecycle(type=ALLOCATION, create=create, outputs=outputs, update=update, note=_NOTE)
