"""What the state of a stack keeps of the FairShares declared in it: their last runs, and what they created."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from pulumi_ibm_quantum.review.last_run import LastRun

FAIR_SHARE: Final = "ibm-quantum:index:FairShare"
"""The type of a FairShare."""
LAST_RUN: Final = "last_run"
"""The output of a FairShare that keeps what it decided; a refresh does not touch what a component keeps."""

_INSTANCES: Final = ("pulumi-python:dynamic/ibm-quantum:Instance", "ibm-quantum:index:Instance")
"""The types of an instance, dynamic and native."""

Outputs = Mapping[str, Mapping[str, Any]]
"""The outputs of a state's resources, by URN."""


def recorded_runs(outputs: Outputs) -> Iterator[tuple[str, LastRun]]:
    """Yield each FairShare's name, and what its last run decided.

    Raises:
        ValueError: what is kept is of another form.
    """
    for types, name, kept in _resources(outputs):
        if types[-1] == FAIR_SHARE and kept.get(LAST_RUN) is not None:
            yield name, LastRun.from_json(kept[LAST_RUN])


def recorded_crns(outputs: Outputs) -> dict[str, str]:
    """Return the CRNs of the instances that FairShares of the stack have created, by name."""
    return {
        kept["name"]: kept["crn"]
        for types, _, kept in _resources(outputs)
        if types[-1] in _INSTANCES and FAIR_SHARE in types[:-1] and "name" in kept and "crn" in kept
    }


def _resources(outputs: Outputs) -> Iterator[tuple[list[str], str, Mapping[str, Any]]]:
    """Yield types, from the outermost parent's to its own, name and outputs of each resource."""
    for urn, kept in outputs.items():
        if len(parts := urn.split("::", 3)) == 4:
            yield parts[2].split("$"), parts[3], kept
