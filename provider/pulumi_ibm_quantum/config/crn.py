"""The name of a quantum service instance in IBM Cloud."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from .wording import quoted

REGIONS: Final = ("us-east", "eu-de")
"""Where IBM Quantum instances are (from client source; no other region is known)."""

_SHAPE: Final = "crn:v1:bluemix:public:quantum-computing:<region>:a/<account>:<guid>::"
_GUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_FIELDS: Final = 10


@dataclass(frozen=True, slots=True)
class Crn:
    """The parts of an instance's CRN that differ (the shape is from client source).

    Attributes:
        cloud: ``bluemix``, or ``staging``.
        region: one of `REGIONS`.
        account: the account's id, without ``a/``.
        guid: of the instance, in lower case.
    """

    cloud: str
    region: str
    account: str
    guid: str

    def __str__(self) -> str:
        return f"crn:v1:{self.cloud}:public:quantum-computing:{self.region}:a/{self.account}:{self.guid}::"


def parse_crn(text: str) -> Crn:
    """Read a CRN; blanks around it, capitals in the guid and a missing ``::`` at the end are mended.

    Raises:
        ValueError: not the CRN of a quantum service instance.
    """
    fields = text.strip().split(":")
    fields += [""] * (_FIELDS - len(fields))
    scheme, version, cloud, kind, service, region, scope, guid, *inside = fields
    if (scheme, version, kind) != ("crn", "v1", "public") or len(fields) > _FIELDS or not scope.startswith("a/"):
        raise ValueError(f"is not a CRN of the shape {_SHAPE}, found {quoted(text)}")
    if cloud not in {"bluemix", "staging"}:
        raise ValueError(f"is a CRN of the cloud {quoted(cloud)}: only bluemix and staging are known")
    if service != "quantum-computing":
        raise ValueError(f"is a CRN of the service {quoted(service)}, not of quantum-computing")
    if region not in REGIONS:
        raise ValueError(f"is a CRN of the region {quoted(region)}: IBM Quantum has {' and '.join(REGIONS)}")
    if any(inside):
        raise ValueError(f"names something inside an instance: end it after the guid with ::, found {quoted(text)}")
    if not _GUID.fullmatch(guid.lower()):
        raise ValueError(f"has {quoted(guid)} where the guid belongs, such as 11111111-2222-4333-8444-555555555555")
    return Crn(cloud, region, scope.removeprefix("a/"), guid.lower())
