"""FairShare: the load balancer's decision as declared resources."""

from pulumi_ibm_quantum.component.fair_share import FairShare, FairShareArgs

__all__ = ["FairShare", "FairShareArgs"]
