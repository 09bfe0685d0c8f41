"""InstanceAllocation: the allocation and limit of an instance that exists.

Properties: ``crn`` (a change replaces), ``allocation_seconds`` (at least 1), ``limit_seconds`` (not given: the live one
stays; ``"none"``: no limit), ``backends`` (not given: the live ones stay). Outputs are the properties that were given,
with live values. Deleting it touches nothing: the instance keeps what it has.
"""

from collections.abc import Mapping
from typing import Any

from pulumi_ibm_quantum.cloud import Cloud, Settings
from pulumi_ibm_quantum.resources import properties as props
from pulumi_ibm_quantum.resources.properties import Difference, Problem
from pulumi_ibm_quantum.resources.settling import existing, write_settings
from pulumi_ibm_quantum.vocabulary import Limit

_COMPARED = ("crn", "allocation_seconds", "limit_seconds", "backends")

Properties = Mapping[str, Any]


def check(properties: Properties) -> list[Problem]:
    """Return everything that is wrong with normalised properties, as far as they are known."""
    return props.problems_of_crn("crn", properties.get("crn")) + props.problems_of_settings(properties)


def diff(old: Properties, new: Properties) -> Difference:
    """Compare the outputs of before with the properties that are wanted now."""
    return props.difference(old, new, compared=_COMPARED, replacing=("crn",))


def apply(cloud: Cloud, properties: Properties) -> dict[str, Any]:
    """Bring the instance to what is declared, writing only if it differs, and return the outputs.

    Raises:
        CloudError: there is no such instance, or the service refused or did not settle.
    """
    live = existing(cloud, properties["crn"])
    current = live.settings or Settings(0, Limit.NONE)
    wanted = Settings(
        allocation_seconds=properties["allocation_seconds"],
        limit=props.limit_of(properties).over(current.limit),
        backends=props.backends_of(properties, current.backends),
    )
    write_settings(cloud, live, wanted)
    return {name: properties[name] for name in _COMPARED if name in properties}


def read(cloud: Cloud, properties: Properties) -> dict[str, Any] | None:
    """Return the properties that were given with their live values; None where the instance is gone."""
    live = cloud.resource_controller.instance(properties["crn"])
    if live is None:
        return None
    outputs: dict[str, Any] = {"crn": live.crn}
    if live.settings is not None:
        outputs |= {
            "allocation_seconds": live.settings.allocation_seconds,
            "limit_seconds": live.settings.limit.setting,
            "backends": _in_order_of(properties.get("backends") or (), live.settings.backends),
        }
    return {name: value for name, value in outputs.items() if name in properties}


def _in_order_of(declared: list[str] | tuple[()], live: tuple[str, ...]) -> list[str]:
    """Return the live backends as they were declared if they are the same: their order means nothing."""
    return list(declared) if set(declared) == set(live) else list(live)
