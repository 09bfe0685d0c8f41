"""How values that were found are named in messages."""

from pulumi_ibm_quantum.vocabulary import format_value as found
from pulumi_ibm_quantum.vocabulary import quote as quoted

__all__ = ["found", "quoted"]
