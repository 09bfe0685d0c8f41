"""The way in: credentials and endpoints to a connection with both services."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from threading import Lock

import requests

from pulumi_ibm_quantum.cloud.endpoints import Endpoints
from pulumi_ibm_quantum.cloud.errors import CloudError
from pulumi_ibm_quantum.cloud.quantum_platform import QuantumPlatform
from pulumi_ibm_quantum.cloud.resource_controller import ResourceController
from pulumi_ibm_quantum.cloud.serverless import Serverless
from pulumi_ibm_quantum.cloud.sign_in import Credentials, Identity
from pulumi_ibm_quantum.cloud.transport import READ_TIMEOUT_SECONDS, Transport
from pulumi_ibm_quantum.logs import LOG_VARIABLE, log_to_stderr

_TIMEOUT_VARIABLE = "IBM_QUANTUM_TIMEOUT_SECONDS"


@dataclass(frozen=True, slots=True)
class Cloud:
    """The services of one IBM Cloud account, over one HTTP session. Safe to share between threads.

    ``serverless`` takes the CRN of the instance in whose name it is asked: it authorises, and what runs counts for it.
    """

    resource_controller: ResourceController
    quantum_platform: QuantumPlatform
    identity: Callable[[], Identity]
    serverless: Callable[[str], Serverless]


def connect(
    credentials: Credentials,
    endpoints: Endpoints,
    *,
    read_timeout_seconds: float = READ_TIMEOUT_SECONDS,
    session: requests.Session | None = None,
) -> Cloud:
    """Prepare a connection; nothing is sent before the first call.

    Args:
        credentials: Who asks.
        endpoints: Where the services are.
        read_timeout_seconds: How long a service may be silent.
        session: What to send with, as it is, and each request once; without one, what fails in passing is tried again.
    """
    transport = Transport(credentials, endpoints.iam, read_timeout_seconds=read_timeout_seconds, session=session)
    return Cloud(
        resource_controller=ResourceController(transport, endpoints.resource_controller),
        quantum_platform=QuantumPlatform(transport, endpoints),
        identity=transport.identity,
        serverless=_one_for_each(lambda crn: Serverless(transport.client, credentials, endpoints.gateway(), crn)),
    )


def _one_for_each(make: Callable[[str], Serverless]) -> Callable[[str], Serverless]:
    """Make one client for each instance, which all threads share with what it remembers."""
    made, lock = cache(make), Lock()

    def get(crn: str) -> Serverless:
        with lock:
            return made(crn)

    return get


def connect_from_environment(
    environment: Mapping[str, str] | None = None, *, fallback_api_key: str | None = None
) -> Cloud:
    """Prepare a connection as the environment says.

    ``IBMCLOUD_API_KEY`` and ``IBMCLOUD_..._API_ENDPOINT`` are as in IBM's own tools. ``IBM_QUANTUM_TIMEOUT_SECONDS``
    replaces the read time-out of 30 seconds; ``IBM_QUANTUM_LOG=debug`` logs each request on standard error.

    Raises:
        CloudError: there is no API key, an endpoint is neither https nor on this machine, or another variable has no
            value of its kind.
    """
    environment = os.environ if environment is None else environment
    try:
        log_to_stderr(environment.get(LOG_VARIABLE, "").strip())
    except ValueError as error:
        raise CloudError(f"{LOG_VARIABLE} {error}") from None
    return connect(
        Credentials.from_environment(environment, fallback_api_key),
        Endpoints.from_environment(environment),
        read_timeout_seconds=_read_timeout_seconds(environment),
    )


def _read_timeout_seconds(environment: Mapping[str, str]) -> float:
    given = environment.get(_TIMEOUT_VARIABLE, "").strip()
    try:
        seconds = float(given) if given else READ_TIMEOUT_SECONDS
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise CloudError(f"{_TIMEOUT_VARIABLE} must be a number of seconds above 0, not {given!r}")
    return seconds
