"""What the state of the stack that runs keeps of earlier runs; the engine answers from it as it was saved."""

import time
from collections.abc import Iterator, Mapping
from typing import Any, Final

import pulumi
from pulumi.runtime import invoke

from pulumi_ibm_quantum.review import Guarded, LastRun

_PAUSES_SECONDS: Final = (0.05, 0.1, 0.2, 0.4, 0.8)
OUTPUT = "last_run"
"""The output of a FairShare that keeps what it decided; a refresh does not touch what a component keeps."""

_INSTANCES = ("pulumi-python:dynamic/ibm-quantum:Instance", "ibm-quantum:index:Instance")
"""The types of an instance, dynamic and native."""


def recorded_run(component_type: str, name: str) -> LastRun | None:
    """Return what the last run of a FairShare decided; None where there was none.

    Raises:
        Guarded: it cannot be read.
    """
    for outputs in _outputs_of(f"::{component_type}::{name}"):
        if (kept := outputs.get(OUTPUT)) is not None:
            try:
                return LastRun.from_json(kept)
            except ValueError as error:
                raise Guarded([f"{error}; run once with somebody who watches"]) from None
    return None


def recorded_crns(component_type: str) -> dict[str, str]:
    """Return the CRNs of the instances that FairShares of the stack have created, by name."""
    created = _outputs_of(*(f"::{component_type}${one}::" for one in _INSTANCES), is_ending=False)
    return {outputs["name"]: outputs["crn"] for outputs in created if "name" in outputs and "crn" in outputs}


def _outputs_of(*parts: str, is_ending: bool = True) -> Iterator[Mapping[str, Any]]:
    """Yield the outputs of the resources whose URN ends in one of the parts, or has one in it."""
    answer = _read_outputs()
    for urn, resource in (answer or {}).get("outputs", {}).items():
        if urn.endswith(parts) if is_ending else any(part in urn for part in parts):
            yield resource.get("outputs") or {}


def _read_outputs() -> Any:
    """Return what the engine tells of the stack that runs.

    The CLI reads the file that it may be writing at that moment, and not in one step: what cannot be read is whole
    again a moment later.
    """
    stack = f"{pulumi.get_organization()}/{pulumi.get_project()}/{pulumi.get_stack()}"
    for pause_seconds in _PAUSES_SECONDS:
        try:
            return invoke("pulumi:pulumi:readStackResourceOutputs", {"stackName": stack}).value
        except Exception as error:  # the SDK raises nothing more special
            failure = error
            time.sleep(pause_seconds)
    raise pulumi.RunError(f"the state of this stack cannot be read: {failure}; run again")
