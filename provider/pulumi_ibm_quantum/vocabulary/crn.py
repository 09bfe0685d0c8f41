"""Cloud Resource Names: how IBM Cloud calls a quantum service instance."""

import re
from dataclasses import dataclass
from typing import Final

from pulumi_ibm_quantum.vocabulary.regions import REGIONS
from pulumi_ibm_quantum.vocabulary.wording import quote

SERVICE_NAME: Final = "quantum-computing"

_SHAPE: Final = "crn:v1:bluemix:public:quantum-computing:<region>:a/<account>:<guid>::"
_GUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_FIELDS: Final = 10


@dataclass(frozen=True, slots=True)
class Crn:
    """The parts of an instance's CRN that differ (the shape is from client source).

    Attributes:
        cloud: ``bluemix``, or ``staging``.
        region: one of `REGIONS`.
        account_id: the account's id, without ``a/``.
        guid: of the instance, in lower case.
    """

    cloud: str
    region: str
    account_id: str
    guid: str

    def __str__(self) -> str:
        return f"crn:v1:{self.cloud}:public:{SERVICE_NAME}:{self.region}:a/{self.account_id}:{self.guid}::"


def parse_crn(text: str) -> Crn:
    """Read a CRN; blanks around it, capitals in the guid and a missing ``::`` at the end are mended.

    Raises:
        ValueError: not the CRN of a quantum service instance.
    """
    fields = text.strip().split(":")
    fields += [""] * (_FIELDS - len(fields))
    scheme, version, cloud, kind, service, region, scope, guid, *inside = fields
    if (scheme, version, kind) != ("crn", "v1", "public") or len(fields) > _FIELDS or not scope.startswith("a/"):
        raise ValueError(f"is not a CRN of the shape {_SHAPE}, found {quote(text)}")
    if cloud not in {"bluemix", "staging"}:
        raise ValueError(f"is a CRN of the cloud {quote(cloud)}: only bluemix and staging are known")
    if service != SERVICE_NAME:
        raise ValueError(f"is a CRN of the service {quote(service)}, not of {SERVICE_NAME}")
    if region not in REGIONS:
        raise ValueError(f"is a CRN of the region {quote(region)}: IBM Quantum has {' and '.join(REGIONS)}")
    if any(inside):
        raise ValueError(f"names something inside an instance: end it after the guid with ::, found {quote(text)}")
    if not _GUID.fullmatch(guid.lower()):
        raise ValueError(f"has {quote(guid)} where the guid belongs, such as 11111111-2222-4333-8444-555555555555")
    return Crn(cloud, region, scope.removeprefix("a/"), guid.lower())
