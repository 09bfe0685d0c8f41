"""What the last run decided, out of the state of the stack that runs."""

from typing import Any

import pulumi
from pulumi.runtime import invoke

from pulumi_ibm_quantum.review import Guarded, LastRun

OUTPUT = "last_run"
"""The output of a FairShare that keeps it."""


def recorded_run(component_type: str, name: str) -> LastRun | None:
    """Return what the last run of a FairShare left in the state; None where there was none.

    The engine answers from the state as it was saved; a refresh does not touch what a component keeps.

    Raises:
        Guarded: it cannot be read.
    """
    stack = f"{pulumi.get_organization()}/{pulumi.get_project()}/{pulumi.get_stack()}"
    answer: Any = invoke("pulumi:pulumi:readStackResourceOutputs", {"stackName": stack}).value
    ending = f"::{component_type}::{name}"
    for urn, resource in (answer or {}).get("outputs", {}).items():
        if urn.endswith(ending) and (kept := resource.get("outputs", {}).get(OUTPUT)) is not None:
            try:
                return LastRun.parse(kept)
            except ValueError as error:
                raise Guarded([f"{error}; run once with somebody who watches"]) from None
    return None
