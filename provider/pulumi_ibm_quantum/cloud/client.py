"""The way in: credentials and endpoints to a connection with both services."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pulumi_ibm_quantum.cloud.endpoints import Endpoints
from pulumi_ibm_quantum.cloud.quantum_platform import QuantumPlatform
from pulumi_ibm_quantum.cloud.resource_controller import ResourceController
from pulumi_ibm_quantum.cloud.sign_in import Credentials, Identity
from pulumi_ibm_quantum.cloud.transport import Transport


@dataclass(frozen=True, slots=True)
class Cloud:
    """The services of one IBM Cloud account, over one HTTP session. Safe to share between threads."""

    resource_controller: ResourceController
    quantum_platform: QuantumPlatform
    identity: Callable[[], Identity]


def connect(credentials: Credentials, endpoints: Endpoints) -> Cloud:
    """Prepare a connection; nothing is sent before the first call."""
    transport = Transport(credentials, endpoints.iam)
    return Cloud(
        resource_controller=ResourceController(transport, endpoints.resource_controller),
        quantum_platform=QuantumPlatform(transport, endpoints),
        identity=transport.identity,
    )


def connect_from_environment(
    environment: Mapping[str, str] | None = None, *, fallback_api_key: str | None = None
) -> Cloud:
    """Prepare a connection as the environment says: ``IBMCLOUD_API_KEY``, ``IBMCLOUD_..._API_ENDPOINT``.

    Raises:
        CloudError: there is no API key, or an endpoint is neither https nor on this machine.
    """
    environment = os.environ if environment is None else environment
    return connect(Credentials.from_environment(environment, fallback_api_key), Endpoints.from_environment(environment))
