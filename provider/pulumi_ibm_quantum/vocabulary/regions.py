"""Where IBM Quantum instances are (from client source; no other region is known)."""

from typing import Final

MAIN_REGION: Final = "us-east"
"""The region whose host answers for the account and for all regions together."""

REGIONS: Final = (
    MAIN_REGION,
    "eu-de",
)
"""All regions; a new one is a line here."""
