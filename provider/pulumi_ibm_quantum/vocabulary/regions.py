"""Where IBM Quantum instances are (from client source; no other region is known)."""

from typing import Final

from pulumi_ibm_quantum.vocabulary.wording import quote

MAIN_REGION: Final = "us-east"
"""The region whose host answers for the account and for all regions together."""

REGIONS: Final = (
    MAIN_REGION,
    "eu-de",
)
"""All regions; a new one is a line here."""


def parse_region(text: str) -> str:
    """Read the name of a region.

    Raises:
        ValueError: it is none.
    """
    if text not in REGIONS:
        raise ValueError(f"wants {' or '.join(REGIONS)}, found {quote(text)}")
    return text
