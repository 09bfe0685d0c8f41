"""Questions that a program asks while it runs; nothing of them is in a state."""

import os
from collections.abc import Collection

from pulumi_ibm_quantum.planning.preflight import LOW_SECONDS, Preflight
from pulumi_ibm_quantum.planning.preflight_reading import read_preflight
from pulumi_ibm_quantum.resources.connections import CONNECTIONS
from pulumi_ibm_quantum.resources.dynamic import configured_api_key
from pulumi_ibm_quantum.vocabulary import parse_crn


def get_preflight(
    crn: str, *, needed_seconds: float = 0.0, low_seconds: float = LOW_SECONDS, backends: Collection[str] = ()
) -> Preflight:
    """Find out whether work could run in an instance now, and if not, when time returns.

    It needs no right but to use the instance. What could not be read makes it unknown, and raises nothing. A verdict is
    of one moment: make a gate or an export of it, and no property of a resource, which would change at every run.

    Args:
        crn: The instance; of an output, call it in ``apply``.
        needed_seconds: How much is to run; 0 for anything.
        low_seconds: Up to what is left it counts as low.
        backends: What is to be used.

    Raises:
        CloudError: there is no API key, or an endpoint that may not be.
        ValueError: it is no CRN.
    """
    cloud = CONNECTIONS.get(os.environ, configured_api_key())
    return read_preflight(
        cloud, str(parse_crn(crn)), needed_seconds=needed_seconds, low_seconds=low_seconds, backends=backends
    )
