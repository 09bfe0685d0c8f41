"""IBM Cloud over HTTP: signing in, the Resource Controller, the Quantum Platform and the Qiskit Serverless gateway.

``connect_from_environment`` gives a ``Cloud``. Whatever fails between us and IBM Cloud is a ``CloudError``, whose text
a person can act on; what is no CRN or no plan is a ``ValueError``, before anything is sent.
"""

from pulumi_ibm_quantum.cloud.client import Cloud, connect, connect_from_environment
from pulumi_ibm_quantum.cloud.endpoints import Endpoints
from pulumi_ibm_quantum.cloud.errors import (
    CloudError,
    Forbidden,
    NotFound,
    NotSettled,
    Refused,
    SignInError,
    Unreachable,
)
from pulumi_ibm_quantum.cloud.http_client import MAX_CONNECTIONS
from pulumi_ibm_quantum.cloud.quantum_platform import AccountReading, JobTotals
from pulumi_ibm_quantum.cloud.resource_controller import ALL_BACKENDS, LiveInstance, Settings
from pulumi_ibm_quantum.cloud.sign_in import Credentials, Identity

__all__ = [
    "ALL_BACKENDS",
    "MAX_CONNECTIONS",
    "AccountReading",
    "Cloud",
    "CloudError",
    "Credentials",
    "Endpoints",
    "Forbidden",
    "Identity",
    "JobTotals",
    "LiveInstance",
    "NotFound",
    "NotSettled",
    "Refused",
    "Settings",
    "SignInError",
    "Unreachable",
    "connect",
    "connect_from_environment",
]
