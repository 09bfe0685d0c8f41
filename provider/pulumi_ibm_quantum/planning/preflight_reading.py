"""Asking for what a pre-flight needs, with no right but to use the instance."""

from collections.abc import Collection
from typing import Literal

from pulumi_ibm_quantum.cloud import Cloud, CloudError, NotFound
from pulumi_ibm_quantum.planning.preflight import LOW_SECONDS, Preflight, judge, unknown, with_return
from pulumi_ibm_quantum.vocabulary import ROLLING_WINDOW


def read_preflight(
    cloud: Cloud,
    crn: str,
    *,
    name: str = "",
    needed_seconds: float = 0.0,
    low_seconds: float = LOW_SECONDS,
    backends: Collection[str] = (),
) -> Preflight:
    """Find out whether work could run in an instance; what cannot be read makes it unknown, and raises nothing.

    The days on which time returns need the account's analytics: where the key may not read them, the verdict has the
    latest day alone.

    Args:
        cloud: The connection, of whoever is to run.
        crn: The instance.
        name: What errors call it; its CRN where it is "".
        needed_seconds: How much is to run; 0 for anything.
        low_seconds: Up to what is left it counts as low.
        backends: What is to be used.
    """
    quantum = cloud.quantum_platform
    try:
        usage = quantum.usage_answer(crn)
        allowed = quantum.backends(crn) if backends else []
    except CloudError as error:
        reason: Literal["missing", "unreadable"] = "missing" if isinstance(error, NotFound) else "unreadable"
        return unknown(crn, str(error.about(name) if name else error), reason)
    missing = tuple(sorted(set(backends) - set(allowed)))
    found = judge(crn, usage, needed_seconds=needed_seconds, low_seconds=low_seconds, missing_backends=missing)
    if found.reason != "instance_limit":
        return found
    try:
        days = quantum.usage_of_days(crn, usage.now - ROLLING_WINDOW, usage.now)
    except CloudError:
        days = None
    return with_return(found, days)
