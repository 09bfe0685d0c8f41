"""The types of entries that QRMI 0.26.4 knows, and the keys of each (from its source, and observed)."""

from collections.abc import Mapping
from typing import Final

from pulumi_ibm_quantum.slurm.names import QRMI_NAMES

_OF_SERVICE: Final = (
    "ENDPOINT",
    "IAM_ENDPOINT",
    "IAM_APIKEY",
    "SERVICE_CRN",
    "SESSION_MODE",
    "SESSION_MAX_TTL",
    "TIMEOUT_SECONDS",
    "SESSION_ID",
)
_OF_SYSTEM: Final = (
    *("ENDPOINT", "IAM_ENDPOINT", "IAM_APIKEY", "SERVICE_CRN", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"),
    *("S3_ENDPOINT", "S3_BUCKET", "S3_REGION", "S3_ENDPOINT_FOR_QSAPI", "TIMEOUT_SECONDS"),
)
_OF_PASQAL: Final = ("PROJECT_ID", "AUTH_TOKEN", "CLIENT_ID", "CLIENT_SECRET", "AUTH_ENDPOINT", "BASE_URL")
_OF_OQTOPUS: Final = (
    *("URL", "API_TOKEN", "PROXY", "TIMEOUT", "RETRY_MAX_ATTEMPTS", "RETRY_BACKOFF_SECONDS"),
    *("RETRY_STATUS_CODES", "RETRY_METHODS"),
)


def _keys(prefix: str, names: tuple[str, ...], *others: str) -> frozenset[str]:
    return frozenset({f"{prefix}_{name}" for name in names} | set(others))


IBM_PREFIXES: Final[Mapping[str, str]] = {
    **{names.type: names.prefix for names in QRMI_NAMES.values()},
    "ibm-quantum-system": "QRMI_IBM_QS",
}
"""What the keys of IBM's types begin with."""

KEYS: Final[Mapping[str, frozenset[str]]] = {
    **{names.type: _keys(names.prefix, _OF_SERVICE) for names in QRMI_NAMES.values()},
    "ibm-quantum-system": _keys("QRMI_IBM_QS", _OF_SYSTEM),
    "pasqal-cloud": _keys("QRMI_PASQAL_CLOUD", _OF_PASQAL, "PASQAL_USERNAME", "PASQAL_PASSWORD", "PASQAL_CONFIG_ROOT"),
    "pasqal-local": frozenset({"QRMI_WARDEN_URL", "QRMI_URL", "QRMI_JOB_UID", "QRMI_JOB_ID"}),
    "iqm-server": _keys("QRMI_IQM_ISA", ("ENDPOINT", "TOKEN")),
    "alice-bob-felis": _keys(
        "QRMI_AB_FELIS", ("API_KEY", "BASE_ENDPOINT"), "AB_FELIS_API_KEY", "AB_FELIS_BASE_ENDPOINT"
    ),
    "oqtopus": _keys("QRMI_OQTOPUS", _OF_OQTOPUS),
}
"""The keys of each type."""

FORMER_TYPES: Final[Mapping[str, str]] = {"direct-access": "ibm-quantum-system"}
"""What types are called today that QRMI no longer takes."""

_SECRET: Final = ("APIKEY", "API_KEY", "TOKEN", "SECRET", "PASSWORD", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")


def is_secret_key(key: str) -> bool:
    """Tell whether the value of a key is a secret, which is shown to nobody."""
    return key.upper().endswith(_SECRET)
