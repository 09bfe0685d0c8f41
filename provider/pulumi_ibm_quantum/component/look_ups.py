"""Questions that a program asks while it runs; nothing of them is in a state."""

import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Literal

import pulumi

from pulumi_ibm_quantum.cloud import Cloud, CloudError
from pulumi_ibm_quantum.cloud.quantum_platform import Backend
from pulumi_ibm_quantum.cloud.serverless import USER, FileSpace, Job, LiveFunction
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


def get_function(title: str, *, instance: str, function_provider: str = "") -> LiveFunction | None:
    """Return a function; None where there is none that the key may see.

    Args:
        title: Its name.
        instance: The CRN of the instance in whose name it is asked for.
        function_provider: The provider that it is of; "" for the key's own.
    """
    with _connected() as cloud:
        return cloud.serverless(instance).functions.get(title, function_provider)


def get_functions(
    *,
    instance: str,
    filter: Literal["serverless", "catalog"] | None = None,
    function_provider: str | None = None,
) -> list[LiveFunction]:
    """Return functions: all that the key may see, its own (``serverless``) or those of providers (``catalog``)."""
    with _connected() as cloud:
        return cloud.serverless(instance).functions.list(filter=filter, provider=function_provider)


def get_dependencies(*, instance: str) -> list[str]:
    """Return what functions may depend on, as ``name==version``."""
    with _connected() as cloud:
        return cloud.serverless(instance).dependencies()


def get_files(
    function: str,
    *,
    instance: str,
    function_provider: str = "",
    space: Literal["user", "provider"] = USER,
) -> list[str]:
    """Return the names of a function's files."""
    with _connected() as cloud:
        return cloud.serverless(instance).files.list(FileSpace(function, function_provider, space))


def get_jobs(
    *,
    instance: str,
    limit: int | None = 10,
    status: str | None = None,
    function: str | None = None,
    created_after: datetime | None = None,
) -> list[Job]:
    """Return the key's jobs, newest first.

    Args:
        instance: The CRN of the instance in whose name they are asked for.
        limit: How many; None for all.
        status: As IBM's client has it: ``DONE``, or ``RUNNING: MAPPING``.
        function: Of a title.
        created_after: An aware moment.
    """
    with _connected() as cloud:
        jobs = cloud.serverless(instance).jobs
        return jobs.list(limit=limit, status=status, function=function, created_after=created_after)


def get_backends(*, instance: str, operational: bool = True, minimum_qubits: int = 0) -> list[Backend]:
    """Return the backends that an instance may use, the least busy first.

    Args:
        instance: Its CRN.
        operational: Whether only those that run jobs.
        minimum_qubits: How many qubits they have at least.
    """
    with _connected() as cloud:
        found = cloud.quantum_platform.live_backends(instance)
    return [one for one in found if one.qubits >= minimum_qubits and (one.operational or not operational)]


@contextmanager
def _connected() -> Iterator[Cloud]:
    """Give a connection, and turn what fails into one sentence.

    Raises:
        pulumi.RunError: the service could not be asked, or refused.
    """
    try:
        yield CONNECTIONS.get(os.environ, configured_api_key())
    except (CloudError, ValueError) as error:
        raise pulumi.RunError(str(error)) from None
