"""Where the services are: production, staging, or wherever IBM's own environment variables point."""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from pulumi_ibm_quantum.cloud.errors import CloudError
from pulumi_ibm_quantum.vocabulary import MAIN_REGION, REGIONS

_IAM = "IBMCLOUD_IAM_API_ENDPOINT"
_RESOURCE_CONTROLLER = "IBMCLOUD_RESOURCE_CONTROLLER_API_ENDPOINT"
_QUANTUM = "IBMCLOUD_QUANTUM_API_ENDPOINT"
_SERVERLESS = "IBMCLOUD_QISKIT_SERVERLESS_API_ENDPOINT"
_PUBLIC_SERVERLESS = "https://qiskit-serverless.quantum.ibm.com"
_QUANTUM_REGIONS = {
    region: f"IBMCLOUD_QUANTUM_{region.replace('-', '_').upper()}_API_ENDPOINT"
    for region in REGIONS
    if region != MAIN_REGION
}
_TRUE = {"1", "true", "yes", "on"}


@dataclass(frozen=True, slots=True)
class Endpoints:
    """Base addresses without a trailing slash; ``quantum`` has one for each region.

    ``serverless`` is where the API key itself is sent to, which other services never see; "" where nothing says.
    """

    iam: str
    resource_controller: str
    quantum: Mapping[str, str]
    serverless: str = ""

    @classmethod
    def of_ibm_cloud(cls, *, staging: bool = False) -> "Endpoints":
        """Return IBM's public endpoints, or those of its staging cloud."""
        domain = "test.cloud.ibm.com" if staging else "cloud.ibm.com"
        return cls(
            iam=f"https://iam.{domain}",
            resource_controller=f"https://resource-controller.{domain}",
            quantum={
                region: f"https://{'' if region == MAIN_REGION else region + '.'}quantum.{domain}/api"
                for region in REGIONS
            },
            serverless="" if staging else _PUBLIC_SERVERLESS,
        )

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Endpoints":
        """Return the endpoints with what ``IBMCLOUD_..._API_ENDPOINT`` and ``IBMCLOUD_STAGING`` override.

        The quantum endpoint of the main region, where given, also serves the regions that have no variable of their
        own, so that no call leaves for the public cloud by omission; nor does the API key, where that endpoint is
        given and the gateway's is not.

        Raises:
            CloudError: an address is neither https nor on this machine.
        """
        public = cls.of_ibm_cloud(staging=environment.get("IBMCLOUD_STAGING", "").lower() in _TRUE)
        main = _override(environment, _QUANTUM)
        quantum = {region: main or address for region, address in public.quantum.items()}
        for region, variable in _QUANTUM_REGIONS.items():
            quantum[region] = _override(environment, variable) or quantum[region]
        return cls(
            iam=_override(environment, _IAM) or public.iam,
            resource_controller=_override(environment, _RESOURCE_CONTROLLER) or public.resource_controller,
            quantum=quantum,
            serverless=_override(environment, _SERVERLESS) or ("" if main else public.serverless),
        )

    def quantum_of(self, region: str) -> str:
        """Return the address that serves ``region``; raise CloudError for a region that is not known."""
        if region not in self.quantum:
            raise CloudError(f"region {region!r} is not known; known are {', '.join(self.quantum)}")
        return self.quantum[region]

    def gateway(self) -> str:
        """Return the address of the Qiskit Serverless gateway; raise CloudError where it is not known."""
        if not self.serverless:
            raise CloudError(
                f"set {_SERVERLESS}: the other endpoints are not the public ones, and the gateway gets the API key "
                "itself"
            )
        return self.serverless


def _override(environment: Mapping[str, str], variable: str) -> str | None:
    address = environment.get(variable, "").strip().rstrip("/")
    if not address:
        return None
    if "@" in address:
        raise CloudError(f"{variable} must have no user or password in it: the API key is what signs in")
    if urlsplit(address).hostname and is_safe(address):
        return address
    raise CloudError(f"{variable} must be an https address, or http on this machine (127.0.0.1), not {address!r}")


def is_safe(address: str) -> bool:
    """Tell whether what is sent to an address cannot be read on the way: https, or http on this machine."""
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(parts.hostname or ""))


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
