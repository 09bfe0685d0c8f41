"""What the state of the stack that runs keeps of earlier runs; the engine answers from it as it was saved."""

import time
from typing import Any, Final

import pulumi
from pulumi.runtime import invoke

from pulumi_ibm_quantum.review import Guarded, LastRun, recorded

_PAUSES_SECONDS: Final = (0.05, 0.1, 0.2, 0.4, 0.8)


def last_run_of(name: str) -> LastRun | None:
    """Return what the last run of a FairShare decided; None where there was none.

    Raises:
        Guarded: it cannot be read.
        pulumi.RunError: nor can the state.
    """
    try:
        return next((last for its_name, last in recorded.recorded_runs(_outputs()) if its_name == name), None)
    except ValueError as error:
        raise Guarded([f"{error}; run once with somebody who watches"]) from None


def created_crns() -> dict[str, str]:
    """Return the CRNs of the instances that FairShares of the stack have created, by name.

    Raises:
        pulumi.RunError: the state cannot be read.
    """
    return recorded.recorded_crns(_outputs())


def _outputs() -> recorded.Outputs:
    resources = (_read_state() or {}).get("outputs", {})
    return {urn: resource.get("outputs") or {} for urn, resource in resources.items()}


def _read_state() -> Any:
    """Return what the engine tells of the stack that runs.

    The CLI reads the file that it may be writing at that moment, and not in one step: what cannot be read is whole
    again a moment later.
    """
    stack = f"{pulumi.get_organization()}/{pulumi.get_project()}/{pulumi.get_stack()}"
    pauses_seconds = iter(_PAUSES_SECONDS)
    while True:
        try:
            return invoke("pulumi:pulumi:readStackResourceOutputs", {"stackName": stack}).value
        except Exception as error:  # the SDK raises nothing more special
            if (pause_seconds := next(pauses_seconds, None)) is None:
                raise pulumi.RunError(f"the state of this stack cannot be read: {error}; run again") from None
            time.sleep(pause_seconds)
