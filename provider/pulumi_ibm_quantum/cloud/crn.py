"""Cloud Resource Names of quantum instances.

``crn:v1:bluemix:public:quantum-computing:<region>:a/<account>:<guid>::``; staging has ``staging`` for ``bluemix``.
Source: qauvern's and IBM's own clients agree on it.
"""

from dataclasses import dataclass

SERVICE_NAME = "quantum-computing"
_FIELDS = 10


@dataclass(frozen=True, slots=True)
class Crn:
    """The parts of a CRN that callers need."""

    text: str
    region: str
    account_id: str


def parse_crn(text: str) -> Crn:
    """Split the CRN of a quantum instance; raise ValueError with a sentence that says what is wrong with it."""
    fields = text.split(":")
    if len(fields) != _FIELDS or fields[0] != "crn" or not fields[6].startswith("a/") or not fields[7]:
        raise ValueError(f"{text!r} is not the CRN of an instance, like crn:v1:bluemix:public:{SERVICE_NAME}:...")
    if fields[4] != SERVICE_NAME:
        raise ValueError(f"{text!r} is the CRN of the service {fields[4]!r}, not of {SERVICE_NAME}")
    return Crn(text=text, region=fields[5], account_id=fields[6].removeprefix("a/"))
